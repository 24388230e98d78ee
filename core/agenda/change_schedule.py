"""Pausing, resuming and deleting schedules: written here, and made true by the table's stream."""

from collections.abc import Callable
from datetime import datetime

from core.access import Caller
from core.agenda.read_schedules import owned, shown
from core.agenda.schedule import Schedule, ScheduleRecord
from core.agenda.times import next_time
from core.context import Context
from core.errors import InvalidSchedule
from core.report import ID

Change = Callable[[ScheduleRecord, datetime], ScheduleRecord | None]


def pause_schedule(context: Context, caller: Caller, id: ID) -> Schedule:
    """Have a schedule run nothing until it is resumed; what runs goes on.

    Pausing again changes nothing.

    Raises:
        InvalidId: it is not a lower-case UUID.
        ScheduleNotFound: the caller has no schedule of that id.
    """
    return shown(context, _changed(context, caller, id, _paused))


def resume_schedule(context: Context, caller: Caller, id: ID) -> Schedule:
    """Have a schedule run again, from its next time on.

    Raises:
        InvalidId, ScheduleNotFound: as `pause_schedule`.
        InvalidSchedule: its time has come while it was paused; there is no other.
    """
    return shown(context, _changed(context, caller, id, _resumed))


def delete_schedule(context: Context, caller: Caller, id: ID) -> Schedule:
    """Forget a schedule; what it has run stays, and so does what runs.

    Raises:
        InvalidId, ScheduleNotFound: as `pause_schedule`.
    """
    record = owned(context, caller, id)
    while not context.scheduling.schedules.remove(id, record.schedule.version):
        record = owned(context, caller, id)
    return record.schedule


def _paused(record: ScheduleRecord, now: datetime) -> ScheduleRecord | None:
    return record.changed(now, paused_at=now) if record.is_on else None


def _resumed(record: ScheduleRecord, now: datetime) -> ScheduleRecord | None:
    if record.is_on:
        return None
    if next_time(record, now) is None:
        schedule = record.schedule
        raise InvalidSchedule(
            f"{schedule.expression} in {schedule.timezone} is over; give it a time that is still "
            "to come by updateSchedule, then resume it."
        )
    return record.changed(now, paused_at=None)


def _changed(context: Context, caller: Caller, schedule_id: ID, change: Change) -> ScheduleRecord:
    """The record as it is then stored: when another writer was faster, what that one wrote."""
    record = owned(context, caller, schedule_id)
    while (changed := change(record, context.now())) is not None:
        if context.scheduling.schedules.replace(changed, record.schedule.version):
            return changed
        record = owned(context, caller, schedule_id)
    return record
