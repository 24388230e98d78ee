"""Result sets: rendered once as the wire wants them, kept in a file, read a page at a time.

DuckDB renders each record as JSON text or as a line of CSV itself, which is ten times faster than
building it in Python, and never more than a batch of records is in memory. A page is a slice of
the file: of a JSON array without its brackets, or of the CSV.
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_GetStatementResultV2.html
"""

import csv
import io
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import orjson

from local.redshift.errors import Cancelled, SqlError
from local.redshift.running.result_types import column_metadata, result_type
from local.redshift.running.statement import Part, ResultFormat

PAGE_BYTES = 1_000_000
MAX_RESULT_BYTES = 500 * 1024 * 1024 * 4  # the service's 500 MB, as JSON text about four times that

_BATCH_ROWS = 2048
_BETWEEN = {ResultFormat.JSON: b",", ResultFormat.CSV: b""}  # records of a page


@dataclass(frozen=True)
class Rows:
    """A query of DuckDB's whose rows are a result.

    characters: the lengths of columns that are CHAR, None for others; empty where there are none.
    """

    sql: str
    values: Mapping[str, str | None]
    characters: list[int | None] = field(default_factory=list)


def write(
    connection: duckdb.DuckDBPyConnection,
    rows: Rows,
    path: Path,
    part: Part,
    format: ResultFormat,
    cancelled: threading.Event,
) -> None:
    """Run the query, store its records in the file and describe them in the part."""
    described = connection.execute(f"describe {rows.sql}", rows.values).fetchall()
    names, types = [name for name, *_ in described], [type for _, type, *_ in described]
    for index, length in enumerate(rows.characters):
        types[index] = types[index] if length is None else f"CHAR({length})"
    part.columns = list(map(column_metadata, names, types))
    connection.execute(_rendering(rows.sql, types, format), rows.values)
    part.rows = part.size = 0
    with path.open("wb") as file:
        if format is ResultFormat.CSV:
            part.size = file.write(_header(names))
        for page, count in _pages(connection, _BETWEEN[format], cancelled):
            start = part.pages[-1][0] + part.pages[-1][1] if part.pages else 0
            part.size += file.write(page)
            part.pages.append((start, part.size - start, count))
            part.rows += count
            if part.size > MAX_RESULT_BYTES:
                raise SqlError("The result is larger than 500 MB; narrow the query or UNLOAD it")
        if not part.pages and part.size:
            part.pages.append((0, part.size, 0))  # a header alone


def page(
    path: Path, part: Part, format: ResultFormat, number: int, next_token: str | None
) -> bytes:
    """The body of an answer with a page of the file's records; `number` counts from zero."""
    answer: dict[str, Any] = {"ColumnMetadata": part.columns, "TotalNumRows": part.rows}
    if next_token is not None:
        answer["NextToken"] = next_token
    records = b""
    if part.pages:
        offset, length, _ = part.pages[number]
        with path.open("rb") as stored:
            stored.seek(offset)
            records = stored.read(length)
    if format is ResultFormat.CSV:
        answer["ResultFormat"] = format
        records = orjson.dumps({"CSVRecords": records.decode()})
    return b'{"Records":[' + records + b"]," + orjson.dumps(answer)[1:]


def file(directory: Path, statement_id: str, index: int) -> Path:
    """Where the records of a statement's part are; `index` counts parts from zero."""
    return directory / f"{statement_id}.{index}.records"


def forget(directory: Path, statement_id: str) -> None:
    """Remove the records of all parts of a statement."""
    for path in directory.glob(f"{statement_id}.*"):
        path.unlink(missing_ok=True)


def _pages(
    connection: duckdb.DuckDBPyConnection, between: bytes, cancelled: threading.Event
) -> Iterator[tuple[bytes, int]]:
    """Pages of records, with the number of their rows."""
    records: list[bytes] = []
    size = 0
    while batch := connection.fetchmany(_BATCH_ROWS):
        if cancelled.is_set():
            raise Cancelled
        for (record,) in batch:
            encoded = record.encode()
            if records and size + len(encoded) > PAGE_BYTES:
                yield between.join(records), len(records)
                records, size = [], 0
            records.append(encoded)
            size += len(encoded) + len(between)
    if records:
        yield between.join(records), len(records)


def _rendering(sql: str, types: list[str], format: ResultFormat) -> str:
    """The query whose one column is each record of `sql` as text, in the same order."""
    names = [f"c{index}" for index in range(len(types))]
    shown = [(name, result_type(type)) for name, type in zip(names, types, strict=True)]
    if format is ResultFormat.CSV:
        fields = [f"coalesce({type.csv.format(name)}, '')" for name, type in shown]
        record = " || ',' || ".join(fields) + " || chr(13) || chr(10)"
    else:
        fields = [
            f"""coalesce({type.field.format(name)}, '{{"isNull":true}}')""" for name, type in shown
        ]
        record = "'[' || " + " || ',' || ".join(fields) + " || ']'"
    return f"select {record} from ({sql}) as r({', '.join(names)})"


def _header(names: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(names)
    return line.getvalue().encode()
