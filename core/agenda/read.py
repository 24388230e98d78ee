"""Reading events: one, or those that overlap a time, a page at a time.

The events of several calendars are merged by start and id as they are read, and a page ends at a
position in that order; so a token is only a position, and gives nobody a calendar.
"""

import base64
import binascii
import hashlib
import heapq
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.access import Caller
from core.agenda.calendar import calendar_not_found, list_calendars, may_use
from core.agenda.event import LONGEST, SHORT, Event, StoredEvent
from core.agenda.services import Agenda, Position
from core.coercion import timestamp
from core.context import Context
from core.errors import InvalidId, InvalidTime
from core.read import checked_limit
from core.report import ID
from core.result import refused_token
from core.submit import check_id

DEFAULT_EVENTS = 50  # of a page
MAX_EVENTS = 100
READ_AT_ONCE = 100  # events
MAX_READS = 20  # besides the first of each calendar, to fill one page
MAX_BYTES = 1_000_000  # of the notes of a page: AppSync takes 5 MB of an answer
FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class EventPage:
    """Some events by their start, then by id, and the token that continues after them.

    A page may have fewer than there are, and even none; only without a token it is the last.
    """

    events: list[Event]
    next_token: str | None = None


@dataclass(frozen=True)
class Wanted:
    """Events that overlap the time and have the text in what they say."""

    start: datetime
    end: datetime
    text: str

    def __contains__(self, event: Event) -> bool:
        said = "\n".join((event.title, event.location or "", event.notes or ""))
        return event.start < self.end and self.start < event.end and self.text in said.casefold()


def get_event(context: Context, caller: Caller, id: ID) -> Event | None:
    """The event; null where there is none of that id in a calendar of the caller's.

    Raises:
        InvalidId: it is not a lower-case UUID.
    """
    found = context.agenda.events.get(check_id(id))
    if not isinstance(found, StoredEvent) or not may_use(caller, found.event.calendar):
        return None
    return found.event


def list_events(
    context: Context,
    caller: Caller,
    start: datetime,
    end: datetime,
    calendar: ID | None = None,
    text: str | None = None,
    limit: int | None = None,
    next_token: str | None = None,
) -> EventPage:
    """The events that overlap the time from `start` to before `end`, by start, then by id.

    Of one calendar, or of all of the caller's; with the text in title, location or notes.

    Raises:
        CalendarNotFound: it is not one of the caller's.
        InvalidTime: `end` is not after `start`.
        InvalidLimit: not from 1 to 100.
        InvalidNextToken: not of an earlier page of the same list.
    """
    size = DEFAULT_EVENTS if limit is None else checked_limit(limit, MAX_EVENTS)
    if end <= start:
        raise InvalidTime(
            f"end {timestamp(end)} is not after start {timestamp(start)}; give a later one."
        )
    if calendar is not None and not may_use(caller, calendar):
        raise calendar_not_found(calendar)
    wanted = Wanted(start, end, (text or "").casefold())
    list_of = _digest(caller, calendar, wanted)
    after = _position(next_token, list_of)
    ids = [each.id for each in list_calendars(context, caller)] if calendar is None else [calendar]
    events, last = _page(Reading(context.agenda, wanted, after), ids, size)
    return EventPage(events, None if last is None else _token(last, list_of))


class Reading:
    """Reads calendars for one page; there is an end to that.

    known_to: where that end was reached: of what comes after, not all is known. None: it was not.
    """

    def __init__(self, agenda: Agenda, wanted: Wanted, after: Position | None) -> None:
        self._agenda = agenda
        self._wanted = wanted
        self._after = after
        self._reads = 0
        self.known_to: Position | None = None

    def events(self, calendar: ID, is_long: bool) -> Iterator[Event]:
        """The events of a part of the calendar that start before the end, in order."""
        after: Position | None = self._first(is_long)
        is_first = True
        while after is not None:
            self._reads += not is_first
            if self._reads > MAX_READS:
                self.known_to = after if self.known_to is None else min(self.known_to, after)
                return
            found, after = self._agenda.events.starting(
                calendar, is_long, after, self._wanted.end, READ_AT_ONCE
            )
            is_first = False
            yield from found

    def _first(self, is_long: bool) -> Position:
        """Where the first event may stand that overlaps the time and comes after the position."""
        longest = LONGEST if is_long else SHORT
        start = self._wanted.start
        begin = Position(start - longest if start - FIRST > longest else FIRST)
        return begin if self._after is None else max(begin, self._after)

    def wants(self, event: Event) -> bool:
        return event in self._wanted


def _page(
    reading: Reading, calendars: Sequence[ID], size: int
) -> tuple[list[Event], Position | None]:
    """Some of the wanted events, and where to go on, if there may be more."""
    parts = [reading.events(each, is_long) for each in calendars for is_long in (False, True)]
    page: list[Event] = []
    last: Position | None = None
    read = 0  # bytes of notes
    for event in heapq.merge(*parts, key=_place):
        if len(page) == size or read > MAX_BYTES:
            return page, last
        if reading.known_to is not None and _place(event) > reading.known_to:
            break
        last = _place(event)
        if reading.wants(event):
            page.append(event)
            read += len((event.notes or "").encode())
    return page, reading.known_to


def _place(event: Event) -> Position:
    return Position(event.start, event.id)


def _digest(caller: Caller, calendar: ID | None, wanted: Wanted) -> str:
    """Of whose list it is and of what, so that a token of another list is known for that."""
    times = timestamp(wanted.start), timestamp(wanted.end)
    asked = json.dumps([caller.id, calendar, *times, wanted.text])
    return hashlib.sha256(asked.encode()).hexdigest()[:16]


def _token(position: Position, list_of: str) -> str:
    written = json.dumps([timestamp(position.start), position.id, list_of])
    return base64.urlsafe_b64encode(written.encode()).decode()


def _position(next_token: str | None, list_of: str) -> Position | None:
    if next_token is None:
        return None
    try:
        read = base64.b64decode(next_token, altchars=b"-_", validate=True)
        start, event_id, of = json.loads(read)
        position = Position(datetime.fromisoformat(start).astimezone(UTC), check_id(event_id))
    except (binascii.Error, ValueError, TypeError, OverflowError, InvalidId):
        raise refused_token(next_token) from None
    if of != list_of:
        raise refused_token(next_token)
    return position
