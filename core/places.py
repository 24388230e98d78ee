"""Places: how many of an owner's queries may run at once, how many more may wait, and who is next.

Every query that has not ended holds one place of its owner's, running or waiting, from before it is
recorded until after it has ended. Redshift is given only what holds a running place. Taking,
promoting and freeing are each one atomic write that is harmless when repeated (`Places` in
core/context.py). A place whose query ended unseen, or was never recorded, is freed by the sweeper.

The runs of a pipeline belong to the pipeline, which has one running place: so they never overlap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.errors import TooManyQueries
from core.report import ID


@dataclass(frozen=True)
class Limits:
    """How many queries of one owner may run, and how many more may wait for their turn."""

    running: int = 5
    waiting: int = 100


OF_A_PIPELINE = Limits(running=1, waiting=10)
PIPELINE = "pipeline:"  # no id of a user begins so


def pipeline_owner(name: str) -> ID:
    """Whom the runs of a pipeline belong to."""
    return ID(f"{PIPELINE}{name}")


def limits_of(owner: str, limits: Limits) -> Limits:
    """Those that count for the owner: `limits` are those of people."""
    return OF_A_PIPELINE if owner.startswith(PIPELINE) else limits


@dataclass(frozen=True)
class OwnerPlaces:
    """The places that one owner's queries hold: the queries' ids, with the time each was taken."""

    owner: str
    running: Mapping[str, datetime]
    waiting: Mapping[str, datetime]

    @property
    def first_waiting(self) -> str | None:
        """The query whose turn is next."""
        return min(self.waiting, key=lambda id: (self.waiting[id], id), default=None)

    def __contains__(self, query_id: str) -> bool:
        return query_id in self.running or query_id in self.waiting


def too_many(limits: Limits) -> TooManyQueries:
    return TooManyQueries(
        f"You have {limits.running:,} queries that run and {limits.waiting:,} that wait, "
        "as many as may; submit again when one of them has ended."
    )
