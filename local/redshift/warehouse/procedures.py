"""Stored procedures: kept in their database, and run on the connection that calls them.

https://docs.aws.amazon.com/redshift/latest/dg/stored-procedure-create.html
"""

from dataclasses import asdict

import duckdb
import orjson

from local.redshift.errors import NotSupported, SqlError
from local.redshift.plpgsql.interpreter import Procedure
from local.redshift.plpgsql.parser import parse
from local.redshift.running.journal import JOURNAL
from local.redshift.sql.procedure_command import (
    Argument,
    CreateProcedureCommand,
    DropProcedureCommand,
)
from local.redshift.sql.types import type_name
from local.redshift.warehouse.catalog import schema_of

PROCEDURES = f"{JOURNAL}.stored_procedure"
CREATE = (
    f"create table if not exists {PROCEDURES} (schema_name varchar, procedure_name varchar,"
    " types varchar[], arguments varchar, body varchar, is_nonatomic boolean)"
)
_FULL_NAMES = {
    "varchar": "character varying",
    "decimal": "numeric",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
}
_IS_IT = "schema_name = ? and procedure_name = ? and types = ?"


def create(connection: duckdb.DuckDBPyConnection, command: CreateProcedureCommand) -> None:
    """Keep a procedure, if its text can be read.

    Raises:
        SqlError: it cannot be read, or there is one of the same name and types.
    """
    parse(command.body)
    place = [schema_of(connection, command.name), command.name[-1], _types(command.arguments)]
    found = connection.execute(f"select 1 from {PROCEDURES} where {_IS_IT}", place).fetchall()
    if found and not command.is_replacing:
        raise SqlError(f'function "{command.name[-1]}" already exists with same argument types')
    connection.execute(f"delete from {PROCEDURES} where {_IS_IT}", place)
    arguments = orjson.dumps([asdict(argument) for argument in command.arguments]).decode()
    values = [*place, arguments, command.body, command.is_nonatomic]
    connection.execute(f"insert into {PROCEDURES} values (?, ?, ?, ?, ?, ?)", values)


def drop(connection: duckdb.DuckDBPyConnection, command: DropProcedureCommand) -> None:
    """Forget a procedure.

    Raises:
        SqlError: there is none, or more than one could be meant.
    """
    found = _named(connection, command.name, command.types)
    if not found and not command.if_exists:
        raise SqlError(f"procedure {_signature(command.name, command.types or [])} does not exist")
    if len(found) > 1:
        raise SqlError(f'procedure name "{command.name[-1]}" is not unique; give its types')
    place = [schema_of(connection, command.name), command.name[-1]]
    for types, *_ in found:
        connection.execute(f"delete from {PROCEDURES} where {_IS_IT}", [*place, types])


def shown(connection: duckdb.DuckDBPyConnection, name: list[str], types: list[str] | None) -> str:
    """The command that makes a procedure anew.

    https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_PROCEDURE.html

    Raises:
        SqlError: there is none, or more than one could be meant.
    """
    found = _named(connection, name, types)
    if not found:
        raise SqlError(f"procedure {_signature(name, types or [])} does not exist")
    if len(found) > 1:
        raise SqlError(f'procedure name "{name[-1]}" is not unique; give its types')
    ((_, stored, body, is_nonatomic),) = found
    if is_nonatomic:
        raise NotSupported("SHOW PROCEDURE of a NONATOMIC one")
    arguments = ", ".join(_shown(Argument(**argument)) for argument in orjson.loads(stored))
    full_name = f"{schema_of(connection, name)}.{name[-1]}"
    return (
        f"CREATE OR REPLACE PROCEDURE {full_name}({arguments})\nLANGUAGE plpgsql\nAS $_${body}$_$\n"
    )


def _shown(argument: Argument) -> str:
    type = type_name(argument.type)
    mode = "" if argument.mode == "IN" else argument.mode
    return " ".join(filter(None, (mode, argument.name, _FULL_NAMES.get(type, type))))


def _named(
    connection: duckdb.DuckDBPyConnection, name: list[str], types: list[str] | None
) -> list[tuple[list[str], str, str, bool]]:
    """The types, arguments and texts of the procedures of that name, and with those types."""
    found = connection.execute(
        f"select types, arguments, body, is_nonatomic from {PROCEDURES}"
        " where schema_name = ? and procedure_name = ?",
        [schema_of(connection, name), name[-1]],
    ).fetchall()
    wanted = None if types is None else [type_name(type) for type in types]
    return [row for row in found if wanted in (None, row[0])]


def find(connection: duckdb.DuckDBPyConnection, name: list[str], arguments: list[str]) -> Procedure:
    """The procedure that a call with these arguments means.

    Raises:
        SqlError: there is none, or more than one could be meant.
    """
    place = [schema_of(connection, name), name[-1], len(arguments)]
    found = connection.execute(
        f"select arguments, body, is_nonatomic from {PROCEDURES}"
        " where schema_name = ? and procedure_name = ? and len(types) = ?",
        place,
    ).fetchall()
    if not found:
        count = f"{len(arguments)} argument{'' if len(arguments) == 1 else 's'}"
        raise SqlError(f"procedure {name[-1]} with {count} does not exist")
    if len(found) > 1:
        raise NotSupported(
            f"CALL {name[-1]}() where only types tell the procedures apart",
            "give them different names",
        )
    ((stored, body, is_nonatomic),) = found
    listed = [Argument(**argument) for argument in orjson.loads(stored)]
    return Procedure(listed, parse(body), is_nonatomic)


def _types(arguments: list[Argument]) -> list[str]:
    """The types that tell a procedure from others of its name."""
    return [type_name(argument.type) for argument in arguments if argument.mode != "OUT"]


def _signature(name: list[str], types: list[str]) -> str:
    return f"{'.'.join(name)}({', '.join(types)})"
