"""A query that goes on by itself, and how to take it up: `submit` and `attach` give handles.

>>> handle = client.submit("taxi_by_day", month="2015-06")
>>> for query in handle.updates():
...     print(query.status)
>>> handle.result().to_pandas()
"""

from collections.abc import AsyncGenerator, Callable, Generator

from querycast import operations
from querycast.async_result import AsyncResult
from querycast.errors import check_finished
from querycast.exported import exported
from querycast.follow import Follower, Pace, Subscription, end_of, every_change, last_of
from querycast.loop import LoopThread
from querycast.progress import shown
from querycast.query import QueryExecution, QueryStatus
from querycast.result import Result
from querycast.session import Session


class AsyncQueryHandle:
    """A query by its id, wherever it was submitted.

    submitted: what the service replied to submitting it; None of a query that was attached to.

    Every method may raise Refused (QueryNotFound), Unavailable and NotSignedIn.
    """

    def __init__(
        self, session: Session, pace: Pace, query_id: str, submitted: QueryExecution | None = None
    ) -> None:
        """`AsyncClient.submit` and `attach` make one."""
        self._session = session
        self._pace = pace
        self.id = query_id
        self.submitted = submitted

    async def query(self) -> QueryExecution:
        """The query as it is now."""
        return await operations.get_query(self._session, self.id)

    async def status(self) -> QueryStatus:
        """How far it is now."""
        return (await self.query()).status

    def updates(self, timeout: float | None = None) -> AsyncGenerator[QueryExecution]:
        """The query as it is now, then each newer state as it is pushed, until the final one.

        None is told twice, and the final one never lost; states between may be.

        timeout: seconds from the first one that is asked for; None waits for ever.

        Raises:
            QueryTimedOut: it had not ended in time.
        """
        return self._changes(every_change(), timeout)

    async def wait(
        self,
        timeout: float | None = None,
        on_change: Callable[[QueryExecution], None] | None = None,
    ) -> QueryExecution:
        """The query once it has ended, well or not.

        timeout: seconds from now; None waits for ever. on_change: called with each new state, the
            end included.

        Raises:
            QueryTimedOut: it had not ended in time.
        """
        pushes = every_change() if on_change else end_of(self.id)
        return await last_of(self._changes(pushes, timeout), on_change)

    async def cancel(self) -> QueryExecution:
        """Have it stopped, and return at once; as `AsyncClient.cancel`."""
        return await operations.cancel_query(self._session, self.id)

    async def result(
        self,
        timeout: float | None = None,
        on_change: Callable[[QueryExecution], None] | None = None,
    ) -> AsyncResult:
        """Its result, once it has ended. timeout, on_change: as of `wait`.

        Raises:
            QueryFailed, QueryAborted: it ended without one.
            QueryTimedOut: it had not ended in time.
            Refused: ResultExpired.
        """
        return await result_of(self._session, self._pace, await self.wait(timeout, on_change))

    def _changes(
        self, pushes: Subscription, timeout: float | None
    ) -> AsyncGenerator[QueryExecution]:
        return Follower(self._session, self.id, pushes, self._pace).changes(self.query, timeout)

    def __repr__(self) -> str:
        return f"AsyncQueryHandle({self.id})"


class QueryHandle:
    """A query by its id, wherever it was submitted; each method as that of AsyncQueryHandle.

    submitted: what the service replied to submitting it; None of a query that was attached to.
    """

    def __init__(self, handle: AsyncQueryHandle, loop: LoopThread) -> None:
        """`Client.submit` and `attach` make one."""
        self._handle = handle
        self._loop = loop
        self.id = handle.id
        self.submitted = handle.submitted

    def query(self) -> QueryExecution:
        """The query as it is now."""
        return self._loop.call(self._handle.query())

    def status(self) -> QueryStatus:
        """How far it is now."""
        return self._loop.call(self._handle.status())

    def updates(self, timeout: float | None = None) -> Generator[QueryExecution]:
        """The query as it is now, then each newer state as it is pushed, until the final one.

        None is told twice, and the final one never lost; states between may be.

        timeout: seconds from the first one that is asked for; None waits for ever.

        Raises:
            QueryTimedOut: it had not ended in time.
        """
        return self._loop.iterate(self._handle.updates(timeout))

    def wait(
        self,
        timeout: float | None = None,
        on_change: Callable[[QueryExecution], None] | None = None,
    ) -> QueryExecution:
        """The query once it has ended, well or not.

        timeout: seconds from now; None waits for ever. on_change: called with each new state, the
            end included, in the thread that waits. None: in a notebook a line below the cell shows
            them.

        Raises:
            QueryTimedOut: it had not ended in time.
        """
        with shown(self._name, on_change) as told:
            return self._loop.call_telling(lambda tell: self._handle.wait(timeout, tell), told)

    def cancel(self) -> QueryExecution:
        """Have it stopped, and return at once; as `Client.cancel`."""
        return self._loop.call(self._handle.cancel())

    def result(
        self,
        timeout: float | None = None,
        on_change: Callable[[QueryExecution], None] | None = None,
    ) -> Result:
        """Its result, once it has ended. timeout, on_change: as of `wait`.

        Raises:
            QueryFailed, QueryAborted: it ended without one.
            QueryTimedOut: it had not ended in time.
            Refused: ResultExpired.
        """
        with shown(self._name, on_change) as told:
            result = self._loop.call_telling(lambda tell: self._handle.result(timeout, tell), told)
        return Result(result, self._loop)

    @property
    def _name(self) -> str:
        report = self.submitted.report if self.submitted else None
        return report or "query"

    def __repr__(self) -> str:
        return f"QueryHandle({self.id})"


async def result_of(session: Session, pace: Pace, query: QueryExecution) -> AsyncResult:
    """The result of a query, from the page that came with it if one did.

    Raises:
        QueryFailed, QueryAborted: it ended without one.
        Refused: QueryNotFinished or ResultExpired.
    """
    check_finished(query)
    first = query.result or await operations.get_query_result(session, query.id)
    return AsyncResult(
        query,
        first,
        lambda token: operations.get_query_result(session, query.id, token),
        lambda: exported(session, pace, query, first.columns),
    )
