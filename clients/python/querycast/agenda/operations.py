"""The agenda's fields as coroutines: arguments in, values of ours out."""

from collections.abc import AsyncGenerator, Mapping
from datetime import datetime, timedelta
from typing import Any

from querycast.agenda import documents
from querycast.agenda.event import Calendar, Event
from querycast.agenda.occurrence import Holiday, Occurrence
from querycast.agenda.when import moment
from querycast.errors import Refused
from querycast.session import Session

MAX_EVENTS = 100  # of a page of listEvents
MAX_RANGE = timedelta(days=60)  # of listOccurrences, which takes up to 62


async def list_calendars(session: Session) -> list[Calendar]:
    """The caller's private calendar, then those of their groups."""
    data = await session.execute(documents.LIST_CALENDARS, {})
    return [Calendar.from_json(document) for document in data["listCalendars"]]


async def get_event(session: Session, event_id: str) -> Event | None:
    """The event as it is now; None where there is none of that id for the caller."""
    data = await session.execute(documents.GET_EVENT, {"id": event_id})
    return None if data["getEvent"] is None else Event.from_json(data["getEvent"])


async def list_events(
    session: Session, start: datetime, end: datetime, calendar: str | None, text: str | None
) -> AsyncGenerator[Event]:
    """The events that overlap the time, by start, then by id.

    calendar: None is all of the caller's. text: what title, location or notes must have in them.
    """
    variables: dict[str, Any] = {
        "start": moment(start),
        "end": moment(end),
        "calendar": calendar,
        "text": text,
        "limit": MAX_EVENTS,
    }
    while True:
        page = (await session.execute(documents.LIST_EVENTS, variables))["listEvents"]
        for document in page["events"]:
            yield Event.from_json(document)
        if page["nextToken"] is None:
            return
        variables["nextToken"] = page["nextToken"]


async def create_event(session: Session, input: Mapping[str, Any]) -> Event:
    """Create the event; the same id with the same input answers the same event again."""
    data = await session.execute(documents.CREATE_EVENT, {"input": input})
    return Event.from_json(data["createEvent"])


async def update_event(session: Session, input: Mapping[str, Any]) -> Event:
    """Change the event to what is given, the whole of it.

    Raises:
        Refused: StaleVersion, where it has changed since the version given; EventNotFound.
    """
    data = await session.execute(documents.UPDATE_EVENT, {"input": input})
    return Event.from_json(data["updateEvent"])


async def delete_event(session: Session, event_id: str, version: int) -> Event:
    """Delete the event.

    Raises:
        Refused: StaleVersion, where it has changed since the version given; EventNotFound.
    """
    data = await session.execute(documents.DELETE_EVENT, {"id": event_id, "version": version})
    return Event.from_json(data["deleteEvent"])


async def list_occurrences(
    session: Session, start: datetime, end: datetime
) -> AsyncGenerator[Occurrence]:
    """What ran or is to run from `start` to before `end`, in the order of their times."""
    while start < end:
        until = min(end, start + MAX_RANGE)
        variables = {"start": moment(start), "end": moment(until)}
        data = await session.execute(documents.LIST_OCCURRENCES, variables)
        for document in data["listOccurrences"]:
            yield Occurrence.from_json(document)
        start = until


async def list_holidays(
    session: Session, country: str, year: int, subdivision: str | None, language: str | None
) -> list[Holiday]:
    """The public holidays of a country, and of its subdivision, in order.

    Raises:
        Refused: HolidaysNotFound, where none are known of that.
    """
    variables = {
        "country": country,
        "year": year,
        "subdivision": subdivision,
        "language": language,
    }
    data = await session.execute(documents.LIST_HOLIDAYS, variables)
    return [Holiday.from_json(document) for document in data["listHolidays"]]


async def existing_event(session: Session, event_id: str) -> Event:
    """The event as it is now.

    Raises:
        Refused: EventNotFound, where there is none of that id for the caller.
    """
    found = await get_event(session, event_id)
    if found is None:
        raise Refused(
            "EventNotFound", f"You have no event {event_id}; `querycast agenda list` lists yours."
        )
    return found
