"""Submitting a query: checked, given a place, recorded, then started where its turn has come.

The place (core/places.py) is taken before the record is written, so that a refusal leaves nothing
behind. The record is written before the statement starts, under the same id, so that the
statement's completion event finds it however early it comes, and so that nothing runs unrecorded.
"""

import hashlib
import json
import re
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

from core.access import Caller
from core.context import Context
from core.errors import IdAlreadyUsed, InvalidId, InvalidMaxAge
from core.exports.export import Export
from core.notices.wish import wants_notice
from core.parameters import ParameterInput, check_parameters
from core.pipelines.pipeline import CompiledPipeline
from core.places import Limits, too_many
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
OWN_VERSION = 8  # of the UUIDs that nobody but the server gives
VARIANT = 0x80  # of UUIDs by RFC 9562
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class SubmitQueryInput:
    """A report and values for its parameters.

    id: a lower-case UUID of the caller's choice, so that it can subscribe before it submits; the
        server makes one when left out. The same id with the same input is the same query.
    maxAge: how many seconds old a result may be that answers it at once, instead of what the
        report says; 0: it has a statement of its own, though the same one runs already.
    notify: whether to tell the caller by mail when it has ended. Of the same query submitted again,
        what was said first counts.
    """

    report: ID
    id: ID | None = None
    parameters: list[ParameterInput] | None = None
    max_age: int | None = None
    notify: bool | None = None


def submit_query(context: Context, caller: Caller, input: SubmitQueryInput) -> QueryExecution:
    """Start a report, or have it wait, and return at once; `onQueryComplete` tells the end.

    Raises:
        InvalidId, InvalidNotify, ReportNotFound, InvalidParameter, InvalidMaxAge: as they say.
        IdAlreadyUsed: the id is that of another query.
        TooManyQueries: as many of the caller's queries run and wait as may.
    """
    query_id = chosen_id(input.id)
    notify = wants_notice(context, caller, input.notify)
    report = context.catalogue().runnable(input.report, caller)
    max_age = max_age_of(input.max_age, report)
    record = new_record(context, caller, query_id, report, input.parameters or [], max_age)
    return submit(context, caller, replace(record, notify=notify), report).query


def submit(
    context: Context, caller: Caller, record: QueryRecord, report: CompiledReport
) -> QueryRecord:
    """The caller's new query as it then is, or as it was submitted before.

    Raises:
        IdAlreadyUsed, TooManyQueries: as `submit_query`.
    """
    answered = answer(context, record, report)
    if answered is None:
        raise too_many(context.limits)
    return _same(context, caller, answered, record)


def answer(context: Context, record: QueryRecord, report: CompiledReport) -> QueryRecord | None:
    """Answer a new query by a result that is young enough, or have it run, as `admit`."""
    reused = reuse(context, record, report)
    if reused is not None:
        is_new = context.queries.put_new(reused)
        return reused if is_new else context.queries.get(record.query.id)
    return admit(context, record, report, context.limits)


def admit(
    context: Context,
    record: QueryRecord,
    compiled: CompiledReport | CompiledPipeline,
    limits: Limits,
) -> QueryRecord | None:
    """Give a new query its place, record it, and start it where its turn has come.

    What has its id already is answered, whoever it belongs to; None where there is no place.
    """
    owner, query_id = record.query.owner, record.query.id
    places = context.places.take(owner, query_id, context.now(), limits)
    if query_id not in places:
        return context.queries.get(query_id)
    if not context.queries.put_new(record):
        stored = context.queries.get(query_id)
        if stored is None or stored.query.owner != owner or stored.query.status.is_final:
            context.places.free(owner, query_id)
        if stored is None or not _may_start(stored, record, compiled):
            return stored
        record = stored
    if query_id in places.waiting:  # its turn may have come, with no record yet to start
        places = context.places.of(owner)
    return start(context, record, compiled) if query_id in places.running else record


def chosen_id(text: ID | None) -> ID:
    """The id for a query, where its caller may choose that; a new one where they chose none.

    Raises:
        InvalidId: it is not a lower-case UUID, or one of those that only the server gives.
    """
    if text is None:
        return new_id()
    if uuid.UUID(check_id(text)).version == OWN_VERSION:
        raise InvalidId(
            f"Id {text} is a UUID of version {OWN_VERSION}, which the server keeps for what it "
            "submits itself; give one such as uuid4 makes."
        )
    return text


def new_id() -> ID:
    """An id for a query whose caller chose none."""
    return ID(str(uuid.uuid4()))


def own_id(*names: str) -> ID:
    """An id for what the server submits itself: for the same names always the same.

    So it may be submitted twice, and is one query; and nobody else can have taken the id before.
    https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8
    """
    hashed = bytearray(hashlib.sha256(json.dumps(names).encode()).digest()[:16])
    hashed[6] = OWN_VERSION << 4 | hashed[6] & 0x0F  # Python's own class makes versions up to 5
    hashed[8] = VARIANT | hashed[8] & 0x3F
    return ID(str(uuid.UUID(bytes=bytes(hashed))))


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
    return queued(estimated(context, query), report, caller.groups, max_age)


def estimated(context: Context, query: QueryExecution) -> QueryExecution:
    """The query with the time that it will take, as far as earlier ones tell."""
    return replace(query, estimated_duration_ms=_median(context.durations.of(timed_as(query))))


def max_age_of(seconds: int | None, report: CompiledReport) -> timedelta | None:
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


def _same(
    context: Context, caller: Caller, stored: QueryRecord | None, record: QueryRecord
) -> QueryRecord:
    """The query that has the id, where it is this very query, be it submitted again."""
    is_theirs = stored is not None and context.catalogue().may_read(stored, caller)
    if stored is None or not is_theirs or not _is_same_input(stored, record):
        raise IdAlreadyUsed(f"Id {record.query.id} is another query's; submit with a new id.")
    return stored


def _may_start(
    stored: QueryRecord, record: QueryRecord, compiled: CompiledReport | CompiledPipeline
) -> bool:
    """Whether it is this query that waits for this very report, or pipeline.

    The sweeper ends one that waits in vain.
    """
    is_this = stored.query.owner == record.query.owner and _is_same_input(stored, record)
    waits = stored.query.status is QueryStatus.QUEUED
    return is_this and waits and stored.report_version == compiled.version


def _median(numbers: list[int]) -> int | None:
    return sorted(numbers)[len(numbers) // 2] if numbers else None


def _is_same_input(stored: QueryRecord, record: QueryRecord) -> bool:
    return _input(stored) == _input(record)


def _input(record: QueryRecord) -> tuple[object, ...]:
    export = record.query.export
    query = record.query
    return query.report, query.pipeline, query.parameters, export and export.as_asked()
