"""Result sets: rendered once as the wire wants them, kept in a file, read a page at a time.

DuckDB renders each record as JSON text itself, which is ten times faster than building it in
Python, and never more than a batch of records is in memory. A page is a slice of the file.
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_Field.html
"""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import orjson

from local.redshift.errors import Cancelled, NotSupported, SqlError
from local.redshift.statement import Part

PAGE_BYTES = 1_000_000
MAX_RESULT_BYTES = 500 * 1024 * 1024 * 4  # the service's 500 MB, as JSON text about four times that

_BATCH_ROWS = 2048
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")

# DuckDB type -> typeName, precision, scale, isSigned, isCaseSensitive, the SQL of the field's JSON
_LONG = """'{{"longValue":' || {0} || '}}'"""
_DOUBLE = """case
    when {0} is null then null
    when isnan({0}) then '{{"doubleValue":"NaN"}}'
    when isinf({0}) then case when {0} > 0 then '{{"doubleValue":"Infinity"}}'
        else '{{"doubleValue":"-Infinity"}}' end
    else '{{"doubleValue":' || {0}::double || '}}'
    end"""
_PLAIN = """'{{"stringValue":"' || {0} || '"}}'"""
_TIME = """'{{"stringValue":"' || {0} || case when contains({0}::varchar, '.') then ''
    else '.0' end || '"}}'"""
_TEXT = """'{{"stringValue":' || to_json({0}) || '}}'"""
_TYPES: dict[str, tuple[str, int, int, bool, bool, str]] = {
    "TINYINT": ("int2", 5, 0, True, False, _LONG),
    "SMALLINT": ("int2", 5, 0, True, False, _LONG),
    "INTEGER": ("int4", 10, 0, True, False, _LONG),
    "BIGINT": ("int8", 19, 0, True, False, _LONG),
    "HUGEINT": ("int8", 19, 0, True, False, _LONG.replace("{0}", "{0}::bigint")),
    "FLOAT": ("float4", 8, 8, True, False, _DOUBLE),
    "DOUBLE": ("float8", 17, 17, True, False, _DOUBLE),
    "BOOLEAN": ("bool", 1, 0, False, False, """'{{"booleanValue":' || {0} || '}}'"""),
    "VARCHAR": ("varchar", 65535, 0, False, True, _TEXT),
    '"NULL"': ("varchar", 65535, 0, False, True, _TEXT),
    "DATE": ("date", 13, 0, False, False, _PLAIN),
    "TIMESTAMP": ("timestamp", 29, 6, False, False, _TIME),
    "TIMESTAMP WITH TIME ZONE": ("timestamptz", 35, 6, False, False, _PLAIN),
    "TIME": ("time", 15, 6, False, False, _PLAIN),
}


def write(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    values: dict[str, str],
    path: Path,
    part: Part,
    cancelled: threading.Event,
) -> None:
    """Run the query, store its records in the file and describe them in the part."""
    columns = connection.execute(f"describe {sql}", values).fetchall()
    part.columns = [column_metadata(name, type) for name, type, *_ in columns]
    rendered = _rendering(sql, [type for _, type, *_ in columns])
    connection.execute(rendered, values)
    part.rows = part.size = 0
    with path.open("wb") as file:
        for page, rows in _pages(connection, cancelled):
            part.pages.append((part.size, len(page), rows))
            part.size += file.write(page)
            part.rows += rows
            if part.size > MAX_RESULT_BYTES:
                raise SqlError("The result is larger than 500 MB; narrow the query or UNLOAD it")


def page(
    directory: Path, statement_id: str, index: int, part: Part, number: int, next_token: str | None
) -> bytes:
    """The body of a GetStatementResult answer; `number` counts pages from zero."""
    answer: dict[str, Any] = {"ColumnMetadata": part.columns, "TotalNumRows": part.rows}
    if next_token is not None:
        answer["NextToken"] = next_token
    records = b""
    if part.pages:
        offset, length, _ = part.pages[number]
        with file(directory, statement_id, index).open("rb") as stored:
            stored.seek(offset)
            records = stored.read(length)
    return b'{"Records":[' + records + b"]," + orjson.dumps(answer)[1:]


def file(directory: Path, statement_id: str, index: int) -> Path:
    """Where the records of a statement's part are; `index` counts parts from zero."""
    return directory / f"{statement_id}.{index}.json"


def forget(directory: Path, statement_id: str) -> None:
    for path in directory.glob(f"{statement_id}.*.json"):
        path.unlink(missing_ok=True)


def _pages(
    connection: duckdb.DuckDBPyConnection, cancelled: threading.Event
) -> Iterator[tuple[bytes, int]]:
    """Pages of records, joined by commas, with the number of their rows."""
    records: list[bytes] = []
    size = 0
    while batch := connection.fetchmany(_BATCH_ROWS):
        if cancelled.is_set():
            raise Cancelled
        for (record,) in batch:
            encoded = record.encode()
            if records and size + len(encoded) > PAGE_BYTES:
                yield b",".join(records), len(records)
                records, size = [], 0
            records.append(encoded)
            size += len(encoded) + 1
    if records:
        yield b",".join(records), len(records)


def _rendering(sql: str, types: list[str]) -> str:
    """The query whose one column is each record of `sql` as JSON text, in the same order."""
    names = [f"c{index}" for index in range(len(types))]
    fields = [
        f"""coalesce({_type(type)[5].format(name)}, '{{"isNull":true}}')"""
        for name, type in zip(names, types, strict=True)
    ]
    record = " || ',' || ".join(fields)
    return f"select '[' || {record} || ']' from ({sql}) as r({', '.join(names)})"


def column_metadata(name: str, type: str) -> dict[str, Any]:
    """A column of DuckDB's type, as ColumnMetadata tells it."""
    type_name, precision, scale, is_signed, is_case_sensitive, _ = _type(type)
    return {
        "isCaseSensitive": is_case_sensitive,
        "isCurrency": False,
        "isSigned": is_signed,
        "label": name,
        "length": 0,
        "name": name,
        "nullable": 1,
        "precision": precision,
        "scale": scale,
        "schemaName": "",
        "tableName": "",
        "typeName": type_name,
    }


def _type(type: str) -> tuple[str, int, int, bool, bool, str]:
    if match := _DECIMAL.fullmatch(type):
        return "numeric", int(match[1]), int(match[2]), True, False, _PLAIN
    if type not in _TYPES:
        raise NotSupported(f"a result column of type {type}")
    return _TYPES[type]
