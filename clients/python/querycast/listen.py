"""Listening to a subscription for as long as somebody wants, whatever becomes of its connections.

What is told between the pushes: that the subscription stands (again), so that what came before it
may have been missed, and that it was silent for as long as the caller waits.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from enum import Enum

from querycast.errors import Unavailable
from querycast.follow import Pace, Subscription
from querycast.session import Data, Session
from querycast.tasks import cancel

log = logging.getLogger(__name__)


class Told(Enum):
    """Among the pushes: not what has happened, but that something may have."""

    CONNECTED = "CONNECTED"
    SILENCE = "SILENCE"


class Listener:
    """`listening` makes one."""

    def __init__(self) -> None:
        self._news: asyncio.Queue[Data | Told | BaseException] = asyncio.Queue()

    async def next(self, until: float) -> Data | Told:
        """The next push, or that the subscription stands, or at that time of the loop SILENCE.

        Raises:
            Refused, NotSignedIn: the service does not take the subscription (any more).
        """
        if asyncio.get_running_loop().time() >= until:
            return Told.SILENCE
        try:
            async with asyncio.timeout_at(until):
                news = await self._news.get()
        except TimeoutError:
            return Told.SILENCE
        if isinstance(news, BaseException):
            raise news
        return news

    async def listen(self, session: Session, subscription: Subscription, pace: Pace) -> None:
        """Put every connection and every push among the news, in their order."""
        delays = pace.delays()
        while True:
            try:
                subscribed = session.subscribe(subscription.document, subscription.variables)
                async with subscribed as events:
                    delays = pace.delays()
                    self._news.put_nowait(Told.CONNECTED)
                    async for data in events:
                        if pushed := data.get(subscription.field):
                            self._news.put_nowait(pushed)
                log.info("The service ended the subscription %s", subscription.field)
            except Unavailable as error:
                log.info("%s: connecting again: %s", subscription.field, error)
            await asyncio.sleep(next(delays))

    def ended(self, task: asyncio.Task[None]) -> None:
        """What ends the listening is the last of the news."""
        if not task.cancelled() and (error := task.exception()):
            self._news.put_nowait(error)


@asynccontextmanager
async def listening(
    session: Session, subscription: Subscription, pace: Pace
) -> AsyncGenerator[Listener]:
    """The subscription, until this is left."""
    listener = Listener()
    task = asyncio.create_task(listener.listen(session, subscription, pace))
    task.add_done_callback(listener.ended)
    try:
        yield listener
    finally:
        await cancel(task)
