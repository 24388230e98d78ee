from collections.abc import Callable

import pytest

from core.access import Caller
from core.agenda.change_schedule import delete_schedule, pause_schedule, resume_schedule
from core.agenda.read_schedules import get_schedule, list_schedules
from core.agenda.schedule import HolidayRegionInput, Schedule
from core.context import Context
from core.errors import InvalidSchedule, ScheduleNotFound
from core.report import ID
from tests.core.agenda.scheduling import SCHEDULE_ID
from tests.core.agenda.scheduling import schedule as schedule  # a fixture
from tests.core.agenda.scheduling import services as services  # a fixture
from tests.fakes import FakeServices

Scheduled = Callable[..., Schedule]


def test_a_paused_schedule_runs_next_when_it_is_resumed(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    paused = pause_schedule(services.context, ana, SCHEDULE_ID)
    assert (paused.paused_at, paused.next_run_at) == (services.clock(), None)
    services.clock.pass_by(days=3)
    resumed = resume_schedule(services.context, ana, SCHEDULE_ID)
    assert (resumed.version, resumed.paused_at) == (3, None)
    assert resumed.next_run_at is not None
    assert resumed.next_run_at.isoformat() == "2026-11-24T06:00:00+00:00"


def test_pausing_and_resuming_again_change_nothing(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    assert resume_schedule(services.context, ana, SCHEDULE_ID).version == 1
    first = pause_schedule(services.context, ana, SCHEDULE_ID)
    services.clock.pass_by(hours=1)
    assert pause_schedule(services.context, ana, SCHEDULE_ID) == first


def test_what_is_over_cannot_be_resumed(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule(expression="at(2026-11-20T13:00:01)")
    pause_schedule(services.context, ana, SCHEDULE_ID)
    services.clock.pass_by(minutes=5)
    with pytest.raises(InvalidSchedule, match="give it a time that is still to come"):
        resume_schedule(services.context, ana, SCHEDULE_ID)


def test_who_is_slower_changes_what_the_faster_one_wrote(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    services.schedules.before_write = lambda: pause_schedule(services.context, ana, SCHEDULE_ID)
    assert pause_schedule(services.context, ana, SCHEDULE_ID).version == 2
    services.schedules.before_write = lambda: resume_schedule(services.context, ana, SCHEDULE_ID)
    assert delete_schedule(services.context, ana, SCHEDULE_ID).version == 3
    assert list_schedules(services.context, ana, frozenset()) == []


@pytest.mark.parametrize("change", [pause_schedule, resume_schedule, delete_schedule])
def test_nobody_changes_anothers(
    services: FakeServices,
    schedule: Scheduled,
    ben: Caller,
    change: Callable[[Context, Caller, ID], Schedule],
) -> None:
    schedule()
    with pytest.raises(ScheduleNotFound, match=f"You have no schedule {SCHEDULE_ID}"):
        change(services.context, ben, SCHEDULE_ID)
    assert services.schedules.records[SCHEDULE_ID].schedule.version == 1


def test_a_list_is_of_the_callers_own(
    services: FakeServices, schedule: Scheduled, ana: Caller, ben: Caller
) -> None:
    first, second = schedule(), schedule(id=None)
    listed = list_schedules(services.context, ana, frozenset())
    assert [each.id for each in listed] == [first.id, second.id]
    assert list_schedules(services.context, ben, frozenset()) == []


def test_the_next_run_is_on_no_holiday_that_is_left_out(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule(expression="cron(30 23 * * ? *)", skip_holidays=HolidayRegionInput("DE"))
    services.clock.pass_by(days=34, hours=12)  # in Berlin, it is the first hour of Christmas Day
    found = get_schedule(services.context, ana, frozenset(), SCHEDULE_ID)
    assert found is not None
    assert found.next_run_at is not None
    assert found.next_run_at.isoformat() == "2026-12-26T22:30:00+00:00"


def test_what_runs_on_holidays_alone_never_runs(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    made = schedule(expression="cron(0 12 25 12 ? *)", skip_holidays=HolidayRegionInput("DE"))
    assert made.next_run_at is None


def test_what_has_a_problem_runs_at_no_time(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    record = services.schedules.records[SCHEDULE_ID]
    services.schedules.records[SCHEDULE_ID] = record.changed(services.clock(), problem="No.")
    found = get_schedule(services.context, ana, frozenset(), SCHEDULE_ID)
    assert found is not None
    assert (found.next_run_at, found.problem) == (None, "No.")
