"""Bad input: a refusal names the value, the rule and the next step, and leaves nothing behind."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.conftest import Person
from tests.integration.test_lifecycle import ended


@pytest.mark.parametrize(
    ("report", "parameters", "error", "words"),
    [
        ("nope", {}, "ReportNotFound", ["'nope'", "listReports names"]),
        ("broken", {}, "InvalidParameter", ["divisor is missing", "give a whole number"]),
        ("broken", {"divisor": "x"}, "InvalidParameter", ["'x' is not a whole number"]),
        ("taxi_by_day", {"mounth": "2015-06"}, "InvalidParameter", ["'mounth'", "takes: month"]),
        ("taxi_by_day", {"month": "June"}, "InvalidParameter", ["'June'", "YYYY-MM"]),
        ("taxi_by_day", {"month": "2016-01"}, "InvalidParameter", ["2015-01 up to 2015-12"]),
        ("for_administrators", {}, "ReportNotFound", ["'for_administrators'", "listReports names"]),
    ],
)
def test_a_submission_is_refused(
    ana: Person, report: str, parameters: dict[str, str], error: str, words: list[str]
) -> None:
    refused = ana.api.submit(report, **parameters)
    assert refused.status == 200
    assert refused.error["errorType"] == error
    assert all(word in refused.error["message"] for word in words), refused.error["message"]


def test_a_refused_submission_is_not_recorded(ana: Person) -> None:
    query_id = str(uuid.uuid4())
    ana.api.submit("taxi_by_day", query_id, month="June")
    assert ana.api.get(query_id) is None
    assert ana.api.submit("taxi_by_day", query_id, month="2015-06").errors == []


def test_a_malformed_id_is_refused_wherever_it_is_given(ana: Person) -> None:
    answers = [
        ana.api.submit("taxi_by_day", "not-a-uuid"),
        ana.api.ask('{ getQuery(id: "not-a-uuid") { id } }'),
        ana.api.ask('{ getQueryResult(id: "not-a-uuid") { rows } }'),
    ]
    assert [answer.error["errorType"] for answer in answers] == ["InvalidId"] * 3
    assert all("lower-case UUID" in answer.error["message"] for answer in answers)


def test_one_id_for_two_inputs_is_refused(ana: Person) -> None:
    query_id = ana.api.submitted("taxi_by_day", month="2015-01")
    refused = ana.api.submit("taxi_by_day", query_id, month="2015-02")
    assert refused.error["errorType"] == "IdAlreadyUsed"
    assert "submit with a new id" in refused.error["message"]


def test_the_result_of_a_failed_query_is_refused(ana: Person) -> None:
    query = ended(ana, ana.api.submitted("broken", divisor=0))
    document = "query ($id: ID!) { getQueryResult(id: $id) { rows } }"
    assert ana.api.ask(document, id=query["id"]).error["errorType"] == "QueryNotFinished"


def test_a_result_that_redshift_no_longer_keeps_is_refused(
    outputs: Any, ana: Person, aws: Callable[[str], Any]
) -> None:
    query = ended(ana, ana.api.submitted("taxi_by_day"))
    aws("dynamodb").update_item(
        TableName=outputs["queryTable"],
        Key={"id": {"S": query["id"]}},
        UpdateExpression="SET statementId = :forgotten",
        ExpressionAttributeValues={":forgotten": {"S": str(uuid.uuid4())}},
    )
    document = "query ($id: ID!) { getQueryResult(id: $id) { rows } }"
    refused = ana.api.ask(document, id=query["id"])
    assert refused.error["errorType"] == "ResultExpired"
    assert "submit the query again" in refused.error["message"]


@pytest.mark.parametrize("limit", [0, 10_001])
def test_a_limit_out_of_bounds_is_refused(ana: Person, limit: int) -> None:
    query = ended(ana, ana.api.submitted("taxi_by_day"))
    document = "query ($id: ID!, $n: Int) { getQueryResult(id: $id, limit: $n) { rows } }"
    refused = ana.api.ask(document, id=query["id"], n=limit)
    assert refused.error["errorType"] == "InvalidLimit"


def test_a_made_up_token_is_refused(ana: Person) -> None:
    refused = ana.api.ask('{ listQueries(nextToken: "made-up") { nextToken } }')
    assert refused.error["errorType"] == "InvalidNextToken"
