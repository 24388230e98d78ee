"""Pausing a pipeline: its schedule goes on calling, and nothing runs for that."""

from core.access import Caller
from core.context import Context
from core.pipelines.pipeline import Pipeline
from core.pipelines.read import with_state
from core.report import ID


def pause_pipeline(context: Context, caller: Caller, name: ID) -> Pipeline:
    """Have the schedule of the pipeline run nothing until it is resumed; what runs goes on.

    Pausing again changes nothing.

    Raises:
        PipelineNotFound: there is no such pipeline that the caller may pause.
    """
    compiled = context.catalogue().pipeline(name, caller)
    state = context.pipelines.pause(name, caller.id, context.now())
    return with_state(context, compiled.pipeline, state)


def resume_pipeline(context: Context, caller: Caller, name: ID) -> Pipeline:
    """Have the schedule of the pipeline run it again, from its next time on.

    Raises:
        PipelineNotFound: there is no such pipeline that the caller may resume.
    """
    compiled = context.catalogue().pipeline(name, caller)
    state = context.pipelines.resume(name)
    return with_state(context, compiled.pipeline, state)
