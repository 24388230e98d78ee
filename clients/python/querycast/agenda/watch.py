"""Watching calendars: every change is told once, and none is lost while nobody listens.

1. List the events there are.  2. Subscribe, and wait for `start_ack`.  3. List again, and tell what
has changed meanwhile.  4. Tell the pushes, which have come since 2.  From there on 2 to 4 after
every reconnect, and 3 on a slow timer, for AppSync can lose an event even after `start_ack`.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from querycast.agenda import documents
from querycast.agenda.event import Event, EventChange
from querycast.agenda.known import KnownEvents
from querycast.agenda.operations import get_event, list_events
from querycast.errors import Unavailable
from querycast.follow import Pace, Subscription
from querycast.listen import Told, listening
from querycast.session import Session

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)

log = logging.getLogger(__name__)

T = TypeVar("T")


class EventWatch:
    """The events of one calendar, or of all of the caller's (None)."""

    def __init__(self, session: Session, calendar: str | None, pace: Pace) -> None:
        self._session = session
        self._calendar = calendar
        self._pace = pace

    async def changes(self) -> AsyncGenerator[EventChange]:
        """Each change from now on, until the caller stops.

        Raises:
            Unavailable: the service does not answer at the start; later it is asked again.
            Refused: CalendarNotFound, where it is not one of the caller's (any more).
        """
        known = KnownEvents(await self._list())
        pushes = Subscription(
            documents.ON_EVENT_CHANGE, {"calendar": self._calendar}, "onEventChange"
        )
        async with listening(self._session, pushes, self._pace) as listener:
            while True:
                due = asyncio.get_running_loop().time() + self._pace.relistings
                news = await listener.next(due)
                if isinstance(news, Told):
                    async for change in self._missed(known):
                        yield change
                else:
                    for change in known.pushed(EventChange.from_json(news)):
                        yield change

    async def _missed(self, known: KnownEvents) -> AsyncGenerator[EventChange]:
        """What a listing tells that no push has told."""
        there = await self._until_answered(self._list)
        for event in there:
            for change in known.seen(event):
                yield change
        for event in known.missing(there):
            for change in await self._until_answered(partial(self._sought, known, event)):
                yield change

    async def _sought(self, known: KnownEvents, event: Event) -> list[EventChange]:
        """What has become of an event that a listing lacks.

        It may have been moved while the pages were read, or be too new for the listing.
        """
        found = await get_event(self._session, event.id)
        if found is None:
            return list(known.lost(event))
        if self._calendar in (None, found.calendar):
            return list(known.seen(found))
        return list(known.moved(event, found.version))

    async def _list(self) -> list[Event]:
        listed = list_events(self._session, FIRST, LAST, self._calendar, None)
        return [event async for event in listed]

    async def _until_answered(self, ask: Callable[[], Awaitable[T]]) -> T:
        delays = self._pace.delays()
        while True:
            try:
                return await ask()
            except Unavailable as error:
                log.info("Events could not be read: %s", error)
            await asyncio.sleep(next(delays))
