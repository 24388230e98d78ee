"""What may be said of an event."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.agenda.check import Span, span, texts
from core.agenda.event import LONGEST
from core.errors import InvalidEvent
from tests.core.agenda.conftest import NOON, event_input

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def when(**given: Any) -> Span:
    return span(event_input(**given), NOW)


def day(number: int, month: int = 11, year: int = 2026) -> date:
    return date(year, month, number)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"title": ""}, "title is empty"),
        ({"title": " \u3000"}, "title is empty"),
        ({"title": "t" * 201}, "title has 201 characters; give at most 200"),
        ({"location": "l" * 201}, "location has 201 characters"),
        ({"notes": "n" * 1_000_000}, "notes has 1,000,000 characters; give at most 10,000"),
        ({"title": "a\nb"}, "title has the character U\\+000A"),
        ({"notes": "a\x00b"}, "notes has the character U\\+0000"),
        ({"notes": "\ud83d"}, "notes has the character U\\+D83D"),
        ({"location": "\x9f"}, "location has the character U\\+009F"),
    ],
)
def test_a_text_that_is_none_is_refused(given: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidEvent, match=message):
        texts(event_input(**given))


def test_texts_are_kept_as_they_are_and_empty_ones_are_none() -> None:
    said = texts(event_input(title=" Grüße 🎉 ", notes="a\r\n\tb", location=""))
    assert (said.title, said.notes, said.location) == (" Grüße 🎉 ", "a\r\n\tb", None)
    assert texts(event_input(title="🎉" * 200, notes="n" * 10_000)).title == "🎉" * 200


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"start": NOON, "end": NOON, "first_day": day(1)}, "both times and days"),
        ({"start": None}, "neither times nor days"),
        ({"start": NOON}, "no end"),
        ({"end": NOON}, "no start"),
        ({"last_day": day(1)}, "lastDay 2026-11-01 alone; give firstDay"),
        ({"start": NOON, "end": NOON}, "is not after start 2026-11-23T12:00:00.000Z"),
        ({"start": NOON, "end": NOON + timedelta(microseconds=999)}, "is not after start"),
        ({"first_day": day(2), "last_day": day(1)}, "lastDay 2026-11-01 is before firstDay"),
        ({"start": NOON, "end": NOON + timedelta(days=366, seconds=1)}, "longer than 366 days"),
        ({"first_day": day(1), "last_day": day(2, year=2027)}, "longer than 366 days"),
        ({"first_day": day(31, 12, 9999)}, "beyond the years 1 to 9999"),
        ({"first_day": day(30, 12, 2011), "timezone": "Pacific/Apia"}, "2011-12-30 never was"),
        ({"start": NOON, "end": NOON + HOUR, "timezone": "Mars"}, "timezone 'Mars' is not known"),
        ({"first_day": day(1), "timezone": "America"}, "timezone 'America' is not known"),
        ({"first_day": day(1), "timezone": "../etc"}, "timezone '../etc' is not known"),
        *(
            ({"first_day": day(1), "timezone": name}, "is not known")
            for name in ("\ud800", "", " ", "\x00", "z" * 5000, "/etc/passwd", "right/UTC", "utc ")
        ),
        ({"first_day": day(19, year=2024)}, "ends 2024-11-20T00:00:00.000Z; events are kept"),
    ],
)
def test_times_that_do_not_go_together_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidEvent, match=message):
        when(**given)


def test_times_are_kept_in_milliseconds() -> None:
    found = when(start=NOON.replace(microsecond=1999), end=NOON + HOUR)
    assert found == Span(NOON.replace(microsecond=1000), NOON + HOUR, "UTC", all_day=False)


def test_an_all_day_event_is_one_day_where_no_last_one_is_given() -> None:
    found = when(first_day=day(23), timezone="America/New_York")
    assert (found.start, found.end) == (
        datetime(2026, 11, 23, 5, tzinfo=UTC),
        datetime(2026, 11, 24, 5, tzinfo=UTC),
    )
    assert (found.first_day, found.last_day, found.all_day) == (day(23), day(23), True)


def test_a_day_has_as_many_hours_as_its_zone_gives_it() -> None:
    spring = when(first_day=date(2027, 3, 28), timezone="Europe/Vienna")
    autumn = when(first_day=date(2027, 10, 31), timezone="Europe/Vienna")
    assert spring.end - spring.start == 23 * HOUR
    assert autumn.end - autumn.start == 25 * HOUR


def test_a_day_begins_when_the_clocks_leap_over_its_midnight() -> None:
    found = when(first_day=date(2027, 4, 30), timezone="Africa/Cairo")  # at 00:00 it is 01:00
    assert found.end - found.start == 23 * HOUR


def test_the_longest_event_is_366_days_whatever_the_clocks_do() -> None:
    found = when(first_day=date(2027, 3, 28), last_day=date(2028, 3, 27), timezone="Europe/Vienna")
    assert timedelta(days=365) < found.end - found.start <= LONGEST
    assert when(start=NOON, end=NOON + timedelta(days=366)).end == NOON + timedelta(days=366)
