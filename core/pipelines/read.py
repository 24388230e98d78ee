"""Reading pipelines: what they are, whether they are paused, when they run next, and their runs."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.access import Caller
from core.context import Context, QueryFilter
from core.errors import PipelineNotFound
from core.pipelines.pipeline import Pipeline
from core.pipelines.state import PipelineState
from core.places import pipeline_owner
from core.query import QueryExecution
from core.read import Selection
from core.report import ID
from core.schedule import Schedule

RUNS = 10  # that a pipeline shows


def list_pipelines(context: Context, caller: Caller, selection: Selection) -> list[Pipeline]:
    """The pipelines that the caller may see, run and pause, by name."""
    return [
        _shown(context, compiled.pipeline, selection)
        for compiled in context.catalogue().pipelines_of(caller)
    ]


def get_pipeline(
    context: Context, caller: Caller, selection: Selection, name: ID
) -> Pipeline | None:
    """The pipeline of that name; null where there is none that the caller may see."""
    try:
        compiled = context.catalogue().pipeline(name, caller)
    except PipelineNotFound:
        return None
    return _shown(context, compiled.pipeline, selection)


@dataclass(frozen=True)
class RunFilter:
    """What a subscription to the runs of a pipeline is to be filtered by.

    subscriber: who has to remain a member of one of its groups.
    """

    pipeline: ID
    subscriber: ID


def on_pipeline_run(context: Context, caller: Caller, name: ID) -> RunFilter:
    """What a subscription to the runs of a pipeline is to be filtered by.

    Raises:
        PipelineNotFound: there is no such pipeline that the caller may see.
    """
    return RunFilter(context.catalogue().pipeline(name, caller).pipeline.name, caller.id)


def with_state(context: Context, pipeline: Pipeline, state: PipelineState) -> Pipeline:
    return replace(
        pipeline,
        paused_at=state.paused_at,
        paused_by=state.paused_by,
        next_run_at=_next_run_at(context, pipeline, state),
    )


def _shown(context: Context, pipeline: Pipeline, selection: Selection) -> Pipeline:
    shown = with_state(context, pipeline, context.pipelines.state(pipeline.name))
    return replace(shown, runs=_runs(context, pipeline.name)) if "runs" in selection else shown


def _runs(context: Context, name: str) -> list[QueryExecution]:
    records, _ = context.queries.of_owner(pipeline_owner(name), QueryFilter(), RUNS, None)
    return [record.query for record in records]


def _next_run_at(context: Context, pipeline: Pipeline, state: PipelineState) -> datetime | None:
    """A rate is counted from when AWS began to, which shows with the first run."""
    if pipeline.schedule is None or not pipeline.enabled or state.paused_at is not None:
        return None
    if pipeline.schedule.startswith("rate") and state.last_slot is None:
        return None
    schedule = Schedule(pipeline.schedule, pipeline.timezone)
    return schedule.next_after(context.now(), since=state.last_slot)
