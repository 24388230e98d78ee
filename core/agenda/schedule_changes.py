"""What became of a schedule, from what was stored of it before and after."""

from core.agenda.read_schedules import shown
from core.agenda.schedule import ScheduleChange, ScheduleChangeKind, ScheduleRecord
from core.context import Context


def schedule_change(
    context: Context, before: ScheduleRecord | None, after: ScheduleRecord | None
) -> ScheduleChange | None:
    """What its owner is to be told; None where there is no schedule before or after.

    What is deleted has one version more than it had, so that whoever has seen that takes it for
    news.
    """
    if after is not None:
        kind = ScheduleChangeKind.CREATED if before is None else ScheduleChangeKind.UPDATED
        new = shown(context, after)
        return ScheduleChange(new.id, new.owner, new.version, kind, new)
    if before is None:
        return None
    old = before.schedule
    return ScheduleChange(old.id, old.owner, old.version + 1, ScheduleChangeKind.DELETED)
