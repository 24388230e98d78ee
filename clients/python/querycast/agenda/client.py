"""The agenda of a client: `client.agenda`.

>>> with Client.from_outputs() as client:
...     for change in client.agenda.changes():
...         print(change.kind, change.id)
"""

from collections.abc import Generator, Iterator
from datetime import datetime

from querycast.agenda.async_client import AsyncAgenda
from querycast.agenda.event import Calendar, Event, EventChange
from querycast.agenda.occurrence import Holiday, Occurrence
from querycast.agenda.when import When
from querycast.loop import LoopThread


class Agenda:
    """Events, runs and holidays. Every method may raise as those of the client.

    Times without a zone are in this machine's.
    """

    def __init__(self, agenda: AsyncAgenda, loop: LoopThread) -> None:
        self._agenda = agenda
        self._loop = loop

    def calendars(self) -> list[Calendar]:
        """The caller's private calendar, then those of their groups."""
        return self._loop.call(self._agenda.calendars())

    def events(
        self,
        start: datetime,
        end: datetime,
        *,
        calendar: str | None = None,
        text: str | None = None,
    ) -> Iterator[Event]:
        """The events that overlap the time from `start` to before `end`, fetched as they are read.

        calendar: None is all of the caller's. text: what title, location or notes must have in
            them, in whatever case.
        """
        return self._loop.iterate(self._agenda.events(start, end, calendar=calendar, text=text))

    def event(self, event_id: str) -> Event:
        """The event as it is now."""
        return self._loop.call(self._agenda.event(event_id))

    def create(
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
        return self._loop.call(
            self._agenda.create(
                title,
                when,
                calendar=calendar,
                timezone=timezone,
                location=location,
                notes=notes,
                event_id=event_id,
            )
        )

    def update(
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
        return self._loop.call(
            self._agenda.update(
                event,
                title=title,
                when=when,
                calendar=calendar,
                timezone=timezone,
                location=location,
                notes=notes,
            )
        )

    def delete(self, event: Event) -> Event:
        """Delete an event, unless it has changed since; what it was.

        Raises:
            Refused: StaleVersion or EventNotFound, as of `update`.
        """
        return self._loop.call(self._agenda.delete(event))

    def occurrences(self, start: datetime, end: datetime) -> Iterator[Occurrence]:
        """The runs of the caller's schedules, and of pipelines that they may see: past and planned.

        From `start` to before `end`, in the order of their times.
        """
        return self._loop.iterate(self._agenda.occurrences(start, end))

    def holidays(
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
        return self._loop.call(
            self._agenda.holidays(country, year, subdivision=subdivision, language=language)
        )

    def changes(self, calendar: str | None = None) -> Generator[EventChange]:
        """Every change of events from now on, each once, until the caller closes the iterator.

        calendar: None is all of the caller's. What happens while the connection is lost is told
        when it is there again.
        """
        return self._loop.iterate(self._agenda.changes(calendar))
