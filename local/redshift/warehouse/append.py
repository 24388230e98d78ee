"""ALTER TABLE APPEND: all rows of one table move to another one.

https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE_APPEND.html
"""

import duckdb

from local.redshift.errors import SqlError
from local.redshift.sql.commands.table_command import AppendCommand
from local.redshift.sql.types import redshift_type
from local.redshift.warehouse.catalog import quoted_name, table_columns


def append(connection: duckdb.DuckDBPyConnection, command: AppendCommand) -> int:
    """Move the rows; their number.

    Raises:
        SqlError: the columns do not agree, and nobody said to fill or to ignore them.
        duckdb.Error: there is no such table.
    """
    target = {column.name: column.type for column in table_columns(connection, command.target)}
    source = {column.name: column.type for column in table_columns(connection, command.source)}
    if command.target == command.source:
        raise SqlError("ALTER TABLE APPEND takes two tables, not one twice")
    if not command.is_ignoring and (extra := [name for name in source if name not in target]):
        raise SqlError(
            f'column "{extra[0]}" of the source table is not in the target table; use IGNOREEXTRA'
        )
    if not command.is_filling and (extra := [name for name in target if name not in source]):
        raise SqlError(
            f'column "{extra[0]}" of the target table is not in the source table; use FILLTARGET'
        )
    shared = [name for name in source if name in target]
    for name in shared:
        if source[name] != target[name]:
            raise SqlError(
                f'column "{name}" is {redshift_type(target[name])} in the target table and'
                f" {redshift_type(source[name])} in the source table"
            )
    names = ", ".join(quoted_name([name]) for name in shared)
    into, origin = quoted_name(command.target), quoted_name(command.source)
    found = connection.execute(f"insert into {into} ({names}) select {names} from {origin}")
    moved = found.fetchone()
    connection.execute(f"delete from {origin}")
    return int(moved[0]) if moved else 0
