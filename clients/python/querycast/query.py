"""A query as its owner sees it: what was asked, how far it is, how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from querycast.export import Export
from querycast.result import ResultPage


class QueryStatus(StrEnum):
    """The steps of a query, in order; only the last three are final."""

    QUEUED = "QUEUED"
    SUBMITTED = "SUBMITTED"
    PICKED = "PICKED"
    STARTED = "STARTED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    ABORTED = "ABORTED"

    @property
    def is_final(self) -> bool:
        """Whether a query that has this status never changes again."""
        return self in (QueryStatus.FINISHED, QueryStatus.FAILED, QueryStatus.ABORTED)


@dataclass(frozen=True)
class QueryError:
    """Why a query has no result. `message`: Redshift's own words, or who cancelled it, or so."""

    type: str
    message: str


@dataclass(frozen=True)
class QueryExecution:
    """A query at one moment; `version` grows by one with each change.

    estimated_duration_ms: what recent runs of the report took; None where there were none.
    cancel_requested_at: somebody wants it stopped; it may have ended before.
    result: the first rows, where the service sent them along.
    export: how its files are; None for all that is no export.
    pipeline: of which it is a run; None for all else.
    scheduled_for: when a schedule wanted it; None where somebody asked for it.
    watch: for which a refreshed report was run again; None for all else.
    """

    id: str
    kind: str
    report: str | None
    parameters: Mapping[str, str]
    owner: str
    status: QueryStatus
    version: int
    error: QueryError | None
    submitted_at: datetime
    estimated_duration_ms: int | None
    cancel_requested_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    duration_ms: int | None
    result_rows: int | None
    result_bytes: int | None
    result_expires_at: datetime | None
    result: ResultPage | None = field(repr=False)
    export: Export | None = None
    pipeline: str | None = None
    scheduled_for: datetime | None = None
    watch: str | None = None

    @property
    def is_reused(self) -> bool:
        """Whether its result was there before it was submitted: another query's, and as old."""
        return self.finished_at is not None and self.finished_at < self.submitted_at

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "QueryExecution":
        """The query that a GraphQL answer holds; `result` where it was selected."""
        error, result = document.get("error"), document.get("result")
        export = document.get("export")
        return cls(
            id=document["id"],
            kind=document["kind"],
            report=document["report"],
            parameters={given["name"]: given["value"] for given in document["parameters"]},
            owner=document["owner"],
            status=QueryStatus(document["status"]),
            version=document["version"],
            error=QueryError(error["type"], error["message"]) if error else None,
            submitted_at=datetime.fromisoformat(document["submittedAt"]),
            estimated_duration_ms=document["estimatedDurationMs"],
            cancel_requested_at=_moment(document["cancelRequestedAt"]),
            started_at=_moment(document["startedAt"]),
            finished_at=_moment(document["finishedAt"]),
            duration_ms=document["durationMs"],
            result_rows=_count(document["resultRows"]),
            result_bytes=_count(document["resultBytes"]),
            result_expires_at=_moment(document["resultExpiresAt"]),
            result=ResultPage.from_json(result) if result else None,
            export=Export.from_json(export) if export else None,
            pipeline=document["pipeline"],
            scheduled_for=_moment(document["scheduledFor"]),
            watch=document["watch"],
        )


def _count(number: float | None) -> int | None:
    """A Float of GraphQL, for its Int is too small."""
    return None if number is None else int(number)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
