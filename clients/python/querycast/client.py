"""The client for scripts and notebooks: ask a report, wait, read.

>>> with Client.from_outputs() as client:
...     for row in client.run("taxi_by_day", month="2015-06").rows():
...         print(row)
"""

import atexit
from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType

from querycast.agenda.client import Agenda
from querycast.async_client import AsyncClient
from querycast.auth import Auth
from querycast.connect import session_at, session_of_stack
from querycast.export import ExportOptions
from querycast.follow import Pace
from querycast.handle import QueryHandle
from querycast.loop import LoopThread
from querycast.parameters import Value
from querycast.pipelines.client import Pipelines
from querycast.progress import shown
from querycast.query import QueryExecution, QueryStatus
from querycast.report import Report
from querycast.result import Result
from querycast.session import Session


class Client:
    """A connection to one Querycast stack. Close it, or use it as a context manager.

    agenda: events, runs and holidays. pipelines: what fills the warehouse, and when.

    Every method may raise Unavailable, Refused and NotSignedIn (querycast.errors). AsyncClient is
    the same for coroutines.
    """

    def __init__(self, session: Session, pace: Pace | None = None) -> None:
        """Over a session of one's own; `connect` and `from_outputs` make one."""
        self._client = AsyncClient(session, pace)
        self._loop = LoopThread()
        self.agenda = Agenda(self._client.agenda, self._loop)
        self.pipelines = Pipelines(self._client.pipelines, self._loop)
        atexit.register(self.close)

    @classmethod
    def connect(cls, graphql_url: str, realtime_url: str, auth: Auth) -> "Client":
        """The client of the API at these two addresses."""
        return cls(session_at(graphql_url, realtime_url, auth))

    @classmethod
    def from_outputs(cls, path: Path | None = None, auth: Auth | None = None) -> "Client":
        """The client of a deployed stack; see querycast.outputs.

        path: of the outputs file; None is the one that QUERYCAST_OUTPUTS names or the nearest one.
        auth: None is who has logged in with `querycast login`.

        Raises:
            NotConfigured: no outputs file is found, or it is not one.
        """
        return cls(session_of_stack(path, auth))

    def run(
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
    ) -> Result:
        """Submit the report and wait for its end.

        Parameters are keywords, a mapping, or both: `run("taxi_by_day", month="2015-06")`. One
        that is called as an option of this method goes into the mapping.

        max_age: how many seconds old a result may be that answers at once; 0: it is run for this
            call alone; None: as the report says.
        notify: the service tells the caller by mail, too, when it has ended.
        timeout: seconds from now; None waits for ever.
        on_change: called with each new state of the query, the end included, in this thread. None:
            in a notebook a line below the cell shows them.

        Raises:
            QueryFailed, QueryAborted: the query ended without a result.
            QueryTimedOut: it had not ended in time.
            InvalidArgument: a value of no type that a parameter has, or a parameter given twice.
        """
        with shown(report, on_change) as told:
            result = self._loop.call_telling(
                lambda tell: self._client.run(
                    report,
                    parameters,
                    query_id=query_id,
                    max_age=max_age,
                    notify=notify,
                    timeout=timeout,
                    on_change=tell,
                    **named,
                ),
                told,
            )
        return Result(result, self._loop)

    def export(
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
        with shown(report, on_change) as told:
            return self._loop.call_telling(
                lambda tell: self._client.export(
                    report,
                    parameters,
                    options=options,
                    query_id=query_id,
                    notify=notify,
                    timeout=timeout,
                    on_change=tell,
                    **named,
                ),
                told,
            )

    def download(
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
        told = None if on_progress is None else lambda bytes: on_progress(*bytes)
        return self._loop.call_telling(
            lambda tell: self._client.download(query, target, tell and _pairs(tell)), told
        )

    def submit(
        self,
        report: str,
        parameters: Mapping[str, Value] | None = None,
        /,
        *,
        query_id: str | None = None,
        max_age: int | None = None,
        notify: bool = False,
        **named: Value,
    ) -> QueryHandle:
        """Start the report and return at once; the handle waits for it, and has its result.

        The same `query_id` with the same input is the same query. The parameters, max_age, notify:
        as of `run`.
        """
        handle = self._loop.call(
            self._client.submit(
                report, parameters, query_id=query_id, max_age=max_age, notify=notify, **named
            )
        )
        return QueryHandle(handle, self._loop)

    def attach(self, query_id: str) -> QueryHandle:
        """The handle of a query by its id, wherever it was submitted; asks the service nothing."""
        return QueryHandle(self._client.attach(query_id), self._loop)

    def watch(
        self, report: str, parameters: Mapping[str, Value] | None = None, /, **named: Value
    ) -> Generator[QueryExecution]:
        """What the report says now, then anew each time that a pipeline has refreshed it.

        Gives queries as they ended, until you stop; `result` has their rows. A refresh may fail
        and the next one not. The parameters: as of `run`.

        Raises:
            Refused: NotRefreshed where no pipeline refreshes the report, and as of `run`.
        """
        return self._loop.iterate(self._client.watch(report, parameters, **named))

    def cancel(self, query: QueryExecution | str) -> QueryExecution:
        """Have a query stopped, or the query that has this id, and return at once.

        It ends ABORTED; one that has ended already is answered as it ended. Cancelling again is
        harmless. Administrators may cancel the queries of others.
        """
        return self._loop.call(self._client.cancel(query))

    def query(self, query_id: str) -> QueryExecution:
        """The query as it is now."""
        return self._loop.call(self._client.query(query_id))

    def queries(
        self,
        *,
        report: str | None = None,
        status: QueryStatus | None = None,
        submitted_after: datetime | None = None,
        submitted_before: datetime | None = None,
        limit: int | None = None,
    ) -> Iterator[QueryExecution]:
        """The caller's queries, newest first, fetched as they are read; at most `limit`.

        submitted_after, submitted_before: the first moment that is in, and the first that is not;
            where they have no zone, in this machine's.
        """
        return self._loop.iterate(
            self._client.queries(
                report=report,
                status=status,
                submitted_after=submitted_after,
                submitted_before=submitted_before,
                limit=limit,
            )
        )

    def result(self, query: QueryExecution | str) -> Result:
        """The result of a query that has ended, or of the one that has this id.

        Raises:
            QueryFailed, QueryAborted: it ended without one.
            Refused: QueryNotFinished or ResultExpired.
        """
        return Result(self._loop.call(self._client.result(query)), self._loop)

    def reports(self) -> list[Report]:
        """The reports that the caller may run, by name."""
        return self._loop.call(self._client.reports())

    def report(self, name: str) -> Report:
        """The report of that name."""
        return self._loop.call(self._client.report(name))

    def close(self) -> None:
        """Give the connections back; results can no longer be read on."""
        atexit.unregister(self.close)
        if not self._loop.is_closed:
            self._loop.call(self._client.close())
            self._loop.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _pairs(tell: Callable[[tuple[int, int]], None]) -> Callable[[int, int], None]:
    """What takes two arguments and tells them as one."""
    return lambda so_far, of_all: tell((so_far, of_all))
