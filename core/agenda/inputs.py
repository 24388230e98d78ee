"""What a caller says of an event, in the shapes of GraphQL's inputs."""

from dataclasses import dataclass
from datetime import date, datetime

from core.report import ID


@dataclass(frozen=True)
class CreateEventInput:
    """An event to be: either `start` and `end`, or `firstDay` and perhaps a later `lastDay`.

    title: 1 to 200 characters, in one line.
    id: a lower-case UUID of the caller's choice; the server makes one when left out. The same id
        with the same input is the same event.
    calendar: one of listCalendars; the caller's private one when left out.
    start, end: `end` is the first moment that is no longer part of it.
    firstDay, lastDay: of an all-day event, both part of it; `lastDay` is `firstDay` when left out.
    timezone: a name of IANA's; UTC when left out. An all-day event begins at midnight there.
    location: at most 200 characters, in one line.
    notes: at most 10,000 characters.
    """

    title: str
    id: ID | None = None
    calendar: ID | None = None
    start: datetime | None = None
    end: datetime | None = None
    first_day: date | None = None
    last_day: date | None = None
    timezone: str | None = None
    location: str | None = None
    notes: str | None = None


@dataclass(frozen=True)
class UpdateEventInput:
    """The whole of an event as it is to be: what is left out, it has no more.

    version: of the event as the caller has read it; another is refused as StaleVersion.
    calendar: where it is to be; it stays where it is when left out. Only its owner may make it
        private.
    The rest is as of createEvent.
    """

    id: ID
    version: int
    title: str
    calendar: ID | None = None
    start: datetime | None = None
    end: datetime | None = None
    first_day: date | None = None
    last_day: date | None = None
    timezone: str | None = None
    location: str | None = None
    notes: str | None = None
