"""CREATE, ALTER and DROP: the definition itself, and what is kept beside it or depends on it.

https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_commands.html
"""

from collections.abc import Callable

import duckdb
from sqlglot import exp

from local.redshift.sql.script import Command, Kind
from local.redshift.sql.translate import Values
from local.redshift.warehouse import dependents, layout, materialized_view, tables, views

Run = Callable[[Command, Values], None]  # translates a definition, and has DuckDB do it


def define(
    connection: duckdb.DuckDBPyConnection, command: Command, values: Values, run: Run
) -> None:
    """Do what a definition says.

    Raises:
        SqlError: something depends on what is dropped, or the definition is not supported.
        duckdb.Error: a name is taken, or does not exist.
    """
    match command.expression:
        case exp.Create() as create:
            _create(connection, create, command, values, run)
        case exp.Alter() as alter:
            _alter(connection, alter, command, values, run)
        case exp.Drop() as drop:
            dependents.drop_dependents(connection, drop)
            run(command, values)
            materialized_view.forget_dropped(connection)


def _create(
    connection: duckdb.DuckDBPyConnection,
    create: exp.Create,
    command: Command,
    values: Values,
    run: Run,
) -> None:
    if create.kind != "VIEW" or create.expression is None:
        tables.spell_out_like(connection, create)
        run(command, values)
        layout.put(connection, tables.name_of(create.this), command.storage)
        return
    view = views.defined(connection, create, command.view_text)
    run(command, values)
    views.put(connection, tables.name_of(create.this), view)


def _alter(
    connection: duckdb.DuckDBPyConnection,
    alter: exp.Alter,
    command: Command,
    values: Values,
    run: Run,
) -> None:
    dependents.check_renaming(connection, alter)
    if tables.is_rebuilding(alter):
        tables.rebuild(connection, alter, lambda create: run(Command(Kind.DEFINE, create), {}))
    else:
        run(command, values)
    layout.put(connection, tables.name_of(alter.this), command.storage)
