"""The operations about what a database holds: databases, schemas, tables, columns.

https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_DescribeTable.html
"""

import contextlib
from collections.abc import Callable
from typing import Any

import duckdb

from local.redshift.api.paging import page
from local.redshift.errors import (
    DatabaseConnectionException,
    SqlError,
    ValidationException,
)
from local.redshift.running.result_types import column_metadata
from local.redshift.warehouse.catalog import columns, relations, schemas
from local.redshift.warehouse.warehouse import Warehouse, check_database_name

MAX_RESULTS = 1000  # the service's limit, and what it gives where MaxResults is left out

Input = dict[str, Any]


def list_databases(warehouse: Warehouse, input: Input) -> Input:
    """Every database that exists, and the one that is asked, which does from now on."""
    _check_place(input)
    if "Database" in input:
        check_database_name(input["Database"])
        warehouse.database(input["Database"])
    return _paged("Databases", warehouse.names(), input)


def list_schemas(warehouse: Warehouse, input: Input) -> Input:
    """The schemas of a database whose names are like SchemaPattern."""
    found = _asked(warehouse, input, lambda it: schemas(it, input.get("SchemaPattern")))
    return _paged("Schemas", found, input)


def list_tables(warehouse: Warehouse, input: Input) -> Input:
    """The tables and views whose schemas and names are like the patterns."""
    patterns = input.get("SchemaPattern"), input.get("TablePattern")
    found = _asked(warehouse, input, lambda it: relations(it, *patterns))
    entries = [{"schema": one.schema, "name": one.name, "type": one.type} for one in found]
    return _paged("Tables", entries, input)


def describe_table(warehouse: Warehouse, input: Input) -> Input:
    """The columns of one table, or of all tables where none is named."""
    name = input.get("Schema"), input.get("Table")
    found = _asked(warehouse, input, lambda it: columns(it, *name))
    entries = []
    for one in found:
        entry = column_metadata(one.name, one.type) | {
            "nullable": int(one.is_nullable),
            "schemaName": one.schema,
            "tableName": one.table,
        }
        if one.max_bytes is not None:
            entry["precision"] = one.max_bytes
        if one.default is not None:
            entry["columnDefault"] = one.default
        entries.append(entry | {"length": entry["precision"]})
    answer = _paged("ColumnList", entries, input)
    return answer | ({"TableName": input["Table"]} if "Table" in input else {})


def _asked(
    warehouse: Warehouse, input: Input, ask: Callable[[duckdb.DuckDBPyConnection], list[Any]]
) -> list[Any]:
    """What a catalog query finds in `Database`; the connected one may be another."""
    _check_place(input)
    for member in ("Database", "ConnectedDatabase"):
        if member in input:
            check_database_name(input[member])
    try:
        database = warehouse.database(input["Database"])
    except SqlError as error:
        raise DatabaseConnectionException(str(error)) from error
    with contextlib.closing(database.connect()) as connection:
        return ask(connection)


def _check_place(input: Input) -> None:
    if bool(input.get("ClusterIdentifier")) == bool(input.get("WorkgroupName")):
        raise ValidationException("Give exactly one of ClusterIdentifier and WorkgroupName.")


def _paged(member: str, items: list[Any], input: Input) -> Input:
    part, next_token = page(items, input.get("NextToken"), input.get("MaxResults") or MAX_RESULTS)
    return {member: part} | ({} if next_token is None else {"NextToken": next_token})
