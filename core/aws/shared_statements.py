"""Who shares a statement, in the table of queries: two kinds of items, which are no queries.

`question#HASH` names the query that leads who asks the question. `followers#ID`, where a leader has
any or has left, holds the set of them, `hasLeft` of the leader, and `isClosed` once nobody is left,
from when on nobody can join. Both are gone after two days, when every statement of theirs is over.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT = timedelta(days=2)  # a statement runs for 24 hours at most, and its result is kept as long
MOST = 500  # followers of one query: a set is read and written whole

LEAD = "SET leader = :me, expiresAt = :expires"
MAY_LEAD = "(attribute_not_exists(id) OR leader = :instead)"
JOIN = "ADD followers :us SET expiresAt = :expires"
HAS_ROOM = "(attribute_not_exists(followers) OR size(followers) < :most)"
MAY_JOIN = f"attribute_not_exists(isClosed) AND {HAS_ROOM}"
LEAVE = "DELETE followers :us"
LEAVE_AS_LEADER = "SET hasLeft = :yes"
CLOSE = "SET isClosed = :yes"
NONE_IS_LEFT = "attribute_exists(hasLeft) AND attribute_not_exists(followers)"

YES = {"BOOL": True}


class SharedStatements:
    """The table `name`, through a boto3 client."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def leader(self, question: str) -> str | None:
        return _leader(self._get(_question(question)))

    def lead(self, question: str, query_id: str, instead_of: str | None, now: datetime) -> str:
        values = {":me": {"S": query_id}, ":expires": _expiry(now)}
        instead = {":instead": {"S": instead_of or query_id}}
        item = self._update(_question(question), LEAD, MAY_LEAD, {**values, **instead})
        return query_id if item is None else _leader(item) or query_id

    def join(self, leader_id: str, query_id: str, now: datetime) -> bool:
        values = {":us": {"SS": [query_id]}, ":expires": _expiry(now), ":most": {"N": str(MOST)}}
        return self._update(_followers(leader_id), JOIN, MAY_JOIN, values) is None

    def leave(self, leader_id: str, query_id: str) -> bool:
        key = _followers(leader_id)
        if query_id == leader_id:
            self._update(key, LEAVE_AS_LEADER, None, {":yes": YES})
        else:
            self._update(key, LEAVE, "attribute_exists(id)", {":us": {"SS": [query_id]}})
        return self._update(key, CLOSE, NONE_IS_LEFT, {":yes": YES}) is None

    def followers(self, leader_id: str) -> list[str]:
        found = self._get(_followers(leader_id)).get("followers")
        return sorted(found["SS"]) if found else []

    def _get(self, key: str) -> Mapping[str, Any]:
        found = self._client.get_item(
            TableName=self._name, Key={"id": {"S": key}}, ConsistentRead=True
        )
        return found.get("Item", {})

    def _update(
        self, key: str, update: str, condition: str | None, values: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """None where the item was updated, else the item as it is instead."""
        optional: Any = {} if condition is None else {"ConditionExpression": condition}
        try:
            self._client.update_item(
                TableName=self._name,
                Key={"id": {"S": key}},
                UpdateExpression=update,
                ExpressionAttributeValues=values,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **optional,
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            item: Any = error.response.get("Item")
            return item or {}
        return None


def _question(question: str) -> str:
    return f"question#{question}"


def _followers(leader_id: str) -> str:
    return f"followers#{leader_id}"


def _leader(item: Mapping[str, Any]) -> str | None:
    leader: str | None = item["leader"]["S"] if "leader" in item else None
    return leader


def _expiry(now: datetime) -> dict[str, str]:
    return {"N": str(int((now + KEPT).timestamp()))}
