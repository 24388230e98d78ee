"""The agenda of a client: what it sends, and what it makes of the answers."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from querycast import Client, Days, Event, EventChangeKind, Times
from querycast.agenda.client import Agenda
from querycast.errors import Refused, Unavailable
from querycast.follow import Pace
from tests.clients.agenda.service import MINE, TEAM, FakeAgenda, event, occurrence

DECEMBER = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
NINE = datetime(2026, 12, 1, 9, tzinfo=timezone(timedelta(hours=1)))
TIMES = Times(NINE, NINE + timedelta(hours=1))
ID = "6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10"


@pytest.fixture
def client(service: FakeAgenda) -> Iterator[Client]:
    with Client(service, Pace(resubmits=(0, 0), backoff=0.001)) as client:
        yield client


def test_calendars_are_listed(client: Client) -> None:
    assert [(each.id, each.group) for each in client.agenda.calendars()] == [
        (MINE, None),
        (TEAM, "analysts"),
    ]


def test_events_come_page_by_page(client: Client, service: FakeAgenda) -> None:
    service.events = {str(number): event(str(number)) for number in range(5)}
    assert [each.id for each in client.agenda.events(*DECEMBER)] == list("01234")
    assert service.operations == ["listEvents"] * 3


def test_events_are_chosen_by_calendar_and_text(client: Client, service: FakeAgenda) -> None:
    service.events = {
        "mine": event("mine", title="Lunch"),
        "ours": event("ours", title="Team lunch", calendar=TEAM),
        "other": event("other", title="Dinner", calendar=TEAM),
    }
    found = client.agenda.events(*DECEMBER, calendar=TEAM, text="LUNCH")
    assert [each.id for each in found] == ["ours"]


def test_an_event_is_read(client: Client, service: FakeAgenda) -> None:
    service.events["x"] = event("x", 3, location="Here")
    found = client.agenda.event("x")
    assert (found.version, found.location) == (3, "Here")
    assert found.start == datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_an_event_that_is_none_is_refused(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        client.agenda.event("x")
    assert refused.value.type == "EventNotFound"


def test_an_event_is_created_with_what_is_given(client: Client, service: FakeAgenda) -> None:
    made = client.agenda.create(
        "Lunch", TIMES, calendar=TEAM, timezone="Europe/Berlin", location="Here", event_id=ID
    )
    assert service.inputs == [
        {
            "id": ID,
            "title": "Lunch",
            "calendar": TEAM,
            "timezone": "Europe/Berlin",
            "location": "Here",
            "start": "2026-12-01T08:00:00.000Z",
            "end": "2026-12-01T09:00:00.000Z",
        }
    ]
    assert (made.id, made.calendar, made.version) == (ID, TEAM, 1)


def test_days_are_sent_as_days(client: Client, service: FakeAgenda) -> None:
    client.agenda.create("One", Days(date(2026, 12, 1)))
    client.agenda.create("Two", Days(date(2026, 12, 1), date(2026, 12, 2)))
    assert [(each["firstDay"], each["lastDay"]) for each in service.inputs] == [
        ("2026-12-01", "2026-12-01"),
        ("2026-12-01", "2026-12-02"),
    ]


def test_creating_is_tried_again_under_the_same_id(client: Client, service: FakeAgenda) -> None:
    service.outages.extend([Unavailable("the answer is lost")] * 2)
    made = client.agenda.create("Lunch", TIMES)
    assert service.operations == ["createEvent"] * 3
    assert list(service.events) == [made.id]


def test_creating_is_given_up_where_no_answer_ever_comes(
    client: Client, service: FakeAgenda
) -> None:
    service.outages.extend([Unavailable("down")] * 3)
    with pytest.raises(Unavailable, match="down"):
        client.agenda.create("Lunch", TIMES)


def test_an_event_is_changed_and_deleted(client: Client) -> None:
    made = client.agenda.create("Lunch", TIMES, location="Here")
    changed = client.agenda.update(made, title="Dinner", when=TIMES)
    assert (changed.id, changed.title, changed.version) == (made.id, "Dinner", 2)
    assert client.agenda.delete(changed).version == 3


@pytest.mark.parametrize(
    "act",
    [
        lambda agenda, made: agenda.update(made, title="Mine", when=TIMES),
        lambda agenda, made: agenda.delete(made),
    ],
    ids=["update", "delete"],
)
def test_what_has_changed_since_is_left_as_it_is(
    client: Client, service: FakeAgenda, act: Callable[[Agenda, Event], Event]
) -> None:
    made = client.agenda.create("Lunch", TIMES)
    service.put(made.id, title="Theirs")
    with pytest.raises(Refused) as refused:
        act(client.agenda, made)
    assert refused.value.type == "StaleVersion"
    assert service.events[made.id]["title"] == "Theirs"


def test_runs_of_a_year_are_asked_for_in_parts(client: Client, service: FakeAgenda) -> None:
    service.occurrences = [
        occurrence("2026-01-05T06:00:00.000Z", pipeline="p"),
        occurrence("2026-12-31T23:00:00.000Z", report="r"),
    ]
    year = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    found = list(client.agenda.occurrences(*year))
    assert [each.pipeline or each.report for each in found] == ["p", "r"]
    assert service.ranges[0][0] == "2026-01-01T00:00:00.000Z"
    assert service.ranges[-1][1] == "2027-01-01T00:00:00.000Z"
    ends, starts = [end for _, end in service.ranges], [start for start, _ in service.ranges]
    assert ends[:-1] == starts[1:]  # nothing between them, and nothing twice
    assert len(service.ranges) == 7


def test_holidays_are_days(client: Client) -> None:
    found = client.agenda.holidays("DE", 2026, subdivision="BY")
    assert (found[0].date, found[0].name) == (date(2026, 11, 1), "Allerheiligen")


def test_changes_are_told_until_the_caller_stops(client: Client, service: FakeAgenda) -> None:
    service.on_subscribe = lambda: service.events.setdefault("x", event("x"))
    for change in client.agenda.changes():
        assert (change.kind, change.id) == (EventChangeKind.CREATED, "x")
        break
    client.agenda.calendars()  # the loop is free again
    assert service.subscribers == []


def test_a_deletion_tells_what_the_event_was(client: Client, service: FakeAgenda) -> None:
    service.events["x"] = event("x", title="Lunch")
    service.on_subscribe = service.events.clear
    change = next(client.agenda.changes())
    assert (change.kind, change.event) == (EventChangeKind.DELETED, None)
    assert change.before is not None
    assert change.before.title == "Lunch"
