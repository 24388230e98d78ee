"""What an agenda has besides events: runs of schedules and pipelines, and public holidays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from querycast.query import QueryStatus


@dataclass(frozen=True)
class Occurrence:
    """A run of one of the caller's schedules or of a pipeline that they may see, past or planned.

    schedule, report: of a schedule; None of a pipeline's. pipeline: of which it is a run.
    query_id, status: of the query that it was; None where it is planned.
    holiday: for which a planned one will be left out; None where it will run.
    """

    at: datetime
    schedule: str | None
    report: str | None
    pipeline: str | None
    query_id: str | None
    status: QueryStatus | None
    holiday: str | None

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Occurrence":
        """The occurrence that a GraphQL answer holds."""
        query = document["query"]
        return cls(
            at=datetime.fromisoformat(document["at"]),
            schedule=document["schedule"],
            report=document["report"],
            pipeline=document["pipeline"],
            query_id=query["id"] if query else None,
            status=QueryStatus(query["status"]) if query else None,
            holiday=document["holiday"],
        )


@dataclass(frozen=True)
class Holiday:
    """A public holiday: a day, the same in every time zone."""

    date: date
    name: str

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Holiday":
        """The holiday that a GraphQL answer holds."""
        return cls(date=date.fromisoformat(document["date"]), name=document["name"])
