"""Pipelines for coroutines: `client.pipelines`."""

from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from uuid import uuid4

from querycast import operations
from querycast.follow import Follower, Pace, last_of, submitted
from querycast.pipelines.operations import (
    get_pipeline,
    list_pipelines,
    pause_pipeline,
    resume_pipeline,
    run_pipeline,
)
from querycast.pipelines.pipeline import Pipeline
from querycast.pipelines.watch import changes, runs_of
from querycast.query import QueryExecution, QueryStatus
from querycast.session import Session


class AsyncPipelines:
    """What fills the warehouse, for those who may run it."""

    def __init__(self, session: Session, pace: Pace) -> None:
        self._session = session
        self._pace = pace

    async def list(self) -> list[Pipeline]:
        """Those that you may see, run and pause, by name."""
        return await list_pipelines(self._session)

    async def get(self, name: str) -> Pipeline:
        """The pipeline with its latest runs."""
        return await get_pipeline(self._session, name)

    async def run(
        self,
        name: str,
        *,
        run_id: str | None = None,
        timeout: float | None = None,
        on_change: Callable[[QueryExecution], None] | None = None,
    ) -> QueryExecution:
        """Run it now and wait for its end; the run as it ended, well or not.

        timeout, on_change: as of `AsyncClient.run`.

        Raises:
            Refused: PipelineNotFound, or PipelineBusy where a run has not ended.
            QueryTimedOut: it had not ended in time.
        """
        chosen = run_id or str(uuid4())
        follower = Follower(self._session, chosen, runs_of(name), self._pace)
        states = follower.changes(lambda: run_pipeline(self._session, name, chosen), timeout)
        return await last_of(states, on_change)

    async def start(self, name: str, *, run_id: str | None = None) -> QueryExecution:
        """Run it now and return at once; the same id is the same run. Errors as of `run`."""
        chosen = run_id or str(uuid4())
        return await submitted(lambda: run_pipeline(self._session, name, chosen), self._pace)

    async def pause(self, name: str) -> Pipeline:
        """Have its schedule run nothing until it is resumed; what runs goes on."""
        return await pause_pipeline(self._session, name)

    async def resume(self, name: str) -> Pipeline:
        """Have its schedule run it again, from its next time on."""
        return await resume_pipeline(self._session, name)

    def runs(
        self,
        name: str,
        *,
        status: QueryStatus | None = None,
        submitted_after: datetime | None = None,
        submitted_before: datetime | None = None,
        limit: int | None = None,
    ) -> AsyncGenerator[QueryExecution]:
        """Its runs, newest first, fetched as they are read; chosen as of `AsyncClient.queries`."""
        return operations.list_queries(
            self._session, None, status, submitted_after, submitted_before, limit, name
        )

    def watch(self, name: str) -> AsyncGenerator[QueryExecution]:
        """Each change of any of its runs from now on, told once and none lost, until you stop."""
        return changes(self._session, name, self._pace)
