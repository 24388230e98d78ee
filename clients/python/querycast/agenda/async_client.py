"""The agenda of a client for coroutines: `client.agenda`.

>>> async with AsyncClient.from_outputs() as client:
...     async for change in client.agenda.changes():
...         print(change.kind, change.id)
"""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any
from uuid import uuid4

from querycast.agenda import operations
from querycast.agenda.event import Calendar, Event, EventChange
from querycast.agenda.occurrence import Holiday, Occurrence
from querycast.agenda.watch import EventWatch
from querycast.agenda.when import When
from querycast.follow import Pace, submitted
from querycast.session import Session


class AsyncAgenda:
    """Events, runs and holidays. Every method may raise as those of the client.

    Times without a zone are in this machine's.
    """

    def __init__(self, session: Session, pace: Pace) -> None:
        self._session = session
        self._pace = pace

    async def calendars(self) -> list[Calendar]:
        """The caller's private calendar, then those of their groups."""
        return await operations.list_calendars(self._session)

    def events(
        self,
        start: datetime,
        end: datetime,
        *,
        calendar: str | None = None,
        text: str | None = None,
    ) -> AsyncGenerator[Event]:
        """The events that overlap the time from `start` to before `end`, fetched as they are read.

        calendar: None is all of the caller's. text: what title, location or notes must have in
            them, in whatever case.
        """
        return operations.list_events(self._session, start, end, calendar, text)

    async def event(self, event_id: str) -> Event:
        """The event as it is now."""
        return await operations.existing_event(self._session, event_id)

    async def create(
        self,
        title: str,
        when: When,
        *,
        calendar: str | None = None,
        timezone: str | None = None,
        location: str | None = None,
        notes: str | None = None,
        event_id: str | None = None,
    ) -> Event:
        """Create an event, once: where no answer comes it is tried again under the same id.

        calendar: None is the caller's private one. timezone: a name of IANA's, at whose midnights
            an all-day event begins and ends; None is UTC. event_id: a UUID of the caller's choice.
        """
        input = {
            "id": event_id or str(uuid4()),
            "title": title,
            "calendar": calendar,
            "timezone": timezone,
            "location": location,
            "notes": notes,
            **when.to_json(),
        }
        given = {name: value for name, value in input.items() if value is not None}
        return await submitted(lambda: operations.create_event(self._session, given), self._pace)

    async def update(
        self,
        event: Event,
        *,
        title: str,
        when: When,
        calendar: str | None = None,
        timezone: str | None = None,
        location: str | None = None,
        notes: str | None = None,
    ) -> Event:
        """Change an event to what is given, the whole of it, unless it has changed since.

        calendar: where it is to be; None leaves it where it is.

        Raises:
            Refused: StaleVersion, where it has changed; read it again. After Unavailable, it may
                be this very change that has been made.
        """
        input: dict[str, Any] = {
            "id": event.id,
            "version": event.version,
            "title": title,
            "calendar": calendar,
            "timezone": timezone,
            "location": location,
            "notes": notes,
            **when.to_json(),
        }
        given = {name: value for name, value in input.items() if value is not None}
        return await operations.update_event(self._session, given)

    async def delete(self, event: Event) -> Event:
        """Delete an event, unless it has changed since; what it was.

        Raises:
            Refused: StaleVersion or EventNotFound, as of `update`.
        """
        return await operations.delete_event(self._session, event.id, event.version)

    def occurrences(self, start: datetime, end: datetime) -> AsyncGenerator[Occurrence]:
        """The runs of the caller's schedules, and of pipelines that they may see: past and planned.

        From `start` to before `end`, in the order of their times.
        """
        return operations.list_occurrences(self._session, start, end)

    async def holidays(
        self,
        country: str,
        year: int,
        *,
        subdivision: str | None = None,
        language: str | None = None,
    ) -> list[Holiday]:
        """The public holidays of a country, such as DE, and of its subdivision, such as BY.

        language: of their names; None is the country's own.
        """
        return await operations.list_holidays(self._session, country, year, subdivision, language)

    def changes(self, calendar: str | None = None) -> AsyncGenerator[EventChange]:
        """Every change of events from now on, each once, until the caller closes the iterator.

        calendar: None is all of the caller's. What happens while the connection is lost is told
        when it is there again.
        """
        return EventWatch(self._session, calendar, self._pace).changes()
