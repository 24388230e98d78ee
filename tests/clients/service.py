"""A Querycast service in memory, behind the seam that the client's protocol has to the wire."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from graphql import introspection_from_schema

from querycast.errors import QuerycastError, Refused, Unavailable
from querycast.session import Data, Variables
from tests.clients.contract import contract

LOST = object()  # in a subscriber's queue: the connection breaks here

WATCH = "watch-1"
PIPELINE: dict[str, Any] = {
    "name": "load",
    "title": "Load the trips",
    "description": "Every morning.",
    "schedule": "cron(0 6 * * ? *)",
    "timezone": "UTC",
    "enabled": True,
    "overlap": "SKIP",
    "feeds": ["taxi_by_day"],
    "groups": ["analysts"],
    "pausedAt": None,
    "pausedBy": None,
    "nextRunAt": "2026-11-28T06:00:00.000Z",
    "runs": [],
}
CANCELLED_AT = "2026-01-02T03:05:00.000Z"
COLUMNS = [{"name": "trip_date", "type": "date"}, {"name": "trips", "type": "int8"}]
ROWS: list[list[Any]] = [["2015-06-01", 410], ["2015-06-02", None], ["2015-06-03", 397]]
READ_ROWS = [[date.fromisoformat(day), trips] for day, trips in ROWS]  # as Python has them
REPORT = {
    "name": "taxi_by_day",
    "title": "Taxi trips by day",
    "description": "One row per day.",
    "parameters": [
        {
            "name": "month",
            "type": "MONTH",
            "title": None,
            "description": "Which month.",
            "required": True,
            "default": None,
            "min": "2015-01",
            "max": "2015-12",
            "maxLength": None,
            "scale": None,
            "options": None,
        }
    ],
}


def query(query_id: str, status: str = "QUEUED", version: int = 1, **fields: Any) -> dict[str, Any]:
    """A QueryExecution as GraphQL answers it."""
    empty = (
        "error",
        "estimatedDurationMs",
        "cancelRequestedAt",
        "startedAt",
        "finishedAt",
        "durationMs",
        "resultRows",
        "resultBytes",
        "pipeline",
        "scheduledFor",
        "watch",
    )
    return {
        "id": query_id,
        "kind": "REPORT",
        "report": "taxi_by_day",
        "parameters": [{"name": "month", "value": "2015-06"}],
        "owner": "ana",
        "status": status,
        "version": version,
        "submittedAt": "2026-01-02T03:04:05.678Z",
        **dict.fromkeys((*empty, "resultExpiresAt", "result", "export")),
        **fields,
    }


def page(rows: list[list[Any]], next_token: str | None = None) -> dict[str, Any]:
    """A ResultPage as GraphQL answers it."""
    return {"columns": COLUMNS, "rows": json.dumps(rows), "nextToken": next_token}


class FakeService:
    """Implements Session. Its attributes say what goes wrong and what happens when.

    on_subscribe, on_submit, on_cancel: called at that moment, to let a query go on.
    contract: the schema that it shows, if it shows one.
    outages: what the next operations raise, one each, None: nothing; connect_outages: the next
        subscriptions.
    """

    def __init__(self) -> None:
        self.queries: dict[str, dict[str, Any]] = {}
        self.submitted: list[str] = []
        self.parameters: list[list[dict[str, str]]] = []  # of each query that was submitted
        self.max_ages: list[int | None] = []
        self.notified: list[str] = []  # ids of what is to be told of by mail
        self.operations: list[str] = []
        self.subscriptions = 0
        self.subscribers: list[asyncio.Queue[Any]] = []
        self.pages: dict[str | None, dict[str, Any]] = {None: page(ROWS)}
        self.outages: deque[QuerycastError | None] = deque()
        self.connect_outages: deque[QuerycastError] = deque()
        self.loses_pushes = False
        self.on_subscribe: Callable[[], object] = lambda: None
        self.on_submit: Callable[[str], object] = lambda query_id: None
        self.on_cancel: Callable[[str], object] = lambda query_id: None
        self.on_read: Callable[[str], object] = lambda query_id: None
        self.is_closed = False
        self.pipeline = {**PIPELINE}
        self.watched: list[Any] = []  # the parameters of each watchReport
        self.reports: list[dict[str, Any]] = [REPORT]
        self.contract = contract()
        self.shows_schema = True
        self.exported: list[Variables] = []
        self.downloads: list[dict[str, Any]] = []

    def advance(self, query_id: str, status: str, **fields: Any) -> None:
        """The query's next state, pushed to whoever listens."""
        before = self.queries[query_id]
        kept = {"pipeline": before["pipeline"], **fields}
        self.queries[query_id] = query(query_id, status, before["version"] + 1, **kept)
        if not self.loses_pushes:
            self.push(self.queries[query_id])

    def finish(self, query_id: str) -> None:
        self.advance(query_id, "FINISHED", durationMs=1234, resultRows=len(ROWS))

    def push(self, document: dict[str, Any]) -> None:
        for events in self.subscribers:
            fields = ["onQueryChange", "onQueryComplete"]
            fields += ["onPipelineRun"] if document["pipeline"] else []
            fields += ["onReportRefresh"] if document["watch"] else []
            events.put_nowait(dict.fromkeys(fields, document))

    def break_connections(self) -> None:
        for events in self.subscribers:
            events.put_nowait(LOST)

    async def execute(self, document: str, variables: Variables) -> Data:
        await asyncio.sleep(0)
        field = document.split("{")[1]  # the root selection
        name = field.split("(")[0].strip()
        self.operations.append(name)
        if self.outages and (outage := self.outages.popleft()):
            raise outage
        return {name: getattr(self, f"_{name.lstrip('_')}")(variables)}

    @asynccontextmanager
    async def subscribe(
        self, document: str, variables: Variables
    ) -> AsyncGenerator[AsyncIterator[Data]]:
        await asyncio.sleep(0)
        self.subscriptions += 1
        if self.connect_outages:
            raise self.connect_outages.popleft()
        events: asyncio.Queue[Any] = asyncio.Queue()
        self.subscribers.append(events)
        self.on_subscribe()
        try:
            yield _events(events)
        finally:
            self.subscribers.remove(events)

    async def close(self) -> None:
        self.is_closed = True

    def _submitQuery(self, variables: Variables) -> dict[str, Any]:  # the field's name
        submitted = variables["input"]
        if submitted["report"] != REPORT["name"]:
            raise Refused("ReportNotFound", f"There is no report {submitted['report']}.")
        query_id = submitted["id"]
        self.submitted.append(query_id)
        self.parameters.append(submitted["parameters"])
        self.max_ages.append(submitted.get("maxAge"))
        if submitted.get("notify"):
            self.notified.append(query_id)
        self.queries.setdefault(query_id, query(query_id))
        reply = self.queries[query_id]
        self.on_submit(query_id)
        return reply

    def _exportQuery(self, variables: Variables) -> dict[str, Any]:
        self.exported.append(variables["input"])
        return self._submitQuery(variables) | {"kind": "EXPORT"}

    def _getDownloads(self, variables: Variables) -> list[dict[str, Any]]:
        if self.queries[variables["id"]]["status"] != "FINISHED":
            raise Refused("QueryNotFinished", f"Export {variables['id']} has no files yet.")
        return self.downloads

    def _watchReport(self, variables: Variables) -> dict[str, Any]:
        self.watched.append(variables["parameters"])
        return {"id": WATCH}

    def refresh(self, query_id: str, status: str = "FINISHED", **fields: Any) -> None:
        """What a pipeline had run for the watch, ended; pushed unless pushes get lost."""
        submitted_at = f"2027-01-01T00:00:{len(self.queries):02d}.000Z"
        ended = query(query_id, status, 4, watch=WATCH, submittedAt=submitted_at, **fields)
        self.queries = {query_id: ended, **self.queries}
        if not self.loses_pushes:
            self.push(ended)

    def _listPipelines(self, variables: Variables) -> list[dict[str, Any]]:
        return [self.pipeline]

    def _getPipeline(self, variables: Variables) -> dict[str, Any] | None:
        return self.pipeline if variables["name"] == self.pipeline["name"] else None

    def _pausePipeline(self, variables: Variables) -> dict[str, Any]:
        self.pipeline["pausedAt"] = CANCELLED_AT
        return self.pipeline

    def _resumePipeline(self, variables: Variables) -> dict[str, Any]:
        self.pipeline["pausedAt"] = None
        return self.pipeline

    def _runPipeline(self, variables: Variables) -> dict[str, Any]:
        run_id = variables["input"]["id"]
        run = query(run_id, pipeline="load", kind="PIPELINE", report=None, parameters=[])
        self.queries.setdefault(run_id, run)
        self.submitted.append(run_id)
        reply = self.queries[run_id]
        self.on_submit(run_id)
        return reply

    def _cancelQuery(self, variables: Variables) -> dict[str, Any]:
        found = self.queries.get(variables["id"])
        if found is None:
            raise Refused("QueryNotFound", f"You have no query {variables['id']}.")
        if found["status"] in ("FINISHED", "FAILED", "ABORTED"):
            return found
        self.advance(variables["id"], found["status"], cancelRequestedAt=CANCELLED_AT)
        self.on_cancel(variables["id"])
        return self.queries[variables["id"]]

    def _getQuery(self, variables: Variables) -> dict[str, Any] | None:
        found = self.queries.get(variables["id"])
        self.on_read(variables["id"])
        return found

    def _getQueryResult(self, variables: Variables) -> dict[str, Any]:
        if self.queries[variables["id"]]["status"] != "FINISHED":
            raise Refused("QueryNotFinished", f"Query {variables['id']} has no result yet.")
        return self.pages[variables["nextToken"]]

    def _schema(self, variables: Variables) -> dict[str, Any]:
        if not self.shows_schema:
            raise Refused("GraphQLError", "Introspection is disabled.")
        described = dict(introspection_from_schema(self.contract)["__schema"])
        return described

    def _listReports(self, variables: Variables) -> list[dict[str, Any]]:
        return self.reports

    def _getReport(self, variables: Variables) -> dict[str, Any] | None:
        return next((it for it in self.reports if it["name"] == variables["name"]), None)

    def _listQueries(self, variables: Variables) -> dict[str, Any]:
        wanted = variables["filter"]
        chosen = [
            found
            for found in self.queries.values()
            if found["status"] == wanted.get("status", found["status"])
            and found["pipeline"] == wanted.get("pipeline")
            and wanted.get("submittedAfter", "") <= found["submittedAt"]
            and found["submittedAt"] < wanted.get("submittedBefore", "9999")
        ]
        start = int(variables.get("nextToken") or 0)
        end = start + min(variables["limit"], 2)  # a service may give fewer than it was asked for
        return {"queries": chosen[start:end], "nextToken": str(end) if end < len(chosen) else None}


async def _events(events: asyncio.Queue[Any]) -> AsyncGenerator[Data]:
    while (event := await events.get()) is not LOST:
        yield event
    raise Unavailable("the connection is lost")
