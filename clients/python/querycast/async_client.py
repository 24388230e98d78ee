"""The client for coroutines: ask a report, wait, read; many at once over one connection.

>>> async with AsyncClient.from_outputs() as client:
...     result = await client.run("taxi_by_day", month="2015-06")
...     async for row in result.rows():
...         print(row)

Client, for plain code, does each thing through this one.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from uuid import uuid4

from querycast import operations
from querycast.agenda.async_client import AsyncAgenda
from querycast.async_result import AsyncResult
from querycast.auth import Auth
from querycast.connect import session_at, session_of_stack
from querycast.errors import InvalidArgument, about, check_finished
from querycast.export import ExportOptions
from querycast.follow import Follower, Pace, Submit, end_of, every_change, last_of, submitted
from querycast.handle import AsyncQueryHandle, result_of
from querycast.live import ReportWatch
from querycast.parameters import Value, given
from querycast.pipelines.async_client import AsyncPipelines
from querycast.query import QueryExecution, QueryStatus
from querycast.report import Report
from querycast.session import Session


class AsyncClient:
    """A connection to one Querycast stack. Close it, or use it with `async with`.

    agenda: events, runs and holidays. pipelines: what fills the warehouse, and when.

    Every method may raise Unavailable, Refused and NotSignedIn (querycast.errors). Cancelling one
    leaves a query that was submitted alone; `cancel` stops it.
    """

    def __init__(self, session: Session, pace: Pace | None = None) -> None:
        """Over a session of one's own; `connect` and `from_outputs` make one."""
        self._session = session
        self._pace = pace or Pace()
        self.agenda = AsyncAgenda(session, self._pace)
        self.pipelines = AsyncPipelines(session, self._pace)

    @classmethod
    def connect(cls, graphql_url: str, realtime_url: str, auth: Auth) -> "AsyncClient":
        """The client of the API at these two addresses."""
        return cls(session_at(graphql_url, realtime_url, auth))

    @classmethod
    def from_outputs(cls, path: Path | None = None, auth: Auth | None = None) -> "AsyncClient":
        """The client of a deployed stack; see querycast.outputs.

        path: of the outputs file; None is the one that QUERYCAST_OUTPUTS names or the nearest one.
        auth: None is who has logged in with `querycast login`.

        Raises:
            NotConfigured: no outputs file is found, or it is not one.
        """
        return cls(session_of_stack(path, auth))

    async def run(
        self,
        report: str,
        parameters: Mapping[str, Value] | None = None,
        /,
        *,
        query_id: str | None = None,
        max_age: int | None = None,
        notify: bool = False,
        timeout: float | None = None,
        on_change: Callable[[QueryExecution], None] | None = None,
        **named: Value,
    ) -> AsyncResult:
        """Submit the report and wait for its end.

        Parameters are keywords, a mapping, or both: `run("taxi_by_day", month="2015-06")`. One
        that is called as an option of this method goes into the mapping.

        max_age: how many seconds old a result may be that answers at once; 0: it is run for this
            call alone; None: as the report says.
        notify: the service tells the caller by mail, too, when it has ended.
        timeout: seconds from now; None waits for ever.
        on_change: called with each new state of the query, the end included.

        Raises:
            QueryFailed, QueryAborted: the query ended without a result.
            QueryTimedOut: it had not ended in time.
            InvalidArgument: a value of no type that a parameter has, or a parameter given twice.
        """
        chosen, values = query_id or str(uuid4()), given(parameters, named)
        query = await self._followed(
            chosen,
            lambda: operations.submit_query(self._session, chosen, report, values, max_age, notify),
            timeout,
            on_change,
        )
        return await result_of(self._session, self._pace, query)

    async def export(
        self,
        report: str,
        parameters: Mapping[str, Value] | None = None,
        /,
        *,
        options: ExportOptions | None = None,
        query_id: str | None = None,
        notify: bool = False,
        timeout: float | None = None,
        on_change: Callable[[QueryExecution], None] | None = None,
        **named: Value,
    ) -> QueryExecution:
        """Export the report and wait for its end; `download` then fetches its files.

        The parameters, notify, timeout, on_change: as of `run`.

        Raises:
            QueryFailed, QueryAborted, QueryTimedOut, InvalidArgument: as of `run`.
        """
        chosen, values = query_id or str(uuid4()), given(parameters, named)
        asked = options or ExportOptions()
        query = await self._followed(
            chosen,
            lambda: operations.export_query(self._session, chosen, report, values, asked, notify),
            timeout,
            on_change,
        )
        check_finished(query)
        return query

    async def download(
        self,
        query: QueryExecution | str,
        target: Path,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> list[Path]:
        """Fetch the files of an export, or of the one that has this id, and check their sums.

        target: a folder, in which they have the names that the service gives them; or the file to
            write, where the export has one.
        on_progress: called as bytes come, with how many have and how many there are in all files.

        Raises:
            Refused: NotAnExport, QueryNotFinished or ResultExpired.
            BadDownload: what came is not what the service has; the file before is as it was.
            InvalidArgument: several files, and no folder for them.
        """
        from querycast.download import save_all  # aiohttp: only who needs it waits

        query_id = _id(query)
        files = await operations.get_downloads(self._session, query_id)
        if not target.is_dir() and len(files) != 1:
            raise InvalidArgument(
                f"The export has {len(files)} files, and {str(target)!r} is no folder; name one."
            )
        paths = [target / file.name if target.is_dir() else target for file in files]
        with about(query_id):
            await save_all(
                files,
                paths,
                lambda: operations.get_downloads(self._session, query_id),
                on_progress,
                self._pace,
            )
        return paths

    async def submit(
        self,
        report: str,
        parameters: Mapping[str, Value] | None = None,
        /,
        *,
        query_id: str | None = None,
        max_age: int | None = None,
        notify: bool = False,
        **named: Value,
    ) -> AsyncQueryHandle:
        """Start the report and return at once; the handle waits for it, and has its result.

        The same `query_id` with the same input is the same query. The parameters, max_age, notify:
        as of `run`.
        """
        chosen, values = query_id or str(uuid4()), given(parameters, named)
        reply = await submitted(
            lambda: operations.submit_query(self._session, chosen, report, values, max_age, notify),
            self._pace,
        )
        return AsyncQueryHandle(self._session, self._pace, chosen, reply)

    def attach(self, query_id: str) -> AsyncQueryHandle:
        """The handle of a query by its id, wherever it was submitted; asks the service nothing."""
        return AsyncQueryHandle(self._session, self._pace, query_id)

    def watch(
        self, report: str, parameters: Mapping[str, Value] | None = None, /, **named: Value
    ) -> AsyncGenerator[QueryExecution]:
        """What the report says now, then anew each time that a pipeline has refreshed it.

        Gives queries as they ended, until you stop; `result` has their rows. A refresh may fail
        and the next one not. The parameters: as of `run`.

        Raises:
            Refused: NotRefreshed where no pipeline refreshes the report, and as of `run`.
        """
        return ReportWatch(self._session, report, given(parameters, named), self._pace).results()

    async def cancel(self, query: QueryExecution | str) -> QueryExecution:
        """Have a query stopped, or the query that has this id, and return at once.

        It ends ABORTED; one that has ended already is answered as it ended. Cancelling again is
        harmless. Administrators may cancel the queries of others.
        """
        return await operations.cancel_query(self._session, _id(query))

    async def query(self, query_id: str) -> QueryExecution:
        """The query as it is now."""
        return await operations.get_query(self._session, query_id)

    def queries(
        self,
        *,
        report: str | None = None,
        status: QueryStatus | None = None,
        submitted_after: datetime | None = None,
        submitted_before: datetime | None = None,
        limit: int | None = None,
    ) -> AsyncGenerator[QueryExecution]:
        """The caller's queries, newest first, fetched as they are read; at most `limit`.

        submitted_after, submitted_before: the first moment that is in, and the first that is not;
            where they have no zone, in this machine's.
        """
        return operations.list_queries(
            self._session, report, status, submitted_after, submitted_before, limit
        )

    async def result(self, query: QueryExecution | str) -> AsyncResult:
        """The result of a query that has ended, or of the one that has this id.

        Raises:
            QueryFailed, QueryAborted: it ended without one.
            Refused: QueryNotFinished or ResultExpired.
        """
        if isinstance(query, QueryExecution) and query.status.is_final:
            return await result_of(self._session, self._pace, query)
        return await result_of(self._session, self._pace, await self.query(_id(query)))

    async def reports(self) -> list[Report]:
        """The reports that the caller may run, by name."""
        return await operations.list_reports(self._session)

    async def report(self, name: str) -> Report:
        """The report of that name."""
        return await operations.get_report(self._session, name)

    async def close(self) -> None:
        """Give the connections back; results can no longer be read on."""
        await self._session.close()

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def _followed(
        self,
        query_id: str,
        submit: Submit,
        timeout: float | None,
        on_change: Callable[[QueryExecution], None] | None,
    ) -> QueryExecution:
        """The query as it ended."""
        pushes = every_change() if on_change else end_of(query_id)
        follower = Follower(self._session, query_id, pushes, self._pace)
        return await last_of(follower.changes(submit, timeout), on_change)


def _id(query: QueryExecution | str) -> str:
    return query.id if isinstance(query, QueryExecution) else query
