"""What is fired is what was planned: scheduled reports through a scheduler with a moved clock."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.access import Caller
from core.agenda.agree import agree
from core.agenda.run import run_firing
from core.agenda.schedule import ScheduleReportInput
from core.agenda.schedule_report import schedule_report
from core.agenda.schedule_services import Firing
from core.agenda.times import planned
from core.aws.schedule_group import ScheduleGroup, Target
from core.parameters import ParameterInput
from core.report import ID
from tests.core.agenda.scheduling import CATALOGUE, SCHEDULE_ID
from tests.fakes import FakeServices
from tests.local.scheduler.machine import FUNCTION, QUEUE, Api, Machine, moment

ANA = Caller(ID("ana"), frozenset({"analysts"}))
TODAY = [ParameterInput("day", "today")]
EVERY = timedelta(minutes=5)


class Client:
    """The machine's scheduler, as the product tells it."""

    class exceptions(Api.exceptions):  # as boto3 has it
        class ValidationException(Exception):
            """Refused."""

        class ServiceQuotaExceededException(Exception):
            """Full."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def update_schedule(self, *, Name: str, **described: Any) -> None:
        if Name not in self.machine.api.schedules:
            raise self.exceptions.ResourceNotFoundException(Name)
        self.create_schedule(Name=Name, **described)

    def create_schedule(self, *, Name: str, **described: Any) -> None:
        now = self.machine.now
        self.machine.api.put(Name, CreationDate=now, LastModificationDate=now, **described)


def scheduled(machine: Machine, begin: str, expression: str, timezone: str) -> FakeServices:
    """The services at that time, when somebody schedules a report."""
    services = FakeServices(catalogue=CATALOGUE)
    services.clock.time = machine.now = moment(begin)
    target = Target(FUNCTION, "arn:aws:iam::000000000000:role/calls", QUEUE)
    functions: Any = None  # nothing is called for at once
    group = ScheduleGroup(lambda: Client(machine), functions, "reports", target)
    asked = ScheduleReportInput(ID("sales"), expression, SCHEDULE_ID, TODAY, timezone)
    schedule_report(services.context, ANA, asked)
    services.timers.set = group.set  # type: ignore[method-assign]  # the product's own, here
    agree(services.context, SCHEDULE_ID)
    return services


def ran(services: FakeServices, event: Any) -> str:
    """When the function is called, and the day that the run is about."""
    services.clock.time = slot = datetime.fromisoformat(event["scheduledAt"])
    record = run_firing(services.context, Firing(event["schedule"], event["version"], slot))
    assert record is not None
    services.places.free("ana", record.query.id)
    return f"{slot:%H:%M} {record.query.parameters[0].value}"


@pytest.mark.parametrize(
    ("zone", "expression", "begin", "end", "expected"),
    [
        pytest.param(
            *("Europe/Berlin", "cron(30 2 * * ? *)", "2026-03-27T12:00:00", "2026-03-30T12:00:00"),
            ["01:30 2026-03-28", "00:30 2026-03-30"],
            id="the clock leaves the time out",
        ),
        pytest.param(
            *("Europe/Berlin", "cron(30 2 * * ? *)", "2026-10-23T12:00:00", "2026-10-26T12:00:00"),
            ["00:30 2026-10-24", "00:30 2026-10-25", "01:30 2026-10-26"],
            id="the clock shows the time twice",
        ),
        pytest.param(
            *("America/New_York", "cron(0 23 * * ? *)", "2026-03-07T12:00:00"),
            "2026-03-09T12:00:00",
            ["04:00 2026-03-07", "03:00 2026-03-08"],
            id="spring in New York, on the day before by UTC",
        ),
        pytest.param(
            *("Australia/Lord_Howe", "cron(15 0 * * ? *)", "2026-04-03T00:00:00"),
            "2026-04-06T00:00:00",
            ["13:15 2026-04-04", "13:15 2026-04-05", "13:45 2026-04-06"],
            id="half an hour in autumn, on the next day by UTC",
        ),
        pytest.param(
            *("Pacific/Kiritimati", "rate(12 hours)", "2026-12-31T03:00:00", "2027-01-01T04:00:00"),
            ["15:00 2027-01-01", "03:00 2027-01-01"],
            id="a rate, 14 hours ahead",
        ),
        pytest.param(
            *("Europe/Berlin", "at(2026-10-25T02:30:00)", "2026-10-24T12:00:00"),
            "2026-10-26T12:00:00",
            ["00:30 2026-10-25"],
            id="once, at a time that comes twice",
        ),
    ],
)
def test_each_time_is_run_once_for_the_day_meant_in_its_zone(
    tmp_path: Path, zone: str, expression: str, begin: str, end: str, expected: list[str]
) -> None:
    machine = Machine(tmp_path)
    services = scheduled(machine, begin, expression, zone)
    record = services.schedules.records[SCHEDULE_ID]
    times = list(planned(record, moment(begin), moment(end) + EVERY))
    machine.run(end, EVERY)
    assert [datetime.fromisoformat(text) for text in machine.targets.times] == times
    events = [json.loads(payload) for payload in machine.targets.sent]
    assert [ran(services, event) for event in events for _ in (1, 2)][::2] == expected
    assert len(services.queries.records) == len(expected)
