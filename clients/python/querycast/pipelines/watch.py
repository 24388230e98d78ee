"""Watching the runs of a pipeline: each newer state of each of them, told once.

A listing of the latest runs tells what no push has: after every reconnect, and on a slow timer.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator

from querycast.errors import Unavailable
from querycast.follow import Pace, Subscription
from querycast.listen import Told, listening
from querycast.operations import list_queries
from querycast.pipelines import documents
from querycast.query import QueryExecution
from querycast.session import Session

LISTED = 20  # runs

log = logging.getLogger(__name__)


def runs_of(pipeline: str) -> Subscription:
    """A push at every change of every run of it."""
    return Subscription(documents.ON_PIPELINE_RUN, {"name": pipeline}, "onPipelineRun")


async def changes(session: Session, pipeline: str, pace: Pace) -> AsyncGenerator[QueryExecution]:
    """Each change from now on, until the caller stops.

    Raises:
        Refused: PipelineNotFound.
    """
    known = {run.id: run.version for run in await _listed(session, pipeline)}
    loop = asyncio.get_running_loop()
    due = float("inf")
    async with listening(session, runs_of(pipeline), pace) as listener:
        while True:
            news = await listener.next(due)
            if isinstance(news, Told):
                due = loop.time() + pace.relistings
                try:
                    found = await _listed(session, pipeline)
                except Unavailable as error:
                    log.info("Runs of %s: asking again: %s", pipeline, error)
                    due = loop.time() + pace.longest_backoff
                    continue
            else:
                found = [QueryExecution.from_json(news)]
            for run in found:
                if run.version > known.get(run.id, 0):
                    known[run.id] = run.version
                    yield run


async def _listed(session: Session, pipeline: str) -> list[QueryExecution]:
    """The older first."""
    listed = list_queries(session, None, None, None, None, LISTED, pipeline)
    return [run async for run in listed][::-1]
