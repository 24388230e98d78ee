from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from core.access import Caller
from core.agenda.agree import agree
from core.agenda.change_schedule import delete_schedule, pause_schedule, resume_schedule
from core.agenda.schedule import Schedule
from core.agenda.schedule_services import Firing, Timer
from tests.core.agenda.scheduling import DAILY, SCHEDULE_ID
from tests.core.agenda.scheduling import schedule as schedule  # a fixture
from tests.core.agenda.scheduling import services as services  # a fixture
from tests.fakes import FakeServices

Scheduled = Callable[..., Schedule]
TIMER = Timer(SCHEDULE_ID, 1, DAILY, "Europe/Berlin", is_on=True, start=None, ends=False)


def agreed(services: FakeServices) -> Timer | None:
    agree(services.context, SCHEDULE_ID)
    return services.timers.timers.get(SCHEDULE_ID)


def test_a_schedule_is_fired_at_its_times(services: FakeServices, schedule: Scheduled) -> None:
    schedule()
    assert agreed(services) == TIMER
    assert agreed(services) == TIMER


def test_a_rate_begins_one_interval_after_it_was_made_and_keeps_counting(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule(expression="rate(3 hours)")
    begun = services.clock()
    first = agreed(services)
    services.clock.pass_by(hours=10)
    pause_schedule(services.context, ana, SCHEDULE_ID)
    resume_schedule(services.context, ana, SCHEDULE_ID)
    later = agreed(services)
    assert first is not None
    assert later is not None
    assert (first.start, later.start) == (
        begun + timedelta(hours=3),
        begun + timedelta(hours=12),
    )


def test_what_runs_once_ends(services: FakeServices, schedule: Scheduled) -> None:
    schedule(expression="at(2026-12-24T18:00:00)")
    timer = agreed(services)
    assert timer is not None
    assert (timer.ends, timer.start) == (True, None)
    assert services.timers.fired == []


def test_a_paused_schedule_is_known_and_not_fired(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    pause_schedule(services.context, ana, SCHEDULE_ID)
    assert agreed(services) == replace(TIMER, version=2, is_on=False)


def test_a_deleted_schedule_is_fired_no_more(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    agreed(services)
    delete_schedule(services.context, ana, SCHEDULE_ID)
    assert agreed(services) is None
    assert agreed(services) is None


def test_who_comes_late_does_not_overwrite_what_is_newer(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    """It is changed, and agreed with, between another's reading and telling."""
    schedule()

    def overtaken() -> None:
        pause_schedule(services.context, ana, SCHEDULE_ID)
        agree(services.context, SCHEDULE_ID)
        services.timers.timers[SCHEDULE_ID] = TIMER  # what the late one told, after all

    services.timers.after_set = overtaken
    assert agreed(services) == replace(TIMER, version=2, is_on=False)


def test_one_that_is_deleted_meanwhile_is_fired_no_more(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    services.timers.after_set = lambda: delete_schedule(services.context, ana, SCHEDULE_ID)
    assert agreed(services) is None


def test_what_scheduler_refuses_is_a_problem_in_its_words(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    agreed(services)
    pause_schedule(services.context, ana, SCHEDULE_ID)
    services.timers.refusal = "Invalid Schedule Expression."
    assert agreed(services) is None
    noted = services.schedules.records[SCHEDULE_ID].schedule
    assert (noted.version, noted.problem) == (3, "Invalid Schedule Expression.")
    services.timers.refusal = "In other words."
    agreed(services)
    assert services.schedules.records[SCHEDULE_ID].schedule == noted


def test_a_problem_that_is_over_is_forgotten(services: FakeServices, schedule: Scheduled) -> None:
    schedule()
    services.timers.refusal = "Not now."
    agreed(services)
    services.timers.refusal = None
    assert agreed(services) == replace(TIMER, version=3)
    assert services.schedules.records[SCHEDULE_ID].schedule.problem is None


@pytest.mark.parametrize("seconds", [0, 1, 3599])
def test_a_time_that_has_come_meanwhile_is_called_for_from_here(
    services: FakeServices, schedule: Scheduled, seconds: int
) -> None:
    schedule(expression="at(2026-11-20T13:00:01)")
    slot = services.clock() + timedelta(seconds=1)
    services.clock.pass_by(seconds=seconds + 1)
    assert agreed(services) is None
    assert services.timers.fired == [Firing(SCHEDULE_ID, 1, slot)]


def test_a_time_that_comes_while_scheduler_is_told_is_called_for_twice(
    services: FakeServices, schedule: Scheduled
) -> None:
    schedule(expression="at(2026-11-20T13:00:01)")
    services.timers.after_set = lambda: services.clock.pass_by(seconds=2)
    assert agreed(services) is not None
    assert len(services.timers.fired) == 1


@pytest.mark.parametrize(("is_paused", "hours"), [(True, 0), (False, 1)])
def test_a_time_that_is_long_over_or_came_in_a_pause_is_not_called_for(
    services: FakeServices, schedule: Scheduled, ana: Caller, is_paused: bool, hours: int
) -> None:
    schedule(expression="at(2026-11-20T13:00:01)")
    if is_paused:
        pause_schedule(services.context, ana, SCHEDULE_ID)
    services.clock.pass_by(hours=hours, seconds=2)
    assert agreed(services) is None
    assert services.timers.fired == []
