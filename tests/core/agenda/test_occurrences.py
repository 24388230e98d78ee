from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from core.access import Caller
from core.agenda.change_schedule import pause_schedule
from core.agenda.occurrences import MAX_EACH, Occurrence, list_occurrences
from core.agenda.run import run_firing
from core.agenda.schedule import HolidayRegionInput, Schedule
from core.agenda.schedule_services import Firing
from core.errors import InvalidTime
from core.pipelines.pause import pause_pipeline
from core.pipelines.run import run_scheduled
from core.report import ID
from tests.core.agenda.scheduling import SCHEDULE_ID
from tests.core.agenda.scheduling import schedule as schedule  # a fixture
from tests.core.agenda.scheduling import services as services  # a fixture
from tests.fakes import FakeServices

Scheduled = Callable[..., Schedule]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def of_schedules(
    services: FakeServices, caller: Caller, start: datetime, end: datetime
) -> list[Occurrence]:
    found = list_occurrences(services.context, caller, start, end)
    return [each for each in found if each.schedule is not None]


def test_what_ran_and_what_is_to_run_are_in_the_order_of_their_times(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    slot = datetime(2026, 11, 21, 6, tzinfo=UTC)
    services.clock.time = slot + timedelta(minutes=2)
    record = run_firing(services.context, Firing(SCHEDULE_ID, 1, slot))
    assert record is not None
    found = of_schedules(services, ana, NOON, NOON + 3 * DAY)
    assert found == [
        Occurrence(slot, SCHEDULE_ID, ID("sales"), query=record.query),
        Occurrence(slot + DAY, SCHEDULE_ID, ID("sales")),
        Occurrence(slot + 2 * DAY, SCHEDULE_ID, ID("sales")),
    ]


def test_a_range_has_its_start_and_not_its_end(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    slot = datetime(2026, 11, 22, 6, tzinfo=UTC)
    assert [each.at for each in of_schedules(services, ana, slot, slot + DAY)] == [slot]


def test_a_run_belongs_to_its_time_however_late_it_was_submitted(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    slot = datetime(2026, 11, 21, 6, tzinfo=UTC)
    services.clock.time = slot + timedelta(minutes=59)
    run_firing(services.context, Firing(SCHEDULE_ID, 1, slot))
    minute = timedelta(minutes=1)
    assert [each.at for each in of_schedules(services, ana, slot, slot + minute)] == [slot]
    assert of_schedules(services, ana, slot + minute, slot + 2 * minute) == []


def test_a_holiday_is_named(services: FakeServices, schedule: Scheduled, ana: Caller) -> None:
    schedule(skip_holidays=HolidayRegionInput("DE"))
    begin = datetime(2026, 12, 24, tzinfo=UTC)
    found = of_schedules(services, ana, begin, begin + 3 * DAY)
    assert [each.holiday for each in found] == [None, "Erster Weihnachtstag", None]


def test_what_is_paused_or_has_a_problem_is_not_planned(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule()
    other = schedule(id=None)
    record = services.schedules.records[other.id]
    services.schedules.records[other.id] = record.changed(services.clock(), problem="No.")
    pause_schedule(services.context, ana, SCHEDULE_ID)
    assert of_schedules(services, ana, NOON, NOON + 3 * DAY) == []


def test_a_frequent_one_is_cut_off(
    services: FakeServices, schedule: Scheduled, ana: Caller
) -> None:
    schedule(expression="rate(1 minute)")
    schedule(id=None)
    found = of_schedules(services, ana, NOON, NOON + 2 * DAY)
    frequent = [each.at for each in found if each.schedule == SCHEDULE_ID]
    assert len(frequent) == MAX_EACH
    assert frequent[0] == NOON + timedelta(minutes=1)
    assert len(found) == MAX_EACH + 2


def test_anothers_are_not_shown(services: FakeServices, schedule: Scheduled, ben: Caller) -> None:
    schedule()
    assert of_schedules(services, ben, NOON, NOON + 3 * DAY) == []


def test_pipelines_are_shown_to_those_who_may_see_them(services: FakeServices, ana: Caller) -> None:
    slot = datetime(2026, 11, 20, 11, tzinfo=UTC)  # six in New York
    services.clock.time = slot
    record = run_scheduled(services.context, "load", slot)
    assert record is not None
    end = slot + 2 * DAY
    found = list_occurrences(services.context, ana, slot, end)
    assert found == [
        Occurrence(slot, pipeline=ID("load"), query=record.query),
        Occurrence(slot + DAY, pipeline=ID("load")),
    ]
    assert list_occurrences(services.context, Caller(ID("eve")), slot, end) == []
    pause_pipeline(services.context, ana, ID("load"))
    assert len(list_occurrences(services.context, ana, slot, end)) == 1


@pytest.mark.parametrize(
    ("length", "words"),
    [(timedelta(0), "is not after start"), (timedelta(days=62, seconds=1), "more than 62 days")],
)
def test_a_range_that_is_none_or_too_long_is_refused(
    services: FakeServices, ana: Caller, length: timedelta, words: str
) -> None:
    with pytest.raises(InvalidTime, match=words):
        list_occurrences(services.context, ana, NOON, NOON + length)


@pytest.mark.parametrize("expression", ["cron(0 7 * * ? *)", "rate(1 day)"])
def test_the_ends_of_time_can_be_asked_for(
    services: FakeServices, schedule: Scheduled, ana: Caller, expression: str
) -> None:
    schedule(expression=expression, timezone="Pacific/Kiritimati")
    begin, end = (each.replace(tzinfo=UTC) for each in (datetime.min, datetime.max))
    hour = timedelta(hours=1)
    assert list_occurrences(services.context, ana, begin, begin + hour) == []
    assert list_occurrences(services.context, ana, end - hour, end) == []


@pytest.mark.parametrize(
    ("begin", "expected"),
    [
        # In Berlin, 02:30 does not exist on the 28th of March 2027; at 03:00 it is summer.
        ("2027-03-27T00:00:00", ["03-27T01:30", "03-29T00:30"]),
        # It exists twice on the 31st of October 2027: the first is in summer time.
        ("2027-10-30T00:00:00", ["10-30T00:30", "10-31T00:30", "11-01T01:30"]),
    ],
)
def test_a_changing_clock_is_planned_as_scheduler_fires_it(
    services: FakeServices, schedule: Scheduled, ana: Caller, begin: str, expected: list[str]
) -> None:
    schedule(expression="cron(30 2 * * ? *)")
    start = datetime.fromisoformat(begin).replace(tzinfo=UTC)
    found = of_schedules(services, ana, start, start + 3 * DAY)
    assert [f"{each.at:%m-%dT%H:%M}" for each in found] == expected
