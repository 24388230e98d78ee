"""Schedules in the table of the agenda: one item a schedule, `schedule#ID`.

They are found by their owner in the index `byCalendar`. What is left of a deleted one for a week
keeps its id taken, so that a request that is repeated late does not bring it back.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from core.agenda.schedule import Schedule, ScheduleRecord
from core.aws.event_table import MalformedItem
from core.aws.query_table import plain
from core.coercion import from_json, timestamp, to_json
from core.report import ID

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX = "schedule#"
INDEX = "byCalendar"
REMAINS_KEPT = timedelta(days=7)
IS_VERSION = "version = :version AND attribute_not_exists(deletedAt)"
RECKONED = ("nextRunAt", "runs")  # and never stored
log = logging.getLogger(__name__)


class ScheduleTable:
    """The table `name`, through a boto3 client."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def put_new(self, record: ScheduleRecord) -> bool:
        return self._put(item_from_schedule(record), ConditionExpression="attribute_not_exists(id)")

    def replace(self, record: ScheduleRecord, expected_version: int) -> bool:
        return self._put(item_from_schedule(record), **_is_version(expected_version))

    def remove(self, schedule_id: str, expected_version: int) -> bool:
        stored = self.get(schedule_id)
        if stored is None:
            return False
        return self._put(
            _remains(stored.schedule, datetime.now(UTC)), **_is_version(expected_version)
        )

    def get(self, schedule_id: str) -> ScheduleRecord | None:
        found = self._client.get_item(
            TableName=self._name, Key={"id": {"S": f"{PREFIX}{schedule_id}"}}, ConsistentRead=True
        )
        return schedule_from_item(found["Item"]) if "Item" in found else None

    def of_owner(self, owner: str) -> list[ScheduleRecord]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName=INDEX,
            KeyConditionExpression="part = :part",
            ExpressionAttributeValues={":part": {"S": _part(owner)}},
        )
        found = (_read(item) for page in pages for item in page["Items"])
        return [record for record in found if record is not None]

    def _put(self, item: dict[str, Any], **condition: Any) -> bool:
        try:
            self._client.put_item(TableName=self._name, Item=item, **condition)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def item_from_schedule(record: ScheduleRecord) -> dict[str, Any]:
    """The item, in DynamoDB's JSON; what is None is left out."""
    schedule = record.schedule
    document = to_json(schedule) | {
        "id": f"{PREFIX}{schedule.id}",
        "part": _part(schedule.owner),
        "place": f"{timestamp(schedule.created_at)} {schedule.id}",
        "timedAt": timestamp(record.timed_at),
        "timedIn": record.timed_in,
    }
    return _serialized({name: value for name, value in document.items() if name not in RECKONED})


def schedule_from_item(item: Mapping[str, Any]) -> ScheduleRecord | None:
    """The record, from an item in DynamoDB's JSON, as the API and a stream's image have it.

    None of what is left of a deleted one.

    Raises:
        MalformedItem: it is no schedule.
    """
    try:
        document = _document(item)
        if "deletedAt" in document:
            return None
        return ScheduleRecord(
            from_json(Schedule, document | {"id": schedule_id(item)}),
            datetime.fromisoformat(document["timedAt"]),
            document["timedIn"],
        )
    except (KeyError, ValueError, TypeError) as error:
        kind = type(error).__name__
        raise MalformedItem(f"a field is missing or cannot be read ({kind})") from None


def _read(item: Mapping[str, Any]) -> ScheduleRecord | None:
    """The record; None where it cannot be read, so that it does not keep others from being read."""
    try:
        return schedule_from_item(item)
    except MalformedItem as error:
        log.error("Cannot read item %r, which is left out: %s", item["id"]["S"][:80], error)
        return None


def schedule_id(item: Mapping[str, Any]) -> ID:
    """Of an item, or of its key alone."""
    return ID(item["id"]["S"].removeprefix(PREFIX))


def _remains(schedule: Schedule, now: datetime) -> dict[str, Any]:
    return _serialized(
        {
            "id": f"{PREFIX}{schedule.id}",
            "owner": schedule.owner,
            "version": schedule.version + 1,
            "deletedAt": timestamp(now),
            "expiresAt": int((now + REMAINS_KEPT).timestamp()),
        }
    )


def _part(owner: str) -> str:
    return f"schedules#{owner}"


def _is_version(version: int) -> dict[str, Any]:
    return {
        "ConditionExpression": IS_VERSION,
        "ExpressionAttributeValues": {":version": {"N": str(version)}},
    }


def _serialized(document: Mapping[str, Any]) -> dict[str, Any]:
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in document.items() if value is not None}


def _document(item: Mapping[str, Any]) -> dict[str, Any]:
    deserialize = TypeDeserializer().deserialize
    return {name: plain(deserialize(value)) for name, value in item.items()}
