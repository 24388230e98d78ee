"""The client for scripts and notebooks: ask a report, wait, read.

>>> with Client.from_outputs() as client:
...     for row in client.run("taxi_by_day", {"month": "2015-06"}).rows():
...         print(row)
"""

import atexit
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import TracebackType
from uuid import uuid4

from querycast import operations
from querycast.agenda.client import Agenda
from querycast.auth import Auth
from querycast.download import save
from querycast.errors import InvalidArgument, check_finished
from querycast.export import Download, ExportOptions
from querycast.follow import Follower, Pace, Submit, end_of, every_change, submitted
from querycast.live import ReportWatch
from querycast.loop import LoopThread
from querycast.outputs import read_outputs
from querycast.parameters import Value, texts
from querycast.pipelines.client import Pipelines
from querycast.query import QueryExecution, QueryStatus
from querycast.report import Report
from querycast.result import Result
from querycast.session import Session


class Client:
    """A connection to one Querycast stack. Close it, or use it as a context manager.

    agenda: events, runs and holidays. pipelines: what fills the warehouse, and when.

    Every method may raise Unavailable, Refused and NotSignedIn (querycast.errors).
    """

    def __init__(self, session: Session, pace: Pace | None = None) -> None:
        """Over a session of one's own; `connect` and `from_outputs` make one."""
        self._session = session
        self._pace = pace or Pace()
        self._loop = LoopThread()
        self.agenda = Agenda(session, self._loop, self._pace)
        self.pipelines = Pipelines(session, self._loop, self._pace)
        atexit.register(self.close)

    @classmethod
    def connect(cls, graphql_url: str, realtime_url: str, auth: Auth) -> "Client":
        """The client of the API at these two addresses."""
        # gql and aiohttp take 0.4 s to import: only who connects pays.
        from querycast.appsync import AppSyncSession

        return cls(AppSyncSession(graphql_url, realtime_url, auth))

    @classmethod
    def from_outputs(cls, path: Path | None = None) -> "Client":
        """The client of a deployed stack, for who has logged in to it; see querycast.outputs.

        Raises:
            NotConfigured: no outputs file is found, or it is not one.
        """
        outputs = read_outputs(path)
        from querycast.cognito import CognitoAuth  # aiohttp again

        auth = CognitoAuth.from_outputs(outputs)
        return cls.connect(outputs.graphql_url, outputs.realtime_url, auth)

    def run(
        self,
        report: str,
        parameters: Mapping[str, Value] | None = None,
        *,
        query_id: str | None = None,
        max_age: int | None = None,
        notify: bool = False,
        timeout: float | None = None,
        on_change: Callable[[QueryExecution], None] | None = None,
    ) -> Result:
        """Submit the report and wait for its end.

        max_age: how many seconds old a result may be that answers at once; 0: it is run for this
            call alone; None: as the report says.
        notify: the service tells the caller by mail, too, when it has ended.
        timeout: seconds from now; None waits for ever.
        on_change: called with each new state of the query, the end included.

        Raises:
            QueryFailed, QueryAborted: the query ended without a result.
            QueryTimedOut: it had not ended in time.
            InvalidArgument: a value of no type that a parameter has.
        """
        chosen = query_id or str(uuid4())
        given = texts(parameters or {})
        query = self._followed(
            chosen,
            lambda: operations.submit_query(self._session, chosen, report, given, max_age, notify),
            timeout,
            on_change,
        )
        return self._result(query)

    def export(
        self,
        report: str,
        parameters: Mapping[str, Value] | None = None,
        *,
        options: ExportOptions | None = None,
        query_id: str | None = None,
        notify: bool = False,
        timeout: float | None = None,
        on_change: Callable[[QueryExecution], None] | None = None,
    ) -> QueryExecution:
        """Export the report and wait for its end; `download` then fetches its files.

        notify, timeout, on_change: as of `run`.

        Raises:
            QueryFailed, QueryAborted, QueryTimedOut, InvalidArgument: as of `run`.
        """
        chosen, asked = query_id or str(uuid4()), options or ExportOptions()
        given = texts(parameters or {})
        query = self._followed(
            chosen,
            lambda: operations.export_query(self._session, chosen, report, given, asked, notify),
            timeout,
            on_change,
        )
        check_finished(query)
        return query

    def download(self, query: QueryExecution | str, target: Path) -> list[Path]:
        """Fetch the files of an export, or of the one that has this id, and check their sums.

        target: a folder, in which they have the names that the service gives them; or the file to
            write, where the export has one.

        Raises:
            Refused: NotAnExport, QueryNotFinished or ResultExpired.
            BadDownload: what came is not what the service has; the file before is as it was.
            InvalidArgument: several files, and no folder for them.
        """
        query_id = query.id if isinstance(query, QueryExecution) else query
        files = self._downloads(query_id)
        if not target.is_dir() and len(files) != 1:
            raise InvalidArgument(
                f"The export has {len(files)} files, and {str(target)!r} is no folder; name one."
            )
        return [
            save(
                file,
                target / file.name if target.is_dir() else target,
                lambda place=place: self._downloads(query_id)[place],  # type: ignore[misc]  # bound now
            )
            for place, file in enumerate(files)
        ]

    def submit(
        self,
        report: str,
        parameters: Mapping[str, Value] | None = None,
        *,
        query_id: str | None = None,
        max_age: int | None = None,
        notify: bool = False,
    ) -> QueryExecution:
        """Start the report and return at once; `query` and `result` ask for it later.

        The same `query_id` with the same input is the same query. max_age, notify: as of `run`.
        """
        chosen = query_id or str(uuid4())
        given = texts(parameters or {})
        return self._loop.call(
            submitted(
                lambda: operations.submit_query(
                    self._session, chosen, report, given, max_age, notify
                ),
                self._pace,
            )
        )

    def wait(
        self,
        query: QueryExecution | str,
        *,
        timeout: float | None = None,
        on_change: Callable[[QueryExecution], None] | None = None,
    ) -> QueryExecution:
        """The query, or the one that has this id, once it has ended, wherever it was submitted.

        timeout, on_change: as of `run`.

        Raises:
            QueryTimedOut: it had not ended in time.
            Refused: QueryNotFound.
        """
        query_id = query.id if isinstance(query, QueryExecution) else query
        return self._followed(
            query_id, lambda: operations.get_query(self._session, query_id), timeout, on_change
        )

    def watch(
        self, report: str, parameters: Mapping[str, Value] | None = None
    ) -> Generator[QueryExecution]:
        """What the report says now, then anew each time that a pipeline has refreshed it.

        Gives queries as they ended, until you stop; `result` has their rows. A refresh may fail
        and the next one not.

        Raises:
            Refused: NotRefreshed where no pipeline refreshes the report, and as of `run`.
        """
        watch = ReportWatch(self._session, report, texts(parameters or {}), self._pace)
        return self._loop.iterate(watch.results())

    def cancel(self, query: QueryExecution | str) -> QueryExecution:
        """Have a query stopped, or the query that has this id, and return at once.

        It ends ABORTED; one that has ended already is answered as it ended. Cancelling again is
        harmless. Administrators may cancel the queries of others.
        """
        query_id = query.id if isinstance(query, QueryExecution) else query
        return self._loop.call(operations.cancel_query(self._session, query_id))

    def query(self, query_id: str) -> QueryExecution:
        """The query as it is now."""
        return self._loop.call(operations.get_query(self._session, query_id))

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
            operations.list_queries(
                self._session, report, status, submitted_after, submitted_before, limit
            )
        )

    def result(self, query: QueryExecution | str) -> Result:
        """The result of a query, or of the query that has this id.

        Raises:
            QueryFailed, QueryAborted: it ended without one.
            Refused: QueryNotFinished or ResultExpired.
        """
        if isinstance(query, QueryExecution) and query.status.is_final:
            return self._result(query)
        return self._result(self.query(query.id if isinstance(query, QueryExecution) else query))

    def reports(self) -> list[Report]:
        """The reports that the caller may run, by name."""
        return self._loop.call(operations.list_reports(self._session))

    def report(self, name: str) -> Report:
        """The report of that name."""
        return self._loop.call(operations.get_report(self._session, name))

    def close(self) -> None:
        """Give the connections back; results can no longer be read on."""
        atexit.unregister(self.close)
        if not self._loop.is_closed:
            self._loop.call(self._session.close())
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

    def _downloads(self, query_id: str) -> list[Download]:
        return self._loop.call(operations.get_downloads(self._session, query_id))

    def _followed(
        self,
        query_id: str,
        submit: Submit,
        timeout: float | None,
        on_change: Callable[[QueryExecution], None] | None,
    ) -> QueryExecution:
        """The query as it ended."""
        pushes = every_change() if on_change else end_of(query_id)
        follower = Follower(self._session, query_id, pushes, self._pace)
        with closing(self._loop.iterate(follower.changes(submit, timeout))) as changes:
            for query in changes:
                if on_change:
                    on_change(query)
        return query

    def _result(self, query: QueryExecution) -> Result:
        """The result, from the page that came with the query if one did."""
        check_finished(query)
        first = query.result or self._loop.call(
            operations.get_query_result(self._session, query.id)
        )
        return Result(
            query,
            first,
            lambda token: self._loop.call(
                operations.get_query_result(self._session, query.id, token)
            ),
        )
