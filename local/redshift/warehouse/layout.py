"""How a table is said to be stored, kept in comments of DuckDB's: they stay with what is renamed.

The system views tell it; it changes no answer.
https://docs.aws.amazon.com/redshift/latest/dg/c_best-practices-best-dist-key.html
"""

from dataclasses import replace
from typing import Any

import duckdb
import orjson

from local.redshift.errors import SqlError
from local.redshift.sql.storage import Storage
from local.redshift.warehouse.catalog import quoted_name, schema_of, table_columns


def put(connection: duckdb.DuckDBPyConnection, table: list[str], storage: Storage) -> None:
    """Keep what was said about a table, beside what was said before.

    Raises:
        SqlError: a key is no column.
        duckdb.Error: there is no such table.
    """
    if storage == Storage():
        return
    columns = table_columns(connection, table)
    names = [column.name for column in columns]
    for name in (*([storage.key] if storage.key else []), *(storage.sort_columns or [])):
        if name not in names:
            raise SqlError(f'column "{name}" named in key does not exist')
    known = _merged(get(connection, table), storage)
    _comment(connection, f"table {quoted_name(table)}", _of_table(known))
    for column in columns:
        told = _of_column(known, column.name) | _of_char(column.char_bytes)
        _comment(connection, f"column {quoted_name([*table, column.name])}", told)


def put_characters(
    connection: duckdb.DuckDBPyConnection, table: list[str], lengths: list[int | None]
) -> None:
    """Keep which columns of a new table or view are CHAR, and how long; they come in order."""
    if any(lengths):
        columns = table_columns(connection, table)
        for column, length in zip(columns, lengths, strict=True):
            if length is not None:
                where = f"column {quoted_name([*table, column.name])}"
                _comment(connection, where, _of_char(length))


def get(connection: duckdb.DuckDBPyConnection, table: list[str]) -> Storage:
    """What has been said about a table."""
    found = connection.execute(
        "select comment from duckdb_tables() where table_name = ?"
        " and (schema_name = ? or temporary) order by temporary desc limit 1",
        [table[-1], schema_of(connection, table)],
    ).fetchone()
    if found is None or found[0] is None:
        return Storage()
    return Storage(**orjson.loads(found[0])["said"])


def _merged(old: Storage, new: Storage) -> Storage:
    merged = replace(
        old,
        encodings=old.encodings | new.encodings,
        primary_key=new.primary_key or old.primary_key,
        has_other_keys=new.has_other_keys or old.has_other_keys,
    )
    if new.style is not None:
        merged = replace(merged, style=new.style, key=new.key)
    if new.sort_columns is not None:
        columns = new.sort_columns
        merged = replace(merged, sort_columns=columns, is_interleaved=new.is_interleaved)
    return merged


def _of_table(storage: Storage) -> dict[str, Any]:
    """What svv_table_info tells, and all that was said."""
    style = f"KEY({storage.key})" if storage.style == "KEY" else storage.style
    sorted_by = storage.sort_columns
    return {
        "said": storage,
        "diststyle": "AUTO(ALL)" if style in (None, "AUTO") else style,
        "sortkey1": "AUTO(SORTKEY)" if sorted_by is None else _first(storage),
        "sortkey1_enc": storage.encodings.get(sorted_by[0], "none") if sorted_by else None,
        "sortkey_num": len(sorted_by or []),
        "encoded": "Y" if storage.encodings else "Y, AUTO(ENCODE)",
    }


def _first(storage: Storage) -> str | None:
    if storage.is_interleaved:
        return "INTERLEAVED"
    return storage.sort_columns[0] if storage.sort_columns else None


def _of_column(storage: Storage, name: str) -> dict[str, Any]:
    """What pg_table_def tells; the places of an interleaved key have alternating signs."""
    columns = storage.sort_columns or []
    place = columns.index(name) + 1 if name in columns else 0
    if storage.is_interleaved and place % 2 == 0:
        place = -place
    encoding = storage.encodings.get(name, "none" if place else None)
    encoding = "none" if encoding == "raw" else encoding
    return {"encoding": encoding, "distkey": storage.key == name, "sortkey": place}


def _of_char(length: int | None) -> dict[str, Any]:
    return {} if length is None else {"char": length}


def _comment(connection: duckdb.DuckDBPyConnection, what: str, told: dict[str, Any]) -> None:
    text = orjson.dumps(told).decode().replace("'", "''")
    connection.execute(f"comment on {what} is '{text}'")
