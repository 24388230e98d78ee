"""Events as the service tells them: what happens when, in which calendar, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class Calendar:
    """Where events are. `group`: whose members share it; None for the caller's private one."""

    id: str
    group: str | None

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Calendar":
        """The calendar that a GraphQL answer holds."""
        return cls(id=document["id"], group=document["group"])


@dataclass(frozen=True)
class Event:
    """An event at one moment; `version` grows by one with each change.

    start, end: `end` is the first moment that is no longer part of it. Of an all-day event, the
        midnights in `timezone` at which it begins and ends.
    first_day, last_day: of an all-day event, both part of it; None for all else.
    owner: who created it: a user, or the ARN of a principal of IAM.
    """

    id: str
    calendar: str
    title: str
    start: datetime
    end: datetime
    timezone: str
    all_day: bool
    first_day: date | None
    last_day: date | None
    location: str | None
    notes: str | None
    owner: str
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Event":
        """The event that a GraphQL answer holds."""
        return cls(
            id=document["id"],
            calendar=document["calendar"],
            title=document["title"],
            start=datetime.fromisoformat(document["start"]),
            end=datetime.fromisoformat(document["end"]),
            timezone=document["timezone"],
            all_day=document["allDay"],
            first_day=_day(document["firstDay"]),
            last_day=_day(document["lastDay"]),
            location=document["location"],
            notes=document["notes"],
            owner=document["owner"],
            version=document["version"],
            created_at=datetime.fromisoformat(document["createdAt"]),
            updated_at=datetime.fromisoformat(document["updatedAt"]),
        )


class EventChangeKind(StrEnum):
    """What became of an event in a calendar."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    DELETED = "DELETED"


@dataclass(frozen=True)
class EventChange:
    """What became of an event in a calendar.

    An event that moves is DELETED in the one calendar and CREATED in the other, in one version.

    event: as it is now; None when it is DELETED.
    before: as it was last known; None where it was not.
    """

    calendar: str
    id: str
    version: int
    kind: EventChangeKind
    event: Event | None
    before: Event | None = None

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "EventChange":
        """The change that a push holds; what was before is not in it."""
        event = document["event"]
        return cls(
            calendar=document["calendar"],
            id=document["id"],
            version=document["version"],
            kind=EventChangeKind(document["kind"]),
            event=Event.from_json(event) if event else None,
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
