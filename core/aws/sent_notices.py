"""Which notices were sent, in the table of queries: one item a notice, `notice#ID`.

It lives as long as a record, so that even a message that was redriven after weeks sends nothing
twice.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.coercion import timestamp
from core.notices.services import Claim, NoticeState
from core.query import RECORD_KEPT

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class SentNotices:
    """The table `name`, through a boto3 client."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def claim(self, query_id: str, attempt: str, now: datetime) -> Claim:
        """boto3 may write it twice, having missed the first answer: by its attempt it is ours."""
        item: Any = {
            **_key(query_id),
            "attempt": {"S": attempt},
            "since": {"S": timestamp(now)},
            "state": {"S": NoticeState.IN_HAND.value},
            "expiresAt": {"N": str(int((now + RECORD_KEPT).timestamp()))},
        }
        try:
            self._client.put_item(
                TableName=self._name,
                Item=item,
                ConditionExpression="attribute_not_exists(id)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            item = error.response["Item"]  # type: ignore[typeddict-item]  # the stubs lack it
        return Claim(
            attempt=item["attempt"]["S"],
            since=datetime.fromisoformat(item["since"]["S"]),
            state=NoticeState(item["state"]["S"]),
        )

    def settle(self, query_id: str, state: NoticeState) -> None:
        self._client.update_item(
            TableName=self._name,
            Key=_key(query_id),
            UpdateExpression="SET #state = :state",
            ConditionExpression="attribute_exists(id)",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":state": {"S": state.value}},
        )

    def release(self, query_id: str, attempt: str) -> None:
        self._client.delete_item(
            TableName=self._name,
            Key=_key(query_id),
            ConditionExpression="attempt = :attempt",
            ExpressionAttributeValues={":attempt": {"S": attempt}},
        )


def _key(query_id: str) -> dict[str, Any]:
    return {"id": {"S": f"notice#{query_id}"}}
