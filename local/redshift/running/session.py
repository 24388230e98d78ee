"""A session as the Data API shows it.

https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_SessionData.html
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from local.redshift.api.caller import Caller

MAX_AGE_S = 24 * 3600.0  # then a session is closed, whatever it does


class SessionStatus(StrEnum):
    """AVAILABLE waits for a statement, BUSY runs one, CLOSED will run none."""

    AVAILABLE = "AVAILABLE"
    BUSY = "BUSY"
    CLOSED = "CLOSED"


@dataclass(frozen=True)
class Session:
    """The record of a session. Times are epoch seconds."""

    id: str
    caller: Caller
    database: str
    cluster: str | None
    workgroup: str | None
    db_user: str | None
    keep_alive_s: int
    created_at: float
    updated_at: float
    status: SessionStatus
    statement_id: str | None = None  # of the statement that runs

    @property
    def expires_at(self) -> float:
        """When it is closed if no statement comes."""
        return min(self.updated_at + self.keep_alive_s, self.created_at + MAX_AGE_S)


def session(document: dict[str, Any]) -> Session:
    """A session from its stored document (the dataclass as JSON)."""
    return Session(
        **{
            **document,
            "caller": Caller(**document["caller"]),
            "status": SessionStatus(document["status"]),
        }
    )
