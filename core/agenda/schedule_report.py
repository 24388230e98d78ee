"""Scheduling a report, and changing that: checked as for its next run, then written, and no more.

What is written here is fired only once the table's stream has been heard (core/agenda/agree.py), so
that a refusal, or a Lambda that is killed, leaves nothing half done.
"""

from dataclasses import dataclass
from datetime import datetime

from core.access import Caller
from core.agenda.read_schedules import owned, shown
from core.agenda.relative import is_relative, resolved
from core.agenda.schedule import (
    HolidayRegion,
    HolidayRegionInput,
    Schedule,
    ScheduledExport,
    ScheduledExportInput,
    ScheduleRecord,
    ScheduleReportInput,
    UpdateScheduleInput,
)
from core.agenda.times import day_of, is_once, times
from core.context import Context
from core.errors import IdAlreadyUsed, InvalidSchedule, StaleVersion, TooManySchedules
from core.exports.export import new_export
from core.notices.wish import wants_notice
from core.parameters import Parameter, ParameterInput, check_parameters, check_value
from core.report import ID, ReportParameter
from core.submit import chosen_id

MAX_SCHEDULES = 50  # of one owner
Asked = ScheduleReportInput | UpdateScheduleInput


@dataclass(frozen=True)
class Definition:
    """What a caller says of a schedule, in order."""

    report: ID
    parameters: list[Parameter]
    expression: str
    timezone: str
    notify: bool
    export: ScheduledExport | None
    skip_holidays: HolidayRegion | None


def schedule_report(context: Context, caller: Caller, input: ScheduleReportInput) -> Schedule:
    """Have a report run by itself, at its times; `onScheduleChange` and `onQueryChange` follow it.

    Raises:
        InvalidId, InvalidNotify, InvalidExport, ReportNotFound, InvalidParameter: as they say.
        InvalidSchedule: the expression or the time zone cannot be read, or no time is to come.
        HolidaysNotFound: nothing is known of the holidays to leave out.
        IdAlreadyUsed: the id is that of another schedule.
        TooManySchedules: the caller has as many as they may.
    """
    schedule_id = chosen_id(input.id)
    stored = None if input.id is None else context.scheduling.schedules.get(schedule_id)
    if stored is None:
        record = _new_record(context, caller, schedule_id, input)
        if len(context.scheduling.schedules.of_owner(caller.id)) >= MAX_SCHEDULES:
            raise TooManySchedules(
                f"You have {MAX_SCHEDULES} schedules, as many as you may; delete one first."
            )
        if context.scheduling.schedules.put_new(record):
            return shown(context, record)
        stored = context.scheduling.schedules.get(schedule_id)
    return shown(context, _same(context, caller, stored, schedule_id, input))


def update_schedule(context: Context, caller: Caller, input: UpdateScheduleInput) -> Schedule:
    """Have a schedule be as the input says, all of it; whether it is paused stays.

    Raises:
        ScheduleNotFound: the caller has no schedule of that id.
        StaleVersion: it has changed since that version.
        InvalidId, InvalidNotify, InvalidExport, ReportNotFound, InvalidParameter, InvalidSchedule,
        HolidaysNotFound: as `schedule_report`.
    """
    record = owned(context, caller, input.id)
    if record.schedule.version != input.version:
        raise _stale(record, input.version)
    now = context.now()
    defined = _defined(context, caller, input, now)
    changed = record.changed(now, problem=None, **vars(defined))
    old, new = record.schedule, changed.schedule
    if (old.expression, old.timezone) != (new.expression, new.timezone):
        changed = _timed(changed.schedule, now)
    if not context.scheduling.schedules.replace(changed, expected_version=input.version):
        raise _stale(owned(context, caller, input.id), input.version)
    return shown(context, changed)


def _new_record(
    context: Context, caller: Caller, schedule_id: ID, input: ScheduleReportInput
) -> ScheduleRecord:
    now = context.now()
    defined = _defined(context, caller, input, now)
    schedule = Schedule(
        id=schedule_id,
        owner=caller.id,
        version=1,
        created_at=now,
        updated_at=now,
        **vars(defined),
    )
    return _timed(schedule, now)


def _timed(schedule: Schedule, now: datetime) -> ScheduleRecord:
    """The record of a schedule whose times are new."""
    return ScheduleRecord(schedule, timed_at=now.replace(microsecond=0), timed_in=schedule.version)


def _same(
    context: Context,
    caller: Caller,
    stored: ScheduleRecord | None,
    schedule_id: ID,
    input: ScheduleReportInput,
) -> ScheduleRecord:
    """The schedule that has the id, where it is this very one, be it asked for again."""
    is_same = False
    if stored is not None and stored.schedule.owner == caller.id:
        asked = _defined(context, caller, input, stored.schedule.created_at)
        is_same = asked == _definition(stored.schedule)
    if stored is None or not is_same:
        raise IdAlreadyUsed(
            f"Id {schedule_id} is another schedule's; schedule the report with a new id."
        )
    return stored


def _definition(schedule: Schedule) -> Definition:
    return Definition(
        schedule.report,
        schedule.parameters,
        schedule.expression,
        schedule.timezone,
        schedule.notify,
        schedule.export,
        schedule.skip_holidays,
    )


def _defined(context: Context, caller: Caller, asked: Asked, now: datetime) -> Definition:
    """What is asked for, where its next run after that moment would be in order.

    Raises: as `schedule_report`.
    """
    expression, timezone = asked.expression.strip(), asked.timezone or "UTC"
    slot = times(expression, timezone).next_after(now)
    if slot is None:
        raise InvalidSchedule(_over(expression, timezone))
    notify = wants_notice(context, caller, asked.notify)
    export = _export(asked.export)
    report = context.catalogue().runnable(asked.report, caller).report
    day, given = day_of(slot, timezone), asked.parameters or []
    check_parameters(report.parameters, resolved(report.parameters, given, day))
    region = _region(asked.skip_holidays)
    if region is not None:
        context.scheduling.holidays.name_of(region.country, region.subdivision, day)
    parameters = _in_order(report.parameters, given)
    return Definition(report.name, parameters, expression, timezone, notify, export, region)


def _export(asked: ScheduledExportInput | None) -> ScheduledExport | None:
    if asked is None:
        return None
    export = new_export(asked.format, asked.compression, asked.single_file, asked.formula_safe)
    return ScheduledExport(
        export.format, export.single_file, export.formula_safe, export.compression
    )


def _region(asked: HolidayRegionInput | None) -> HolidayRegion | None:
    return None if asked is None else HolidayRegion(asked.country, asked.subdivision)


def _in_order(declared: list[ReportParameter], given: list[ParameterInput]) -> list[Parameter]:
    """What was given, in declared order: words as they are, values in the spelling of their type.

    A default is left out, so that each run has the report's own.
    """
    values = {each.name: each.value for each in given}
    return [
        Parameter(each.name, _spelled(each, values[each.name]))
        for each in declared
        if each.name in values
    ]


def _spelled(declared: ReportParameter, text: str) -> str:
    return text if is_relative(declared.type, text) else check_value(declared, text)


def _over(expression: str, timezone: str) -> str:
    if is_once(expression):
        return f"{expression} in {timezone} is over; give a time that is still to come."
    return f"{expression} in {timezone} never runs again; give one with times to come."


def _stale(record: ScheduleRecord, version: int) -> StaleVersion:
    schedule = record.schedule
    return StaleVersion(
        f"Schedule {schedule.id} has version {schedule.version}, not {version}; read it again, "
        "then change that."
    )
