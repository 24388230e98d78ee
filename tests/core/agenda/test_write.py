"""Events are created once, changed by those who have seen them, and never come back."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from core.access import Caller
from core.agenda.calendar import Author
from core.agenda.event import DeletedEvent, Event, StoredEvent
from core.agenda.inputs import UpdateEventInput
from core.agenda.principal import principal
from core.agenda.write import create, create_event, delete_event, update_event
from core.errors import (
    CalendarNotFound,
    EventNotFound,
    IdAlreadyUsed,
    InvalidEvent,
    InvalidId,
    NotAuthorized,
    StaleVersion,
)
from core.report import ID
from tests.core.agenda.conftest import ANALYSTS, EVENT_ID, NOON, event_input
from tests.fakes import FakeServices

Create = Callable[..., Event]
ROLE = "arn:aws:sts::123456789012:assumed-role/loader/session-7"


def change(event: Event, **changes: Any) -> UpdateEventInput:
    """An input that keeps all of an event but what is changed."""
    names = [each.name for each in fields(UpdateEventInput)]
    whole = {name: getattr(event, name) for name in names if name != "calendar"}
    return UpdateEventInput(**(whole | changes))


@pytest.fixture
def shared(create: Create, ana: Caller) -> Event:
    return create(ana, id=EVENT_ID, calendar=ANALYSTS)


def test_an_event_is_its_creators_and_private_unless_they_say_otherwise(
    create: Create, ana: Caller
) -> None:
    event = create(ana)
    assert (event.owner, event.calendar, event.version) == (ana.id, "user:ana", 1)
    assert (event.timezone, event.all_day, event.first_day) == ("UTC", False, None)


def test_the_same_event_created_again_is_the_same_as_it_is_now(
    services: FakeServices, create: Create, ana: Caller, ben: Caller, shared: Event
) -> None:
    changed = update_event(services.context, ben, change(shared, title="Retro"))
    services.clock.pass_by(hours=1)
    assert create(ana, id=EVENT_ID, calendar=ANALYSTS) == changed


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Other"},
        {"notes": "n"},
        {"start": NOON, "end": NOON + timedelta(hours=2)},
        {"calendar": None},
        {"timezone": "Europe/Vienna"},
    ],
)
def test_another_event_of_that_id_is_refused(
    create: Create, ana: Caller, shared: Event, other: dict[str, Any]
) -> None:
    with pytest.raises(IdAlreadyUsed, match=f"Id {EVENT_ID} is another event's, or was"):
        create(ana, **({"id": EVENT_ID, "calendar": ANALYSTS} | other))


def test_the_id_of_anothers_event_is_refused_in_the_same_words(
    create: Create, ana: Caller, ben: Caller, shared: Event
) -> None:
    with pytest.raises(IdAlreadyUsed, match=f"Id {EVENT_ID} is another event's, or was"):
        create(ben, id=EVENT_ID, calendar=ANALYSTS)


def test_what_was_moved_out_of_sight_is_another_event(
    services: FakeServices, create: Create, ana: Caller, shared: Event
) -> None:
    both = Caller(ID("cy"), frozenset({"analysts", "administrators"}))
    moved = change(shared, calendar=ID("group:administrators"))
    assert update_event(services.context, both, moved).owner == ana.id
    with pytest.raises(IdAlreadyUsed):
        create(ana, id=EVENT_ID, calendar=ANALYSTS)


@pytest.mark.parametrize("id", ["nope", "6F1C2A4E-8B1D-4C57-9A53-0D5F3E2B7A10"])
def test_an_id_is_a_uuid(services: FakeServices, create: Create, ana: Caller, id: str) -> None:
    with pytest.raises(InvalidId):
        create(ana, id=ID(id))
    with pytest.raises(InvalidId):
        delete_event(services.context, ana, ID(id), 1)


@pytest.mark.parametrize(
    "calendar", ["group:administrators", "group:nope", "user:ben", "user:", "group:", "", "\ud800"]
)
def test_a_calendar_that_is_not_the_callers_is_refused_as_if_there_were_none(
    services: FakeServices, create: Create, ana: Caller, shared: Event, calendar: str
) -> None:
    words = f"There is no calendar {calendar!a} of yours".replace("\\", "\\\\")
    with pytest.raises(CalendarNotFound, match=words):
        create(ana, calendar=ID(calendar))
    with pytest.raises(CalendarNotFound, match=words):
        update_event(services.context, ana, change(shared, calendar=ID(calendar)))


def test_a_member_changes_an_event_which_stays_its_creators(
    services: FakeServices, ana: Caller, ben: Caller, shared: Event
) -> None:
    services.clock.pass_by(hours=1)
    event = update_event(services.context, ben, change(shared, title="Retro", notes="n"))
    assert (event.title, event.notes, event.owner, event.version) == ("Retro", "n", ana.id, 2)
    assert (event.created_at, event.updated_at) == (shared.created_at, services.clock())
    assert event.calendar == ANALYSTS
    assert services.events.get(EVENT_ID) == StoredEvent(event, stored(services).made_from)


def stored(services: FakeServices) -> StoredEvent:
    found = services.events.get(EVENT_ID)
    assert isinstance(found, StoredEvent)
    return found


def test_what_is_left_out_of_a_change_is_gone(
    services: FakeServices, create: Create, ana: Caller
) -> None:
    event = create(ana, notes="n", location="l", timezone="Europe/Vienna")
    changed = update_event(
        services.context,
        ana,
        UpdateEventInput(event.id, 1, "t", start=event.start, end=event.end),
    )
    assert (changed.notes, changed.location, changed.timezone) == (None, None, "UTC")


def test_a_stale_version_changes_nothing_and_names_the_current_one(
    services: FakeServices, ana: Caller, ben: Caller, shared: Event
) -> None:
    update_event(services.context, ben, change(shared, title="Retro"))
    with pytest.raises(StaleVersion, match=f"Event {EVENT_ID} has version 2, not 1"):
        update_event(services.context, ana, change(shared, title="Mine"))
    with pytest.raises(StaleVersion, match="has version 2, not 3"):
        delete_event(services.context, ana, EVENT_ID, 3)
    assert stored(services).event.title == "Retro"


def test_who_loses_a_race_is_told_what_the_winner_left(
    services: FakeServices, ana: Caller, ben: Caller, shared: Event
) -> None:
    """Both have read version 1; what is read just before a write is overtaken."""
    current, replace_event = services.events.get, services.events.replace

    def overtaken(stored: StoredEvent, expected_version: int) -> bool:
        services.events.replace = replace_event  # type: ignore[method-assign]  # once
        update_event(services.context, ben, change(shared, title="First"))
        return replace_event(stored, expected_version)

    services.events.replace = overtaken  # type: ignore[method-assign]  # the winner comes between
    with pytest.raises(StaleVersion, match="has version 2, not 1"):
        update_event(services.context, ana, change(shared, title="Second"))
    found = current(EVENT_ID)
    assert isinstance(found, StoredEvent)
    assert found.event.title == "First"


def test_who_loses_a_race_against_a_deletion_finds_nothing(
    services: FakeServices, ana: Caller, ben: Caller, shared: Event
) -> None:
    bury = services.events.bury

    def overtaken(deleted: DeletedEvent, expected_version: int) -> bool:
        services.events.bury = bury  # type: ignore[method-assign]  # once
        delete_event(services.context, ben, EVENT_ID, 1)
        return bury(deleted, expected_version)

    services.events.bury = overtaken  # type: ignore[method-assign]  # the winner comes between
    with pytest.raises(EventNotFound):
        delete_event(services.context, ana, EVENT_ID, 1)


def test_a_deleted_event_is_answered_once_more_and_never_comes_back(
    services: FakeServices, create: Create, ana: Caller, ben: Caller, shared: Event
) -> None:
    services.clock.pass_by(hours=1)
    gone = delete_event(services.context, ben, EVENT_ID, 1)
    assert gone == replace(shared, version=2, updated_at=services.clock())
    assert services.events.get(EVENT_ID) == DeletedEvent(EVENT_ID, ANALYSTS, 2, services.clock())
    with pytest.raises(IdAlreadyUsed):
        create(ana, id=EVENT_ID, calendar=ANALYSTS)
    with pytest.raises(EventNotFound, match=f"You have no event {EVENT_ID}"):
        delete_event(services.context, ben, EVENT_ID, 2)
    with pytest.raises(EventNotFound, match=f"You have no event {EVENT_ID}"):
        update_event(services.context, ana, change(shared, version=2))


def test_only_its_owner_makes_an_event_private(
    services: FakeServices, ana: Caller, ben: Caller, shared: Event
) -> None:
    with pytest.raises(InvalidEvent, match="of another owner, who alone may make it private"):
        update_event(services.context, ben, change(shared, calendar=ID("user:ben")))
    event = update_event(services.context, ana, change(shared, calendar=ID("user:ana")))
    with pytest.raises(EventNotFound):
        delete_event(services.context, ben, EVENT_ID, event.version)


def test_an_invalid_change_changes_nothing(
    services: FakeServices, ana: Caller, shared: Event
) -> None:
    with pytest.raises(InvalidEvent):
        update_event(services.context, ana, change(shared, title=""))
    assert stored(services).event == shared


def test_nothing_of_an_invalid_event_is_stored(services: FakeServices, ana: Caller) -> None:
    with pytest.raises(InvalidEvent):
        create_event(services.context, ana, event_input(notes="n" * 1_000_000))
    assert services.events.stored == {}


@pytest.fixture
def loader() -> Author:
    return principal({"userArn": ROLE}, lambda group: group == "analysts")


def test_a_principal_owns_what_it_creates_whatever_its_session_is_called(
    services: FakeServices, loader: Author
) -> None:
    event = create(services.context.agenda, loader, event_input(calendar=ANALYSTS, id=EVENT_ID))
    assert event.owner == "arn:aws:sts::123456789012:assumed-role/loader"
    again = principal({"userArn": f"{ROLE}8"}, lambda group: True)
    same = create(services.context.agenda, again, event_input(calendar=ANALYSTS, id=EVENT_ID))
    assert same == event


@pytest.mark.parametrize("calendar", ["user:ana", "group:nope", "user:arn:aws:iam", ""])
def test_a_principal_has_the_calendars_of_groups_alone(
    services: FakeServices, loader: Author, calendar: str
) -> None:
    with pytest.raises(CalendarNotFound):
        create(services.context.agenda, loader, event_input(calendar=ID(calendar)))


def test_a_principal_says_which_calendar(services: FakeServices, loader: Author) -> None:
    with pytest.raises(InvalidEvent, match="calendar is left out"):
        create(services.context.agenda, loader, event_input())


@pytest.mark.parametrize("identity", [None, {}, {"userArn": None}, {"userArn": ""}])
def test_who_has_not_signed_is_no_principal(identity: Any) -> None:
    with pytest.raises(NotAuthorized):
        principal(identity, lambda group: True)


def test_a_user_of_iam_is_known_by_its_arn() -> None:
    arn = "arn:aws:iam::123456789012:user/teams/loader"
    assert principal({"userArn": arn}, lambda group: True).id == arn
