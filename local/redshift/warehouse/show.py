"""SHOW DATABASES, SCHEMAS, TABLES and COLUMNS as queries (Redshift's) of the system views; SHOW
TABLE, VIEW and PROCEDURE as the text that makes one anew.

https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_TABLES.html
"""

import duckdb

from local.redshift.errors import SqlError
from local.redshift.sql.session_command import ShowDefinitionCommand, ShowObjectsCommand
from local.redshift.warehouse import procedures, table_text, views

_QUERIES = {
    "DATABASES": (
        "select datname as database_name, datdba as database_owner, 'local' as database_type"
        " from pg_database"
    ),
    "SCHEMAS": (
        "select database_name, schema_name, schema_owner, schema_type, schema_acl,"
        " source_database, schema_option from svv_all_schemas"
    ),
    "TABLES": (
        "select database_name, schema_name, table_name, table_type, table_acl, remarks"
        " from svv_all_tables"
    ),
    "COLUMNS": (
        "select database_name, schema_name, table_name, column_name, ordinal_position,"
        " column_default, is_nullable, data_type, character_maximum_length, numeric_precision,"
        " numeric_scale, remarks from svv_all_columns"
    ),
}
_PLACES = {
    "DATABASES": [],
    "SCHEMAS": ["database_name"],
    "TABLES": ["database_name", "schema_name"],
    "COLUMNS": ["database_name", "schema_name", "table_name"],
}
_NAMED = {
    "DATABASES": "datname",
    "SCHEMAS": "schema_name",
    "TABLES": "table_name",
    "COLUMNS": "column_name",
}


def query(command: ShowObjectsCommand, database: str, schema: str) -> tuple[str, dict[str, str]]:
    """The query and its parameters; `database` and `schema` are meant where none is named.

    Raises:
        SqlError: the name has more parts than the place, or another database is meant.
    """
    columns = _PLACES[command.kind]
    if len(command.place) > len(columns):
        raise SqlError(f"SHOW {command.kind} FROM {'.'.join(command.place)}: too many names")
    named = dict(zip(reversed(columns), reversed(command.place), strict=False))
    place = {"database_name": database, "schema_name": schema} | named
    if place["database_name"] != database:
        raise SqlError(
            f'database "{place["database_name"]}" is not the one connected to; name it in the call'
        )
    values = {column: place[column] for column in columns}
    conditions = [f"{column} = :{column}" for column in columns]
    conditions.append(f"{_NAMED[command.kind]} like :pattern")
    order = "ordinal_position" if command.kind == "COLUMNS" else _NAMED[command.kind]
    sql = f"{_QUERIES[command.kind]} where {' and '.join(conditions)} order by {order}"
    return sql, values | {"pattern": command.pattern}


def definition(
    connection: duckdb.DuckDBPyConnection, command: ShowDefinitionCommand
) -> tuple[str, str]:
    """The heading and the text of a definition.

    Raises:
        SqlError: there is none, or its text is not known.
    """
    if command.kind == "PROCEDURE":
        text = procedures.shown(connection, command.name, command.types)
        return "Stored Procedure Definition", text
    if command.kind == "VIEW":
        return "Show View DDL statement", views.shown(connection, command.name)
    return "Show Table DDL statement", table_text.shown(connection, command.name)
