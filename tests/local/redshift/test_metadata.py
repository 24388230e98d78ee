"""What a database holds, through an unmodified boto3."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.redshift.server_process import WORKGROUP, ServerProcess

PLACE: dict[str, Any] = {"WorkgroupName": WORKGROUP, "Database": "dev"}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server whose database dev has two schemas with tables and a view."""
    server = ServerProcess(tmp_path_factory.mktemp("data"))
    server.start()
    for sql in (
        "create table trips (id bigint identity(1, 1), vendor varchar(10) default 'none',"
        " fare decimal(8, 2) not null, day date, at timestamp, paid boolean)",
        "create view fares as select fare, fare::float8 as wide from trips",
        "create schema sales_2015",
        "create table sales_2015.orders (n int)",
        "create table sales_2015.order_lines (n smallint, note varchar(max))",
        "create schema salesx2015",
    ):
        described = server.run(sql)
        assert described["Status"] == "FINISHED", described
    yield server
    server.kill()


def every(server: ServerProcess, operation: str, member: str, **input: Any) -> list[Any]:
    """All of a list, read through boto3's paginator in pages of two."""
    paginator = server.client().get_paginator(operation)  # type: ignore[call-overload] # by name
    pages = paginator.paginate(**PLACE | input, PaginationConfig={"PageSize": 2})
    return [item for page in pages for item in page[member]]


def test_databases_are_those_that_were_named(filled: ServerProcess) -> None:
    filled.run("select 1", Database="other")
    assert every(filled, "list_databases", "Databases") == ["dev", "other"]


def test_schemas_are_redshifts_own_and_the_users(filled: ServerProcess) -> None:
    assert every(filled, "list_schemas", "Schemas") == [
        "information_schema", "pg_catalog", "pg_internal", "public", "sales_2015", "salesx2015"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("sales%", ["sales_2015", "salesx2015"]),
        ("sales_2015", ["sales_2015", "salesx2015"]),
        ("sales\\_2015", ["sales_2015"]),
        ("nothing", []),
    ],
)
def test_a_pattern_has_wildcards(filled: ServerProcess, pattern: str, names: list[str]) -> None:
    assert every(filled, "list_schemas", "Schemas", SchemaPattern=pattern) == names


def test_tables_and_views_are_listed(filled: ServerProcess) -> None:
    assert every(filled, "list_tables", "Tables") == [
        {"schema": "public", "name": "fares", "type": "VIEW"},
        {"schema": "public", "name": "trips", "type": "TABLE"},
        {"schema": "sales_2015", "name": "order_lines", "type": "TABLE"},
        {"schema": "sales_2015", "name": "orders", "type": "TABLE"},
    ]
    found = every(filled, "list_tables", "Tables", SchemaPattern="sal%", TablePattern="%_lines")
    assert [table["name"] for table in found] == ["order_lines"]


def test_a_table_is_described_column_by_column(filled: ServerProcess) -> None:
    named = {"Schema": "public", "Table": "trips"}
    columns = every(filled, "describe_table", "ColumnList", **named)
    facts = ("name", "typeName", "length", "precision", "scale", "nullable")
    assert [tuple(column[fact] for fact in facts) for column in columns] == [
        ("id", "int8", 19, 19, 0, 0),
        ("vendor", "varchar", 10, 10, 0, 1),
        ("fare", "numeric", 8, 8, 2, 0),
        ("day", "date", 13, 13, 0, 1),
        ("at", "timestamp", 29, 29, 6, 1),
        ("paid", "bool", 1, 1, 0, 1),
    ]
    assert {(column["schemaName"], column["tableName"]) for column in columns} == {
        ("public", "trips")
    }
    assert [column.get("columnDefault") for column in columns[:3]] == [None, "'none'", None]


def test_every_table_is_described_where_none_is_named(filled: ServerProcess) -> None:
    columns = every(filled, "describe_table", "ColumnList", Schema="sales_2015")
    assert [(column["tableName"], column["name"], column["length"]) for column in columns] == [
        ("order_lines", "n", 5),
        ("order_lines", "note", 65535),
        ("orders", "n", 10),
    ]


def test_bytes_have_their_length_and_times_with_a_zone_their_width(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path)
    server.start()
    server.run("create table packet (body varbyte(20), whole varbyte, at timetz)")
    columns = every(server, "describe_table", "ColumnList", Table="packet")
    facts = ("name", "typeName", "length", "precision", "scale", "isCaseSensitive")
    assert [tuple(column[fact] for fact in facts) for column in columns] == [
        ("body", "varbyte", 20, 20, 0, True),
        ("whole", "varbyte", 64000, 64000, 0, True),
        ("at", "timetz", 21, 21, 6, False),
    ]
    server.kill()


def test_a_table_that_is_not_there_has_no_columns(filled: ServerProcess) -> None:
    answer = filled.client().describe_table(**PLACE, Schema="public", Table="nowhere")
    assert (answer["TableName"], answer["ColumnList"]) == ("nowhere", [])
    assert "NextToken" not in answer


@pytest.mark.parametrize(
    ("input", "message"),
    [
        ({"NextToken": "x"}, "NextToken 'x' is not one that this server gave"),
        ({"MaxResults": 1001}, "Member must have value less than or equal to 1000"),
        ({"ClusterIdentifier": "c"}, "exactly one of ClusterIdentifier and WorkgroupName"),
        ({"Database": "no/name"}, "is not a valid name"),
        ({"ConnectedDatabase": "no/name"}, "is not a valid name"),
    ],
)
def test_what_cannot_be_listed_says_why(
    filled: ServerProcess, input: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message) as raised:
        filled.client().list_tables(**PLACE | input)
    assert raised.value.response["Error"]["Code"] == "ValidationException"


def test_a_database_that_cannot_be_opened_is_a_failed_connection(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data")
    broken = server.data / "databases" / "broken.duckdb"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"this is no database" * 1000)
    server.start()
    with pytest.raises(ClientError, match='database "broken" cannot be opened') as raised:
        server.client().list_schemas(**PLACE | {"Database": "broken"})
    server.kill()
    assert raised.value.response["Error"]["Code"] == "DatabaseConnectionException"
