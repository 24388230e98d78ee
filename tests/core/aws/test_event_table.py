"""An event and its item say the same; what is no event is known for that."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from core.agenda.event import DeletedEvent, Event, StoredEvent
from core.agenda.services import Position
from core.aws.event_table import (
    EventTable,
    MalformedItem,
    event_from_item,
    item_from_deleted,
    item_from_event,
)
from core.report import ID

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EVENT = Event(
    id=ID("6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10"),
    calendar=ID("group:analysts"),
    title="Planning",
    start=NOON,
    end=NOON + timedelta(hours=1),
    timezone="UTC",
    all_day=False,
    owner=ID("ana"),
    version=3,
    created_at=NOON - timedelta(days=1),
    updated_at=NOON,
)
STORED = StoredEvent(EVENT, "digest")
DELETED = DeletedEvent(EVENT.id, EVENT.calendar, 4, NOON)
OTHER_ID = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    "event",
    [
        EVENT,
        replace(EVENT, location="Wien", notes="a\n🎉"),
        replace(
            EVENT,
            all_day=True,
            first_day=date(2026, 11, 23),
            last_day=date(2026, 11, 30),
            end=NOON + timedelta(days=8),
        ),
    ],
)
def test_an_event_survives_being_an_item(event: Event) -> None:
    assert event_from_item(item_from_event(StoredEvent(event, "x"))) == StoredEvent(event, "x")


def test_a_deleted_event_survives_being_an_item_and_is_in_no_index() -> None:
    item = item_from_deleted(DELETED)
    assert event_from_item(item) == DELETED
    assert item.keys() == {"id", "calendar", "version", "deletedAt", "expiresAt"}


def test_an_event_is_kept_for_two_years_and_a_deleted_one_for_a_week() -> None:
    kept, deleted = item_from_event(STORED), item_from_deleted(DELETED)
    assert int(kept["expiresAt"]["N"]) == int((EVENT.end + timedelta(days=730)).timestamp())
    assert int(deleted["expiresAt"]["N"]) == int((NOON + timedelta(days=7)).timestamp())


def test_a_long_event_stands_in_a_part_of_its_own() -> None:
    week = replace(EVENT, end=EVENT.start + timedelta(days=7))
    longer = replace(EVENT, end=week.end + timedelta(milliseconds=1))
    parts = [item_from_event(StoredEvent(each, ""))["part"]["S"] for each in (week, longer)]
    assert parts == ["group:analysts", "group:analysts long"]
    assert item_from_event(STORED)["place"]["S"] == f"2026-11-23T12:00:00.000Z#{EVENT.id}"


@pytest.mark.parametrize(
    "changes",
    [
        *({name: None} for name in ("title", "start", "owner", "version", "calendar", "allDay")),
        {"title": {"N": "5"}},
        {"title": {"NULL": True}},
        {"notes": {"L": []}},
        {"version": {"S": "1"}},
        {"version": {"N": "1.5"}},
        {"version": {"N": "0"}},
        {"version": {"BOOL": True}},
        {"allDay": {"S": "yes"}},
        {"start": {"S": "noon"}},
        {"start": {"N": "5"}},
        {"start": {"S": "9999-12-31T23:59:59-10:00"}},
        {"end": {"S": "2026-11-23T12:00:00.000Z"}},
        {"end": {"S": "2028-11-23T12:00:00.000Z"}},
        {"firstDay": {"S": "soon"}},
        {"calendar": {"S": "analysts"}},
        {"id": {"S": "event#nope"}},
        {"id": {"S": "schedule#6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10"}},
        {"deletedAt": {"N": "1"}},
        {"title": {"WHAT": "is this"}},
    ],
)
def test_what_is_no_event_is_malformed(changes: dict[str, Any]) -> None:
    item = item_from_event(STORED) | changes
    with pytest.raises(MalformedItem):
        event_from_item({name: value for name, value in item.items() if value is not None})


def test_what_somebody_else_wrote_without_our_keys_is_an_event() -> None:
    item = item_from_event(STORED)
    for name in ("part", "place", "expiresAt", "madeFrom"):
        del item[name]
    assert event_from_item(item) == StoredEvent(EVENT, "")


@pytest.fixture
def dynamodb() -> Any:
    return boto3.client("dynamodb", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")


def request(after: str, before: str = "2026-11-24T00:00:00.000Z") -> dict[str, Any]:
    values = {":part": "group:analysts", ":after": after, ":before": before}
    return {
        "TableName": "agenda",
        "IndexName": "byCalendar",
        "KeyConditionExpression": "part = :part AND place BETWEEN :after AND :before",
        "ExpressionAttributeValues": {name: {"S": text} for name, text in values.items()},
        "Limit": 2,
    }


def read(dynamodb: Any, after: Position) -> tuple[list[Event], Position | None]:
    before = datetime(2026, 11, 24, tzinfo=UTC)
    return EventTable(dynamodb, "agenda").starting(EVENT.calendar, False, after, before, 2)


def test_a_read_goes_on_after_the_position_of_the_one_before(dynamodb: Any) -> None:
    place = {"place": {"S": f"2026-11-23T12:00:00.000Z#{EVENT.id}"}}
    with Stubber(dynamodb) as stubber:
        first = {"Items": [item_from_event(STORED)], "LastEvaluatedKey": place}
        stubber.add_response("query", first, request("2026-11-23T00:00:00.000Z"))
        stubber.add_response("query", {"Items": []}, request(f"{place['place']['S']} "))
        events, after = read(dynamodb, Position(NOON - timedelta(hours=12)))
        assert (events, after) == ([EVENT], Position(NOON, EVENT.id))
        assert after is not None
        assert read(dynamodb, after) == ([], None)


def test_rubbish_in_the_index_is_read_over(dynamodb: Any) -> None:
    rubbish = {"id": {"S": "event#what"}, "place": {"S": "2026-11-23 is this"}}
    other = item_from_event(StoredEvent(replace(EVENT, id=ID(OTHER_ID)), ""))
    with Stubber(dynamodb) as stubber:
        first = {"Items": [rubbish], "LastEvaluatedKey": {"place": rubbish["place"]}}
        stubber.add_response("query", first, request("2026-11-23T00:00:00.000Z"))
        stubber.add_response("query", {"Items": [other]}, request("2026-11-23 is this "))
        events, after = read(dynamodb, Position(NOON - timedelta(hours=12)))
    assert ([event.id for event in events], after) == ([OTHER_ID], None)


def test_nothing_starts_between_an_event_and_its_own_start(dynamodb: Any) -> None:
    with Stubber(dynamodb):  # which refuses any request
        assert read(dynamodb, Position(datetime(2026, 11, 24, tzinfo=UTC), OTHER_ID)) == ([], None)


def test_of_an_item_that_is_no_event_nothing_is_got(dynamodb: Any) -> None:
    with Stubber(dynamodb) as stubber:
        stubber.add_response("get_item", {"Item": item_from_event(STORED) | {"title": {"N": "5"}}})
        assert EventTable(dynamodb, "agenda").get(EVENT.id) is None


NEW = {"ConditionExpression": "attribute_not_exists(id)"}
OF_VERSION = {
    "ConditionExpression": "version = :expected AND attribute_not_exists(deletedAt)",
    "ExpressionAttributeValues": {":expected": {"N": "3"}},
}


@pytest.mark.parametrize(
    ("write", "item", "condition"),
    [
        (lambda table: table.put_new(STORED), item_from_event(STORED), NEW),
        (lambda table: table.replace(STORED, 3), item_from_event(STORED), OF_VERSION),
        (lambda table: table.bury(DELETED, 3), item_from_deleted(DELETED), OF_VERSION),
    ],
)
def test_writes_are_conditional(
    dynamodb: Any, write: Callable[[EventTable], bool], item: Any, condition: dict[str, Any]
) -> None:
    sent = {"TableName": "agenda", "Item": item, **condition}
    refusal = "ConditionalCheckFailedException"
    with Stubber(dynamodb) as stubber:
        stubber.add_response("put_item", {}, sent)
        stubber.add_client_error("put_item", refusal, expected_params=sent)
        assert write(EventTable(dynamodb, "agenda"))
        assert not write(EventTable(dynamodb, "agenda"))
