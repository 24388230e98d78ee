"""Pipelines for scripts and notebooks: `client.pipelines`."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from datetime import datetime
from uuid import uuid4

from querycast import operations
from querycast.follow import Follower, Pace, submitted
from querycast.loop import LoopThread
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


class Pipelines:
    """What fills the warehouse, for those who may run it."""

    def __init__(self, session: Session, loop: LoopThread, pace: Pace) -> None:
        self._session = session
        self._loop = loop
        self._pace = pace

    def list(self) -> list[Pipeline]:
        """Those that you may see, run and pause, by name."""
        return self._loop.call(list_pipelines(self._session))

    def get(self, name: str) -> Pipeline:
        """The pipeline with its latest runs."""
        return self._loop.call(get_pipeline(self._session, name))

    def run(
        self,
        name: str,
        *,
        run_id: str | None = None,
        timeout: float | None = None,
        on_change: Callable[[QueryExecution], None] | None = None,
    ) -> QueryExecution:
        """Run it now and wait for its end; the run as it ended, well or not.

        timeout, on_change: as of `Client.run`.

        Raises:
            Refused: PipelineNotFound, or PipelineBusy where a run has not ended.
            QueryTimedOut: it had not ended in time.
        """
        chosen = run_id or str(uuid4())
        follower = Follower(self._session, chosen, runs_of(name), self._pace)
        states = follower.changes(lambda: run_pipeline(self._session, name, chosen), timeout)
        with closing(self._loop.iterate(states)) as found:
            for run in found:
                if on_change:
                    on_change(run)
        return run

    def start(self, name: str, *, run_id: str | None = None) -> QueryExecution:
        """Run it now and return at once; the same id is the same run. Errors as of `run`."""
        chosen = run_id or str(uuid4())
        run = submitted(lambda: run_pipeline(self._session, name, chosen), self._pace)
        return self._loop.call(run)

    def pause(self, name: str) -> Pipeline:
        """Have its schedule run nothing until it is resumed; what runs goes on."""
        return self._loop.call(pause_pipeline(self._session, name))

    def resume(self, name: str) -> Pipeline:
        """Have its schedule run it again, from its next time on."""
        return self._loop.call(resume_pipeline(self._session, name))

    def runs(
        self,
        name: str,
        *,
        status: QueryStatus | None = None,
        submitted_after: datetime | None = None,
        submitted_before: datetime | None = None,
        limit: int | None = None,
    ) -> Iterator[QueryExecution]:
        """Its runs, newest first, fetched as they are read; chosen as of `Client.queries`."""
        return self._loop.iterate(
            operations.list_queries(
                self._session, None, status, submitted_after, submitted_before, limit, name
            )
        )

    def watch(self, name: str) -> Generator[QueryExecution]:
        """Each change of any of its runs from now on, told once and none lost, until you stop."""
        return self._loop.iterate(changes(self._session, name, self._pace))
