"""Reading events: what overlaps a time, of whose calendars, in pages with an end to the work."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.access import Caller
from core.agenda.event import Event
from core.agenda.read import MAX_READS, READ_AT_ONCE, EventPage, get_event, list_events
from core.agenda.write import delete_event
from core.errors import CalendarNotFound, InvalidId, InvalidLimit, InvalidNextToken, InvalidTime
from core.report import ID
from tests.core.agenda.conftest import ANALYSTS, NOON
from tests.fakes import FakeServices

Create = Callable[..., Event]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def page(services: FakeServices) -> Callable[..., EventPage]:
    """A page of the events of the day of noon, unless another time is said."""

    def listed(caller: Caller, **wanted: Any) -> EventPage:
        times = {"start": NOON - 12 * HOUR, "end": NOON + 12 * HOUR}
        return list_events(services.context, caller, **(times | wanted))

    return listed


@pytest.fixture
def titles(page: Callable[..., EventPage]) -> Callable[..., list[str]]:
    """The titles of all pages, one after the other."""

    def read(caller: Caller, **wanted: Any) -> list[str]:
        found: list[str] = []
        token: str | None = None
        for _ in range(1000):
            some = page(caller, **wanted, next_token=token)
            found += [event.title for event in some.events]
            token = some.next_token
            if token is None:
                return found
        raise AssertionError("the pages have no end")

    return read


def test_an_event_is_its_readers_or_null(
    services: FakeServices, create: Create, ana: Caller, ben: Caller, ada: Caller
) -> None:
    private, shared = create(ana), create(ana, calendar=ANALYSTS)
    read = [
        [get_event(services.context, caller, event.id) for event in (private, shared)]
        for caller in (ana, ben, ada)
    ]
    assert read == [[private, shared], [None, shared], [None, None]]
    delete_event(services.context, ana, private.id, 1)
    assert get_event(services.context, ana, private.id) is None
    with pytest.raises(InvalidId):
        get_event(services.context, ana, ID("x"))


def test_what_overlaps_the_time_is_listed_by_start_and_its_ends_are_open(
    create: Create, ana: Caller, titles: Callable[..., list[str]]
) -> None:
    start, end = NOON, NOON + HOUR
    for title, first, last in (
        ("before", start - HOUR, start),
        ("after", end, end + HOUR),
        ("over all", start - DAY, end + DAY),
        ("into", start - HOUR, start + timedelta(milliseconds=1)),
        ("out of", end - timedelta(milliseconds=1), end + HOUR),
        ("week", start - 7 * DAY, start + timedelta(milliseconds=1)),
        ("year", start - 365 * DAY, start + DAY),
        ("week before", start - 7 * DAY, start),
    ):
        create(ana, title=title, start=first, end=last)
    expected = ["year", "week", "over all", "into", "out of"]
    assert titles(ana, start=start, end=end) == expected
    assert titles(ana, start=start, end=end, limit=1) == expected


def test_long_days_are_found_from_their_last_hour(
    create: Create, ana: Caller, titles: Callable[..., list[str]]
) -> None:
    """366 days of which one has 25 hours, and 7 days of which one has."""
    zone = {"timezone": "Europe/Vienna"}
    autumn = datetime(2027, 10, 25).date()
    create(ana, title="week", first_day=autumn, last_day=autumn + 6 * DAY, **zone)
    create(ana, title="year", first_day=autumn, last_day=autumn + 365 * DAY, **zone)
    last = datetime(2027, 10, 31, 22, 59, tzinfo=UTC)
    assert titles(ana, start=last, end=last + HOUR) == ["week", "year"] or titles(
        ana, start=last, end=last + HOUR
    ) == ["year", "week"]
    last = datetime(2028, 10, 24, 21, 59, tzinfo=UTC)
    assert titles(ana, start=last, end=last + HOUR) == ["year"]


def test_all_of_the_callers_calendars_are_merged_and_no_others(
    create: Create, ana: Caller, ben: Caller, ada: Caller, titles: Callable[..., list[str]]
) -> None:
    create(ana, title="1", start=NOON, end=NOON + HOUR)
    create(ben, title="2", start=NOON + HOUR, end=NOON + 2 * HOUR, calendar=ANALYSTS)
    create(ana, title="3", start=NOON + 2 * HOUR, end=NOON + 3 * HOUR)
    create(ben, title="ben's")
    create(ada, title="ada's", calendar=ID("group:administrators"))
    assert titles(ana) == ["1", "2", "3"]
    assert titles(ana, limit=2) == ["1", "2", "3"]
    assert titles(ana, calendar=ANALYSTS) == ["2"]
    assert titles(ben) == ["ben's", "2"]


@pytest.mark.parametrize("calendar", ["group:administrators", "user:ben", "group:nope", "x"])
def test_no_other_calendar_is_listed(
    page: Callable[..., EventPage], ana: Caller, calendar: str
) -> None:
    with pytest.raises(CalendarNotFound, match=f"There is no calendar '{calendar}' of yours"):
        page(ana, calendar=calendar)


def test_the_text_is_found_anywhere_whatever_its_case(
    create: Create, ana: Caller, titles: Callable[..., list[str]]
) -> None:
    create(ana, title="Straße")
    create(ana, title="b", location="in der STRASSE 1")
    create(ana, title="c", notes="a\nstrasse\n")
    create(ana, title="d")
    assert sorted(titles(ana, text="sTraSSe")) == ["Straße", "b", "c"]
    assert titles(ana, text="e\nf") == []
    assert len(titles(ana, text="")) == 4


def test_many_events_come_each_once_though_few_are_wanted(
    services: FakeServices, create: Create, ana: Caller, titles: Callable[..., list[str]]
) -> None:
    for number in range(1000):
        calendar = ANALYSTS if number % 3 else None
        moment = NOON + timedelta(seconds=number % 7)
        text = "wanted" if number % 100 == 0 else "other"
        create(ana, title=f"{text} {number}", start=moment, end=moment + HOUR, calendar=calendar)
    assert len(set(titles(ana, limit=7))) == len(titles(ana, limit=7)) == 1000
    assert len(titles(ana, text="WANTED", limit=3)) == 10


def test_a_page_reads_so_much_and_says_where_to_go_on(
    services: FakeServices, create: Create, ana: Caller, page: Callable[..., EventPage]
) -> None:
    count = READ_AT_ONCE * (MAX_READS + 5)
    for number in range(count):
        create(ana, title="wanted" if number == count - 1 else "x", start=NOON, end=NOON + HOUR)
    create(ana, title="wanted", calendar=ANALYSTS, start=NOON + HOUR, end=NOON + 2 * HOUR)
    services.events.reads = 0
    first = page(ana, text="wanted")
    assert services.events.reads <= MAX_READS + 4
    assert first.next_token is not None
    found, token = list(first.events), first.next_token
    for _ in range(3):
        more = page(ana, text="wanted", next_token=token)
        found += more.events
        if more.next_token is None:
            break
        token = more.next_token
    assert len({event.id for event in found}) == len(found) == 2


def test_a_page_ends_when_it_is_as_large_as_a_page_may_be(
    create: Create, ana: Caller, page: Callable[..., EventPage], titles: Callable[..., list[str]]
) -> None:
    for _ in range(60):
        create(ana, notes="ü" * 10_000)
    assert 50 <= len(page(ana, limit=100).events) < 60
    assert len(titles(ana, limit=100)) == 60


def test_a_token_is_of_its_list_alone(
    create: Create, ana: Caller, ben: Caller, page: Callable[..., EventPage]
) -> None:
    for _ in range(2):
        create(ana, calendar=ANALYSTS)
    token = page(ana, calendar=ANALYSTS, limit=1).next_token
    assert token is not None
    assert len(page(ana, calendar=ANALYSTS, limit=5, next_token=token).events) == 1
    for caller, wanted in (
        (ben, {"calendar": ANALYSTS}),
        (ana, {"calendar": "user:ana"}),
        (ana, {}),
        (ana, {"calendar": ANALYSTS, "text": "x"}),
        (ana, {"calendar": ANALYSTS, "end": NOON + DAY}),
    ):
        with pytest.raises(InvalidNextToken):
            page(caller, **wanted, next_token=token)


@pytest.mark.parametrize(
    "document",
    ["", [], {}, 7, ["2026-11-23T12:00:00Z"], ["x", "y", "z"], [1, 2, 3], [None, None, None]],
)
def test_a_token_that_is_none_is_refused(
    page: Callable[..., EventPage], ana: Caller, document: Any
) -> None:
    for token in (base64.b64encode(json.dumps(document).encode()).decode(), "ü", "{", ""):
        with pytest.raises(InvalidNextToken):
            page(ana, next_token=token)


def test_bounds_of_a_list_are_checked(page: Callable[..., EventPage], ana: Caller) -> None:
    for limit in (0, -1, 101):
        with pytest.raises(InvalidLimit):
            page(ana, limit=limit)
    with pytest.raises(InvalidTime, match="is not after start"):
        page(ana, start=NOON, end=NOON)


def test_the_first_and_the_last_moment_there_are_can_be_listed(
    create: Create, ana: Caller, titles: Callable[..., list[str]]
) -> None:
    create(ana, title="x")
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert titles(ana, start=first, end=last) == ["x"]
