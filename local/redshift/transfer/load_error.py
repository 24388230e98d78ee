"""The rows that COPY could not load, as stl_load_errors tells them.

They are kept in a transaction of their own, because the one that met them is undone.
https://docs.aws.amazon.com/redshift/latest/dg/r_STL_LOAD_ERRORS.html
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from local.redshift.running.journal import JOURNAL

# https://docs.aws.amazon.com/redshift/latest/dg/r_Load_Error_Reference.html
UNKNOWN = 1200
_CODES = {
    **dict.fromkeys(("SMALLINT", "INTEGER", "BIGINT"), 1207),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"), 1206),
    **dict.fromkeys(("FLOAT", "DOUBLE"), 1208),
    "DATE": 1205,
    "BOOLEAN": 1210,
    "VARCHAR": 1204,
}
_DECIMAL = 1209
_MORE = (1202, "Extra column(s) found")
_FEWER = (1214, "Delimiter not found")

_LINE = re.compile(r"CSV Error on Line: (\d+)")
_ORIGINAL = re.compile(r"Original Line: ?(.*)")
_COLUMNS = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")


@dataclass(frozen=True)
class LoadError:
    """A row that cannot be loaded; what is not known is None."""

    file: str
    code: int
    reason: str
    line: int | None = None
    column: str | None = None
    type: str | None = None
    length: str | None = None
    raw_line: str | None = None
    raw_value: str | None = None


def column_code(type: str) -> int:
    """The code of a value that does not fit a column of that type of DuckDB's."""
    return _DECIMAL if type.startswith("DECIMAL") else _CODES.get(type, UNKNOWN)


def structure_error(file: str, message: str, line: int | None, raw_line: str | None) -> LoadError:
    """What DuckDB says about a line with another number of fields."""
    columns, at, original = (p.search(message) for p in (_COLUMNS, _LINE, _ORIGINAL))
    code, reason = UNKNOWN, message.splitlines()[0]
    if columns is not None:
        code, reason = _MORE if int(columns[2]) > int(columns[1]) else _FEWER
    if line is None and at is not None:
        line = int(at[1])
    if raw_line is None and original is not None:
        raw_line = original[1]
    return LoadError(file, code, reason, line, raw_line=raw_line)


def note(
    connection: duckdb.DuckDBPyConnection,
    rows: Sequence[LoadError],
    place: tuple[str, int],
    table: list[str],
    started: float,
) -> None:
    """Write down the rows.

    `table` is schema and name; `place` is the statement's id and which of its parts it was.
    """
    found = connection.execute(
        "select table_oid from duckdb_tables() where database_name = current_database()"
        " and schema_name = ? and table_name = ?",
        table,
    ).fetchone()
    table_oid = found[0] if found else None
    moment = datetime.fromtimestamp(started, UTC).replace(tzinfo=None)
    for row in rows:
        field = (row.column, row.type, row.length)
        raw = (row.raw_line, row.raw_value)
        connection.execute(
            f"insert into {JOURNAL}.load_error values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [*place, table_oid, moment, row.file, row.line, *field, *raw, row.code, row.reason],
        )
