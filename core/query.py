"""One submitted query and the states it goes through, forward only.

`QueryExecution` is what its owner sees. `QueryRecord` adds what the server keeps to run it. A
record is never changed: each transition answers a new one with the next version, or None where it
would not move the query forward, so that duplicate, late and out-of-order news change nothing.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from core.coercion import spoken
from core.exports.export import Export, ExportFile, ExportPhase
from core.parameters import Parameter
from core.report import ID, CompiledReport
from core.result import Count, ResultPage
from core.row_values import GROUPS
from core.statement import Statement, StatementStatus

RESULT_KEPT = timedelta(hours=24)  # by Redshift
RECORD_KEPT = timedelta(days=30)  # by DynamoDB's time to live
MAX_ERROR_LENGTH = 4_000  # characters of Redshift's message


class QueryKind(Enum):
    """What a query runs."""

    REPORT = "REPORT"
    EXPORT = "EXPORT"
    PIPELINE = "PIPELINE"


class QueryStatus(Enum):
    """A query's state: QUEUED until Redshift has it, then the states of its statement."""

    QUEUED = "QUEUED"
    SUBMITTED = "SUBMITTED"
    PICKED = "PICKED"
    STARTED = "STARTED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    ABORTED = "ABORTED"

    @property
    def is_final(self) -> bool:
        return self in FINAL

    def is_before(self, other: "QueryStatus") -> bool:
        """Whether going from this state to the other is going forward."""
        return _RANK[self] < _RANK[other]


FINAL = (QueryStatus.FINISHED, QueryStatus.FAILED, QueryStatus.ABORTED)
_RANK = {status: min(rank, 4) for rank, status in enumerate(QueryStatus)}


@dataclass(frozen=True)
class QueryError:
    """Why a query has no result. `message`: Redshift's own words, or ours, or who cancelled it."""

    type: str
    message: str


@dataclass(frozen=True)
class QueryExecution:
    """A query as its owner sees it; `version` grows by one with each change.

    estimatedDurationMs: the median of recent runs of the report; null where there were none.
    cancelRequestedAt: it is being stopped, or was, if it did not end before.
    resultRows, resultBytes, resultExpiresAt: of its result; of an export, of its files.
    result: the first rows in a push, the first page in a read, null in a list and when expired.
    export: what an export writes; null for all else.
    pipeline: of which it is a run, whose owner is the pipeline; null for all else.
    scheduledFor: when a schedule wanted it; null where somebody asked for it.
    schedule: the caller's schedule that had it run; null for all else.
    watch: for which it was run again, once a pipeline had refreshed its report; null for all else.
    """

    id: ID
    kind: QueryKind
    report: ID | None
    parameters: list[Parameter]
    owner: ID
    status: QueryStatus
    version: int
    submitted_at: datetime
    estimated_duration_ms: int | None = None
    error: QueryError | None = None
    cancel_requested_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    duration_ms: int | None = None
    result_rows: Count | None = None
    result_bytes: Count | None = None
    result_expires_at: datetime | None = None
    result: ResultPage | None = None
    export: Export | None = None
    pipeline: ID | None = None
    scheduled_for: datetime | None = None
    watch: ID | None = None
    schedule: ID | None = None


@dataclass(frozen=True)
class QueryRecord:
    """A query as it is stored.

    report_version: of the report it was checked against; another one is not run in its place. Empty
        where it never came to that, so that it tells only what its owner asked for.
    max_age: how old a result may be that answers it, besides what runs (core/sharing.py); None: it
        has a statement of its own, which nobody shares.
    follows: the query whose statement it shares, once that is another's.
    timeout: how long its statement may take from when Redshift has it; None: as long as it takes.
    wants_room: it may run, but Redshift had no room for it when that was tried.
    statement_id: Redshift's id, None until Redshift has it.
    executed_at: when Redshift was seen to have it first.
    has_result: whether it ended with rows to fetch, be it none.
    cancelled_by: the first caller who wanted it stopped, whether or not that came too late.
    is_timed_out: it took longer than `timeout`, and is stopped for that.
    is_settled: of one that ended without a statement, that certainly none runs for it.
    report_groups: who might run the report then; everyone when None. It counts once that is gone.
    bound_groups: the caller's then, as the statement has them bound; None where it asks for none.
    export_prefix: what the keys of an export's objects begin with; a secret.
    file_keys: of the files that it gives, in their order.
    notify: whether its owner wants a mail when it has ended.
    started_by: who asked for the run of a pipeline; None where its schedule did.
    """

    query: QueryExecution
    report_version: str
    updated_at: datetime
    max_age: timedelta | None = None
    follows: ID | None = None
    timeout: timedelta | None = None
    wants_room: bool = False
    statement_id: str | None = None
    executed_at: datetime | None = None
    has_result: bool = False
    cancelled_by: ID | None = None
    is_timed_out: bool = False
    is_settled: bool = False
    report_groups: frozenset[str] | None = None
    bound_groups: frozenset[str] | None = None
    export_prefix: str | None = None
    file_keys: tuple[str, ...] = ()
    notify: bool = False
    started_by: ID | None = None

    @property
    def is_unloaded(self) -> bool:
        """Whether its statement has done its work, which for an export is not the end."""
        return self.query.export is not None and self.query.export.is_unloaded

    @property
    def awaits_files(self) -> bool:
        """Whether its rows have just come to lie in S3, and nothing has been done with them yet."""
        export = self.query.export
        if export is None or self.query.status.is_final or not export.steps:
            return False
        return export.steps[-1].phase is ExportPhase.UNLOADED

    @property
    def needs_sweeping(self) -> bool:
        """Whether it has not ended, or has without the statement that may run for it nevertheless.

        Redshift may be starting one just now, or have started one and not been heard.
        """
        if not self.query.status.is_final:
            return True
        return self.statement_id is None and not self.is_settled

    @property
    def is_in_line(self) -> bool:
        """Whether it is to be started as soon as Redshift has room."""
        return self.wants_room and self.query.status is QueryStatus.QUEUED

    @property
    def statement_name(self) -> ID:
        """The name of the statement that answers it, under which it is also started."""
        return self.follows or self.query.id

    @property
    def is_to_stop(self) -> bool:
        """Whether its statement is to be stopped, for a person or for its timeout."""
        return self.cancelled_by is not None or self.is_timed_out

    @property
    def times_out_at(self) -> datetime | None:
        """When its statement is to be stopped; None where that is never, or unknown yet."""
        if self.timeout is None or self.executed_at is None or self.is_unloaded:
            return None
        return self.executed_at + self.timeout


def timed_as(query: QueryExecution) -> str:
    """What its time is noted under: an export of a report takes longer than the report."""
    noted = {
        QueryKind.REPORT: f"{query.report}",
        QueryKind.EXPORT: f"{query.report}/export",
        QueryKind.PIPELINE: f"{query.pipeline}/pipeline",
    }
    return noted[query.kind]


def queued(
    query: QueryExecution,
    report: CompiledReport,
    groups: Set[str],
    max_age: timedelta | None,
) -> QueryRecord:
    """The record to write before the statement is started; `groups` are the caller's."""
    allowed = report.report.groups
    return QueryRecord(
        query,
        report.version,
        updated_at=query.submitted_at,
        max_age=max_age,
        timeout=report.timeout,
        report_groups=None if allowed is None else frozenset(allowed),
        bound_groups=frozenset(groups) if GROUPS in report.row_values else None,
    )


def skipped(record: QueryRecord, error: QueryError, now: datetime) -> QueryRecord:
    """A new record of what is not to run at all, and why."""
    query = replace(record.query, status=QueryStatus.ABORTED, error=error, finished_at=now)
    return replace(record, query=query, updated_at=now)


def refused(record: QueryRecord, error: QueryError, now: datetime) -> QueryRecord:
    """A new record of what cannot be run, and why."""
    query = replace(record.query, status=QueryStatus.FAILED, error=error, finished_at=now)
    return replace(record, query=query, updated_at=now)


def in_line(record: QueryRecord, now: datetime) -> QueryRecord | None:
    """Redshift has no room for it: it keeps its turn, behind those who have wanted room longer."""
    if record.query.status is not QueryStatus.QUEUED or record.wants_room:
        return None
    return _next(replace(record, wants_room=True), record.query, now)


def following(record: QueryRecord, leader_id: ID | None, now: datetime) -> QueryRecord | None:
    """It is to share the statement of another query's, or that of nobody any more."""
    if record.query.status is not QueryStatus.QUEUED or record.follows == leader_id:
        return None
    return _next(replace(record, follows=leader_id), record.query, now)


def submitted(
    record: QueryRecord, name: ID, statement_id: str, now: datetime, executed_at: datetime
) -> QueryRecord | None:
    """Redshift has the statement of that name, if it still is the one that answers the query."""
    if not record.query.status.is_before(QueryStatus.SUBMITTED) or record.statement_name != name:
        return None
    query = replace(record.query, status=QueryStatus.SUBMITTED)
    return _next(replace(record, statement_id=statement_id, executed_at=executed_at), query, now)


def answered(record: QueryRecord, leader: QueryRecord, now: datetime) -> QueryRecord:
    """It has the result of another query's, be it new or waiting."""
    given = leader.query
    query = replace(
        record.query,
        status=QueryStatus.FINISHED,
        started_at=given.started_at,
        finished_at=given.finished_at,
        duration_ms=given.duration_ms,
        result_rows=given.result_rows,
        result_bytes=given.result_bytes,
        result_expires_at=given.result_expires_at,
    )
    record = replace(
        record,
        follows=given.id,
        statement_id=leader.statement_id,
        executed_at=leader.executed_at,
        has_result=leader.has_result,
    )
    return _next(record, query, now)


def failed(record: QueryRecord, error: QueryError, now: datetime) -> QueryRecord | None:
    """The query ends without a statement's result."""
    if record.query.status.is_final:
        return None
    query = replace(record.query, status=QueryStatus.FAILED, error=error, finished_at=now)
    return _next(record, query, now)


def cancelled(record: QueryRecord, by: ID, now: datetime) -> QueryRecord | None:
    """Somebody wants it stopped: the end of a query that waits, and else a mark.

    The statement of a marked query is asked to stop, and tells itself how it ended.
    """
    if record.query.status.is_final or record.is_to_stop:
        return None
    record = replace(record, cancelled_by=by)
    query = replace(record.query, cancel_requested_at=now)
    if record.statement_id is None or record.is_unloaded:
        error = _cancelled_error(query, by)
        query = replace(query, status=QueryStatus.ABORTED, error=error, finished_at=now)
    return _next(record, query, now)


def left(record: QueryRecord, now: datetime) -> QueryRecord | None:
    """The end of one that is to stop, while its statement goes on for others who share it."""
    if record.query.status.is_final or not record.is_to_stop:
        return None
    query = replace(
        record.query, status=QueryStatus.ABORTED, error=_stop_error(record), finished_at=now
    )
    return _next(record, query, now)


def timed_out(record: QueryRecord, now: datetime) -> QueryRecord | None:
    """A mark on one that takes too long: its statement is to be stopped, as if for a person."""
    if record.query.status.is_final or record.is_to_stop:
        return None
    if record.times_out_at is None or now < record.times_out_at:
        return None
    query = replace(record.query, cancel_requested_at=now)
    return _next(replace(record, is_timed_out=True), query, now)


def observed(record: QueryRecord, statement: Statement, now: datetime) -> QueryRecord | None:
    """What Redshift says of the statement."""
    status = QueryStatus(statement.status.value)
    if not record.query.status.is_before(status):
        return None
    if record.query.export is not None and status is QueryStatus.FINISHED:
        return _unloaded(record, record.query.export, statement, now)
    query = replace(record.query, status=status)
    if status.is_final:
        query = _ended(query, statement)
        if status is QueryStatus.ABORTED and record.is_to_stop:
            query = replace(query, error=_stop_error(record))
    elif status is QueryStatus.STARTED:
        query = replace(query, started_at=statement.updated_at)
    record = replace(
        record,
        statement_id=statement.id,
        executed_at=record.executed_at or now,
        has_result=status is QueryStatus.FINISHED and statement.has_result,
    )
    return _next(record, query, now)


def joined(record: QueryRecord, now: datetime) -> QueryRecord | None:
    """The files of an export are one."""
    export = record.query.export
    if record.query.status.is_final or export is None or export.is_joined:
        return None
    query = replace(record.query, export=export.reached(ExportPhase.JOINED, now))
    return _next(record, query, now)


def ready(
    record: QueryRecord,
    files: Sequence[tuple[str, ExportFile]],
    rows: int,
    kept: timedelta,
    now: datetime,
) -> QueryRecord | None:
    """The end of an export that went well: its files, by their keys, may be fetched.

    kept: how long S3 keeps an object from when it was written, which was not before the start.
    """
    query = record.query
    if query.status.is_final or query.export is None or record.executed_at is None:
        return None
    export = replace(
        query.export.reached(ExportPhase.READY, now), files=[file for _, file in files]
    )
    query = replace(
        query,
        status=QueryStatus.FINISHED,
        finished_at=now,
        duration_ms=_milliseconds(now - (query.started_at or record.executed_at)),
        result_rows=Count(rows),
        result_bytes=Count(sum(file.bytes for _, file in files)),
        result_expires_at=record.executed_at + kept,
        export=export,
    )
    return _next(replace(record, file_keys=tuple(key for key, _ in files)), query, now)


def _unloaded(
    record: QueryRecord, export: Export, statement: Statement, now: datetime
) -> QueryRecord | None:
    """An export's rows lie in S3. It has not ended, unless it was to be stopped."""
    if record.is_unloaded:
        return None
    record = replace(record, statement_id=statement.id, executed_at=record.executed_at or now)
    took = timedelta(milliseconds=statement.duration_ms or 0)
    started_at = statement.updated_at - took
    export = export.reached(ExportPhase.STARTED, started_at)
    export = export.reached(ExportPhase.UNLOADED, statement.updated_at)
    query = replace(record.query, status=QueryStatus.STARTED, started_at=started_at, export=export)
    if record.is_to_stop:
        error = _stop_error(record)
        query = replace(query, status=QueryStatus.ABORTED, error=error, finished_at=now)
    return _next(record, query, now)


def _ended(query: QueryExecution, statement: Statement) -> QueryExecution:
    took = timedelta(milliseconds=statement.duration_ms or 0)
    query = replace(
        query,
        started_at=statement.updated_at - took,
        finished_at=statement.updated_at,
        duration_ms=statement.duration_ms,
    )
    if statement.status is not StatementStatus.FINISHED:
        error = QueryError(f"Statement{statement.status.value.title()}", _words(statement))
        return replace(query, error=error)
    return replace(
        query,
        result_rows=_count(statement.rows),
        result_bytes=_count(statement.bytes),
        result_expires_at=statement.updated_at + RESULT_KEPT if statement.has_result else None,
    )


def _stop_error(record: QueryRecord) -> QueryError:
    if record.cancelled_by is not None:
        return _cancelled_error(record.query, record.cancelled_by)
    assert record.timeout is not None  # or nothing would have timed out
    return QueryError(
        "QueryTimedOut",
        f"Stopped: it took longer than the {spoken(record.timeout)} that it may take.",
    )


def _cancelled_error(query: QueryExecution, by: ID) -> QueryError:
    role = "user" if query.kind is QueryKind.PIPELINE else "administrator"
    who = "its owner" if by == query.owner else f"{role} {by}"
    return QueryError("QueryCancelled", f"Cancelled by {who}.")


def _count(number: int | None) -> Count | None:
    return None if number is None else Count(number)


def _milliseconds(length: timedelta) -> int:
    return round(length.total_seconds() * 1000)


def _words(statement: Statement) -> str:
    """Redshift's message, which can carry a whole statement, cut to a size that can be pushed."""
    words = statement.error or f"The statement ended {statement.status.value} without a message."
    return words if len(words) <= MAX_ERROR_LENGTH else f"{words[:MAX_ERROR_LENGTH]}..."


def _next(record: QueryRecord, query: QueryExecution, now: datetime) -> QueryRecord:
    query = replace(query, version=query.version + 1)
    return replace(record, query=query, updated_at=now)
