"""Writing events: by users, through the API, and by principals of IAM (streams/event_writer.py).

Every write is conditional. An event is created under an id once: what remains of it when it is
deleted keeps a late repeat from creating it again. A change names the version that it changes, so
nobody's change undoes another's that they have not seen.
"""

import hashlib
import json
from dataclasses import replace

from core.access import Caller
from core.agenda import calendar
from core.agenda.calendar import Author, calendar_not_found, group_of
from core.agenda.check import EventInput, span, texts
from core.agenda.event import DeletedEvent, Event, StoredEvent
from core.agenda.inputs import CreateEventInput, UpdateEventInput
from core.agenda.services import Agenda
from core.coercion import to_json
from core.context import Context
from core.errors import EventNotFound, IdAlreadyUsed, InvalidEvent, StaleVersion
from core.report import ID
from core.submit import check_id, chosen_id


def create_event(context: Context, caller: Caller, input: CreateEventInput) -> Event:
    """Create an event; the same id with the same input is the same event, as it is now.

    Raises:
        InvalidId, InvalidEvent, CalendarNotFound: as they say.
        IdAlreadyUsed: the id is that of another event, or was.
    """
    return create(context.agenda, calendar.author(caller), input)


def update_event(context: Context, caller: Caller, input: UpdateEventInput) -> Event:
    """Change an event to what is given, the whole of it; or move it to another calendar.

    Raises:
        InvalidId, InvalidEvent, CalendarNotFound: as they say.
        EventNotFound: there is none of that id in a calendar of the caller's.
        StaleVersion: it has changed since that version.
    """
    return update(context.agenda, calendar.author(caller), input)


def delete_event(context: Context, caller: Caller, id: ID, version: int) -> Event:
    """Delete an event; the answer is what it was, with the version of its deletion.

    Raises:
        InvalidId: as it says.
        EventNotFound, StaleVersion: as `updateEvent`.
    """
    return delete(context.agenda, calendar.author(caller), id, version)


def create(agenda: Agenda, author: Author, input: CreateEventInput) -> Event:
    """As `create_event`, whoever the author is."""
    event_id = chosen_id(input.id)
    event = _event(agenda, author, event_id, _chosen_calendar(author, input.calendar), input)
    stored = StoredEvent(event, _digest(event))
    if agenda.events.put_new(stored):
        return event
    return _same(author, agenda.events.get(event_id), stored)


def update(agenda: Agenda, author: Author, input: UpdateEventInput) -> Event:
    """As `update_event`, whoever the author is."""
    stored = _of_version(agenda, author, input.id, input.version)
    before = stored.event
    place = before.calendar if input.calendar is None else input.calendar
    made = _event(agenda, author, before.id, _allowed(author, place), input)
    if place != before.calendar and group_of(place) is None and before.owner != author.id:
        raise InvalidEvent(
            f"Event {before.id} is of another owner, who alone may make it private; leave it in a "
            "calendar of a group, or create one of your own."
        )
    event = replace(
        made, owner=before.owner, version=before.version + 1, created_at=before.created_at
    )
    if not agenda.events.replace(replace(stored, event=event), before.version):
        raise _overtaken(agenda, author, before)
    return event


def delete(agenda: Agenda, author: Author, event_id: ID, version: int) -> Event:
    """As `delete_event`, whoever the author is."""
    before = _of_version(agenda, author, event_id, version).event
    now = agenda.now()
    deleted = DeletedEvent(before.id, before.calendar, before.version + 1, now)
    if not agenda.events.bury(deleted, before.version):
        raise _overtaken(agenda, author, before)
    return replace(before, version=deleted.version, updated_at=now)


def event_not_found(event_id: str) -> EventNotFound:
    """The same words whether it is missing or another's."""
    return EventNotFound(f"You have no event {event_id}; listEvents names yours.")


def _event(agenda: Agenda, author: Author, event_id: ID, place: ID, input: EventInput) -> Event:
    """The event of an input, where that is in order, as if it were new."""
    now = agenda.now()
    said, when = texts(input), span(input, now)
    return Event(
        id=event_id,
        calendar=place,
        title=said.title,
        start=when.start,
        end=when.end,
        timezone=when.timezone,
        all_day=when.all_day,
        owner=author.id,
        version=1,
        created_at=now,
        updated_at=now,
        first_day=when.first_day,
        last_day=when.last_day,
        location=said.location,
        notes=said.notes,
    )


def _same(author: Author, found: StoredEvent | DeletedEvent | None, new: StoredEvent) -> Event:
    """The event that has the id, where it is this very one, be it created again."""
    match found:
        case StoredEvent(event, made_from) if made_from == new.made_from:
            if author.may_use(event.calendar):
                return event
    raise IdAlreadyUsed(
        f"Id {new.event.id} is another event's, or was; create the event with a new id."
    )


def _chosen_calendar(author: Author, chosen: ID | None) -> ID:
    if chosen is not None:
        return _allowed(author, chosen)
    if author.own is None:
        raise InvalidEvent(
            "calendar is left out, and a principal of IAM has no private one; give that of a "
            "group, such as group:analysts."
        )
    return author.own


def _allowed(author: Author, place: ID) -> ID:
    if not author.may_use(place):
        raise calendar_not_found(place)
    return place


def _of_version(agenda: Agenda, author: Author, event_id: ID, version: int) -> StoredEvent:
    found = _found(agenda, author, event_id)
    if found.event.version != version:
        raise _stale(found.event, version)
    return found


def _found(agenda: Agenda, author: Author, event_id: ID) -> StoredEvent:
    found = agenda.events.get(check_id(event_id))
    if not isinstance(found, StoredEvent) or not author.may_use(found.event.calendar):
        raise event_not_found(event_id)
    return found


def _overtaken(agenda: Agenda, author: Author, before: Event) -> StaleVersion:
    """What to tell whose write came second.

    Raises:
        EventNotFound: it was deleted, or moved out of their sight.
    """
    return _stale(_found(agenda, author, before.id).event, before.version)


def _stale(event: Event, version: int) -> StaleVersion:
    return StaleVersion(
        f"Event {event.id} has version {event.version}, not {version}; read it with getEvent and "
        "change that."
    )


def _digest(event: Event) -> str:
    """Of what was asked, and by whom."""
    asked = replace(event, created_at=event.start, updated_at=event.start)
    return hashlib.sha256(json.dumps(to_json(asked), sort_keys=True).encode()).hexdigest()
