"""Submitting a query: checked, given a place, recorded, then started where its turn has come.

The place (core/places.py) is taken before the record is written, so that a refusal leaves nothing
behind. The record is written before the statement starts, under the same id, so that the
statement's completion event finds it however early it comes, and so that nothing runs unrecorded.
"""

import re
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

from core.access import Caller, owns
from core.context import Context
from core.errors import IdAlreadyUsed, InvalidId, InvalidMaxAge
from core.exports.export import Export
from core.parameters import ParameterInput, check_parameters
from core.places import too_many
from core.query import (
    RESULT_KEPT,
    QueryExecution,
    QueryKind,
    QueryRecord,
    QueryStatus,
    queued,
    timed_as,
)
from core.report import ID, CompiledReport
from core.sharing import reuse
from core.start import start

MAX_AGE = RESULT_KEPT
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class SubmitQueryInput:
    """A report and values for its parameters.

    id: a lower-case UUID of the caller's choice, so that it can subscribe before it submits; the
        server makes one when left out. The same id with the same input is the same query.
    maxAge: how many seconds old a result may be that answers it at once, instead of what the
        report says; 0: it has a statement of its own, though the same one runs already.
    """

    report: ID
    id: ID | None = None
    parameters: list[ParameterInput] | None = None
    max_age: int | None = None


def submit_query(context: Context, caller: Caller, input: SubmitQueryInput) -> QueryExecution:
    """Start a report, or have it wait, and return at once; `onQueryComplete` tells the end.

    Raises:
        InvalidId, ReportNotFound, InvalidParameter, InvalidMaxAge: as they say.
        IdAlreadyUsed: the id is that of another query.
        TooManyQueries: as many of the caller's queries run and wait as may.
    """
    query_id = new_id() if input.id is None else check_id(input.id)
    report = context.catalogue().runnable(input.report, caller)
    max_age = _max_age(input.max_age, report)
    record = new_record(context, caller, query_id, report, input.parameters or [], max_age)
    reused = reuse(context, record, report)
    if reused is not None:
        is_new = context.queries.put_new(reused)
        return reused.query if is_new else _recorded(context, caller, record).query
    return admit(context, caller, record, report).query


def admit(
    context: Context, caller: Caller, record: QueryRecord, report: CompiledReport
) -> QueryRecord:
    """Give a new query its place, record it, and start it where its turn has come.

    Raises:
        IdAlreadyUsed, TooManyQueries: as `submit_query`.
    """
    query_id = record.query.id
    places = context.places.take(caller.id, query_id, context.now(), context.limits)
    if query_id not in places:
        return _submitted_before(context, caller, record)
    if not context.queries.put_new(record):
        record = _recorded(context, caller, record)
    if query_id in places.waiting:  # its turn may have come, with no record yet to start
        places = context.places.of(caller.id)
    if query_id in places.running and _may_start(record, report):
        record = start(context, record, report)
    return record


def new_id() -> ID:
    """An id for a query whose caller chose none."""
    return ID(str(uuid.uuid4()))


def check_id(text: str) -> ID:
    """The id, where it is well formed.

    Raises:
        InvalidId: it is not a lower-case UUID.
    """
    if not UUID.fullmatch(text):
        raise InvalidId(
            f"Id {text[:80]!a} is not a lower-case UUID; "
            "give one such as 6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10."
        )
    return ID(text)


def new_record(
    context: Context,
    caller: Caller,
    query_id: ID,
    report: CompiledReport,
    given: list[ParameterInput],
    max_age: timedelta | None = None,
    export: Export | None = None,
) -> QueryRecord:
    """The record of a query whose parameters are in order.

    Raises:
        InvalidParameter: they are not.
    """
    query = QueryExecution(
        id=query_id,
        kind=QueryKind.REPORT if export is None else QueryKind.EXPORT,
        report=report.report.name,
        parameters=check_parameters(report.report.parameters, given),
        owner=caller.id,
        status=QueryStatus.QUEUED,
        version=1,
        submitted_at=context.now(),
        export=export,
    )
    query = replace(query, estimated_duration_ms=_median(context.durations.of(timed_as(query))))
    return queued(query, report, caller.groups, max_age)


def _max_age(seconds: int | None, report: CompiledReport) -> timedelta | None:
    """How old a result may be that answers the query; None: it shares nothing.

    Raises:
        InvalidMaxAge: not from 0 to 24 hours.
    """
    if seconds is not None and not 0 <= seconds <= MAX_AGE.total_seconds():
        raise InvalidMaxAge(
            f"maxAge {seconds} is not from 0 to {MAX_AGE.total_seconds():,.0f} seconds; give one "
            "that is: Redshift keeps no result for longer."
        )
    wanted = report.max_age if seconds is None else timedelta(seconds=seconds)
    if wanted is None:
        return timedelta(0)
    return wanted or None


def _submitted_before(context: Context, caller: Caller, record: QueryRecord) -> QueryRecord:
    """There is no place for the query; but it may be one that was submitted before, and ended."""
    stored = context.queries.get(record.query.id)
    if stored is None:
        raise too_many(context.limits)
    return _same(context, caller, stored, record)


def _recorded(context: Context, caller: Caller, record: QueryRecord) -> QueryRecord:
    """The query that has the id already, where it is this very query submitted again.

    The place is given back unless a query of the caller's that has not ended holds it.
    """
    stored = context.queries.get(record.query.id)
    if stored is None or not owns(caller, stored) or stored.query.status.is_final:
        context.places.free(caller.id, record.query.id)
    return _same(context, caller, stored, record)


def _same(
    context: Context, caller: Caller, stored: QueryRecord | None, record: QueryRecord
) -> QueryRecord:
    is_theirs = stored is not None and context.catalogue().may_read(stored, caller)
    if stored is None or not is_theirs or not _is_same_input(stored, record):
        raise IdAlreadyUsed(f"Id {record.query.id} is another query's; submit with a new id.")
    return stored


def _may_start(record: QueryRecord, report: CompiledReport) -> bool:
    """Whether the query waits for this very report; the sweeper ends one that waits in vain."""
    waits = record.query.status is QueryStatus.QUEUED
    return waits and record.report_version == report.version


def _median(numbers: list[int]) -> int | None:
    return sorted(numbers)[len(numbers) // 2] if numbers else None


def _is_same_input(stored: QueryRecord, record: QueryRecord) -> bool:
    return _input(stored) == _input(record)


def _input(record: QueryRecord) -> tuple[object, ...]:
    export = record.query.export
    return record.query.report, record.query.parameters, export and export.as_asked()
