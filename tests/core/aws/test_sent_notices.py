"""Claims of notices in DynamoDB: whose one is, and that boto3's own retries do no harm."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from core.aws.sent_notices import SentNotices
from core.notices.services import Claim, NoticeState

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = {"id": {"S": "notice#q"}}
ITEM = {
    **KEY,
    "attempt": {"S": "a"},
    "since": {"S": "2026-11-20T12:00:00.000Z"},
    "state": {"S": "IN_HAND"},
    "expiresAt": {"N": "1797768000"},
}


@pytest.fixture
def dynamodb() -> Any:
    return boto3.client("dynamodb", aws_access_key_id="a", aws_secret_access_key="b")


@pytest.fixture
def api(dynamodb: Any) -> Iterator[Stubber]:
    with Stubber(dynamodb) as api:
        yield api
        api.assert_no_pending_responses()


@pytest.fixture
def sent(dynamodb: Any) -> SentNotices:
    return SentNotices(dynamodb, "table")


def test_a_claim_is_written_where_there_is_none_and_lives_as_long_as_a_record(
    api: Stubber, sent: SentNotices
) -> None:
    condition = {"ConditionExpression": "attribute_not_exists(id)"}
    old = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    api.add_response("put_item", {}, {"TableName": "table", "Item": ITEM, **condition, **old})
    assert sent.claim("q", "a", NOW) == Claim("a", NOW, NoticeState.IN_HAND)
    assert "status" not in ITEM  # by which the stream takes an item for a query


@pytest.mark.parametrize(("attempt", "state"), [("a", "IN_HAND"), ("b", "SENT")])
def test_the_claim_that_there_is_is_told_be_it_ones_own_of_a_moment_ago(
    api: Stubber, sent: SentNotices, attempt: str, state: str
) -> None:
    item = ITEM | {"attempt": {"S": attempt}, "state": {"S": state}}
    code = "ConditionalCheckFailedException"
    api.add_client_error("put_item", code, modeled_fields={"Item": item})
    assert sent.claim("q", "a", NOW) == Claim(attempt, NOW, NoticeState(state))


def test_only_ones_own_claim_is_given_back(api: Stubber, sent: SentNotices) -> None:
    own = {":attempt": {"S": "a"}}
    condition = {"ConditionExpression": "attempt = :attempt", "ExpressionAttributeValues": own}
    api.add_response("delete_item", {}, {"TableName": "table", "Key": KEY, **condition})
    sent.release("q", "a")


def test_what_came_of_a_claim_is_noted_in_it(api: Stubber, sent: SentNotices) -> None:
    expected = {
        **{"TableName": "table", "Key": KEY, "UpdateExpression": "SET #state = :state"},
        "ConditionExpression": "attribute_exists(id)",
        "ExpressionAttributeNames": {"#state": "state"},
        "ExpressionAttributeValues": {":state": {"S": "SENT"}},
    }
    api.add_response("update_item", {"Attributes": {}}, expected)
    sent.settle("q", NoticeState.SENT)
