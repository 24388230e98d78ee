"""Whose turn it is, the line for room in Redshift, and what becomes of a query that waits.

Among one owner's queries, those that have waited longest get the running places that become free.
What holds one is started at once. Where Redshift has no room, it stands in line behind those that
were refused before it, whoever they belong to. Whenever there may be room (a query has ended, a
message of one in line arrives, the sweeper comes), the line is tried from its head until Redshift
refuses again; who newly comes to their turn then stands behind. An owner stands there with no more
queries than may run at once, so nobody waits behind another's thousand.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta

from core.coercion import spoken
from core.context import Context
from core.errors import WarehouseBusy
from core.places import OwnerPlaces, limits_of
from core.query import QueryError, QueryRecord, QueryStatus, failed, submitted
from core.sharing import is_answered
from core.start import stand_in_line, start
from core.transition import advance

log = logging.getLogger(__name__)


def start_in_turn(context: Context, newcomers: Iterable[QueryRecord] = ()) -> None:
    """Start what stands in line and then the newcomers, as far as Redshift has room.

    newcomers: queries that hold a running place of their owner's.
    """
    standing = map(context.queries.get, context.queries.in_line())  # the index tells late
    has_room = all(_has_room(context, record) for record in standing if record is not None)
    for record in newcomers:
        if has_room:
            has_room = _has_room(context, record)
        else:
            stand_in_line(context, record)


def promoted(context: Context, places: OwnerPlaces) -> list[QueryRecord]:
    """Give the owner's free running places to the queries that have waited longest; those.

    A place alone is no query of the owner's: it may be taken before the query is recorded, or for
    an id that turns out to be another's.
    """
    records = []
    first = places.first_waiting
    limits = limits_of(places.owner, context.limits)
    while first is not None and len(places.running) < limits.running:
        moved = context.places.promote(places.owner, first, context.now(), limits)
        record = None if moved is None else context.queries.get(first)
        if record is not None and record.query.owner == places.owner:
            records.append(record)
        places = moved or context.places.of(places.owner)  # somebody else was faster
        first = places.first_waiting
    return records


def resume(context: Context, record: QueryRecord) -> QueryRecord:
    """Start a waiting query that holds a running place, or end it where it waits in vain."""
    record = ended_in_vain(context, record)
    compiled = context.catalogue().compiled(record)
    if record.query.status is not QueryStatus.QUEUED or compiled is None:
        return record
    return start(context, record, compiled)


def ended_in_vain(context: Context, record: QueryRecord) -> QueryRecord:
    """End a waiting query that is too late, or that was checked by what has changed since.

    Raises:
        WarehouseBusy: Redshift does not tell whether it has a statement of the query's.
    """
    compiled = context.catalogue().compiled(record)
    if compiled is None or compiled.version != record.report_version:
        return _given_up(context, record, _changed(record))
    if context.now() - record.query.submitted_at > compiled.max_wait:
        return _given_up(context, record, _not_started(record, compiled.max_wait))
    return record


def _has_room(context: Context, record: QueryRecord) -> bool:
    """Resume the query, if it still waits; whether Redshift may take another one too."""
    if record.query.status is not QueryStatus.QUEUED:
        return True
    try:
        return resume(context, record).query.status is not QueryStatus.QUEUED
    except WarehouseBusy as error:
        log.warning("Query %s waits: %s", record.query.id, error)
        return False


def _changed(record: QueryRecord) -> QueryError:
    if record.query.pipeline is not None:
        why = "The pipeline was changed before the run was started; run it again."
        return QueryError("PipelineChanged", why)
    why = "The report was changed before the query was started; submit it again."
    return QueryError("ReportChanged", why)


def _not_started(record: QueryRecord, max_wait: timedelta) -> QueryError:
    if record.wants_room:
        why = "Redshift had no room for it"
    else:
        why = "Its turn among its owner's queries did not come"
    return QueryError(
        "NotStarted",
        f"{why} within {spoken(max_wait)}; submit it again later.",
    )


def _given_up(context: Context, record: QueryRecord, error: QueryError) -> QueryRecord:
    """Fail it, unless it was started after all.

    That may be since it was read, for the index tells late and a sweep takes long; or before, by
    one who was not heard of again. What it follows may be on its way to be stopped for all others.
    """
    name = record.statement_name
    statement_id = context.warehouse.find(name) if is_answered(context, record) else None
    if statement_id is not None:
        now = context.now()
        return advance(
            context, record, lambda stored: submitted(stored, name, statement_id, now, now)
        )
    return advance(
        context,
        record,
        lambda stored: (
            failed(stored, error, context.now()) if stored.statement_id is None else None
        ),
    )
