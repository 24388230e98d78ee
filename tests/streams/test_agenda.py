"""Telling of the agenda's changes: in order, each on its own, rubbish passed over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from aws_lambda_powertools.metrics import MetricUnit

from core.agenda.event import DeletedEvent, Event, StoredEvent
from core.aws.event_table import item_from_deleted, item_from_event
from core.report import ID
from streams import agenda

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
IDS = [f"00000000-0000-4000-8000-{number:012}" for number in range(100)]
BY_TTL = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


class FakeAppSync:
    """Takes pushes; refuses those of the events in `poison`, or all that say who is a member."""

    def __init__(self) -> None:
        self.pushed: list[dict[str, Any]] = []
        self.kept: list[dict[str, Any]] = []
        self.poison: set[str] = set()
        self.refuses_members = False

    def execute(self, document: str, variables: dict[str, Any]) -> None:
        if document == agenda.KEEP_MEMBERS:
            if self.refuses_members:
                raise ConnectionError("AppSync answered 500")
            self.kept.append(variables)
            return
        if variables["input"]["id"] in self.poison:
            raise ConnectionError("AppSync answered 500")
        self.pushed.append(variables["input"])

    @property
    def told(self) -> list[tuple[str, int, str]]:
        return [(each["kind"], each["version"], each["calendar"]) for each in self.pushed]


@pytest.fixture
def appsync(monkeypatch: pytest.MonkeyPatch) -> FakeAppSync:
    appsync = FakeAppSync()
    agenda.members_told.cache_clear()
    monkeypatch.setattr(agenda, "appsync", lambda: appsync)
    monkeypatch.setattr(agenda, "group_members", lambda: lambda group: [f"one of {group}"])
    return appsync


def event(number: int = 0, **changes: Any) -> Event:
    made = Event(
        id=ID(IDS[number]),
        calendar=ID("group:analysts"),
        title="Planning",
        start=NOON,
        end=NOON + timedelta(hours=1),
        timezone="UTC",
        all_day=False,
        owner=ID("ana"),
        version=1,
        created_at=NOON,
        updated_at=NOON,
    )
    return replace(made, **changes)


def image(event: Event) -> dict[str, Any]:
    return item_from_event(StoredEvent(event, "digest"))


def tombstone(event: Event, version: int) -> dict[str, Any]:
    return item_from_deleted(DeletedEvent(event.id, event.calendar, version, NOON))


def record(before: Any, after: Any, **more: Any) -> dict[str, Any]:
    """As DynamoDB streams it."""
    name = "INSERT" if before is None else "REMOVE" if after is None else "MODIFY"
    images = {"OldImage": before, "NewImage": after}
    told = {name: each for name, each in images.items() if each is not None}
    return {
        "eventName": name,
        "dynamodb": {"Keys": {"id": (after or before)["id"]}, **told},
        **more,
    }


def batch(*records: dict[str, Any]) -> dict[str, Any]:
    """The records, numbered from 1."""
    for number, each in enumerate(records, 1):
        each["dynamodb"]["SequenceNumber"] = str(number)
    return {"Records": list(records)}


def failures(answer: dict[str, Any]) -> Sequence[str]:
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def test_a_life_is_told_in_order(appsync: FakeAppSync, invocation: Any) -> None:
    first, second = event(), event(version=2, title="Retro")
    told = batch(
        record(None, image(first)),
        record(image(first), image(second)),
        record(image(second), tombstone(second, 3)),
        record(tombstone(second, 3), None, userIdentity=BY_TTL),
    )
    assert failures(agenda.handler(told, invocation)) == []
    assert [kind for kind, *_ in appsync.told] == ["CREATED", "UPDATED", "DELETED"]
    assert [version for _, version, _ in appsync.told] == [1, 2, 3]
    assert appsync.pushed[1]["event"]["title"] == "Retro"
    assert appsync.pushed[2]["event"] is None


@pytest.mark.parametrize("identity", [{"userIdentity": BY_TTL}, {}])
def test_what_expired_or_was_removed_is_deleted(
    appsync: FakeAppSync, invocation: Any, identity: dict[str, Any]
) -> None:
    agenda.handler(batch(record(image(event(version=4)), None, **identity)), invocation)
    assert appsync.told == [("DELETED", 5, "group:analysts")]


def test_a_move_is_told_in_both_calendars(appsync: FakeAppSync, invocation: Any) -> None:
    moved = event(version=2, calendar=ID("user:ana"))
    agenda.handler(batch(record(image(event()), image(moved))), invocation)
    assert appsync.told == [("DELETED", 2, "group:analysts"), ("CREATED", 2, "user:ana")]


def test_members_are_told_of_before_the_first_push_to_a_group_alone(
    appsync: FakeAppSync, invocation: Any
) -> None:
    private = event(1, calendar=ID("user:ana"))
    agenda.handler(batch(record(None, image(private))), invocation)
    assert appsync.kept == []
    both = (record(None, image(event(2))), record(None, image(event(3))))
    agenda.handler(batch(*both), invocation)
    assert appsync.kept == [{"calendar": "group:analysts", "members": ["one of analysts"]}]


def test_nothing_is_pushed_to_a_group_whose_members_could_not_be_told(
    appsync: FakeAppSync, invocation: Any
) -> None:
    appsync.refuses_members = True
    private = event(1, calendar=ID("user:ana"))
    told = batch(record(None, image(event())), record(None, image(private)))
    assert failures(agenda.handler(told, invocation)) == ["1"]
    assert [each["id"] for each in appsync.pushed] == [private.id]


RUBBISH = [
    {"id": {"S": "what is this"}, "a": {"N": "1"}},
    {"id": {"S": "event#"}},
    image(event(50)) | {"title": {"N": "5"}},
    image(event(51)) | {"end": {"S": "never"}},
]


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_is_passed_over_and_counted_and_keeps_nobody_up(
    appsync: FakeAppSync,
    invocation: SimpleNamespace,
    rubbish: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted: dict[str, float] = {}
    add = agenda.metrics.add_metric

    def count(name: str, unit: MetricUnit, value: float) -> None:
        counted[name] = value
        add(name, unit, value)

    monkeypatch.setattr(agenda.metrics, "add_metric", count)
    told = batch(
        record(None, rubbish),
        record(rubbish, rubbish | {"b": {"S": "b"}}),
        record(rubbish, None),
        record(None, image(event())),
    )
    assert failures(agenda.handler(told, invocation)) == []
    assert [each["id"] for each in appsync.pushed] == [event().id]
    assert counted == {"AgendaRecords": 4, "AgendaPushFailed": 0, "AgendaMalformed": 3}


def test_an_event_that_was_rubbish_is_created_when_it_is_none_any_more(
    appsync: FakeAppSync, invocation: Any
) -> None:
    rubbish = image(event()) | {"title": {"N": "5"}}
    agenda.handler(batch(record(rubbish, image(event(version=7)))), invocation)
    assert appsync.told == [("CREATED", 7, "group:analysts")]


def test_where_telling_fails_the_rest_of_that_event_waits_and_others_do_not(
    appsync: FakeAppSync, invocation: Any
) -> None:
    appsync.poison = {IDS[0]}
    told = batch(
        record(None, image(event(0))),
        record(None, image(event(1))),
        record(image(event(0)), image(event(0, version=2))),
    )
    assert failures(agenda.handler(told, invocation)) == ["1"]
    assert [each["id"] for each in appsync.pushed] == [IDS[1]]
