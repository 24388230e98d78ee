"""Ending what events missed: every query that has not moved for a while is asked about.

A statement that never started is started, one whose event was lost is looked up, one that is to be
cancelled or takes too long is stopped, and one that can no longer be known is failed, so that every
query ends. A query that ended without a statement is looked up once more: none may run on unseen.
Places are compared with the queries that hold them, so that none is lost or kept for nothing.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from core.cancel import stop
from core.context import Context
from core.exports.assemble import assemble_again
from core.line import ended_in_vain, promoted, resume
from core.pipelines.finish import note_finish
from core.places import OwnerPlaces, limits_of
from core.query import QueryError, QueryRecord, QueryStatus, failed, observed, timed_out
from core.sharing import is_unwanted
from core.transition import advance

STALE_AFTER = timedelta(seconds=30)  # an event takes a second or two
SETTLED_AFTER = timedelta(minutes=2)  # no Lambda that might be starting a statement lives longer
ASSEMBLED_WITHIN = timedelta(minutes=7)  # no Lambda that makes files lives longer
RECORDED_WITHIN = timedelta(minutes=1)  # of taking a place: no resolver lives longer


def stale(context: Context) -> Iterator[QueryRecord]:
    """The queries to sweep, oldest first."""
    return context.queries.unfinished(before=context.now() - STALE_AFTER)


def sweep(context: Context, record: QueryRecord) -> QueryRecord:
    """Bring a stale query up to date and answer it as it is then stored.

    What stands in line is only ended here where it waits in vain; `start_in_turn` starts it.
    """
    if record.query.status.is_final:
        return _settled(context, record)
    if record.statement_id is None:
        return _waiting(context, record)
    if record.is_unloaded:
        _restore_place(context, record)
        return _assembled(context, record)
    statement = context.warehouse.describe(record.statement_id)
    if statement is None:
        why = "Redshift no longer knows the statement, so its end is unknown; submit it again."
        return _failed(context, record, QueryError("StatementLost", why))
    note_finish(context, record, statement)
    record = advance(context, record, lambda stored: observed(stored, statement, context.now()))
    record = advance(context, record, lambda stored: timed_out(stored, context.now()))
    _restore_place(context, record)
    return stop(context, record) if record.is_to_stop else record


def sweep_places(context: Context, places: OwnerPlaces) -> list[QueryRecord]:
    """Free what nobody needs any more, and give what is free to who waits: whom to start now."""
    for query_id, taken_at in {**places.running, **places.waiting}.items():
        if context.now() - taken_at < RECORDED_WITHIN:
            continue
        record = context.queries.get(query_id)
        if record is None or record.query.status.is_final or record.query.owner != places.owner:
            places = context.places.free(places.owner, query_id)
    if not places.running and not places.waiting:
        context.places.close(places.owner)
    return promoted(context, places)


def _assembled(context: Context, record: QueryRecord) -> QueryRecord:
    """Its files are being made, or were: the message that asks for that may be lost."""
    if context.now() - record.updated_at < ASSEMBLED_WITHIN:
        return record
    return assemble_again(context, record)


def _waiting(context: Context, record: QueryRecord) -> QueryRecord:
    """The index tells late, and what was cancelled is not started."""
    stored = context.queries.get(record.query.id)
    if stored is None or stored.query.version != record.query.version:
        return stored or record
    record = ended_in_vain(context, record)
    if record.query.status is not QueryStatus.QUEUED:
        return record
    if record.is_in_line:
        _restore_place(context, record)
        return record
    owner, query_id = record.query.owner, record.query.id
    places = context.places.of(owner)
    if query_id not in places:  # they were lost
        limits = limits_of(owner, context.limits)
        places = context.places.take(owner, query_id, context.now(), limits)
    return resume(context, record) if query_id in places.running else record


def _restore_place(context: Context, record: QueryRecord) -> None:
    """Give a query that is past waiting for its turn the place that it should have."""
    owner, query_id = record.query.owner, record.query.id
    if record.query.status.is_final or query_id in context.places.of(owner).running:
        return
    stored = context.queries.get(query_id)
    if stored is not None and not stored.query.status.is_final:
        context.places.restore(owner, query_id, context.now())


def _settled(context: Context, record: QueryRecord) -> QueryRecord:
    """Stop the statement that runs for an ended query alone, until certainly none does or will."""
    if is_unwanted(context, record):
        statement_id = context.warehouse.find(record.statement_name)
        statement = None if statement_id is None else context.warehouse.describe(statement_id)
        if statement is not None and not statement.status.is_final:
            context.warehouse.cancel(statement.id)
            return record
        if statement is None and context.now() - record.updated_at < SETTLED_AFTER:
            return record
    settled = replace(record, is_settled=True)  # nothing that a client sees, so no new version
    context.queries.replace(settled, expected_version=record.query.version)
    return settled


def _failed(context: Context, record: QueryRecord, error: QueryError) -> QueryRecord:
    return advance(context, record, lambda stored: failed(stored, error, context.now()))
