"""What the Data API is asked, and what it answers, in core's words."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from core.aws.redshift_data import RedshiftData
from core.errors import StatementFailed, StatementRefused, WarehouseBusy
from core.exports.unload import TableColumn
from core.parameters import Parameter

STATEMENT_ID = "d9b6c0c9-0747-4bf4-b142-e8883122f766"
QUERY_ID = "6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10"


@pytest.fixture
def client() -> Any:
    return boto3.client(
        "redshift-data",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


@pytest.fixture
def api(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as api:
        yield api
        api.assert_no_pending_responses()


@pytest.fixture
def redshift_data(client: Any, api: Stubber) -> RedshiftData:
    return RedshiftData(client, {})


def test_a_running_statement_is_stopped(redshift_data: RedshiftData, api: Stubber) -> None:
    api.add_response("cancel_statement", {"Status": True}, {"Id": STATEMENT_ID})
    assert redshift_data.cancel(STATEMENT_ID)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ValidationException", "Could not cancel a query that is already in FINISHED state"),
        ("ResourceNotFoundException", "Query does not exist."),
    ],
)
def test_one_that_has_ended_or_is_unknown_cannot_be(
    redshift_data: RedshiftData, api: Stubber, code: str, words: str
) -> None:
    api.add_client_error("cancel_statement", code, words, 400)
    assert not redshift_data.cancel(STATEMENT_ID)


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "InternalServerException", "DatabaseConnectionException"]
)
def test_what_may_go_well_the_next_time_is_busy(
    redshift_data: RedshiftData, api: Stubber, code: str
) -> None:
    api.add_client_error("cancel_statement", code, "Rate exceeded")
    with pytest.raises(WarehouseBusy, match="Rate exceeded"):
        redshift_data.cancel(STATEMENT_ID)


def test_a_statement_is_found_by_its_querys_id(redshift_data: RedshiftData, api: Stubber) -> None:
    """Also where a first page has none: the service filters what it has read."""
    wanted = {"StatementName": QUERY_ID, "Status": "ALL"}
    api.add_response("list_statements", {"Statements": [], "NextToken": "more"}, wanted)
    found = {"Statements": [{"Id": STATEMENT_ID}]}
    api.add_response("list_statements", found, wanted | {"NextToken": "more"})
    assert redshift_data.find(QUERY_ID) == STATEMENT_ID


def test_none_is_found_where_none_was_started(redshift_data: RedshiftData, api: Stubber) -> None:
    api.add_response("list_statements", {"Statements": []})
    assert redshift_data.find(QUERY_ID) is None


def test_what_cannot_be_found_now_is_busy(redshift_data: RedshiftData, api: Stubber) -> None:
    api.add_client_error("list_statements", "InternalServerException", "Try again")
    with pytest.raises(WarehouseBusy):
        redshift_data.find(QUERY_ID)


MONTH = Parameter("month", "2015-06-01")
BOUND = {"Parameters": [{"name": "month", "value": "2015-06-01"}]}
ASKED = {  # for the columns
    "Sql": "select 1 where false",
    "StatementName": f"columns-{QUERY_ID}",
    "ClientToken": f"columns-{QUERY_ID}",
    **BOUND,
}


def test_statements_of_a_batch_share_name_token_and_values(
    redshift_data: RedshiftData, api: Stubber
) -> None:
    names = {"StatementName": QUERY_ID, "ClientToken": QUERY_ID, "WithEvent": True}
    wanted = {"Sqls": ["select 1", "select 2"], **names, **BOUND}
    api.add_response("batch_execute_statement", {"Id": STATEMENT_ID}, wanted)
    sqls = ["select 1", "select 2"]
    assert redshift_data.execute_all(QUERY_ID, sqls, [MONTH]) == STATEMENT_ID


def test_a_batch_that_is_not_taken_is_refused(redshift_data: RedshiftData, api: Stubber) -> None:
    api.add_client_error("batch_execute_statement", "ValidationException", "too long", 400)
    with pytest.raises(StatementRefused, match="too long"):
        redshift_data.execute_all(QUERY_ID, ["select 1"], [])


def test_columns_are_those_of_a_statement_without_event(
    redshift_data: RedshiftData, api: Stubber
) -> None:
    column = {"name": "n", "typeName": "numeric", "precision": 10, "scale": 2}
    api.add_response("execute_statement", {"Id": STATEMENT_ID}, ASKED)
    api.add_response("describe_statement", {"Id": STATEMENT_ID, "Status": "FINISHED"})
    api.add_response("get_statement_result", {"Records": [], "ColumnMetadata": [column]})
    columns = redshift_data.columns(QUERY_ID, "select 1 where false", [MONTH])
    assert columns == [TableColumn("n", "numeric", 10, 2)]


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ({"Status": "FAILED", "Error": 'ERROR: no "t"'}, StatementFailed, 'ERROR: no "t"'),
        ({"Status": "STARTED"}, WarehouseBusy, "not known after 6 seconds"),
    ],
)
def test_columns_that_do_not_come(
    redshift_data: RedshiftData,
    api: Stubber,
    answer: dict[str, str],
    error: type[Exception],
    words: str,
) -> None:
    api.add_response("execute_statement", {"Id": STATEMENT_ID}, ASKED)
    api.add_response("describe_statement", {"Id": STATEMENT_ID, **answer})
    with pytest.raises(error, match=words):
        redshift_data.columns(QUERY_ID, "select 1 where false", [MONTH])
