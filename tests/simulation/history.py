"""What happened, as plain values: all that the checker (checker.py) knows of a run.

Whoever can observe these can be checked: the simulator records them all, an integration test as
many as it sees. `at` is in seconds since the beginning; a query is named by its id.
"""

from dataclasses import dataclass, fields
from typing import Any

Rows = tuple[tuple[Any, ...], ...]
FINAL = ("FINISHED", "FAILED", "ABORTED")


@dataclass(frozen=True)
class Event:
    """Something that happened."""

    at: float

    def __str__(self) -> str:
        told = (f"{entry.name}={getattr(self, entry.name)!r}" for entry in fields(self)[1:])
        return f"{self.at:12.3f}  {type(self).__name__:17} {' '.join(told)}"


@dataclass(frozen=True)
class OfQuery(Event):
    """Something that happened to one query."""

    query_id: str


@dataclass(frozen=True)
class Submitted(OfQuery):
    """submitQuery was called. `error`: what it was refused with; without status and error, no
    answer came."""

    caller: str
    input: str
    status: str | None = None
    owner: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class Stored(OfQuery):
    """A version of the record was written.

    error: the type of the query's error.  is_cancelled: somebody wants it stopped.
    is_in_line: Redshift had no room for it.
    follows: the query whose statement it shares.  question: what is asked with all who may share.
    """

    version: int
    status: str
    owner: str
    input: str
    statement_id: str | None
    error: str | None
    has_result: bool
    is_cancelled: bool = False
    is_in_line: bool = False
    follows: str | None = None
    question: str | None = None

    @property
    def statement_name(self) -> str:
        """The statement that answers it has this name: of the query that it was started for."""
        return self.follows or self.query_id


@dataclass(frozen=True)
class Unseen(OfQuery):
    """Versions from `first` to `last` were written where nobody recorded it."""

    first: int
    last: int


@dataclass(frozen=True)
class StatementStarted(OfQuery):
    """The warehouse took a statement for the query."""

    statement_id: str


@dataclass(frozen=True)
class StatementEnded(OfQuery):
    """`rows`: of the result; None where it has none. `is_stopped`: because we asked for it."""

    statement_id: str
    status: str
    rows: Rows | None
    is_stopped: bool = False


@dataclass(frozen=True)
class Withheld(OfQuery):
    """The warehouse does not tell of the query's statement before `until`, whatever else ends."""

    until: float


@dataclass(frozen=True)
class Subscribed(Event):
    """A subscription was acknowledged. `query_id`: None where it is to all of the caller's."""

    subscriber: str
    caller: str
    query_id: str | None


@dataclass(frozen=True)
class Unsubscribed(Event):
    subscriber: str


@dataclass(frozen=True)
class Delivered(OfQuery):
    """A push reached a subscriber. `rows`: the first ones, where it carries any."""

    subscriber: str
    caller: str
    version: int
    status: str
    rows: Rows | None


@dataclass(frozen=True)
class Dropped(OfQuery):
    """AppSync lost a push on its way to a subscriber."""

    subscriber: str
    version: int


@dataclass(frozen=True)
class Called(OfQuery):
    """A schedule called for this run of a pipeline."""


@dataclass(frozen=True)
class DeadLettered(OfQuery):
    """Given up after all retries. `version`: of a stream record, None of an event.

    is_poison: it could never have been handled.
    """

    version: int | None
    is_poison: bool


@dataclass(frozen=True)
class Read(OfQuery):
    """A caller was answered the query, or rows of it. `is_whole`: these are all the rows."""

    caller: str
    owner: str | None = None
    version: int | None = None
    status: str | None = None
    rows: Rows | None = None
    is_whole: bool = False


@dataclass(frozen=True)
class Following(OfQuery):
    """A client wants to be told of the query until its end, whatever becomes of connections."""

    follower: str


@dataclass(frozen=True)
class Told(OfQuery):
    """The client told its application."""

    follower: str
    version: int
    status: str


@dataclass(frozen=True)
class Left(OfQuery):
    """The application lost interest."""

    follower: str


@dataclass(frozen=True)
class CancelAnswered(OfQuery):
    """cancelQuery was accepted."""

    caller: str


@dataclass(frozen=True)
class Fault(Event):
    """Something was made to go wrong."""

    what: str


@dataclass(frozen=True)
class FaultsEnded(Event):
    """From here on nothing goes wrong any more."""


@dataclass(frozen=True)
class Rested(Event):
    """Nothing more will happen. `left_over`: what should not be there any more, by name."""

    left_over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Logged(Event):
    """A line in a Lambda's log."""

    line: str
