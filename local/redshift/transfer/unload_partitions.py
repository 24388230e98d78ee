"""UNLOAD PARTITION BY: rows divided into folders named after their keys, as Hive names them.

The query runs once, into a file of its own that each folder's rows are then read from.
https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html#unload-partitionby
"""

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql.numeric import with_whole_digit
from local.redshift.sql.types import redshift_type

HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"

_KEY_TYPES = ("SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "VARCHAR", "DATE", "TIMESTAMP")
# What Hive escapes in the name of a folder: FileUtils.escapePathName has the list.
_ESCAPED = re.compile(r"""[\x01-\x1f"#%'*/:=?\\\x7f{\[\]^]""")


@dataclass(frozen=True)
class Partition:
    """The rows that go under one folder; its name is "" where there are no partitions."""

    folder: str
    query: str


@dataclass(frozen=True)
class _Column:
    """A column of the query; `place` is its name in the file of rows."""

    name: str
    type: str
    place: str


def partitions(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    keys: list[str],
    includes_keys: bool,
    directory: Path,
) -> list[Partition]:
    """The folders of a query in DuckDB's SQL, while `directory` is there.

    Raises:
        SqlError: a key is not there or not of a type for keys, or no other column is left.
    """
    columns = [
        _Column(name, type, f"c{index}")
        for index, (name, type, *_) in enumerate(connection.execute(f"describe {query}").fetchall())
    ]
    by = [_key(columns, name) for name in keys]
    others = [column for column in columns if column not in by]
    if not others:
        raise SqlError("PARTITION BY needs at least one column that is not a partition column")
    rows = _rows(connection, query, columns, by, directory / "rows")
    shown = ", ".join(
        f"kept.{column.place} as {_identifier(column.name)}"
        for column in (columns if includes_keys else others)
    )
    found = connection.execute(f"select distinct partition, keys from {rows} order by partition")
    return [
        Partition(
            _folder(by, texts),
            f"select {shown} from {rows} as kept where kept.partition = {number} order by kept.n",
        )
        for number, texts in found.fetchall()
    ]


def _key(columns: list[_Column], name: str) -> _Column:
    column = next((column for column in columns if column.name == name), None)
    if column is None:
        raise SqlError(f'column "{name}" of PARTITION BY does not exist in the query')
    if column.type == "BOOLEAN":
        raise NotSupported("UNLOAD PARTITION BY a BOOLEAN column", "cast it to VARCHAR")
    if column.type not in _KEY_TYPES and not column.type.startswith("DECIMAL"):
        raise SqlError(
            f'column "{name}" of type {redshift_type(column.type)} cannot be a partition column'
        )
    return column


def _rows(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    columns: list[_Column],
    by: list[_Column],
    path: Path,
) -> str:
    """SQL: the query's rows, numbered by `n` in their order and by `partition`, with its `keys`."""
    places = ", ".join(column.place for column in columns)
    values = ", ".join(
        f"{column.place}::bigint as {column.place}" if column.type == "HUGEINT" else column.place
        for column in columns
    )
    keys = ", ".join(f"nullif({_key_text(column)}::varchar, '')" for column in by)
    numbered = f"select *, row_number() over () as n, [{keys}] as keys from ({query}) r({places})"
    divided = (
        f"select {values}, n, keys, dense_rank() over (order by keys) as partition"
        f" from ({numbered}) order by partition, n"
    )
    connection.execute(f"copy ({divided}) to {_text(str(path.absolute()))} (format parquet)")
    return f"read_parquet({_text(str(path.absolute()))})"


def _key_text(column: _Column) -> str:
    shown = "DOUBLE" if column.type == "FLOAT" else with_whole_digit(column.type)
    return f"{column.place}::{shown}" if shown else column.place


def _folder(by: list[_Column], texts: list[str | None]) -> str:
    """The names of the folders of one partition, each with a slash; an empty key is as NULL."""
    pairs = zip(by, texts, strict=True)
    return "".join(
        f"{_escaped(column.name)}={HIVE_NULL if text is None else _escaped(text)}/"
        for column, text in pairs
    )


def _escaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: f"%{ord(match[0]):02X}", text)


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
