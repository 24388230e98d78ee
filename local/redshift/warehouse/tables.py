"""Definitions that follow from what a table is now: CREATE TABLE (LIKE t), and what DuckDB alters
only by making the table anew, which is what touches the length of a VARCHAR.

https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
"""

from collections.abc import Callable

import duckdb
from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql.types import (
    DEFAULT_VARBYTE,
    MAX_VARCHAR,
    SKETCH,
    char_length,
    column_type,
    redshift_type,
)
from local.redshift.warehouse import layout
from local.redshift.warehouse.catalog import TableColumn, quoted_name, table_columns

Define = Callable[[exp.Create], None]
_REBUILT = "being altered"  # the name of the table that takes the place of another


def spell_out_like(connection: duckdb.DuckDBPyConnection, create: exp.Create) -> None:
    """Replace LIKE t by the columns of t; without INCLUDING DEFAULTS they have none."""
    schema = create.this
    if not isinstance(schema, exp.Schema):
        return
    defined: list[exp.Expr] = []
    for item in schema.expressions:
        if isinstance(item, exp.LikeProperty):
            defined += _like(connection, item)
        else:
            defined.append(item)
    schema.set("expressions", defined)


def _like(connection: duckdb.DuckDBPyConnection, like: exp.LikeProperty) -> list[exp.ColumnDef]:
    words = [f"{item.name} {item.text('value')}".upper() for item in like.expressions]
    if unknown := [word for word in words if not word.endswith(" DEFAULTS")]:
        raise NotSupported(f"LIKE with {unknown[0]}")
    has_defaults = "INCLUDING DEFAULTS" in words
    columns = table_columns(connection, name_of(like.this))
    return [_definition(column, has_defaults) for column in columns]


def is_rebuilding(expression: exp.Expr) -> bool:
    """Whether an ALTER TABLE makes the table anew."""
    if not isinstance(expression, exp.Alter):
        return False
    action = expression.args["actions"][0]
    if isinstance(action, exp.ColumnDef):
        type, length = column_type(action.kind)
        return type.this is SKETCH or (length is not None and length < MAX_VARCHAR)
    return isinstance(action, exp.AlterColumn)


def rebuild(connection: duckdb.DuckDBPyConnection, alter: exp.Alter, define: Define) -> None:
    """Make the table anew with a column more, or with another length of one.

    Raises:
        SqlError: a value does not fit, or nothing but a length was to be changed.
    """
    table, action = name_of(alter.this), alter.args["actions"][0]
    columns = table_columns(connection, table)
    definitions = [_definition(column, True) for column in columns]
    if isinstance(action, exp.ColumnDef):
        definitions.append(action.copy())
    else:
        _change_length(definitions, action)
    draft = exp.to_table(f'"{_REBUILT}"')
    schema = exp.Schema(this=draft, expressions=definitions)
    define(exp.Create(this=schema, kind="TABLE"))
    stored = layout.get(connection, table)
    names = ", ".join(quoted_name([column.name]) for column in columns)
    old, new = quoted_name(table), quoted_name([_REBUILT])
    connection.execute(f"insert into {new} ({names}) select {names} from {old}")
    connection.execute(f"drop table {old}")
    connection.execute(f"alter table {new} rename to {quoted_name(table[-1:])}")
    layout.put(connection, table, stored)


def _change_length(definitions: list[exp.ColumnDef], action: exp.AlterColumn) -> None:
    name, type = action.name.lower(), action.args.get("dtype")
    found = [definition for definition in definitions if definition.name == name]
    if not found:
        raise SqlError(f'column "{name}" does not exist')
    old = found[0].kind
    texts = exp.DataType.TEXT_TYPES
    is_char = char_length(type) or char_length(old)
    if type is None or old is None or is_char or not {type.this, old.this} <= texts:
        raise NotSupported(
            "ALTER COLUMN other than the length of a VARCHAR", "add a column, copy, and drop one"
        )
    found[0].set("kind", type.copy())


def _definition(column: TableColumn, has_default: bool) -> exp.ColumnDef:
    """A column of a table as CREATE TABLE has it."""
    type = redshift_type(column.type)
    if type == "varchar":
        name = "varchar" if column.char_bytes is None else "char"
        type = f"{name}({column.max_bytes or MAX_VARCHAR})"
    if type == "varbyte":
        type = f"varbyte({column.max_bytes or DEFAULT_VARBYTE})"
    constraints: list[exp.Expr] = []
    if not column.is_nullable:
        constraints.append(exp.NotNullColumnConstraint())
    if column.default is not None and (has_default or column.is_identity):
        constraints.append(exp.DefaultColumnConstraint(this=exp.var(column.default)))
    return exp.ColumnDef(
        this=exp.to_identifier(column.name, quoted=True),
        kind=exp.DataType.build(type, dialect="redshift"),
        constraints=[exp.ColumnConstraint(kind=constraint) for constraint in constraints],
    )


def name_of(table: exp.Expr) -> list[str]:
    """The parts of a table's name; of a definition's, too."""
    if isinstance(table, exp.Schema):
        table = table.this
    return [part.name.lower() for part in table.parts] if isinstance(table, exp.Table) else []
