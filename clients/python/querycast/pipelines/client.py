"""Pipelines for scripts and notebooks: `client.pipelines`."""

from collections.abc import Callable, Generator, Iterator
from datetime import datetime

from querycast.loop import LoopThread
from querycast.pipelines.async_client import AsyncPipelines
from querycast.pipelines.pipeline import Pipeline
from querycast.progress import shown
from querycast.query import QueryExecution, QueryStatus


class Pipelines:
    """What fills the warehouse, for those who may run it."""

    def __init__(self, pipelines: AsyncPipelines, loop: LoopThread) -> None:
        self._pipelines = pipelines
        self._loop = loop

    def list(self) -> list[Pipeline]:
        """Those that you may see, run and pause, by name."""
        return self._loop.call(self._pipelines.list())

    def get(self, name: str) -> Pipeline:
        """The pipeline with its latest runs."""
        return self._loop.call(self._pipelines.get(name))

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
        with shown(name, on_change) as told:
            return self._loop.call_telling(
                lambda tell: self._pipelines.run(
                    name, run_id=run_id, timeout=timeout, on_change=tell
                ),
                told,
            )

    def start(self, name: str, *, run_id: str | None = None) -> QueryExecution:
        """Run it now and return at once; the same id is the same run. Errors as of `run`."""
        return self._loop.call(self._pipelines.start(name, run_id=run_id))

    def pause(self, name: str) -> Pipeline:
        """Have its schedule run nothing until it is resumed; what runs goes on."""
        return self._loop.call(self._pipelines.pause(name))

    def resume(self, name: str) -> Pipeline:
        """Have its schedule run it again, from its next time on."""
        return self._loop.call(self._pipelines.resume(name))

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
            self._pipelines.runs(
                name,
                status=status,
                submitted_after=submitted_after,
                submitted_before=submitted_before,
                limit=limit,
            )
        )

    def watch(self, name: str) -> Generator[QueryExecution]:
        """Each change of any of its runs from now on, told once and none lost, until you stop."""
        return self._loop.iterate(self._pipelines.watch(name))
