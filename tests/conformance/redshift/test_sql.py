"""Redshift's SQL: each statement in sql/*.yaml answers what Redshift's documentation says.

`QUERYCAST_REDSHIFT_WORKGROUP` (with `QUERYCAST_REDSHIFT_DATABASE`) names a workgroup of an AWS
account to ask instead of the local server; the tables that the cases create are temporary.
"""

import os
import uuid
from typing import Any

import boto3
import pytest

from tests.conformance.redshift.sql_cases import SqlCase, sql_cases
from tests.local.redshift.conftest import server as server  # one for this module
from tests.local.redshift.server_process import ENDS, ServerProcess
from tests.local.redshift.sql_runner import value


@pytest.fixture(scope="module")
def client(request: pytest.FixtureRequest) -> Any:
    """The Data API that is asked."""
    if "QUERYCAST_REDSHIFT_WORKGROUP" in os.environ:
        return boto3.client("redshift-data")
    server: ServerProcess = request.getfixturevalue("server")
    return server.client()


@pytest.mark.parametrize("case", sql_cases(), ids=lambda case: case.name)
def test_sql(client: Any, case: SqlCase) -> None:
    sqls = [*case.given, case.sql]
    parameters = [{"name": name, "value": value} for name, value in case.values.items()]
    started = client.batch_execute_statement(
        WorkgroupName=os.environ.get("QUERYCAST_REDSHIFT_WORKGROUP", "analytics"),
        Database=os.environ.get("QUERYCAST_REDSHIFT_DATABASE", "dev"),
        Sqls=sqls,
        ClientToken=str(uuid.uuid4()),
        WaitTimeSeconds=30,
        **({"Parameters": parameters} if parameters else {}),
    )
    while (described := client.describe_statement(Id=started["Id"]))["Status"] not in ENDS:
        pass
    part = described["SubStatements"][-1]
    if "error" in case.expected:
        assert part["Status"] == "FAILED", described
        assert case.expected["error"] in part["Error"]
        return
    assert described["Status"] == "FINISHED", described["Error"]
    answer = _answer(client, part) if part["HasResultSet"] else {}
    answer["changed"] = part["ResultRows"]
    assert {key: answer.get(key) for key in case.expected} == case.expected


def _answer(client: Any, part: dict[str, Any]) -> dict[str, Any]:
    result = client.get_statement_result(Id=part["Id"])
    return {
        "rows": [[value(field) for field in row] for row in result["Records"]],
        "names": [column["name"] for column in result["ColumnMetadata"]],
        "types": [column["typeName"] for column in result["ColumnMetadata"]],
    }
