"""The events of the agenda in DynamoDB: one item an event, its keys camelCase as in GraphQL.

The index `byCalendar` has the events of a calendar by start and id; long ones in a part of their
own, so that whoever looks for what overlaps a time looks back a week for all others. A deleted
event is an item without the keys of that index. All writes are conditional.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-general-sparse-indexes.html
"""

import logging
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from core.agenda.calendar import PRIVATE, SHARED
from core.agenda.event import KEPT, LONGEST, TOMBSTONE_KEPT, DeletedEvent, Event, StoredEvent
from core.agenda.services import Position
from core.coercion import camel, from_json, timestamp, to_json
from core.errors import QuerycastError
from core.report import ID
from core.submit import check_id

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX = "event#"
UNREADABLE = (QuerycastError, AttributeError, KeyError, TypeError, ValueError, OverflowError)
IS_NEW = "attribute_not_exists(id)"
IS_THAT_VERSION = "version = :expected AND attribute_not_exists(deletedAt)"
log = logging.getLogger(__name__)


class MalformedItem(ValueError):
    """The item is no event as we write them; the message has nothing of its content."""


class EventTable:
    """The table `name`, through a boto3 client."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def put_new(self, stored: StoredEvent) -> bool:
        return self._put(item_from_event(stored), ConditionExpression=IS_NEW)

    def replace(self, stored: StoredEvent, expected_version: int) -> bool:
        return self._put(item_from_event(stored), **_is(expected_version))

    def bury(self, deleted: DeletedEvent, expected_version: int) -> bool:
        return self._put(item_from_deleted(deleted), **_is(expected_version))

    def get(self, event_id: ID) -> StoredEvent | DeletedEvent | None:
        """None, too, where somebody else has written what is no event."""
        found = self._client.get_item(
            TableName=self._name, Key={"id": {"S": PREFIX + event_id}}, ConsistentRead=True
        )
        return _read(found["Item"]) if "Item" in found else None

    def starting(
        self, calendar: ID, is_long: bool, after: Position, before: datetime, limit: int
    ) -> tuple[list[Event], Position | None]:
        first, end = _after(after), timestamp(before)  # a place at that moment comes after its text
        events: list[Event] = []
        while first <= end:
            found = self._client.query(
                TableName=self._name,
                IndexName="byCalendar",
                KeyConditionExpression="part = :part AND place BETWEEN :after AND :before",
                ExpressionAttributeValues={
                    ":part": {"S": _part(calendar, is_long)},
                    ":after": {"S": first},
                    ":before": {"S": end},
                },
                Limit=limit,
            )
            read = (_read(item) for item in found["Items"])
            events += [each.event for each in read if isinstance(each, StoredEvent)]
            if "LastEvaluatedKey" not in found:
                break
            last = found["LastEvaluatedKey"]["place"]["S"]
            position = _position(last)
            if position is not None:
                return events, position
            first = f"{last} "  # of what is no event, and so no place to go on from later
        return events, None

    def _put(self, item: dict[str, Any], **condition: Any) -> bool:
        try:
            self._client.put_item(TableName=self._name, Item=item, **condition)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def item_from_event(stored: StoredEvent) -> dict[str, Any]:
    """The item, in DynamoDB's JSON; what is None is left out."""
    event = stored.event
    return _item(
        to_json(event)
        | {
            "id": PREFIX + event.id,
            "madeFrom": stored.made_from,
            "part": _part(event.calendar, event.is_long),
            "place": _place(Position(event.start, event.id)),
            "expiresAt": int((event.end + KEPT).timestamp()),
        }
    )


def item_from_deleted(deleted: DeletedEvent) -> dict[str, Any]:
    return _item(
        to_json(deleted)
        | {
            "id": PREFIX + deleted.id,
            "expiresAt": int((deleted.deleted_at + TOMBSTONE_KEPT).timestamp()),
        }
    )


def event_from_item(item: Mapping[str, Any]) -> StoredEvent | DeletedEvent:
    """The event, from an item in DynamoDB's JSON, as the API and a stream's images have it.

    Raises:
        MalformedItem: it is none, or not a whole one.
    """
    try:
        deserialize = TypeDeserializer().deserialize
        document = {name: _plain(deserialize(value)) for name, value in item.items()}
        document["id"] = check_id(document["id"].removeprefix(PREFIX))
        if "deletedAt" in document:
            deleted: DeletedEvent = _checked(from_json(DeletedEvent, document))
            return deleted
        event: Event = _checked(from_json(Event, document))
        if not event.start < event.end <= event.start + LONGEST:
            raise MalformedItem("it does not end in time after its start")
        return StoredEvent(event, str(document.get("madeFrom", "")))
    except MalformedItem:
        raise
    except UNREADABLE as error:
        kind = type(error).__name__
        raise MalformedItem(f"a field is missing or cannot be read ({kind})") from None


def _checked(found: Any) -> Any:
    """What was read, where every field is of its type, for AppSync would refuse it otherwise."""
    hints = get_type_hints(type(found))
    for field in fields(found):
        value, hint = getattr(found, field.name), hints[field.name]
        expected = [each for each in get_args(hint) if each is not type(None)] or [hint]
        kind = str if expected[0] is ID else expected[0]
        is_left_out = value is None and len(get_args(hint)) > 1
        if not is_left_out and type(value) is not kind:
            raise MalformedItem(f"{camel(field.name)} is no {kind.__name__}")
    if not found.calendar.startswith((PRIVATE, SHARED)) or found.version < 1:
        raise MalformedItem("its calendar or its version is none")
    return found


def _read(item: Mapping[str, Any]) -> StoredEvent | DeletedEvent | None:
    """The event; None where it cannot be read, so that it does not keep others from being read."""
    try:
        return event_from_item(item)
    except MalformedItem as error:
        log.error("Cannot read item %r, which is left out: %s", item["id"]["S"][:80], error)
        return None


def _is(version: int) -> dict[str, Any]:
    return {
        "ConditionExpression": IS_THAT_VERSION,
        "ExpressionAttributeValues": {":expected": {"N": str(version)}},
    }


def _item(document: Mapping[str, Any]) -> dict[str, Any]:
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in document.items() if value is not None}


def _part(calendar: ID, is_long: bool) -> str:
    """No calendar has a blank in its name, for no group has."""
    return f"{calendar} long" if is_long else calendar


def _place(position: Position) -> str:
    return f"{timestamp(position.start)}#{position.id}"


def _after(position: Position) -> str:
    """A text between the position's and the next one's; BETWEEN would have its ends in."""
    return f"{_place(position)} " if position.id else timestamp(position.start)


def _position(place: str) -> Position | None:
    """The position that has this place; None where somebody else has written it."""
    try:
        start, _, event_id = place.partition("#")
        position = Position(datetime.fromisoformat(start), check_id(event_id))
    except UNREADABLE:
        return None
    return position if _place(position) == place else None


def _plain(value: Any) -> Any:
    """DynamoDB's numbers arrive as Decimal; ours are all whole."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value
