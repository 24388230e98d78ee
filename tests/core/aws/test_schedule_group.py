"""What EventBridge Scheduler is told, and what its answers mean."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from core.agenda.schedule_services import Firing, Timer
from core.aws.schedule_group import ScheduleGroup, Target
from core.errors import TimerRefused
from core.report import ID

TARGET = Target("function", "role", "queue")
TIMER = Timer(ID("a"), 3, "cron(0 7 * * ? *)", "Europe/Berlin", True, start=None, ends=False)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class NotFound(ClientError):
    """There is no such schedule."""


class Invalid(ClientError):
    """It is not in order."""


class Full(ClientError):
    """There are too many."""


class Scheduler:
    """Some schedules; `failures` are raised in turn, before anything is done."""

    class exceptions:  # as boto3 has it
        ResourceNotFoundException = NotFound
        ValidationException = Invalid
        ServiceQuotaExceededException = Full

    def __init__(self, **schedules: Any) -> None:
        self.schedules = schedules
        self.failures: list[Exception] = []
        self.invoked: list[Any] = []

    def update_schedule(self, *, Name: str, **described: Any) -> None:
        if Name not in self.schedules:
            raise NotFound({}, "UpdateSchedule")
        self._put(Name, described)

    def create_schedule(self, *, Name: str, **described: Any) -> None:
        self._put(Name, described)

    def delete_schedule(self, *, Name: str, GroupName: str) -> None:
        if self.schedules.pop(Name, None) is None:
            raise NotFound({}, "DeleteSchedule")

    def invoke(self, **request: Any) -> None:
        self.invoked.append(request)

    def _put(self, name: str, described: Any) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.schedules[name] = described


def group(scheduler: Any) -> ScheduleGroup:
    return ScheduleGroup(lambda: scheduler, lambda: scheduler, "reports", TARGET)


@pytest.mark.parametrize("before", [{}, {"a": "another"}])
def test_a_schedule_is_as_it_is_told_whatever_it_was(before: dict[str, Any]) -> None:
    scheduler = Scheduler(**before)
    group(scheduler).set(TIMER)
    described = scheduler.schedules["a"]
    target = described.pop("Target")
    assert described == {
        "GroupName": "reports",
        "ScheduleExpression": "cron(0 7 * * ? *)",
        "ScheduleExpressionTimezone": "Europe/Berlin",
        "State": "ENABLED",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "NONE",
    }
    assert json.loads(target["Input"]) == {
        "schedule": "a",
        "version": 3,
        "scheduledAt": "<aws.scheduler.scheduled-time>",
    }
    assert (target["Arn"], target["RoleArn"]) == ("function", "role")
    assert target["DeadLetterConfig"] == {"Arn": "queue"}


def test_a_rate_has_its_start_and_what_runs_once_ends() -> None:
    scheduler = Scheduler()
    group(scheduler).set(replace(TIMER, is_on=False, start=NOON, ends=True))
    described = scheduler.schedules["a"]
    assert (described["StartDate"], described["State"]) == (NOON, "DISABLED")
    assert described["ActionAfterCompletion"] == "DELETE"


@pytest.mark.parametrize("kind", [Invalid, Full])
def test_what_it_does_not_take_is_refused_in_its_words(kind: type[ClientError]) -> None:
    scheduler = Scheduler()
    words: Any = {"Error": {"Code": kind.__name__, "Message": "Invalid Schedule Expression."}}
    scheduler.failures = [kind(words, "CreateSchedule")]
    with pytest.raises(TimerRefused, match=r"^Invalid Schedule Expression\.$"):
        group(scheduler).set(TIMER)


def test_what_may_succeed_later_fails() -> None:
    scheduler = Scheduler()
    throttled = ClientError({"Error": {"Code": "ThrottlingException"}}, "CreateSchedule")
    scheduler.failures = [throttled]
    with pytest.raises(ClientError):
        group(scheduler).set(TIMER)


def test_removing_what_is_not_there_is_nothing() -> None:
    scheduler = Scheduler(a="known")
    for _ in range(2):
        group(scheduler).remove("a")
    assert scheduler.schedules == {}


def test_a_run_that_is_due_is_called_for_as_scheduler_does() -> None:
    scheduler = Scheduler()
    group(scheduler).fire(Firing(ID("a"), 3, NOON))
    [request] = scheduler.invoked
    assert (request["FunctionName"], request["InvocationType"]) == ("function", "Event")
    event = json.loads(request["Payload"])
    assert (event["schedule"], event["version"]) == ("a", 3)
    assert datetime.fromisoformat(event["scheduledAt"]) == NOON
