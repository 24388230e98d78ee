"""When an event is to be: from one moment to another, or whole days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any


@dataclass(frozen=True)
class Times:
    """From `start` to before `end`; where they have no zone, in this machine's."""

    start: datetime
    end: datetime

    def to_json(self) -> dict[str, Any]:
        """As the input of an event has it."""
        return {"start": moment(self.start), "end": moment(self.end)}


@dataclass(frozen=True)
class Days:
    """Whole days, from the first to the last; the first alone where there is no last."""

    first: date
    last: date | None = None

    def to_json(self) -> dict[str, Any]:
        """As the input of an event has it."""
        last = self.first if self.last is None else self.last
        return {"firstDay": self.first.isoformat(), "lastDay": last.isoformat()}


When = Times | Days


def moment(time: datetime) -> str:
    """As AWSDateTime; one without a zone is in this machine's."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
