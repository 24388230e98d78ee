"""A pipeline as those who may run it see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from querycast.query import QueryExecution


@dataclass(frozen=True)
class Pipeline:
    """What fills the warehouse.

    schedule: an expression of EventBridge Scheduler's in the timezone; None: it runs when asked.
    enabled: whether the schedule runs it at all.
    overlap: what becomes of a run that is due while another runs: SKIP or QUEUE.
    feeds: the reports that are refreshed when it has finished.
    groups: who may see, run and pause it besides administrators.
    paused_at, paused_by: since when, and by whom, its schedule is paused.
    next_run_at: None where its schedule does not run it, or that is not known yet.
    runs: the latest, the newest first.
    """

    name: str
    title: str
    description: str | None
    schedule: str | None
    timezone: str
    enabled: bool
    overlap: str
    feeds: list[str]
    groups: list[str]
    paused_at: datetime | None
    paused_by: str | None
    next_run_at: datetime | None
    runs: list[QueryExecution]

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Pipeline":
        """The pipeline that a GraphQL answer holds."""
        return cls(
            name=document["name"],
            title=document["title"],
            description=document["description"],
            schedule=document["schedule"],
            timezone=document["timezone"],
            enabled=document["enabled"],
            overlap=document["overlap"],
            feeds=document["feeds"],
            groups=document["groups"],
            paused_at=_moment(document["pausedAt"]),
            paused_by=document["pausedBy"],
            next_run_at=_moment(document["nextRunAt"]),
            runs=[QueryExecution.from_json(run) for run in document["runs"] or ()],
        )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
