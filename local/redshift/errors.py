"""What can go wrong, in two trees: a call is refused, or a statement fails.

    DataApiError                        the HTTP answer; the class name is the wire's `__type`
    ├── ValidationException             a member is missing, malformed or contradicts another
    ├── ResourceNotFoundException       no such statement, or its result has expired
    ├── ActiveStatementsExceededException  too many unfinished statements
    ├── ActiveSessionsExceededException  too many open sessions
    ├── ActiveWaitingRequestsExceededException  too many calls wait for one statement
    ├── UnknownOperationException       not an operation of this service, or not offered here
    ├── SerializationException          the body is not JSON
    ├── MissingAuthenticationTokenException, IncompleteSignatureException,
    │   InvalidSignatureException, UnrecognizedClientException  the call is not signed as it must be
    ├── DatabaseConnectionException     the database cannot be opened
    └── InternalServerException         a defect; the log has the rest
    SqlError                            the statement's `Error`, in Redshift's words
    ├── NotSupported                    right or refused: this is the refusal
    ├── LoadFailed                      COPY met a row it cannot load
    └── SyntaxFault                     the text is not SQL; knows where
    Cancelled                           CancelStatement or a shutdown stopped it
    StartError                          the server cannot start; the message says what to do

https://docs.aws.amazon.com/redshift-data/latest/APIReference/CommonErrors.html
"""

from collections.abc import Sequence

from local.redshift.transfer.load_error import LoadError


class DataApiError(Exception):
    """The call is refused; `status` is its HTTP status."""

    status = 400


class ValidationException(DataApiError):
    """The input contradicts the service model or itself."""


class ResourceNotFoundException(DataApiError):
    """No such statement. Statements and results are forgotten after 24 hours."""


class ActiveStatementsExceededException(DataApiError):
    """Too many statements are unfinished; wait for some to end."""


class ActiveSessionsExceededException(DataApiError):
    """Too many sessions are open; wait for some to expire."""


class ActiveWaitingRequestsExceededException(DataApiError):
    """Too many calls wait for the same statement; ask again without WaitTimeSeconds."""


class UnknownOperationException(DataApiError):
    """No such operation, or one that this server does not offer."""


class SerializationException(DataApiError):
    """The body could not be read as JSON."""


class MissingAuthenticationTokenException(DataApiError):
    """The call is not signed."""


class IncompleteSignatureException(DataApiError):
    """The signature lacks a part."""


class InvalidSignatureException(DataApiError):
    """The signature is not that of the call, or too old."""


class UnrecognizedClientException(DataApiError):
    """Nobody has that access key."""


class DatabaseConnectionException(DataApiError):
    """The database cannot be opened."""

    status = 500


class InternalServerException(DataApiError):
    """A defect of this server."""

    status = 500


class SqlError(Exception):
    """The statement fails; the text is what DescribeStatement gives as `Error`."""

    def __init__(self, message: str) -> None:
        super().__init__(message if message.startswith("ERROR: ") else f"ERROR: {message}")


class NotSupported(SqlError):
    """A construct whose right answer this server cannot promise; `instead` is the way around."""

    def __init__(self, construct: str, instead: str | None = None) -> None:
        hint = f"; {instead}" if instead else ""
        super().__init__(f"{construct} is not supported by the local Redshift{hint}")


class LoadFailed(SqlError):
    """COPY met more bad rows than MAXERROR allows; nothing was loaded. `rows` are those found."""

    def __init__(self, table: str, reason: str, rows: Sequence[LoadError] = ()) -> None:
        self.rows = rows
        super().__init__(
            f"Load into table '{table}' failed.  Check 'stl_load_errors' system table for details."
            f"\n  Reason: {reason}"
        )


class SyntaxFault(SqlError):
    """The text is not SQL at this place; `offset` counts characters from zero, None is the end."""

    def __init__(self, near: str, offset: int | None) -> None:
        place = "at end of input" if offset is None else f'at or near "{near}"'
        position = "" if offset is None else f"\n  Position: {offset + 1}"
        super().__init__(f"syntax error {place}{position}")


class Cancelled(Exception):
    """The statement was asked to stop."""


class StartError(Exception):
    """The server cannot start here."""
