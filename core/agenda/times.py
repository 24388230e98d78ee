"""When a scheduled report runs: its expression's times, the days they fall on, and holidays."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core import schedule as expressions
from core.agenda.schedule import HolidayRegion, ScheduleRecord
from core.agenda.schedule_services import Holidays
from core.errors import HolidaysNotFound, InvalidSchedule

MAX_EXPRESSION = 256  # characters, as EventBridge Scheduler has it
MAX_HOLIDAYS = 60  # in a row: no region has so many, unless its runs all fall on holidays
MOMENT = timedelta(microseconds=1)
log = logging.getLogger(__name__)


def times(expression: str, timezone: str) -> expressions.Schedule:
    """The times of an expression.

    Raises:
        InvalidSchedule: there is no such expression or time zone, or it would never run.
    """
    if len(expression) > MAX_EXPRESSION:
        raise InvalidSchedule(
            f"The expression has {len(expression):,} characters, more than {MAX_EXPRESSION}; "
            f"write {expressions.FORMS}."
        )
    try:
        return expressions.Schedule(expression, timezone)
    except expressions.InvalidSchedule as error:
        raise InvalidSchedule(str(error)) from None


def is_once(expression: str) -> bool:
    return expression.startswith("at(")


def is_rate(expression: str) -> bool:
    return expression.startswith("rate(")


def next_time(record: ScheduleRecord, after: datetime) -> datetime | None:
    """The first time after the moment, whatever day that is; None where there is none any more."""
    schedule = record.schedule
    return times(schedule.expression, schedule.timezone).next_after(after, since=record.timed_at)


def only_time(record: ScheduleRecord) -> datetime | None:
    """When it runs, of one that runs once; None of all others."""
    if not is_once(record.schedule.expression):
        return None
    return next_time(record, record.timed_at - MOMENT)


def planned(record: ScheduleRecord, after: datetime, end: datetime) -> Iterator[datetime]:
    """Its times after the one moment and before the other."""
    slot = next_time(record, after)
    while slot is not None and slot < end:
        yield slot
        slot = next_time(record, slot)


def day_of(slot: datetime, timezone: str) -> date:
    """The day that it is there."""
    return slot.astimezone(ZoneInfo(timezone)).date()


def holiday(holidays: Holidays, region: HolidayRegion | None, day: date) -> str | None:
    """The public holiday for which nothing is to run that day; None where it runs.

    Where nothing is known of the region any more, or of that year yet, it runs.
    """
    if region is None:
        return None
    try:
        return holidays.name_of(region.country, region.subdivision, day)
    except HolidaysNotFound as error:
        log.warning("Nothing is left out on %s: %s", day, error)
        return None


def next_run_at(record: ScheduleRecord, holidays: Holidays, now: datetime) -> datetime | None:
    """When it runs next, which is no holiday of its; None where it does not."""
    schedule = record.schedule
    if not record.is_on or schedule.problem is not None:
        return None
    after = now
    for _ in range(MAX_HOLIDAYS):
        slot = next_time(record, after)
        if slot is None:
            return None
        day = day_of(slot, schedule.timezone)
        if holiday(holidays, schedule.skip_holidays, day) is None:
            return slot
        after = _midnight(day + timedelta(days=1), schedule.timezone) - MOMENT
    return None


def _midnight(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)
