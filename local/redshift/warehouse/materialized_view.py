"""Materialized views: a table with the rows of a query, and the query to fill it again.

https://docs.aws.amazon.com/redshift/latest/dg/materialized-view-overview.html
"""

from collections.abc import Iterator

import duckdb
from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError
from local.redshift.running.journal import JOURNAL
from local.redshift.sql.script import Kind, commands
from local.redshift.sql.system_relations import system_relations
from local.redshift.sql.translate import Translation, translate
from local.redshift.sql.view_command import ViewCommand
from local.redshift.warehouse import layout
from local.redshift.warehouse.catalog import quoted_name, schema_of

VIEWS = f"{JOURNAL}.materialized_view"
CREATE = (
    f"create table if not exists {VIEWS} (schema_name varchar, view_name varchar, query varchar)"
)


def run(connection: duckdb.DuckDBPyConnection, command: ViewCommand) -> None:
    """Create, refresh or drop a materialized view.

    Raises:
        SqlError: there is no such view, or its query is not supported.
        duckdb.Error: the name is taken, or the query fails.
    """
    name, place = quoted_name(command.name), _place(connection, command.name)
    if command.action == "CREATE":
        translation = _translated(connection, command.query)
        connection.execute(f"create table {name} as {translation.statements[0]}")
        layout.put_characters(connection, command.name, translation.characters)
        connection.execute(f"insert into {VIEWS} values (?, ?, ?)", [*place, command.query])
        return
    query = _query(connection, place)
    if query is None:
        if command.if_exists:
            return
        raise SqlError(f'materialized view "{place[1]}" does not exist')
    if command.action == "REFRESH":
        connection.execute(f"delete from {name}")
        (sql,) = _translated(connection, query).statements
        connection.execute(f"insert into {name} {sql}")
    else:
        connection.execute(f"drop table {name}")
        forget_dropped(connection)


def check_changeable(connection: duckdb.DuckDBPyConnection, expression: exp.Expr) -> None:
    """Refuse what would change a materialized view other than by its own commands."""
    for table in _changed(expression):
        check_table(connection, [part for part in (table.db, table.name) if part])


def check_table(connection: duckdb.DuckDBPyConnection, table: list[str]) -> None:
    """Refuse to change the rows or the definition of a materialized view."""
    if _query(connection, _place(connection, table)) is not None:
        raise SqlError(
            f'cannot change materialized view "{table[-1]}"; use REFRESH MATERIALIZED VIEW,'
            " or DROP MATERIALIZED VIEW"
        )


def reads(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """What each materialized view reads, as schemas and names."""
    found = connection.execute(f"from {VIEWS}").fetchall()
    return {(schema, name): _read(query) for schema, name, query in found}


def _read(query: str) -> set[tuple[str, str]]:
    """The relations that a query names, as schema and name."""
    tables = [
        table
        for command in commands(query, set())
        if command.expression is not None
        for table in command.expression.find_all(exp.Table)
    ]
    return {((table.db or "public").lower(), table.name.lower()) for table in tables}


def forget_dropped(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget the queries of views that are gone, as those of a dropped schema are."""
    connection.execute(
        f"delete from {VIEWS} where (schema_name, view_name) not in"
        " (select (schema_name, table_name) from duckdb_tables()"
        " where database_name = current_database())"
    )


def _changed(expression: exp.Expr) -> Iterator[exp.Table]:
    """The tables that a statement changes."""
    match expression:
        case exp.Insert() | exp.Update() | exp.Delete() | exp.Alter():
            targets = [expression.this, *(expression.args.get("tables") or [])]
        case exp.TruncateTable():
            targets = expression.expressions
        case exp.Drop():
            targets = expression.args["tables"]
        case _:
            targets = []
    for target in targets:
        table = target.this if isinstance(target, exp.Schema) else target
        if isinstance(table, exp.Table) and table.this is not None:
            yield table


def _place(connection: duckdb.DuckDBPyConnection, name: list[str]) -> list[str]:
    """Schema and name."""
    return [schema_of(connection, name), name[-1]]


def _query(connection: duckdb.DuckDBPyConnection, place: list[str]) -> str | None:
    """The query of a materialized view; None if there is none of that name."""
    found = connection.execute(
        f"select query from {VIEWS} where schema_name = ? and view_name = ?", place
    ).fetchone()
    return None if found is None else str(found[0])


def _translated(connection: duckdb.DuckDBPyConnection, query: str) -> Translation:
    found = commands(query, set())
    if len(found) != 1 or found[0].kind is not Kind.QUERY:
        raise SqlError("a materialized view takes one SELECT")
    names = system_relations(found[0].expression)
    if names:
        raise NotSupported(f"a materialized view of the system relation {names[0]}")
    return translate(found[0], connection, {})
