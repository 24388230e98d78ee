"""An event: what happens when, in which calendar, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from core.report import ID

SHORT = timedelta(days=7)  # longer ones are found apart, so that a look back need not go far
LONGEST_DAYS = 366
LONGEST = timedelta(days=LONGEST_DAYS, hours=3)  # so many days, between two changes of the clocks
KEPT = timedelta(days=730)  # after the event's end
TOMBSTONE_KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Event:
    """An event in a calendar; `version` grows by one with each change.

    start, end: `end` is the first moment that is no longer part of it. Of an all-day event, the
        midnights in `timezone` at which it begins and ends.
    firstDay, lastDay: of an all-day event, both part of it; null for all else.
    owner: who created it: the `sub` of a user, or the ARN of a principal of IAM.
    """

    id: ID
    calendar: ID
    title: str
    start: datetime
    end: datetime
    timezone: str
    all_day: bool
    owner: ID
    version: int
    created_at: datetime
    updated_at: datetime
    first_day: date | None = None
    last_day: date | None = None
    location: str | None = None
    notes: str | None = None

    @property
    def is_long(self) -> bool:
        return self.end - self.start > SHORT


class EventChangeKind(Enum):
    """What became of an event in a calendar."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    DELETED = "DELETED"


@dataclass(frozen=True)
class EventChange:
    """What became of an event in a calendar. `event`: as it is now; null when it is DELETED.

    An event that moves is DELETED in the one calendar and CREATED in the other, in one version.
    """

    calendar: ID
    id: ID
    version: int
    kind: EventChangeKind
    event: Event | None = None


@dataclass(frozen=True)
class StoredEvent:
    """An event and from what it was made: a digest of the input, by which a repeat is known."""

    event: Event
    made_from: str


@dataclass(frozen=True)
class DeletedEvent:
    """What is kept of an event for a while, so that a late repeat does not create it again."""

    id: ID
    calendar: ID
    version: int
    deleted_at: datetime
