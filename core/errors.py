"""Everything that Querycast refuses, in one tree. A class's name is the `errorType` clients see.

    QuerycastError
    ├── ReportNotFound       no such report, or not one of the caller's groups
    ├── InvalidParameter     unknown, missing, given twice, mistyped or out of range
    ├── InvalidId            not a lower-case UUID
    ├── IdAlreadyUsed        another query has this id
    ├── TooManyQueries       as many of the caller's queries run and wait as may
    ├── InvalidExport        options of an export that do not go together
    ├── QueryNotFound        no such query, or another caller's
    ├── NotAnExport          it has a result, but no files
    ├── QueryNotFinished     there is no result yet, or there never will be one
    ├── ResultExpired        Redshift no longer keeps the result
    ├── WarehouseUnavailable Redshift does not answer now
    ├── GroupsUnavailable    Cognito does not answer now
    ├── InvalidMaxAge        not from 0 to 24 hours
    ├── InvalidTime          a time beyond the years 1 to 9999
    ├── InvalidLimit         a page size out of bounds
    ├── InvalidNextToken     not a token that an earlier page gave
    └── NotAuthorized        the caller has no identity that may call this field

    WarehouseError           never shown to a caller: what became of it is in the query's record
    ├── WarehouseBusy        no room or no answer now; the same call may succeed later
    └── StatementRefused     Redshift will not start this statement, now or later
        └── StatementFailed  it failed before the one that it was to prepare

    MigrationError           what stops a migration, in the words that whoever deploys reads
    ├── MigrationRefused     the files and what was applied disagree
    ├── MigrationFailed      Redshift refused a statement of it
    └── MigrationUnfinished  it takes longer than a deployment can wait

A message names the value, the rule and what to do next. What is missing and what is another's are
refused in the same words.
"""


class QuerycastError(Exception):
    """The caller can mend it: reaches the caller as an error of the field."""

    @property
    def type(self) -> str:
        return type(self).__name__


class ReportNotFound(QuerycastError):
    """No report of that name for this caller; `listReports` names those there are."""


class InvalidParameter(QuerycastError):
    """A report's parameter is unknown, missing, given twice, mistyped or out of range."""


class InvalidId(QuerycastError):
    """An id is not a lower-case UUID such as uuid4 gives."""


class IdAlreadyUsed(QuerycastError):
    """A query with this id exists already and is not this one; choose a new id."""


class TooManyQueries(QuerycastError):
    """As many of the caller's queries run and wait as may; submit again when one has ended."""


class InvalidExport(QuerycastError):
    """Options of an export that do not go together; the message says which to leave out."""


class NotAnExport(QuerycastError):
    """The query is no export: `getQueryResult` gives what it found."""


class QueryNotFound(QuerycastError):
    """No such query, or another caller's; the two look alike on purpose."""


class QueryNotFinished(QuerycastError):
    """The query has no result: it has not ended yet, or it ended without one."""


class ResultExpired(QuerycastError):
    """Redshift keeps a result for 24 hours; submit the query again."""


class WarehouseUnavailable(QuerycastError):
    """Redshift does not answer now; the same request may succeed in a moment."""


class GroupsUnavailable(QuerycastError):
    """Cognito does not answer now, so nothing is known of groups; ask again in a moment."""


class InvalidMaxAge(QuerycastError):
    """maxAge is below 0, or longer than Redshift keeps a result."""


class InvalidTime(QuerycastError):
    """In UTC, the time is beyond the years 1 to 9999, which AppSync alone does not refuse."""


class InvalidLimit(QuerycastError):
    """A page size below one or above what the field allows."""


class InvalidNextToken(QuerycastError):
    """The token is not one that an earlier page of the same list gave."""


class NotAuthorized(QuerycastError):
    """The caller's way of signing in has no access to this field."""


class WarehouseError(Exception):
    """What Redshift's Data API answered instead of running a statement."""


class WarehouseBusy(WarehouseError):
    """Throttled, full or unreachable: the query stays QUEUED and is started later."""


class StatementRefused(WarehouseError):
    """The Data API rejects the statement as it is: the query is FAILED with its words."""


class StatementFailed(StatementRefused):
    """Redshift failed what was asked of it beforehand: the query is FAILED with its words."""


class MigrationError(Exception):
    """Whoever deploys can mend it; nothing is half done."""


class MigrationRefused(MigrationError):
    """A file was changed after it was applied, or comes too late in order."""


class MigrationFailed(MigrationError):
    """Redshift refused a statement; nothing of its migration has happened."""


class MigrationUnfinished(MigrationError):
    """A migration runs longer than the deployment could wait; it goes on in Redshift."""
