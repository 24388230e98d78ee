"""Reading schedules: what their owner wants run, when that is next, and the runs there were."""

from dataclasses import replace

from core.access import Caller
from core.agenda.schedule import Schedule, ScheduleRecord
from core.agenda.times import next_run_at
from core.context import Context, QueryFilter
from core.errors import ScheduleNotFound
from core.query import QueryExecution
from core.read import Selection
from core.report import ID
from core.submit import check_id

RUNS = 10  # that a schedule shows


def list_schedules(context: Context, caller: Caller, selection: Selection) -> list[Schedule]:
    """The caller's schedules, in the order in which they were made."""
    records = context.scheduling.schedules.of_owner(caller.id)
    return [_selected(context, caller, record, selection) for record in records]


def get_schedule(context: Context, caller: Caller, selection: Selection, id: ID) -> Schedule | None:
    """The schedule; null where the caller has none of that id.

    Raises:
        InvalidId: it is not a lower-case UUID.
    """
    try:
        return _selected(context, caller, owned(context, caller, id), selection)
    except ScheduleNotFound:
        return None


def owned(context: Context, caller: Caller, schedule_id: ID) -> ScheduleRecord:
    """The caller's own schedule.

    Raises:
        InvalidId: it is not a lower-case UUID.
        ScheduleNotFound: the same words whether it is missing or another's.
    """
    record = context.scheduling.schedules.get(check_id(schedule_id))
    if record is None or record.schedule.owner != caller.id:
        raise ScheduleNotFound(f"You have no schedule {schedule_id}; listSchedules names yours.")
    return record


def shown(context: Context, record: ScheduleRecord) -> Schedule:
    """The schedule with when it runs next."""
    next_run = next_run_at(record, context.scheduling.holidays, context.now())
    return replace(record.schedule, next_run_at=next_run)


def _selected(
    context: Context, caller: Caller, record: ScheduleRecord, selection: Selection
) -> Schedule:
    schedule = shown(context, record)
    if "runs" not in selection:
        return schedule
    return replace(schedule, runs=_runs(context, caller, schedule.id))


def _runs(context: Context, caller: Caller, schedule_id: ID) -> list[QueryExecution]:
    wanted = QueryFilter(schedule=schedule_id)
    records, _ = context.queries.of_owner(caller.id, wanted, RUNS, None)
    catalogue = context.catalogue()
    return [record.query for record in records if catalogue.may_read(record, caller)]
