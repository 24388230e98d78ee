"""What is on which day, wherever one looks from."""

import time
from collections.abc import Iterator
from datetime import date

import pytest

from querycast.agenda.entries import Range, of_events, of_holidays, of_occurrences
from querycast.agenda.event import Event
from querycast.agenda.occurrence import Holiday, Occurrence
from tests.clients.agenda.service import all_day, event, occurrence

DECEMBER = Range(date(2026, 12, 1), date(2026, 12, 31))
FIRST = Range(date(2026, 12, 1), date(2026, 12, 1))
EAST, WEST = "Pacific/Kiritimati", "Pacific/Pago_Pago"  # 14 hours and 11 hours from Greenwich

# The same day, as it is in the east and in the west.
DAYS = {
    EAST: ("2026-11-30T10:00:00.000Z", "2026-12-01T10:00:00.000Z"),
    WEST: ("2026-12-01T11:00:00.000Z", "2026-12-02T11:00:00.000Z"),
    "UTC": ("2026-12-01T00:00:00.000Z", "2026-12-02T00:00:00.000Z"),
}


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


def look_from(zone: pytest.MonkeyPatch, name: str) -> None:
    zone.setenv("TZ", name)
    time.tzset()


@pytest.mark.parametrize("here", [EAST, WEST, "America/New_York", "UTC"])
@pytest.mark.parametrize("there", DAYS)
def test_an_all_day_event_is_on_its_day_wherever_one_looks_from(
    zone: pytest.MonkeyPatch, here: str, there: str
) -> None:
    look_from(zone, here)
    day = all_day("x", "2026-12-01", "2026-12-01", *DAYS[there], there)
    (entry,) = of_events([Event.from_json(day)], DECEMBER)
    assert (entry.day, entry.last, entry.start) == (date(2026, 12, 1), date(2026, 12, 1), None)
    november = Range(date(2026, 11, 1), date(2026, 11, 30))
    assert list(of_events([Event.from_json(day)], november)) == []


@pytest.mark.parametrize("here", [EAST, WEST, "UTC"])
def test_a_holiday_is_on_its_day_wherever_one_looks_from(
    zone: pytest.MonkeyPatch, here: str
) -> None:
    look_from(zone, here)
    holidays = [Holiday(date(2026, 11, 30), "before"), Holiday(date(2026, 12, 1), "on")]
    assert [entry.title for entry in of_holidays(holidays, FIRST)] == ["on"]


@pytest.mark.parametrize(
    ("here", "day"),
    [(EAST, date(2026, 12, 2)), (WEST, date(2026, 12, 1)), ("UTC", date(2026, 12, 1))],
)
def test_an_event_with_times_is_on_the_day_of_who_looks(
    zone: pytest.MonkeyPatch, here: str, day: date
) -> None:
    look_from(zone, here)
    at_noon = event("x", start="2026-12-01T12:00:00.000Z", end="2026-12-01T13:00:00.000Z")
    (entry,) = of_events([Event.from_json(at_noon)], DECEMBER)
    assert entry.day == day


def test_an_event_that_ends_at_midnight_is_not_on_the_next_day(zone: pytest.MonkeyPatch) -> None:
    look_from(zone, "UTC")
    evening = event("x", start="2026-11-30T22:00:00.000Z", end="2026-12-01T00:00:00.000Z")
    assert list(of_events([Event.from_json(evening)], FIRST)) == []


def test_what_began_before_is_on_the_first_day_asked_for(zone: pytest.MonkeyPatch) -> None:
    look_from(zone, "UTC")
    long = event("x", start="2026-11-29T22:00:00.000Z", end="2026-12-03T01:00:00.000Z")
    (entry,) = of_events([Event.from_json(long)], FIRST)
    assert (entry.day, entry.last) == (date(2026, 12, 1), date(2026, 12, 3))


def test_what_is_all_day_comes_before_what_has_a_time(zone: pytest.MonkeyPatch) -> None:
    look_from(zone, "UTC")
    early = event("early", start="2026-12-01T00:00:00.000Z", end="2026-12-01T00:30:00.000Z")
    day = all_day("day", "2026-12-01", "2026-12-01", *DAYS["UTC"], "UTC")
    run = Occurrence.from_json(occurrence("2026-12-01T00:00:00.000Z", report="a_report"))
    entries = [
        *of_events([Event.from_json(early), Event.from_json(day)], FIRST),
        *of_occurrences([run]),
        *of_holidays([Holiday(date(2026, 12, 1), "Feast")], FIRST),
    ]
    ordered = [entry.title for entry in sorted(entries, key=lambda entry: entry.place)]
    assert ordered == ["Event day", "Feast", "Event early", "a_report"]


@pytest.mark.parametrize(
    ("fields", "kind", "title", "status"),
    [
        ({"report": "r", "schedule": "s"}, "schedule", "r", "planned"),
        ({"pipeline": "p"}, "pipeline", "p", "planned"),
        ({"report": "r", "holiday": "Feast"}, "schedule", "r", "left out: Feast"),
        ({"pipeline": "p", "query": {"id": "q", "status": "FAILED"}}, "pipeline", "p", "FAILED"),
    ],
)
def test_a_run_says_what_it_is_and_how_it_stands(
    fields: dict[str, object], kind: str, title: str, status: str
) -> None:
    run = Occurrence.from_json(occurrence("2026-12-01T06:00:00.000Z", **fields))
    (entry,) = of_occurrences([run])
    assert (entry.kind, entry.title, entry.status) == (kind, title, status)


def test_a_range_begins_and_ends_at_midnight_here(zone: pytest.MonkeyPatch) -> None:
    look_from(zone, "America/New_York")
    fall = Range(date(2026, 11, 1), date(2026, 11, 1))  # a day of 25 hours
    assert fall.start.isoformat() == "2026-11-01T00:00:00-04:00"
    assert fall.end.isoformat() == "2026-11-02T00:00:00-05:00"
