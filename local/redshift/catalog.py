"""What the catalog of a database says about its schemas, tables and columns."""

import re
from dataclasses import dataclass

import duckdb

from local.redshift.journal import JOURNAL
from local.redshift.sql.ddl import IDENTITY

_LENGTH = re.compile(r'strlen\("?(.+?)"?\) <= (\d+)')


@dataclass(frozen=True)
class TableColumn:
    """A column; `max_bytes` is its VARCHAR length, None for other types; `default` is DuckDB's."""

    name: str
    type: str
    max_bytes: int | None
    is_nullable: bool
    default: str | None

    @property
    def is_identity(self) -> bool:
        return self.default is not None and IDENTITY in self.default


def table_columns(connection: duckdb.DuckDBPyConnection, table: list[str]) -> list[TableColumn]:
    """The columns of a table, in order.

    Raises:
        duckdb.Error: there is no such table.
    """
    rows = connection.execute(f"pragma table_info({_text(quoted_name(table))})").fetchall()
    lengths = _lengths(connection, table)
    return [
        TableColumn(name, type, lengths.get(name), not is_not_null, default)
        for _, name, type, is_not_null, default, _ in rows
    ]


SYSTEM_SCHEMAS = ("information_schema", "pg_catalog", "pg_internal")  # every database has them
_HIDDEN = f"schema_name not in ('main', '{JOURNAL}') and database_name = current_database()"


@dataclass(frozen=True)
class Relation:
    """A table or a view."""

    schema: str
    name: str
    type: str  # TABLE or VIEW


@dataclass(frozen=True)
class Column:
    """A column of a table or a view; `max_bytes` is a VARCHAR's length where it has one."""

    schema: str
    table: str
    name: str
    type: str
    is_nullable: bool
    default: str | None
    max_bytes: int | None


def schemas(connection: duckdb.DuckDBPyConnection, pattern: str | None) -> list[str]:
    """The names of the schemas that are like a pattern."""
    own = f"select schema_name as name from duckdb_schemas() where not internal and {_HIDDEN}"
    rows = connection.execute(
        f"select distinct name from ({own} union all select unnest(?)) where name like ?"
        " escape '\\' order by name",
        [list(SYSTEM_SCHEMAS), pattern or "%"],
    ).fetchall()
    return [name for (name,) in rows]


def relations(
    connection: duckdb.DuckDBPyConnection, schema_pattern: str | None, pattern: str | None
) -> list[Relation]:
    """The tables and views whose schemas and names are like the patterns."""
    rows = connection.execute(
        "select schema_name, name, type from ("
        " select schema_name, table_name as name, case when (schema_name, table_name) in"
        f" (select (schema_name, view_name) from {JOURNAL}.materialized_view) then 'VIEW'"
        " else 'TABLE' end as type from duckdb_tables()"
        f" where not internal and {_HIDDEN} union all"
        f" select schema_name, view_name, 'VIEW' from duckdb_views() where not internal"
        f" and {_HIDDEN}) where schema_name like ? escape '\\' and name like ? escape '\\'"
        " order by schema_name, name",
        [schema_pattern or "%", pattern or "%"],
    ).fetchall()
    return [Relation(*row) for row in rows]


def columns(
    connection: duckdb.DuckDBPyConnection, schema: str | None, table: str | None
) -> list[Column]:
    """The columns of one table, or of all where a name is None."""
    rows = connection.execute(
        "select schema_name, table_name, column_name, data_type, is_nullable, column_default"
        f" from duckdb_columns() where not internal and {_HIDDEN}"
        " and schema_name = coalesce(?, schema_name) and table_name = coalesce(?, table_name)"
        " order by schema_name, table_name, column_index",
        [schema, table],
    ).fetchall()
    lengths = {
        name: _lengths(connection, list(name)) for name in {(row[0], row[1]) for row in rows}
    }
    return [
        Column(
            of_schema,
            of_table,
            name,
            type,
            is_nullable,
            None if default is None or IDENTITY in default else default,
            lengths[of_schema, of_table].get(name),
        )
        for of_schema, of_table, name, type, is_nullable, default in rows
    ]


def quoted_name(table: list[str]) -> str:
    """A name of one to three parts as SQL has it."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in table)


def schema_of(connection: duckdb.DuckDBPyConnection, name: list[str]) -> str:
    """The schema of a name of one to three parts; new names without one go to the first."""
    if len(name) > 1:
        return name[-2]
    ((schema,),) = connection.execute("select current_schema()").fetchall()
    return str(schema)


def _lengths(connection: duckdb.DuckDBPyConnection, table: list[str]) -> dict[str, int]:
    schema = schema_of(connection, table)
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
