"""What the agenda needs from outside: AWS (core/aws), or fakes in memory (tests/fakes.py)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.agenda.event import DeletedEvent, Event, StoredEvent
from core.report import ID


@dataclass(frozen=True, order=True)
class Position:
    """Where an event stands in the order of all: by its start, then by its id.

    id: empty for the position before all events that start then.
    """

    start: datetime
    id: str = ""


class Events(Protocol):
    """The events, by id. Writes are conditional, so that of racing writers one wins."""

    def put_new(self, stored: StoredEvent) -> bool:
        """Store the event; False where its id is taken, be it by a deleted one."""

    def replace(self, stored: StoredEvent, expected_version: int) -> bool:
        """Store the next version; False where the stored one is another, or deleted."""

    def bury(self, deleted: DeletedEvent, expected_version: int) -> bool:
        """Leave this of the event; False where the stored one is another, or deleted."""

    def get(self, event_id: ID) -> StoredEvent | DeletedEvent | None:
        """As last written."""

    def starting(
        self, calendar: ID, is_long: bool, after: Position, before: datetime, limit: int
    ) -> tuple[list[Event], Position | None]:
        """Some of the calendar's long or its other events, in order; and where to go on, if there.

        after, before: the position that they come after, and the moment they start before.
        """


@dataclass(frozen=True)
class Agenda:
    """The services of the agenda."""

    events: Events
    now: Callable[[], datetime]
