"""What the catalog of a database says about its schemas, tables and columns."""

from dataclasses import dataclass

import duckdb

from local.redshift.sql.ddl import IDENTITY

_COLUMNS = "local_redshift.main.user_column"  # see system_views.sql


@dataclass(frozen=True)
class TableColumn:
    """A column of DuckDB's type, with DuckDB's default.

    max_bytes: the length of a VARCHAR or CHAR, None for other types.
    char_bytes: the length of a CHAR, None for other types.
    """

    name: str
    type: str
    max_bytes: int | None
    is_nullable: bool
    default: str | None
    char_bytes: int | None = None

    @property
    def is_identity(self) -> bool:
        return self.default is not None and IDENTITY in self.default


def table_columns(connection: duckdb.DuckDBPyConnection, table: list[str]) -> list[TableColumn]:
    """The columns of a table, in order.

    Raises:
        duckdb.Error: there is no such table.
    """
    rows = connection.execute(f"pragma table_info({_text(quoted_name(table))})").fetchall()
    found = connection.execute(
        f"select column_name, declared_bytes, char_bytes from {_COLUMNS} where table_name = ?"
        " and (schema_name = ? or (is_temporary and ?))",
        [table[-1], schema_of(connection, table), len(table) == 1],
    ).fetchall()
    lengths = {name: lengths for name, *lengths in found}
    return [
        TableColumn(name, type, known[0], not is_not_null, default, known[1])
        for _, name, type, is_not_null, default, _ in rows
        for known in [lengths.get(name, (None, None))]
    ]


def has_characters(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether there is a CHAR column, which its comment tells (layout.py)."""
    found = connection.execute(
        "select 1 from duckdb_columns() where comment like '%\"char\":%' limit 1"
    )
    return found.fetchone() is not None


def character_columns(
    connection: duckdb.DuckDBPyConnection, relation: list[str]
) -> list[tuple[str, int | None]]:
    """The columns of a table or view with the lengths of CHARs; none if there is no such one."""
    rows = connection.execute(
        f"select is_temporary, column_name, char_bytes from {_COLUMNS} where table_name = ?"
        " and (schema_name = ? or (is_temporary and ?)) order by is_temporary desc, position",
        [relation[-1], schema_of(connection, relation), len(relation) == 1],
    ).fetchall()
    return [(name, length) for is_temporary, name, length in rows if is_temporary == rows[0][0]]


@dataclass(frozen=True)
class Relation:
    """A table or a view."""

    schema: str
    name: str
    type: str  # TABLE or VIEW


@dataclass(frozen=True)
class Column:
    """A column of a table or a view; `max_bytes` is a text's length where it has one.

    type: DuckDB's, but CHAR(n) of a CHAR.
    """

    schema: str
    table: str
    name: str
    type: str
    is_nullable: bool
    default: str | None
    max_bytes: int | None


def schemas(connection: duckdb.DuckDBPyConnection, pattern: str | None) -> list[str]:
    """The names of the schemas that are like a pattern."""
    rows = connection.execute(
        "select schema_name from local_redshift.main.user_schema"
        " where schema_name like ? escape '\\' order by schema_name",
        [pattern or "%"],
    ).fetchall()
    return [name for (name,) in rows]


def relations(
    connection: duckdb.DuckDBPyConnection, schema_pattern: str | None, pattern: str | None
) -> list[Relation]:
    """The tables and views whose schemas and names are like the patterns."""
    rows = connection.execute(
        "select schema_name, name, case kind when 'v' then 'VIEW' else 'TABLE' end"
        " from local_redshift.main.user_relation where not is_temporary"
        " and schema_name like ? escape '\\' and name like ? escape '\\'"
        " order by schema_name, name",
        [schema_pattern or "%", pattern or "%"],
    ).fetchall()
    return [Relation(*row) for row in rows]


def columns(
    connection: duckdb.DuckDBPyConnection, schema: str | None, table: str | None
) -> list[Column]:
    """The columns of one table, or of all where a name is None."""
    rows = connection.execute(
        "select schema_name, table_name, column_name,"
        " coalesce('CHAR(' || char_bytes || ')', data_type), is_nullable, column_default,"
        f" declared_bytes from {_COLUMNS} where not is_temporary"
        " and schema_name = coalesce(?, schema_name) and table_name = coalesce(?, table_name)"
        " order by schema_name, table_name, position",
        [schema, table],
    ).fetchall()
    return [Column(*row) for row in rows]


def quoted_name(table: list[str]) -> str:
    """A name of one to three parts as SQL has it."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in table)


def schema_of(connection: duckdb.DuckDBPyConnection, name: list[str]) -> str:
    """The schema of a name of one to three parts; new names without one go to the first."""
    if len(name) > 1:
        return name[-2]
    ((schema,),) = connection.execute("select current_schema()").fetchall()
    return str(schema)


def located(connection: duckdb.DuckDBPyConnection, name: list[str]) -> tuple[str, str]:
    """The schema and name of the relation that a name means; a new one would go to the first."""
    if len(name) > 1:
        return name[-2], name[-1]
    found = connection.execute(
        "select schema_name from local_redshift.main.user_relation"
        " where name = ? and (is_temporary or list_contains(current_schemas(false), schema_name))"
        " order by is_temporary desc, list_position(current_schemas(false), schema_name) limit 1",
        name,
    ).fetchone()
    return (str(found[0]) if found else schema_of(connection, name)), name[-1]


def _text(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"
