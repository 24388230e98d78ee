"""A statement as the Redshift Data API describes it.

https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_DescribeStatement.html
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class StatementStatus(Enum):
    """Redshift's words for the state of a statement, in their order; the last three are final."""

    SUBMITTED = "SUBMITTED"
    PICKED = "PICKED"
    STARTED = "STARTED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    ABORTED = "ABORTED"

    @property
    def is_final(self) -> bool:
        return self in FINAL


FINAL = (StatementStatus.FINISHED, StatementStatus.FAILED, StatementStatus.ABORTED)


@dataclass(frozen=True)
class Statement:
    """What DescribeStatement answers.

    error: Redshift's message, of a FAILED or ABORTED one.
    duration_ms, rows, bytes: None as long as Redshift does not know them.
    has_result: whether there are rows to fetch, be it none.
    """

    id: str
    status: StatementStatus
    updated_at: datetime
    error: str | None = None
    duration_ms: int | None = None
    rows: int | None = None
    bytes: int | None = None
    has_result: bool = False
