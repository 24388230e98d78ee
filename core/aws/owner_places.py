"""Places in DynamoDB: one item an owner, `owner#OWNER`, in the table of queries.

Two maps, `running` and `waiting`, from a query's id to the time its place was taken. Every change
is one conditional update that names the map's entry, so that concurrent ones need not repeat each
other's work, and the limits hold whoever comes first. The item stays in a part of its own of the
index `unfinished` while it may hold a place, for the sweeper.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.coercion import timestamp
from core.places import Limits, OwnerPlaces

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX = "owner#"
HELD = "places"  # the part of the index

RUN = "SET running.#id = :now, unfinished = :held, updatedAt = :now"
WAIT = "SET waiting.#id = :now, unfinished = :held, updatedAt = :now"
PROMOTE = "SET running.#id = :now REMOVE waiting.#id"
FREE = "REMOVE running.#id, waiting.#id"
CLOSE = "REMOVE unfinished"

HAS_NONE = "attribute_not_exists(running.#id) AND attribute_not_exists(waiting.#id)"
MAY_RUN = f"attribute_exists(id) AND {HAS_NONE} AND size(running) < :most AND size(waiting) = :none"
MUST_WAIT = "(size(running) >= :most OR size(waiting) > :none)"
MAY_WAIT = f"attribute_exists(id) AND {HAS_NONE} AND {MUST_WAIT} AND size(waiting) < :more"
MAY_BE_PROMOTED = "attribute_exists(waiting.#id) AND size(running) < :most"
EXISTS = "attribute_exists(id)"
IS_EMPTY = "size(running) = :none AND size(waiting) = :none"

MAX_TRIES = 10  # to take a place, while others take and free theirs

Values = Mapping[str, str | int]


class OwnerPlacesTable:
    """The table `name`, through a boto3 client."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def of(self, owner: str) -> OwnerPlaces:
        found = self._client.get_item(TableName=self._name, Key=_key(owner), ConsistentRead=True)
        return _places(owner, found.get("Item", {}))

    def take(self, owner: str, query_id: str, now: datetime, limits: Limits) -> OwnerPlaces:
        """Where neither condition holds and yet there is a place, one became free in between."""
        values: Values = {
            **{":now": timestamp(now), ":held": HELD, ":none": 0},
            ":most": limits.running,
        }
        places = OwnerPlaces(owner, {}, {})
        for _ in range(MAX_TRIES):
            found = self._update(owner, RUN, MAY_RUN, query_id, values)
            if found is None:
                self._create(owner, now)
                continue
            if query_id not in found and len(found.waiting) < limits.waiting:
                may_wait: Values = {**values, ":more": limits.waiting}
                found = self._update(owner, WAIT, MAY_WAIT, query_id, may_wait)
            places = found or places
            if query_id in places or len(places.waiting) >= limits.waiting:
                break
        return places

    def promote(
        self, owner: str, query_id: str, now: datetime, limits: Limits
    ) -> OwnerPlaces | None:
        values: Values = {":now": timestamp(now), ":most": limits.running}
        try:
            return self._updated(owner, PROMOTE, MAY_BE_PROMOTED, query_id, values)
        except ConditionFailed:
            return None

    def restore(self, owner: str, query_id: str, now: datetime) -> None:
        self._create(owner, now)
        values: Values = {":now": timestamp(now), ":held": HELD}
        self._update(owner, f"{RUN} REMOVE waiting.#id", EXISTS, query_id, values)

    def free(self, owner: str, query_id: str) -> OwnerPlaces:
        return self._update(owner, FREE, EXISTS, query_id, {}) or OwnerPlaces(owner, {}, {})

    def held(self) -> Iterator[OwnerPlaces]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName="unfinished",
            KeyConditionExpression="unfinished = :held",
            ExpressionAttributeValues={":held": {"S": HELD}},
        )
        for found in pages:
            for item in found["Items"]:
                yield _places(item["id"]["S"].removeprefix(PREFIX), item)

    def close(self, owner: str) -> None:
        self._update(owner, CLOSE, IS_EMPTY, None, {":none": 0})

    def _create(self, owner: str, now: datetime) -> None:
        """An item without places, where there is none: an entry needs a map to be set in."""
        empty: dict[str, Any] = {"running": {"M": {}}, "waiting": {"M": {}}}
        try:
            self._client.put_item(
                TableName=self._name,
                Item={**_key(owner), **empty, "updatedAt": {"S": timestamp(now)}},
                ConditionExpression="attribute_not_exists(id)",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def _update(
        self, owner: str, update: str, condition: str, query_id: str | None, values: Values
    ) -> OwnerPlaces | None:
        """The places as they then are, whether or not the condition held; None without an item."""
        try:
            return self._updated(owner, update, condition, query_id, values)
        except ConditionFailed as error:
            return error.places

    def _updated(
        self, owner: str, update: str, condition: str, query_id: str | None, values: Values
    ) -> OwnerPlaces:
        optional: Any = {}
        if query_id is not None:
            optional["ExpressionAttributeNames"] = {"#id": query_id}
        if values:
            optional["ExpressionAttributeValues"] = {
                name: {"S": value} if isinstance(value, str) else {"N": str(value)}
                for name, value in values.items()
            }
        try:
            answer = self._client.update_item(
                TableName=self._name,
                Key=_key(owner),
                UpdateExpression=update,
                ConditionExpression=condition,
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **optional,
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            item: Any = error.response.get("Item")
            raise ConditionFailed(_places(owner, item) if item else None) from None
        return _places(owner, answer["Attributes"])


class ConditionFailed(Exception):
    """`places`: as they are instead; None where the owner has no item."""

    def __init__(self, places: OwnerPlaces | None) -> None:
        super().__init__()
        self.places = places


def _key(owner: str) -> dict[str, Any]:
    return {"id": {"S": f"{PREFIX}{owner}"}}


def _places(owner: str, item: Mapping[str, Any]) -> OwnerPlaces:
    return OwnerPlaces(owner, _times(item, "running"), _times(item, "waiting"))


def _times(item: Mapping[str, Any], name: str) -> dict[str, datetime]:
    entries: Mapping[str, Any] = item[name]["M"] if name in item else {}
    return {query_id: datetime.fromisoformat(time["S"]) for query_id, time in entries.items()}
