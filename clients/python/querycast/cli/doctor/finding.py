"""What a check has found: how it stands, and what to do where it does not stand well."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a check ended. SKIPPED: there was nothing to look at."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """What a check has found. `next_step`: None where there is nothing to do."""

    check: str
    outcome: Outcome
    found: str
    next_step: str | None = None


class Failed(Exception):
    """A check does not pass."""

    def __init__(self, found: str, next_step: str) -> None:
        super().__init__(found)
        self.next_step = next_step


class Skipped(Exception):
    """There is nothing to check, for this reason."""
