"""Following a query to its end: nothing is polled and nothing is missed.

1. The caller chooses the query's id.  2. Subscribe, and wait for `start_ack`.  3. Submit.
4. Merge what the reply, the pushes and the re-reads tell: only a newer `version` is news.
AppSync can lose an event even after `start_ack`, so the query is also read again: right after
submitting, after every reconnect, and on a slow timer until the end.
"""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterator
from contextlib import aclosing, nullcontext
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any, TypeVar

from querycast import documents
from querycast.errors import QueryTimedOut, Refused, Unavailable, about
from querycast.operations import get_query
from querycast.query import QueryExecution
from querycast.session import Data, Session, Variables
from querycast.tasks import cancel

log = logging.getLogger(__name__)

Submit = Callable[[], Awaitable[QueryExecution]]
T = TypeVar("T")


@dataclass(frozen=True)
class Pace:
    """When to try again, in seconds.

    rereads: between one read of the query and the next; the last holds from then on.
    resubmits: before each further attempt to submit; the id makes them all the same query.
    backoff: before connecting again; doubled each time up to `longest_backoff`, with jitter.
    relistings: between one listing of what is watched and the next, where nothing is pushed.
    """

    rereads: tuple[float, ...] = (2, 8, 50, 60)
    resubmits: tuple[float, ...] = (0.5, 1, 2, 4)
    backoff: float = 0.5
    longest_backoff: float = 10
    relistings: float = 300

    def delays(self) -> Iterator[float]:
        """Before each further attempt, for ever."""
        longest = self.backoff
        while True:
            yield random.uniform(longest / 2, longest)
            longest = min(longest * 2, self.longest_backoff)


@dataclass(frozen=True)
class Subscription:
    """Which pushes tell of a query. `field`: the root field that their events are under."""

    document: str
    variables: Variables
    field: str


def end_of(query_id: str) -> Subscription:
    """One push, at the end of the query."""
    return Subscription(documents.ON_QUERY_COMPLETE, {"id": query_id}, "onQueryComplete")


def every_change() -> Subscription:
    """A push at every change of every query of the caller's."""
    return Subscription(documents.ON_QUERY_CHANGE, {}, "onQueryChange")


async def submitted(submit: Callable[[], Awaitable[T]], pace: Pace) -> T:
    """The reply to submitting, which is tried again where no answer came."""
    for delay in pace.resubmits:
        try:
            return await submit()
        except Unavailable as error:
            log.info("Submitting again in %s s: %s", delay, error)
            await asyncio.sleep(delay)
    return await submit()


async def last_of(
    changes: AsyncGenerator[QueryExecution], on_change: Callable[[QueryExecution], None] | None
) -> QueryExecution:
    """The final state of those that a Follower gives; each is told to `on_change`."""
    async with aclosing(changes):
        async for query in changes:
            if on_change:
                on_change(query)
    return query


class Follower:
    """One query, from before it is submitted until its end."""

    def __init__(
        self, session: Session, query_id: str, subscription: Subscription, pace: Pace
    ) -> None:
        self._session = session
        self._query_id = query_id
        self._subscription = subscription
        self._pace = pace
        self._news: asyncio.Queue[QueryExecution | BaseException] = asyncio.Queue()
        self._attempted = asyncio.Event()  # the first connection stands, or cannot be made now
        self._missed = asyncio.Event()  # something may have happened while nobody listened

    async def changes(
        self, submit: Submit, timeout: float | None
    ) -> AsyncGenerator[QueryExecution]:
        """Submit, then each newer state of the query; the last one is final.

        Raises:
            QueryTimedOut: it had not ended `timeout` seconds after this began.
        """
        deadline = None if timeout is None else asyncio.get_running_loop().time() + timeout
        tasks = [self._start(self._listen()), self._start(self._submit_and_read(submit))]
        last: QueryExecution | None = None
        try:
            while last is None or not last.status.is_final:
                try:
                    async with asyncio.timeout_at(deadline):
                        with about(self._query_id) if last else nullcontext():  # it has been taken
                            query = await self._next()
                except TimeoutError:
                    raise self._timed_out(last, timeout) from None
                if last is None or query.version > last.version:
                    last = query
                    yield query
        finally:
            await cancel(*tasks)

    def _start(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(coroutine)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self._news.put_nowait(error)

    async def _next(self) -> QueryExecution:
        news = await self._news.get()
        if isinstance(news, BaseException):
            raise news
        return news

    async def _listen(self) -> None:
        """Put every push among the news; connect again whenever the connection is lost."""
        delays = self._pace.delays()
        pushes = self._subscription
        while True:
            try:
                async with self._session.subscribe(pushes.document, pushes.variables) as events:
                    delays = self._pace.delays()
                    self._attempted.set()
                    self._missed.set()
                    async for data in events:
                        self._hear(data)
                log.info("The service ended the subscription of query %s", self._query_id)
            except Unavailable as error:
                log.info("Query %s: connecting again: %s", self._query_id, error)
            self._attempted.set()
            await asyncio.sleep(next(delays))

    def _hear(self, data: Data) -> None:
        pushed = data.get(self._subscription.field)
        if pushed and pushed["id"] == self._query_id:
            self._news.put_nowait(QueryExecution.from_json(pushed))

    async def _submit_and_read(self, submit: Submit) -> None:
        await self._attempted.wait()
        self._missed.clear()  # the read that follows the reply sees it all
        self._news.put_nowait(await submitted(submit, self._pace))
        for delay in chain([0], self._pace.rereads, repeat(self._pace.rereads[-1])):
            await self._wait(delay)
            await self._read()

    async def _wait(self, seconds: float) -> None:
        """Until then, or until something may have been missed."""
        try:
            async with asyncio.timeout(seconds):
                await self._missed.wait()
        except TimeoutError:
            return
        self._missed.clear()

    async def _read(self) -> None:
        """Put the query as it is now among the news, as soon as the service answers."""
        for delay in self._pace.delays():
            try:
                self._news.put_nowait(await get_query(self._session, self._query_id))
                return
            except Unavailable as error:
                log.info("Query %s could not be read: %s", self._query_id, error)
            except Refused as error:
                if error.type != "QueryNotFound":  # a replica may not have it yet
                    raise
            await asyncio.sleep(delay)

    def _timed_out(self, last: QueryExecution | None, timeout: float | None) -> QueryTimedOut:
        state = f"is {last.status}" if last else "has not been accepted"
        return QueryTimedOut(
            self._query_id,
            f"Query {self._query_id} {state} after {timeout:g} s; "
            f"`querycast show {self._query_id}` tells what becomes of it.",
        )
