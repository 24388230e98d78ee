"""A schedule and its item say the same; every write has its condition."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from core.agenda.schedule import HolidayRegion, Schedule, ScheduledExport, ScheduleRecord
from core.aws.event_table import MalformedItem
from core.aws.schedule_table import (
    IS_VERSION,
    ScheduleTable,
    item_from_schedule,
    schedule_from_item,
    schedule_id,
)
from core.exports.export import Compression, ExportFormat
from core.parameters import Parameter
from core.report import ID

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BARE = ScheduleRecord(
    Schedule(
        ID("0b7e1c52-93a4-4c0e-8a57-1f2d3e4c5b6a"),
        ID("sales"),
        [],
        "rate(1 day)",
        "UTC",
        notify=False,
        owner=ID("ana"),
        version=1,
        created_at=NOON,
        updated_at=NOON,
    ),
    timed_at=NOON,
    timed_in=1,
)
WHOLE = replace(
    BARE,
    schedule=replace(
        BARE.schedule,
        parameters=[Parameter("day", "yesterday")],
        notify=True,
        version=4,
        export=ScheduledExport(ExportFormat.CSV, True, False, Compression.ZSTD),
        skip_holidays=HolidayRegion("DE", "BY"),
        paused_at=NOON,
        problem="No.",
    ),
    timed_in=3,
)


class Refused(Exception):
    """The condition did not hold."""


class DynamoDb:
    """Keeps the requests; answers an item, if there is one."""

    class exceptions:  # as boto3 has it
        ConditionalCheckFailedException = Refused

    def __init__(self, *items: Any, refuses: bool = False) -> None:
        self.items = items
        self.refuses = refuses
        self.put: list[Any] = []

    def get_item(self, **request: Any) -> Any:
        return {"Item": self.items[0]} if self.items else {}

    def put_item(self, **request: Any) -> None:
        self.put.append(request)
        if self.refuses:
            raise Refused

    def get_paginator(self, name: str) -> "DynamoDb":
        return self

    def paginate(self, **request: Any) -> Any:
        assert request["ExpressionAttributeValues"] == {":part": {"S": "schedules#ana"}}
        return [{"Items": self.items}]


def table(client: Any) -> ScheduleTable:
    return ScheduleTable(client, "agenda")


@pytest.mark.parametrize("record", [BARE, WHOLE])
def test_a_schedule_survives_being_an_item(record: ScheduleRecord) -> None:
    item = item_from_schedule(record)
    assert schedule_from_item(item) == record
    assert schedule_id(item) == record.schedule.id


def test_what_is_reckoned_is_not_stored() -> None:
    shown = replace(BARE, schedule=replace(BARE.schedule, next_run_at=NOON, runs=[]))
    assert item_from_schedule(shown) == item_from_schedule(BARE)


def test_what_is_deleted_keeps_its_id_for_a_week_and_says_nothing_else() -> None:
    client = DynamoDb(item_from_schedule(WHOLE))
    assert table(client).remove(WHOLE.schedule.id, 4)
    [request] = client.put
    remains = request["Item"]
    assert set(remains) == {"id", "owner", "version", "deletedAt", "expiresAt"}
    assert remains["version"] == {"N": "5"}
    assert request["ConditionExpression"] == IS_VERSION
    assert schedule_from_item(remains) is None
    assert table(DynamoDb(remains)).get(WHOLE.schedule.id) is None


@pytest.mark.parametrize(
    "write",
    [
        lambda table: table.put_new(BARE),
        lambda table: table.replace(WHOLE, 3),
        lambda table: table.remove(BARE.schedule.id, 1),
    ],
)
def test_a_condition_that_does_not_hold_is_an_answer(
    write: Callable[[ScheduleTable], bool],
) -> None:
    client = DynamoDb(item_from_schedule(BARE), refuses=True)
    assert write(table(client)) is False
    assert "ConditionExpression" in client.put[0]


def test_what_is_not_there_cannot_be_removed() -> None:
    client = DynamoDb()
    assert not table(client).remove(BARE.schedule.id, 1)
    assert client.put == []


def test_one_that_cannot_be_read_keeps_no_other_from_being_listed() -> None:
    broken = item_from_schedule(BARE) | {"timedAt": {"S": "soon"}}
    with pytest.raises(MalformedItem):
        schedule_from_item(broken)
    found = table(DynamoDb(broken, item_from_schedule(WHOLE))).of_owner("ana")
    assert found == [WHOLE]
