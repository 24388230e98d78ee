"""A schedule's changes are made true and pushed in order; its firings run it, once each."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from core.access import Caller
from core.agenda.change_schedule import delete_schedule, pause_schedule
from core.agenda.schedule import ScheduleReportInput
from core.agenda.schedule_report import schedule_report
from core.aws.schedule_table import item_from_schedule
from core.errors import GroupsUnavailable
from core.parameters import ParameterInput
from core.query import QueryStatus
from core.report import ID
from streams import agenda, schedule_changed, scheduled_report
from tests.core.agenda.scheduling import CATALOGUE, DAILY, SCHEDULE_ID
from tests.fakes import FakeServices

ANA = Caller(ID("ana"), frozenset({"analysts"}))
YESTERDAY = [ParameterInput("day", "yesterday")]
EVENT = {"schedule": SCHEDULE_ID, "version": 1, "scheduledAt": "2026-11-21T07:00:00Z"}


class AppSync:
    """Keeps what is pushed."""

    def __init__(self) -> None:
        self.inputs: list[Any] = []
        self.trouble: Exception | None = None

    def execute(self, document: str, variables: Any) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.inputs.append(variables["input"])


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> FakeServices:
    services = FakeServices(catalogue=CATALOGUE)
    for module in (schedule_changed, scheduled_report):
        monkeypatch.setattr(module, "context", lambda: services.context)
    asked = ScheduleReportInput(ID("sales"), DAILY, SCHEDULE_ID, YESTERDAY)
    schedule_report(services.context, ANA, asked)
    return services


@pytest.fixture
def appsync(monkeypatch: pytest.MonkeyPatch) -> AppSync:
    appsync = AppSync()
    monkeypatch.setattr(schedule_changed, "appsync", lambda: appsync)
    return appsync


def item(services: FakeServices) -> Any:
    return item_from_schedule(services.schedules.records[SCHEDULE_ID])


def record(number: int, before: Any, after: Any) -> Any:
    images = {"OldImage": before, "NewImage": after}
    keys = {"id": {"S": f"schedule#{SCHEDULE_ID}"}}
    stream = {"Keys": keys, "SequenceNumber": str(number)}
    return {"dynamodb": stream | {name: each for name, each in images.items() if each}}


def told(invocation: Any, *records: Any) -> list[str]:
    """The sequence numbers of what failed."""
    answer = agenda.handler({"Records": list(records)}, invocation)
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def remains(number: int) -> Any:
    return {
        "id": {"S": f"schedule#{SCHEDULE_ID}"},
        "owner": {"S": "ana"},
        "version": {"N": str(number)},
        "deletedAt": {"S": "2026-11-20T12:00:00.000Z"},
    }


def test_every_change_is_pushed_and_made_true(
    services: FakeServices, appsync: AppSync, invocation: Any
) -> None:
    first = item(services)
    pause_schedule(services.context, ANA, SCHEDULE_ID)
    second = item(services)
    delete_schedule(services.context, ANA, SCHEDULE_ID)
    records = [
        record(1, None, first),
        record(2, first, second),
        record(3, second, remains(3)),
        record(4, remains(3), None),
    ]
    assert told(invocation, *records) == []
    pushed = [(each["kind"], each["version"], each["owner"]) for each in appsync.inputs]
    assert pushed == [("CREATED", 1, "ana"), ("UPDATED", 2, "ana"), ("DELETED", 3, "ana")]
    assert appsync.inputs[0]["schedule"]["nextRunAt"] == "2026-11-21T07:00:00.000Z"
    assert "runs" not in appsync.inputs[0]["schedule"]
    assert appsync.inputs[2]["schedule"] is None
    assert services.timers.timers == {}


def test_a_record_that_comes_late_tells_scheduler_of_now(
    services: FakeServices, appsync: AppSync, invocation: Any
) -> None:
    first = item(services)
    pause_schedule(services.context, ANA, SCHEDULE_ID)
    assert told(invocation, record(1, None, first)) == []
    assert (services.timers.timers[SCHEDULE_ID].version, appsync.inputs[0]["version"]) == (2, 1)


def test_what_somebody_removed_by_hand_is_deleted(
    services: FakeServices, appsync: AppSync, invocation: Any
) -> None:
    first = item(services)
    del services.schedules.records[SCHEDULE_ID]
    assert told(invocation, record(1, first, None)) == []
    assert [(each["kind"], each["version"]) for each in appsync.inputs] == [("DELETED", 2)]


def test_what_cannot_be_pushed_comes_again(
    services: FakeServices, appsync: AppSync, invocation: Any
) -> None:
    appsync.trouble = OSError("no answer")
    assert told(invocation, record(7, None, item(services))) == ["7"]
    assert SCHEDULE_ID in services.timers.timers


def test_what_cannot_be_read_is_passed_over(
    services: FakeServices, appsync: AppSync, invocation: Any
) -> None:
    broken = item(services) | {"timedAt": {"S": "soon"}}
    assert told(invocation, record(1, None, broken), record(2, None, item(services))) == []
    assert len(appsync.inputs) == 1


def test_a_firing_runs_the_report_once(services: FakeServices, invocation: Any) -> None:
    services.clock.time = datetime(2026, 11, 21, 7, 0, 30, tzinfo=UTC)
    for _ in range(2):
        scheduled_report.handler(EVENT, invocation)
    [found] = services.queries.records.values()
    assert (found.query.status, found.query.schedule) == (QueryStatus.SUBMITTED, SCHEDULE_ID)


def test_a_firing_of_what_is_gone_removes_it(services: FakeServices, invocation: Any) -> None:
    delete_schedule(services.context, ANA, SCHEDULE_ID)
    scheduled_report.handler(EVENT, invocation)
    assert services.queries.records == {}


def test_a_firing_that_fails_is_called_again(services: FakeServices, invocation: Any) -> None:
    def unavailable(user_id: ID) -> frozenset[str]:
        raise GroupsUnavailable("Cognito does not answer now.")

    services.context = replace(services.context, groups=unavailable)
    with pytest.raises(GroupsUnavailable), pytest.warns(UserWarning, match="No application"):
        scheduled_report.handler(EVENT, invocation)
