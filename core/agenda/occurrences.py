"""What ran, and what is to run: the caller's schedules and the pipelines that they may see.

What ran is read from the records of queries, which live for 30 days. What is to run is reckoned
from the expressions; a rate of a pipeline tells it once it has run (core/pipelines/read.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from core.access import Caller
from core.agenda.schedule import ScheduleRecord
from core.agenda.times import MOMENT, day_of, holiday, planned
from core.coercion import timestamp
from core.context import Context, QueryFilter
from core.errors import InvalidTime
from core.pipelines.pipeline import CompiledPipeline
from core.pipelines.read import with_state
from core.places import pipeline_owner
from core.query import QueryExecution
from core.report import ID
from core.schedule import YEARS
from core.schedule import Schedule as Expression

MAX_DAYS = 62
MAX_EACH = 200  # past, and as many planned, of each schedule and of each pipeline
MAX_ALL = 4_000  # past, and as many planned, of all: AppSync takes an answer of 5 MB
LAST_YEAR = YEARS[1]  # for which an expression of EventBridge Scheduler can be
RUN_WITHIN = timedelta(hours=1, minutes=5)  # of its time is a run recorded, or left out


@dataclass(frozen=True)
class Occurrence:
    """A run of a schedule or of a pipeline, past or planned.

    at: its time by the schedule; of a run that somebody asked for, when that was.
    schedule, report: of the caller's schedule; null of a pipeline's.
    pipeline: of which it is a run; null of a schedule's.
    query: what became of it; null where it is planned.
    holiday: for which a planned one will be left out; null where it will run.
    """

    at: datetime
    schedule: ID | None = None
    report: ID | None = None
    pipeline: ID | None = None
    query: QueryExecution | None = None
    holiday: str | None = None


def list_occurrences(
    context: Context, caller: Caller, start: datetime, end: datetime
) -> list[Occurrence]:
    """What ran from `start` on and before `end`, and what is to, in the order of their times.

    Raises:
        InvalidTime: it ends before it begins, or is longer than 62 days.
    """
    _check_range(start, end)
    schedules = context.scheduling.schedules.of_owner(caller.id)
    pipelines = context.catalogue().pipelines_of(caller)
    each = min(MAX_EACH, MAX_ALL // max(1, len(schedules) + len(pipelines)))
    found: list[Occurrence] = []
    for record in schedules:
        wanted = QueryFilter(schedule=record.schedule.id)
        found += _past(context, caller, caller.id, wanted, start, end, each)
        found += islice(_planned(context, record, start, end), each)
    for compiled in pipelines:
        owner = pipeline_owner(compiled.pipeline.name)
        found += _past(context, caller, owner, QueryFilter(), start, end, each)
        found += islice(_planned_of_pipeline(context, compiled, start, end), each)
    return sorted(found, key=lambda occurrence: occurrence.at)


def _check_range(start: datetime, end: datetime) -> None:
    if end <= start:
        raise InvalidTime(
            f"end {timestamp(end)} is not after start {timestamp(start)}; give a later one."
        )
    if end - start > timedelta(days=MAX_DAYS):
        raise InvalidTime(
            f"From {timestamp(start)} to {timestamp(end)} are more than {MAX_DAYS} days; ask for "
            "less at a time."
        )


def _past(
    context: Context,
    caller: Caller,
    owner: str,
    wanted: QueryFilter,
    start: datetime,
    end: datetime,
    most: int,
) -> Iterator[Occurrence]:
    """The latest runs whose times are in the range: submitted within it, or soon after."""
    if start > context.now():
        return
    within = replace(wanted, submitted_after=start, submitted_before=_later(end))
    records, _ = context.queries.of_owner(owner, within, most, None)
    catalogue = context.catalogue()
    for record in records:
        query = record.query
        at = query.scheduled_for or query.submitted_at
        if start <= at < end and catalogue.may_read(record, caller):
            yield Occurrence(at, query.schedule, query.report, query.pipeline, query)


def _later(end: datetime) -> datetime:
    """The year 9999 has an end."""
    latest = datetime.max.replace(tzinfo=end.tzinfo)
    return end + RUN_WITHIN if latest - end > RUN_WITHIN else latest


def _planned(
    context: Context, record: ScheduleRecord, start: datetime, end: datetime
) -> Iterator[Occurrence]:
    schedule = record.schedule
    if not record.is_on or schedule.problem is not None or start.year > LAST_YEAR:
        return
    for slot in planned(record, _last_past(context, start), end):
        day = day_of(slot, schedule.timezone)
        name = holiday(context.scheduling.holidays, schedule.skip_holidays, day)
        yield Occurrence(slot, schedule.id, schedule.report, holiday=name)


def _last_past(context: Context, start: datetime) -> datetime:
    """After which a time is planned: what has come is shown by its run."""
    now = context.now()
    return now if start <= now else start - MOMENT


def _planned_of_pipeline(
    context: Context, compiled: CompiledPipeline, start: datetime, end: datetime
) -> Iterator[Occurrence]:
    pipeline = compiled.pipeline
    state = context.pipelines.state(pipeline.name)
    if with_state(context, pipeline, state).next_run_at is None or start.year > LAST_YEAR:
        return
    assert pipeline.schedule is not None  # or there would be no next run
    expression = Expression(pipeline.schedule, pipeline.timezone)
    slot = expression.next_after(_last_past(context, start), since=state.last_slot)
    while slot is not None and slot < end:
        yield Occurrence(slot, pipeline=pipeline.name)
        slot = expression.next_after(slot, since=state.last_slot)
