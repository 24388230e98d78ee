"""The fields of pipelines as coroutines: arguments in, values of ours out."""

from querycast.errors import Refused, Unavailable, about
from querycast.pipelines import documents
from querycast.pipelines.pipeline import Pipeline
from querycast.query import QueryExecution
from querycast.session import Session


async def list_pipelines(session: Session) -> list[Pipeline]:
    """Those that the caller may see, by name."""
    data = await session.execute(documents.LIST_PIPELINES, {})
    return [Pipeline.from_json(document) for document in data["listPipelines"]]


async def get_pipeline(session: Session, name: str) -> Pipeline:
    """The pipeline of that name.

    Raises:
        Refused: PipelineNotFound, where there is none that the caller may see.
    """
    data = await session.execute(documents.GET_PIPELINE, {"name": name})
    if data["getPipeline"] is None:
        raise Refused(
            "PipelineNotFound",
            f"You have no pipeline {name!r}; `querycast pipelines list` names yours.",
        )
    return Pipeline.from_json(data["getPipeline"])


async def run_pipeline(session: Session, name: str, run_id: str) -> QueryExecution:
    """Run it now; the same id is the same run.

    Raises:
        Refused: PipelineNotFound, or PipelineBusy where a run has not ended.
    """
    asked = {"name": name, "id": run_id}
    with about(run_id, Unavailable):  # what is refused is no run
        data = await session.execute(documents.RUN_PIPELINE, {"input": asked})
    return QueryExecution.from_json(data["runPipeline"])


async def pause_pipeline(session: Session, name: str) -> Pipeline:
    """Have its schedule run nothing until it is resumed."""
    data = await session.execute(documents.PAUSE_PIPELINE, {"name": name})
    return Pipeline.from_json(data["pausePipeline"])


async def resume_pipeline(session: Session, name: str) -> Pipeline:
    """Have its schedule run it again."""
    data = await session.execute(documents.RESUME_PIPELINE, {"name": name})
    return Pipeline.from_json(data["resumePipeline"])
