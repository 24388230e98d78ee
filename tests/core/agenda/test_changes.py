"""What subscribers are told of an event, from what was stored of it before and after."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.access import Caller
from core.agenda.changes import changes
from core.agenda.event import DeletedEvent, Event, EventChange, EventChangeKind, StoredEvent
from core.report import ID
from tests.core.agenda.conftest import ANALYSTS
from tests.fakes import FakeServices

CREATED, UPDATED, DELETED = EventChangeKind


@pytest.fixture
def event(create: Callable[..., Event], ana: Caller) -> Event:
    return create(ana, calendar=ANALYSTS)


def stored(event: Event) -> StoredEvent:
    return StoredEvent(event, "digest")


def tombstone(event: Event, version: int) -> DeletedEvent:
    return DeletedEvent(event.id, event.calendar, version, event.updated_at)


def test_a_new_event_is_created(event: Event) -> None:
    expected = EventChange(ANALYSTS, event.id, 1, CREATED, event)
    assert changes(None, stored(event)) == [expected]
    assert changes(tombstone(event, 3), stored(event)) == [expected]


def test_a_changed_event_is_updated_even_where_nothing_of_it_shows(event: Event) -> None:
    changed = replace(event, version=2)
    expected = [EventChange(ANALYSTS, event.id, 2, UPDATED, changed)]
    assert changes(stored(event), stored(changed)) == expected
    assert [each.kind for each in changes(stored(event), stored(event))] == [UPDATED]


def test_an_event_that_moved_is_deleted_there_and_created_here(event: Event) -> None:
    moved = replace(event, version=2, calendar=ID("user:ana"))
    assert changes(stored(event), stored(moved)) == [
        EventChange(ANALYSTS, event.id, 2, DELETED),
        EventChange(ID("user:ana"), event.id, 2, CREATED, moved),
    ]


def test_a_deleted_event_has_the_version_of_its_tombstone(event: Event) -> None:
    deleted = [EventChange(ANALYSTS, event.id, 5, DELETED)]
    assert changes(stored(event), tombstone(event, 5)) == deleted


def test_a_removed_event_is_news_to_who_has_seen_its_last_version(event: Event) -> None:
    assert changes(stored(event), None) == [EventChange(ANALYSTS, event.id, 2, DELETED)]


def test_of_a_forgotten_tombstone_nobody_is_told(services: FakeServices, event: Event) -> None:
    assert changes(tombstone(event, 2), None) == []
    assert changes(None, tombstone(event, 2)) == []
    assert changes(tombstone(event, 2), tombstone(event, 2)) == []
