"""Functions that users write in SQL: kept in their database, spelled out where they are called.

https://docs.aws.amazon.com/redshift/latest/dg/udf-creating-a-scalar-sql-udf.html
"""

import duckdb
from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError
from local.redshift.running.journal import JOURNAL
from local.redshift.sql.commands.function_command import CreateFunctionCommand, DropFunctionCommand
from local.redshift.sql.commands.places import with_places
from local.redshift.sql.dialect import REDSHIFT
from local.redshift.sql.functions.table import is_built_in
from local.redshift.sql.types import type_name
from local.redshift.warehouse.catalog import schema_of

FUNCTIONS = f"{JOURNAL}.sql_function"
CREATE = (
    f"create table if not exists {FUNCTIONS} (schema_name varchar, function_name varchar,"
    " types varchar[], returns varchar, body varchar)"
)
_IS_IT = "schema_name = ? and function_name = ? and types = ?"
_MAX_DEPTH = 16


def create(connection: duckdb.DuckDBPyConnection, command: CreateFunctionCommand) -> None:
    """Keep a function, if its text can be read.

    Raises:
        SqlError: it cannot be read, or there is one of the same name and types.
    """
    types = [type_name(type) for type in command.types]
    type_name(command.returns)
    _value(command.body, [exp.null() for _ in types])
    place = [schema_of(connection, command.name), command.name[-1], types]
    found = connection.execute(f"select 1 from {FUNCTIONS} where {_IS_IT}", place).fetchall()
    if found and not command.is_replacing:
        raise SqlError(f'function "{command.name[-1]}" already exists with same argument types')
    connection.execute(f"delete from {FUNCTIONS} where {_IS_IT}", place)
    values = [*place, command.returns, command.body]
    connection.execute(f"insert into {FUNCTIONS} values (?, ?, ?, ?, ?)", values)


def drop(connection: duckdb.DuckDBPyConnection, command: DropFunctionCommand) -> None:
    """Forget a function; raises a SqlError if there is none."""
    types = [type_name(type) for type in command.types]
    place = [schema_of(connection, command.name), command.name[-1], types]
    found = connection.execute(
        f"delete from {FUNCTIONS} where {_IS_IT} returning 1", place
    ).fetchall()
    if not found:
        raise SqlError(f"function {command.name[-1]}({', '.join(types)}) does not exist")


def spelled_out(connection: duckdb.DuckDBPyConnection, root: exp.Expr) -> None:
    """Replace every call of a user's function by what it computes.

    Raises:
        SqlError: functions call each other without end, or only types tell them apart.
    """
    for _ in range(_MAX_DEPTH):
        calls = [
            (call, found)
            for call in list(root.find_all(exp.Anonymous))
            if not is_built_in(call.name.lower()) and (found := _find(connection, call)) is not None
        ]
        if not calls:
            return
        for call, (types, returns, body) in calls:
            pairs = zip(call.expressions, types, strict=True)
            arguments = [_cast(argument.copy(), type) for argument, type in pairs]
            named = call.parent if isinstance(call.parent, exp.Dot) else call
            named.replace(_cast(exp.paren(_value(body, arguments)), returns))
    raise SqlError(f"functions may be nested {_MAX_DEPTH} calls deep")


def _find(
    connection: duckdb.DuckDBPyConnection, call: exp.Anonymous
) -> tuple[list[str], str, str] | None:
    schema = [call.parent.this.name] if isinstance(call.parent, exp.Dot) else []
    name = [*schema, call.name.lower()]
    found = connection.execute(
        f"select types, returns, body from {FUNCTIONS}"
        " where schema_name = ? and function_name = ? and len(types) = ?",
        [schema_of(connection, name), name[-1], len(call.expressions)],
    ).fetchall()
    if len(found) > 1:
        raise NotSupported(f"{name[-1]}() where only types tell the functions apart")
    return found[0] if found else None


def _value(body: str, arguments: list[exp.Expr]) -> exp.Expr:
    """The value that the body selects, with the arguments in their places."""
    names = [f"argument_{number}" for number in range(len(arguments))]
    found = REDSHIFT.parse(with_places(body, [f":{name}" for name in names]))
    select = found[0] if len(found) == 1 else None
    if not isinstance(select, exp.Select) or len(select.expressions) != 1:
        raise SqlError("a function's body is one SELECT of one value")
    if select.args.get("from_"):
        raise NotSupported("a function that selects from a table")
    root = exp.paren(select.expressions[0].unalias().copy())
    for place in list(root.find_all(exp.Placeholder)):
        place.replace(exp.paren(arguments[names.index(place.name)].copy()))
    value = root.this
    assert isinstance(value, exp.Expr)  # a Paren has one
    return value


def _cast(value: exp.Expr, type: str) -> exp.Expr:
    return exp.Cast(this=value, to=exp.DataType.build(type, dialect="redshift"))
