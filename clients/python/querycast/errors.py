"""Everything that can go wrong, in one tree; in brackets the exit code of the `querycast` command.

    QuerycastError                [1]
    ├── Unavailable               [1]  no answer, or the service broke while answering
    ├── BadDownload               [1]  a file came that is not the one the service has
    ├── NotConfigured             [2]  no outputs file, or not one of a Querycast stack
    ├── InvalidArgument           [2]  an argument that is no use to any server
    ├── QueryEnded                     the query ended without a result
    │   ├── QueryFailed           [3]  Redshift, or the report, failed
    │   └── QueryAborted          [4]  somebody cancelled it
    ├── QueryTimedOut             [5]  it had not ended in the time given; it may still run
    ├── Refused                   [6]  the service said no; `type` is its errorType
    └── NotSignedIn               [6]  no sign-in, or one that is no longer good

A message names the value, the rule and what to do next; `query_id` says which query it is about.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from querycast.query import QueryExecution


class QuerycastError(Exception):
    """Whatever this package raises on purpose. `query_id`: None where it is about no query."""

    exit_code: ClassVar[int] = 1
    query_id: str | None = None

    @property
    def type(self) -> str:
        """What kind of error: the class's name, or what the service calls it."""
        return type(self).__name__

    @property
    def line(self) -> str:
        """The error as one line for people: `InvalidParameter: Parameter month: ...`."""
        text = str(self)
        is_named = self.query_id is None or self.query_id in text
        return (
            f"{self.type}: {text}" if is_named else f"{self.type}: {text} (query {self.query_id})"
        )


class Unavailable(QuerycastError):
    """The service gave no answer, or broke while answering; trying again may help."""


class BadDownload(QuerycastError):
    """A downloaded file is not the one that the service has; nothing was kept of it."""


class NotConfigured(QuerycastError):
    """Nothing says which service to talk to, or what says it is not readable."""

    exit_code = 2


class InvalidArgument(QuerycastError):
    """An argument that cannot be sent: a value of no type that a parameter has, a bad name."""

    exit_code = 2


class QueryEnded(QuerycastError):
    """The query ended without a result. `query`: as it ended."""

    def __init__(self, query: "QueryExecution", message: str) -> None:
        super().__init__(f"{message} (query {query.id})")
        self.query = query
        self.query_id = query.id


class QueryFailed(QueryEnded):
    """Redshift failed the statement, or it was never started; `query.error` has the words."""

    exit_code = 3

    @property
    def type(self) -> str:
        return self.query.error.type if self.query.error else super().type


class QueryAborted(QueryEnded):
    """The query was cancelled before it had a result."""

    exit_code = 4


@contextmanager
def about(query_id: str, kind: type[QuerycastError] = QuerycastError) -> Iterator[None]:
    """Errors of that kind in here are about that query."""
    try:
        yield
    except kind as error:
        error.query_id = error.query_id or query_id
        raise


def check_finished(query: "QueryExecution") -> None:
    """
    Raises:
        QueryFailed, QueryAborted: the query, which has ended, has no result.
    """
    if query.status == "FAILED":
        raise QueryFailed(query, query.error.message if query.error else "no reason given")
    if query.status == "ABORTED":
        raise QueryAborted(query, query.error.message if query.error else "it was cancelled")


class QueryTimedOut(QuerycastError):
    """The query had not ended within the time given; it may still run."""

    exit_code = 5

    def __init__(self, query_id: str, message: str) -> None:
        super().__init__(message)
        self.query_id = query_id


class Refused(QuerycastError):
    """The service refuses the request as it is. `type`: its errorType, such as ReportNotFound."""

    exit_code = 6

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self._type = error_type

    @property
    def type(self) -> str:
        return self._type


class NotSignedIn(QuerycastError):
    """Nobody has signed in, or the sign-in is no longer good: `querycast login` mends it."""

    exit_code = 6
