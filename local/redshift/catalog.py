"""What the catalog of a database says about a table."""

import re
from dataclasses import dataclass

import duckdb

from local.redshift.sql.ddl import IDENTITY

_LENGTH = re.compile(r'strlen\("?(.+?)"?\) <= (\d+)')


@dataclass(frozen=True)
class TableColumn:
    """A column; `max_bytes` is its VARCHAR length, None for other types."""

    name: str
    type: str
    max_bytes: int | None
    is_identity: bool


def table_columns(connection: duckdb.DuckDBPyConnection, table: list[str]) -> list[TableColumn]:
    """The columns of a table, in order.

    Raises:
        duckdb.Error: there is no such table.
    """
    rows = connection.execute(f"pragma table_info({_text(quoted_name(table))})").fetchall()
    lengths = _lengths(connection, table)
    return [
        TableColumn(name, type, lengths.get(name), bool(default and IDENTITY in default))
        for _, name, type, _, default, _ in rows
    ]


def quoted_name(table: list[str]) -> str:
    """A name of one to three parts as SQL has it."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in table)


def _lengths(connection: duckdb.DuckDBPyConnection, table: list[str]) -> dict[str, int]:
    schema = table[-2] if len(table) > 1 else "public"
    rows = connection.execute(
        "select constraint_text from duckdb_constraints() where table_name = ?"
        " and (schema_name = ? or (schema_name = 'main' and ?)) and constraint_type = 'CHECK'",
        [table[-1], schema, len(table) == 1],
    ).fetchall()
    matches = [_LENGTH.search(text) for (text,) in rows]
    return {match[1]: int(match[2]) for match in matches if match}


def _text(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"
