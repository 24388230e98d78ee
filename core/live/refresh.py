"""Running a report again for those who watch it, once a pipeline has filled what it reads.

Everyone who watches gets a query of their own, with an id that follows from the watch and the run
of the pipeline: repeated, it is the same. Those who ask the same share one statement, as ever
(core/sharing.py).
"""

import logging
from dataclasses import replace
from datetime import timedelta

from core.access import API_KEY_OWNER, Caller
from core.context import After, Context, Watch
from core.errors import InvalidParameter, ReportNotFound
from core.parameters import ParameterInput
from core.report import CompiledReport
from core.submit import answer, new_record, own_id

WATCHES = 25  # of one message: each is a query to submit
SAME_REFRESH = timedelta(hours=1)  # a result since the run answers all who watch the same
log = logging.getLogger(__name__)


def refresh(context: Context, report: str, run_id: str, after: After | None) -> int:
    """Submit the report for some who watch it, and have the next be seen to; for how many."""
    watches, after = context.watches.of_report(report, WATCHES, after)
    if after is not None:
        context.refreshes.ask(report, run_id, after)
    return sum(_refreshed(context, watch, run_id) for watch in watches)


def _refreshed(context: Context, watch: Watch, run_id: str) -> bool:
    """Whether the report was submitted for who watches, now or before."""
    if watch.expires_at <= context.now():
        return False
    groups = frozenset() if watch.owner == API_KEY_OWNER else context.groups(watch.owner)
    caller = Caller(watch.owner, groups)
    given = [ParameterInput(each.name, each.value) for each in watch.parameters]
    query_id = own_id("refresh", watch.id, run_id)
    try:
        compiled = context.catalogue().runnable(watch.report, caller)
        record = new_record(context, caller, query_id, compiled, given, _max_age(compiled))
    except (ReportNotFound, InvalidParameter) as error:
        log.info("Watch %s is of no use any more: %s", watch.id, type(error).__name__)
        return False
    record = replace(record, query=replace(record.query, watch=watch.id))
    if answer(context, record, compiled) is None:
        log.warning("Watch %s is left out: its owner has too many queries", watch.id)
        return False
    return True


def _max_age(compiled: CompiledReport) -> timedelta | None:
    """A report that says so has a statement of its own for everyone."""
    return None if compiled.max_age == timedelta(0) else SAME_REFRESH
