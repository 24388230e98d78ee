"""Watching a report: its result as it is now, then each new one once a pipeline has refreshed it.

1. Subscribe, which begins the watch, and wait for `start_ack`.  2. Run the report: what it says now
is told first.  3. Tell the pushes.  After every reconnect, and on a slow timer, the watch is
renewed, which else ends an hour later, and the queries that were run for it are listed, should a
push have been lost. Where it had ended meanwhile, nothing was run for it: 2 again.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Mapping
from uuid import uuid4

from querycast import documents
from querycast.errors import Unavailable
from querycast.follow import Follower, Pace, Subscription, end_of, last_of
from querycast.listen import Told, listening
from querycast.operations import get_query, inputs, list_queries, submit_query, watch_report
from querycast.query import QueryExecution
from querycast.session import Session

WATCHED_SECONDS = 3600  # since a watch was begun, or renewed last
LISTED = 10  # of the report's latest queries

log = logging.getLogger(__name__)


class ReportWatch:
    """One report with its parameters."""

    def __init__(
        self, session: Session, report: str, parameters: Mapping[str, str], pace: Pace
    ) -> None:
        self._session = session
        self._report = report
        self._parameters = parameters
        self._pace = pace
        self._last: QueryExecution | None = None
        self._renewed_at = 0.0  # by the wall clock, which goes on while the machine sleeps

    async def results(self) -> AsyncGenerator[QueryExecution]:
        """Queries as they ended, the newer after the older, until the caller stops.

        Raises:
            Refused: ReportNotFound, InvalidParameter or NotRefreshed.
        """
        variables = {"report": self._report, "parameters": inputs(self._parameters)}
        pushes = Subscription(documents.ON_REPORT_REFRESH, variables, "onReportRefresh")
        loop = asyncio.get_running_loop()
        due = float("inf")
        async with listening(self._session, pushes, self._pace) as listener:
            while True:
                news = await listener.next(due)
                if isinstance(news, Told):
                    due = loop.time() + self._pace.relistings
                    try:
                        found = await self._missed()
                    except Unavailable as error:
                        log.info("Watch of %s: asking again: %s", self._report, error)
                        due = loop.time() + self._pace.longest_backoff
                        continue
                else:
                    found = QueryExecution.from_json(news)
                if found is not None and self._is_news(found):
                    self._last = found
                    yield found

    async def _missed(self) -> QueryExecution | None:
        """What there is that no push may have told."""
        watch = await watch_report(self._session, self._report, self._parameters)
        has_lapsed = time.time() > self._renewed_at + WATCHED_SECONDS
        found = await (self._run() if has_lapsed else self._newest_of(watch))
        self._renewed_at = time.time()
        return found

    async def _run(self) -> QueryExecution:
        query_id = str(uuid4())
        follower = Follower(self._session, query_id, end_of(query_id), self._pace)
        changes = follower.changes(
            lambda: submit_query(self._session, query_id, self._report, self._parameters), None
        )
        return await last_of(changes, None)

    async def _newest_of(self, watch: str) -> QueryExecution | None:
        listed = list_queries(self._session, self._report, None, None, None, LISTED)
        async for query in listed:
            if query.watch == watch and query.status.is_final:
                return await get_query(self._session, query.id) if self._is_news(query) else None
        return None

    def _is_news(self, query: QueryExecution) -> bool:
        return self._last is None or query.submitted_at > self._last.submitted_at
