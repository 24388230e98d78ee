"""A run of a pipeline: a query of kind PIPELINE, whose owner is the pipeline.

So it is recorded, watched, cancelled, retried and pushed as any other, and as the pipeline has one
running place, no two runs overlap. A slot of the schedule has one id, so that it runs once, however
often the schedule calls for it.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from core.access import Caller
from core.coercion import timestamp
from core.context import Context
from core.errors import IdAlreadyUsed, PipelineBusy
from core.left_out import left_out, too_late
from core.pipelines.pipeline import CompiledPipeline, Overlap
from core.places import OF_A_PIPELINE, Limits, pipeline_owner
from core.query import (
    QueryExecution,
    QueryKind,
    QueryRecord,
    QueryStatus,
)
from core.report import ID
from core.submit import admit, chosen_id, estimated, own_id

NONE_MAY_WAIT = Limits(OF_A_PIPELINE.running, waiting=0)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunPipelineInput:
    """Which pipeline to run. `id`: of the run, as of submitQuery."""

    name: ID
    id: ID | None = None


def run_pipeline(context: Context, caller: Caller, input: RunPipelineInput) -> QueryExecution:
    """Run a pipeline now, be its schedule paused or not; `onPipelineRun` tells what becomes of it.

    Raises:
        InvalidId, PipelineNotFound: as they say.
        IdAlreadyUsed: the id is that of another query.
        PipelineBusy: a run of it has not ended, and no further one may wait.
    """
    compiled = context.catalogue().pipeline(input.name, caller)
    record = _new_run(context, compiled, chosen_id(input.id), started_by=caller.id)
    admitted = _admitted(context, record, compiled)
    if admitted is None:
        raise _busy(context, compiled, record)
    if admitted.query.pipeline != input.name:
        raise IdAlreadyUsed(f"Id {record.query.id} is another query's; run it with a new id.")
    return admitted.query


def run_scheduled(context: Context, name: str, slot: datetime) -> QueryRecord | None:
    """Run a pipeline for a slot of its schedule; None where that is not to run now.

    What is left out, for it comes too late or the run before has not ended, is recorded with the
    reason. Repeated, nothing more.
    """
    compiled = context.catalogue().pipelines.get(name)
    if compiled is None or not compiled.pipeline.enabled:
        log.warning("There is no pipeline %s that a schedule may run", name)
        return None
    if context.pipelines.scheduled(name, slot).paused_at is not None:
        log.info("Pipeline %s is paused", name)
        return None
    record = _new_run(context, compiled, own_id("run", name, timestamp(slot)), slot=slot)
    if late := too_late(context.now(), slot):
        return left_out(context, record, late)
    admitted = _admitted(context, record, compiled)
    return admitted or left_out(context, record, _overlaps(compiled))


def _new_run(
    context: Context,
    compiled: CompiledPipeline,
    run_id: ID,
    *,
    slot: datetime | None = None,
    started_by: ID | None = None,
) -> QueryRecord:
    name, now = compiled.pipeline.name, context.now()
    query = QueryExecution(
        id=run_id,
        kind=QueryKind.PIPELINE,
        report=None,
        parameters=[],
        owner=pipeline_owner(name),
        status=QueryStatus.QUEUED,
        version=1,
        submitted_at=now,
        pipeline=name,
        scheduled_for=slot,
    )
    return QueryRecord(
        estimated(context, query),
        compiled.version,
        updated_at=now,
        timeout=compiled.timeout,
        report_groups=frozenset(compiled.pipeline.groups),
        started_by=started_by,
    )


def _admitted(
    context: Context, record: QueryRecord, compiled: CompiledPipeline
) -> QueryRecord | None:
    """The run with its place; None where a run has not ended, and no further one may wait."""
    admitted = admit(context, record, compiled, _limits(compiled))
    if admitted is None and _pass_on(context, record.query.owner):
        admitted = admit(context, record, compiled, _limits(compiled))
    return admitted


def _pass_on(context: Context, owner: ID) -> bool:
    """Free the place of a run that has ended a moment ago; whether there is one now."""
    holders = context.places.of(owner).running
    running = [context.queries.get(run_id) for run_id in holders]
    ended = [run for run in running if run is not None and run.query.status.is_final]
    for run in ended:
        context.places.free(owner, run.query.id)
    return bool(ended) or not holders  # none: its end was heard of since the place was asked for


def _limits(compiled: CompiledPipeline) -> Limits:
    return OF_A_PIPELINE if compiled.pipeline.overlap is Overlap.QUEUE else NONE_MAY_WAIT


def _busy(context: Context, compiled: CompiledPipeline, record: QueryRecord) -> PipelineBusy:
    name = compiled.pipeline.name
    running = ", ".join(context.places.of(record.query.owner).running)
    which = f"run {running} of pipeline {name}" if running else f"a run of pipeline {name}"
    return PipelineBusy(
        f"{which[0].upper()}{which[1:]} has not ended; run it again when onPipelineRun tells that."
    )


def _overlaps(compiled: CompiledPipeline) -> str:
    if compiled.pipeline.overlap is Overlap.SKIP:
        return "the run before had not ended."
    return f"{OF_A_PIPELINE.waiting} runs waited for the one before to end."
