"""Making EventBridge Scheduler agree with a schedule, as that is now.

Asked for with each change of the schedule's item, in any order, late or twice: what counts is the
item as it is read, and it is read again once Scheduler has been told, so that of two who are at it
the later version stays. What Scheduler refuses is the schedule's `problem`, in its own words.

Scheduler takes no `at` that is over, and may be told of one a moment too late. Such a run is called
for from here, too: it has one id whoever calls, so that it is one run.
"""

import logging
from datetime import datetime

from core.agenda.schedule import ScheduleRecord
from core.agenda.schedule_services import Firing, Timer
from core.agenda.times import is_once, is_rate, next_time, only_time
from core.context import Context
from core.errors import TimerRefused
from core.left_out import too_late
from core.report import ID

log = logging.getLogger(__name__)


def agree(context: Context, schedule_id: ID) -> None:
    """Have the schedule fired as it now says, or no more."""
    schedules = context.scheduling.schedules
    record = schedules.get(schedule_id)
    while True:
        told = record
        _tell(context, schedule_id, told)
        record = schedules.get(schedule_id)
        if _mark(record) == _mark(told):
            return


def _mark(record: ScheduleRecord | None) -> tuple[object, ...] | None:
    """Of one that was deleted and made again, another, though the version be the same."""
    return None if record is None else (record.schedule.version, record.schedule.created_at)


def _tell(context: Context, schedule_id: ID, record: ScheduleRecord | None) -> None:
    timers = context.scheduling.timers
    slot = None if record is None else next_time(record, context.now())
    if record is None or slot is None:
        timers.remove(schedule_id)
    else:
        try:
            timers.set(_timer(record, slot))
        except TimerRefused as error:
            timers.remove(schedule_id)  # or it would go on as it was before
            _note(context, record, str(error))
        else:
            _note(context, record, None)
    if record is not None:
        _fire_what_is_over(context, record)


def _timer(record: ScheduleRecord, slot: datetime) -> Timer:
    schedule = record.schedule
    return Timer(
        schedule=schedule.id,
        version=schedule.version,
        expression=schedule.expression,
        timezone=schedule.timezone,
        is_on=record.is_on,
        start=slot if is_rate(schedule.expression) else None,
        ends=is_once(schedule.expression),
    )


def _note(context: Context, record: ScheduleRecord, problem: str | None) -> None:
    """Nothing where somebody has changed the schedule meanwhile: then Scheduler is told again.

    What has a problem keeps it: to note it in other words would be one more change to agree with.
    """
    if (record.schedule.problem is None) == (problem is None):
        return
    log.warning("Schedule %s: %s", record.schedule.id, problem or "its problem is over")
    changed = record.changed(context.now(), problem=problem)
    context.scheduling.schedules.replace(changed, record.schedule.version)


def _fire_what_is_over(context: Context, record: ScheduleRecord) -> None:
    """Call for the run of an `at` whose time has come, unless that was long ago."""
    slot, now = only_time(record), context.now()
    if slot is None or slot > now or not record.is_on or too_late(now, slot):
        return
    schedule = record.schedule
    context.scheduling.timers.fire(Firing(schedule.id, schedule.version, slot))
