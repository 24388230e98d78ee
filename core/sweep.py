"""Ending what events missed: every query that has not moved for a while is asked about.

A statement that never started is started, one whose event was lost is looked up, one that is to be
cancelled is stopped, and one that can no longer be known is failed, so that every query ends. A
query that ended without a statement is looked up once more: none may run on unseen.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from core.cancel import stop
from core.context import Context
from core.query import QueryError, QueryRecord, failed, observed, submitted
from core.start import start
from core.transition import advance

STALE_AFTER = timedelta(seconds=30)  # an event takes a second or two
START_WITHIN = timedelta(hours=1)  # well inside the 8 hours that Redshift knows a ClientToken
SETTLED_AFTER = timedelta(minutes=2)  # no Lambda that might be starting a statement lives longer


def stale(context: Context) -> Iterator[QueryRecord]:
    """The queries to sweep, oldest first."""
    return context.queries.unfinished(before=context.now() - STALE_AFTER)


def sweep(context: Context, record: QueryRecord) -> QueryRecord:
    """Bring a stale query up to date and answer it as it is then stored."""
    if record.query.status.is_final:
        return _settled(context, record)
    if record.statement_id is None:
        return _started(context, record)
    statement = context.warehouse.describe(record.statement_id)
    if statement is None:
        why = "Redshift no longer knows the statement, so its end is unknown; submit it again."
        return _failed(context, record, QueryError("StatementLost", why))
    record = advance(context, record, lambda stored: observed(stored, statement, context.now()))
    return record if record.cancelled_by is None else stop(context, record)


def _started(context: Context, record: QueryRecord) -> QueryRecord:
    stored = context.queries.get(record.query.id)
    if stored is None or stored.query.version != record.query.version:
        return stored or record  # the index tells late, and what was cancelled is not started
    report = context.catalogue().reports.get(record.query.report or "")
    if report is None or report.version != record.report_version:
        why = "The report was changed before Redshift had room for it; submit it again."
        return _given_up(context, record, QueryError("ReportChanged", why))
    if context.now() - record.query.submitted_at > START_WITHIN:
        why = f"Redshift had no room for it within {START_WITHIN}; submit it again later."
        return _given_up(context, record, QueryError("NotStarted", why))
    return start(context, record, report)


def _settled(context: Context, record: QueryRecord) -> QueryRecord:
    """Stop the statement that runs for an ended query, until certainly none does or will."""
    statement_id = context.warehouse.find(record.query.id)
    statement = None if statement_id is None else context.warehouse.describe(statement_id)
    if statement is not None and not statement.status.is_final:
        context.warehouse.cancel(statement.id)
        return record
    if statement is None and context.now() - record.updated_at < SETTLED_AFTER:
        return record
    settled = replace(record, is_settled=True)  # nothing that a client sees, so no new version
    context.queries.replace(settled, expected_version=record.query.version)
    return settled


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
        lambda stored: (
            failed(stored, error, context.now()) if stored.statement_id is None else None
        ),
    )


def _failed(context: Context, record: QueryRecord, error: QueryError) -> QueryRecord:
    return advance(context, record, lambda stored: failed(stored, error, context.now()))
