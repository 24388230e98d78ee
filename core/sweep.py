"""Ending what events missed: every query that has not moved for a while is asked about.

A statement that never started is started, one whose event was lost is looked up, and one that can
no longer be known is failed, so that every query ends.
"""

from collections.abc import Iterator
from datetime import timedelta

from core.context import Context
from core.query import QueryError, QueryRecord, failed, observed, submitted
from core.start import start
from core.transition import advance

STALE_AFTER = timedelta(seconds=30)  # an event takes a second or two
START_WITHIN = timedelta(hours=1)  # well inside the 8 hours that Redshift knows a ClientToken


def stale(context: Context) -> Iterator[QueryRecord]:
    """The queries to sweep, oldest first."""
    return context.queries.unfinished(before=context.now() - STALE_AFTER)


def sweep(context: Context, record: QueryRecord) -> QueryRecord:
    """Bring a stale query up to date and answer it as it is then stored."""
    if record.statement_id is None:
        return _started(context, record)
    statement = context.warehouse.describe(record.statement_id)
    if statement is None:
        why = "Redshift no longer knows the statement, so its end is unknown; submit it again."
        return _failed(context, record, QueryError("StatementLost", why))
    return advance(context, record, lambda stored: observed(stored, statement, context.now()))


def _started(context: Context, record: QueryRecord) -> QueryRecord:
    report = context.catalogue().reports.get(record.query.report or "")
    if report is None or report.version != record.report_version:
        why = "The report was changed before Redshift had room for it; submit it again."
        return _given_up(context, record, QueryError("ReportChanged", why))
    if context.now() - record.query.submitted_at > START_WITHIN:
        why = f"Redshift had no room for it within {START_WITHIN}; submit it again later."
        return _given_up(context, record, QueryError("NotStarted", why))
    return start(context, record, report)


def _given_up(context: Context, record: QueryRecord, error: QueryError) -> QueryRecord:
    """Fail it, unless it was started after all.

    That may be since it was read, for the index tells late and a sweep takes long; or before, by
    one who was not heard of again.
    """
    statement_id = context.warehouse.find(record.query.id)
    if statement_id is not None:
        return advance(
            context, record, lambda stored: submitted(stored, statement_id, context.now())
        )
    return advance(
        context,
        record,
        lambda stored: None if stored.statement_id else failed(stored, error, context.now()),
    )


def _failed(context: Context, record: QueryRecord, error: QueryError) -> QueryRecord:
    return advance(context, record, lambda stored: failed(stored, error, context.now()))
