"""A pipeline: statements that fill the warehouse, on a schedule or when somebody runs it.

`Pipeline` is what callers see; `CompiledPipeline` adds what only the server knows. Pipelines are
files in sql/pipelines, compiled at build time and read at run time as JSON (core/catalogue.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from core.coercion import from_json, from_seconds, to_json, whole_seconds
from core.query import QueryExecution
from core.report import ID


class Overlap(Enum):
    """What becomes of a run that is due while another runs: it is left out, or waits for it."""

    SKIP = "SKIP"
    QUEUE = "QUEUE"


class NoticesOf(Enum):
    """Which ends of its runs the topic of the pipelines is told."""

    ALL = "ALL"
    FAILURES = "FAILURES"
    NONE = "NONE"


@dataclass(frozen=True)
class Pipeline:
    """What fills the warehouse.

    schedule: EventBridge Scheduler's expression, such as `cron(0 6 * * ? *)`, in the time zone;
        null where it runs only when somebody asks.
    enabled: whether the schedule runs it at all; what is paused may be resumed, this not.
    groups: who may see, run and pause it besides administrators.
    feeds: the reports that are refreshed when it has finished.
    pausedAt, pausedBy: since when, and by whom, its schedule is paused; null when it is not.
    nextRunAt: when its schedule runs it next; null where it does not, or that is not known yet.
    runs: the latest, the newest first; `listQueries` has all.
    """

    name: ID
    title: str
    overlap: Overlap
    enabled: bool
    feeds: list[ID]
    groups: list[str]
    timezone: str
    description: str | None = None
    schedule: str | None = None
    paused_at: datetime | None = None
    paused_by: ID | None = None
    next_run_at: datetime | None = None
    runs: list[QueryExecution] | None = None


@dataclass(frozen=True)
class CompiledPipeline:
    """A pipeline with its statements, which are one transaction.

    version: changes when the statements do.
    timeout: how long they may take; None where only Redshift's own limits count.
    max_wait: how long a run may wait before Redshift has it.
    sample_data: whether what it fills are the sample data's, so that only a stage with them has its
        schedule.
    """

    pipeline: Pipeline
    sqls: list[str]
    version: str
    max_wait: timedelta
    timeout: timedelta | None = None
    notices: NoticesOf = NoticesOf.ALL
    sample_data: bool = False


def pipeline_from_json(document: Mapping[str, Any]) -> CompiledPipeline:
    """One entry of catalogue.json (flat, camelCase) as a pipeline."""
    max_wait = from_seconds(document["maxWaitSeconds"])
    assert max_wait is not None  # every entry has one
    return CompiledPipeline(
        pipeline=from_json(Pipeline, document),
        sqls=list(document["sqls"]),
        version=document["version"],
        max_wait=max_wait,
        timeout=from_seconds(document.get("timeoutSeconds")),
        notices=NoticesOf(document["notices"]),
        sample_data=document["sampleData"],
    )


def pipeline_to_json(compiled: CompiledPipeline) -> dict[str, Any]:
    """The entry of catalogue.json that `pipeline_from_json` reads."""
    return {
        **to_json(compiled.pipeline),
        "sqls": compiled.sqls,
        "version": compiled.version,
        "maxWaitSeconds": whole_seconds(compiled.max_wait),
        "timeoutSeconds": whole_seconds(compiled.timeout),
        "notices": compiled.notices.value,
        "sampleData": compiled.sample_data,
    }
