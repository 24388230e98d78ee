"""Everything that Querycast refuses, in one tree. A class's name is the `errorType` clients see.

    QuerycastError
    ├── ReportNotFound       no such report, or not one of the caller's groups
    ├── PipelineNotFound     no such pipeline, or not one of the caller's groups
    ├── PipelineBusy         a run of it has not ended, and no further one may wait
    ├── InvalidParameter     unknown, missing, given twice, mistyped or out of range
    ├── InvalidId            not a lower-case UUID
    ├── IdAlreadyUsed        another query, event or schedule has this id
    ├── TooManyQueries       as many of the caller's queries run and wait as may
    ├── InvalidExport        options of an export that do not go together
    ├── NotRefreshed         no pipeline refreshes the report, so it cannot be watched
    ├── ScheduleNotFound     no such schedule, or another caller's
    ├── InvalidSchedule      an expression or a time zone that cannot be read, or is over
    ├── TooManySchedules     as many schedules of the caller's as there may be
    ├── CalendarNotFound     no such calendar, or not one of the caller's
    ├── EventNotFound        no such event, or in no calendar of the caller's
    ├── TooManyCalendars     more than one subscription takes
    ├── InvalidEvent         what an event says does not go together, or is out of bounds
    ├── StaleVersion         the event, or schedule, has changed since the caller read it
    ├── HolidaysNotFound     none are known of that country, subdivision, language or year
    ├── QueryNotFound        no such query, or another caller's
    ├── NotAnExport          it has a result, but no files
    ├── QueryNotFinished     there is no result yet, or there never will be one
    ├── ResultExpired        Redshift no longer keeps the result
    ├── WarehouseUnavailable Redshift does not answer now
    ├── GroupsUnavailable    Cognito does not answer now
    ├── InvalidMaxAge        not from 0 to 24 hours
    ├── InvalidNotify        nobody can be told by mail
    ├── InvalidTime          a time beyond the years 1 to 9999, or an end before its start
    ├── InvalidLimit         a page size out of bounds
    ├── InvalidNextToken     not a token that an earlier page gave
    └── NotAuthorized        the caller has no identity that may call this field

    WarehouseError           never shown to a caller: what became of it is in the query's record
    ├── WarehouseBusy        no room or no answer now; the same call may succeed later
    └── StatementRefused     Redshift will not start this statement, now or later
        └── StatementFailed  it failed before the one that it was to prepare

    TimerRefused             never shown to a caller: its words are the `problem` of the schedule

    NoticeError              never shown to a caller: nobody waits for a notice
    ├── NoticeRefused        it was not sent, and may be sent later
    ├── NoticeInHand         another attempt is at it
    └── NoticeUnsure         it may have been sent, so that it must not be sent again

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


class PipelineNotFound(QuerycastError):
    """No pipeline of that name for this caller; `listPipelines` names those there are."""


class PipelineBusy(QuerycastError):
    """A run of the pipeline has not ended, and no further one may wait; run it again later."""


class InvalidParameter(QuerycastError):
    """A report's parameter is unknown, missing, given twice, mistyped or out of range."""


class InvalidId(QuerycastError):
    """An id is not a lower-case UUID such as uuid4 gives."""


class IdAlreadyUsed(QuerycastError):
    """A query, event or schedule has this id already and is not this one; choose a new id."""


class TooManyQueries(QuerycastError):
    """As many of the caller's queries run and wait as may; submit again when one has ended."""


class InvalidExport(QuerycastError):
    """Options of an export that do not go together; the message says which to leave out."""


class NotRefreshed(QuerycastError):
    """The report is refreshed by no pipeline: there is nothing to watch, but it can be run."""


class HolidaysNotFound(QuerycastError):
    """None are known of that country, subdivision, language or year, but of those named."""


class NotAnExport(QuerycastError):
    """The query is no export: `getQueryResult` gives what it found."""


class ScheduleNotFound(QuerycastError):
    """No such schedule, or another caller's; the two look alike on purpose."""


class InvalidSchedule(QuerycastError):
    """An expression or a time zone cannot be read, or names no time that is still to come."""


class TooManySchedules(QuerycastError):
    """The caller has as many schedules as they may; delete one that is needed no more."""


class CalendarNotFound(QuerycastError):
    """No such calendar, or not one of the caller's; `listCalendars` names theirs."""


class EventNotFound(QuerycastError):
    """No such event, or it is in no calendar of the caller's; the two look alike on purpose."""


class TooManyCalendars(QuerycastError):
    """The caller has more calendars than one subscription takes; subscribe to each."""


class InvalidEvent(QuerycastError):
    """Something of an event is missing, out of bounds or does not go with the rest."""


class StaleVersion(QuerycastError):
    """It has changed since the caller read it; read it again, then change that."""


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


class InvalidNotify(QuerycastError):
    """A mail is wanted, but the caller has no mailbox, or this deployment sends no mail."""


class InvalidTime(QuerycastError):
    """A time that AppSync takes, but not we: beyond the years 1 to 9999, or before its start."""


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


class TimerRefused(Exception):
    """EventBridge Scheduler does not take a schedule, now or later; in its own words."""


class NoticeError(Exception):
    """What became of a notice that is not known to be sent; the message has no address in it."""


class NoticeRefused(NoticeError):
    """SES or SNS refused it or could not be reached: certainly nobody has been told."""


class NoticeInHand(NoticeError):
    """Another attempt is sending it; what came of that is known in a while."""


class NoticeUnsure(NoticeError):
    """It was handed over and no answer came: somebody may have been told."""


class MigrationError(Exception):
    """Whoever deploys can mend it; nothing is half done."""


class MigrationRefused(MigrationError):
    """A file was changed after it was applied, or comes too late in order."""


class MigrationFailed(MigrationError):
    """Redshift refused a statement; nothing of its migration has happened."""


class MigrationUnfinished(MigrationError):
    """A migration runs longer than the deployment could wait; it goes on in Redshift."""
