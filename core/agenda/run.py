"""A run of a schedule: its owner's query, submitted by the code that submits all others.

A time of a schedule has one id, so that it runs once, however often it is called for. What is left
out or cannot be run is recorded all the same, so that the owner sees why, and is told by mail.
"""

import logging
from dataclasses import replace

from core.access import API_KEY_OWNER, Caller
from core.agenda.relative import resolved
from core.agenda.schedule import ScheduleRecord
from core.agenda.schedule_services import Firing, Standing
from core.agenda.times import day_of, holiday
from core.coercion import timestamp
from core.context import Context
from core.errors import InvalidParameter, ReportNotFound
from core.exports.export import new_prefix
from core.left_out import left_out, too_late
from core.parameters import ParameterInput
from core.query import (
    QueryError,
    QueryExecution,
    QueryKind,
    QueryRecord,
    QueryStatus,
    refused,
)
from core.report import ID, CompiledReport
from core.submit import answer, max_age_of, new_record, own_id

log = logging.getLogger(__name__)


def run_firing(context: Context, firing: Firing) -> QueryRecord | None:
    """Run a schedule for a time of its; None where nothing is to run for that.

    The schedule counts as it is now: one that is gone, paused, or was given other times since it
    was fired runs nothing. Repeated, nothing more.

    Raises:
        GroupsUnavailable: it is not known now what its owner may run; ask again.
    """
    record = context.scheduling.schedules.get(firing.schedule)
    if record is None:
        log.warning("There is no schedule %s any more; it is fired no more", firing.schedule)
        context.scheduling.timers.remove(firing.schedule)
        return None
    if not _is_called_for(record, firing):
        return None
    owner = record.schedule.owner
    standing = Standing.ACTIVE if owner == API_KEY_OWNER else context.scheduling.standing(owner)
    if standing is Standing.GONE:
        log.warning("Schedule %s is removed: its owner is gone", firing.schedule)
        context.scheduling.schedules.remove(firing.schedule, record.schedule.version)
        return None
    unrun = _unrun(context, record, firing)
    if standing is Standing.DISABLED:
        return left_out(context, replace(unrun, notify=False), "its owner may not sign in.")
    if late := too_late(context.now(), firing.slot):
        return left_out(context, unrun, late)
    if name := _holiday(context, record, firing):
        return left_out(context, replace(unrun, notify=False), name)
    return _run(context, record, firing, unrun)


def _is_called_for(record: ScheduleRecord, firing: Firing) -> bool:
    schedule = record.schedule
    if not record.timed_in <= firing.version <= schedule.version:
        log.info("Schedule %s has other times than in version %d", schedule.id, firing.version)
        return False
    if not record.is_on:
        log.info("Schedule %s is paused", schedule.id)
        return False
    return True


def _run(
    context: Context, record: ScheduleRecord, firing: Firing, unrun: QueryRecord
) -> QueryRecord:
    """Submit the report as its owner, with the groups that they have now."""
    schedule, owner = record.schedule, record.schedule.owner
    groups = frozenset() if owner == API_KEY_OWNER else context.groups(owner)
    try:
        report = context.catalogue().runnable(schedule.report, Caller(owner, groups))
        query = _query(context, record, firing, Caller(owner, groups), report)
    except (ReportNotFound, InvalidParameter) as error:
        return _refused(context, unrun, QueryError(error.type, str(error)))
    answered = answer(context, query, report)
    if answered is None:
        running, waiting = context.limits.running, context.limits.waiting
        why = f"{running} of its owner's queries ran, and {waiting} more waited."
        return left_out(context, query, why)
    return answered


def _query(
    context: Context,
    record: ScheduleRecord,
    firing: Firing,
    caller: Caller,
    report: CompiledReport,
) -> QueryRecord:
    """The record of the run.

    Raises:
        InvalidParameter: what its parameters come to is refused now.
    """
    schedule, query_id = record.schedule, _query_id(firing)
    today = day_of(firing.slot, schedule.timezone)
    given = [ParameterInput(each.name, each.value) for each in schedule.parameters]
    values = resolved(report.report.parameters, given, today)
    export = None if schedule.export is None else schedule.export.new()
    max_age = None if export else max_age_of(None, report)
    query = new_record(context, caller, query_id, report, values, max_age, export)
    return replace(
        query,
        query=replace(query.query, schedule=schedule.id, scheduled_for=firing.slot),
        export_prefix=new_prefix(caller.id, query_id) if export else None,
        notify=schedule.notify,
    )


def _unrun(context: Context, record: ScheduleRecord, firing: Firing) -> QueryRecord:
    """The record of a run that does not begin: it says what its owner wanted, and no more."""
    schedule, now = record.schedule, context.now()
    export = None if schedule.export is None else schedule.export.new()
    query = QueryExecution(
        id=_query_id(firing),
        kind=QueryKind.REPORT if export is None else QueryKind.EXPORT,
        report=schedule.report,
        parameters=schedule.parameters,
        owner=schedule.owner,
        status=QueryStatus.QUEUED,
        version=1,
        submitted_at=now,
        export=export,
        scheduled_for=firing.slot,
        schedule=schedule.id,
    )
    return QueryRecord(query, report_version="", updated_at=now, notify=schedule.notify)


def _query_id(firing: Firing) -> ID:
    return own_id("schedule", firing.schedule, timestamp(firing.slot))


def _holiday(context: Context, record: ScheduleRecord, firing: Firing) -> str | None:
    """Why nothing is to run that day; None where it is no holiday that is left out."""
    region = record.schedule.skip_holidays
    day = day_of(firing.slot, record.schedule.timezone)
    name = holiday(context.scheduling.holidays, region, day)
    return None if name is None else f"{day} is a public holiday: {name}."


def _refused(context: Context, unrun: QueryRecord, error: QueryError) -> QueryRecord:
    log.info("Run %s cannot be run: %s", unrun.query.id, error.type)
    record = refused(unrun, error, context.now())
    if context.queries.put_new(record):
        return record
    return context.queries.get(record.query.id) or record
