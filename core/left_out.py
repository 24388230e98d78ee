"""A time of a schedule for which nothing is run: recorded with the reason, for who waits for it."""

import logging
from datetime import datetime, timedelta

from core.coercion import spoken
from core.context import Context
from core.query import QueryError, QueryRecord, skipped

LATEST = timedelta(hours=1)  # that a run may begin after its time; else it is left out
log = logging.getLogger(__name__)


def too_late(now: datetime, slot: datetime) -> str | None:
    """Why a run for that time is left out; None where it is not too late for it."""
    if now - slot <= LATEST:
        return None
    hours = (now - slot) // LATEST * LATEST
    return f"it came more than {spoken(hours)} after its time."


def left_out(context: Context, record: QueryRecord, why: str) -> QueryRecord:
    """The new query as one that is not to run; what has its id already is answered as it is."""
    log.info("Run %s is left out: %s", record.query.id, why)
    skipping = skipped(record, QueryError("RunSkipped", f"Left out: {why}"), context.now())
    if context.queries.put_new(skipping):
        return skipping
    return context.queries.get(record.query.id) or skipping
