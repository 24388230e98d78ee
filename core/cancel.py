"""Cancelling a query: its statement is stopped, and tells itself how it ended.

A cancel is recorded first and then asked of Redshift, so that what is lost in between is made good
by the sweeper (core/sweep.py). A query without a statement ends at once. Of a cancel and a start at
the same time one write wins: where it is the cancel's, whoever started the statement finds the
query ended and stops it; where nobody is left to do so, the sweeper does.
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_CancelStatement.html
"""

import logging

from core.access import Caller, administers
from core.context import Context
from core.errors import WarehouseBusy
from core.pipelines.finish import note_finish
from core.query import QueryExecution, QueryRecord, cancelled, left, observed
from core.read import query_not_found, readable
from core.report import ID
from core.sharing import is_unwanted
from core.submit import check_id
from core.transition import advance

log = logging.getLogger(__name__)


def cancel_query(context: Context, caller: Caller, id: ID) -> QueryExecution:
    """Stop the query and return at once; one that has ended already is answered as it ended.

    The owner may, and members of the group `administrators`. Cancelling again is harmless.

    Raises:
        InvalidId: it is not a lower-case UUID.
        QueryNotFound: there is no such query that the caller may cancel.
    """
    record = _cancellable(context, caller, id)
    record = advance(context, record, lambda stored: cancelled(stored, caller.id, context.now()))
    return stop(context, record).query


def stop(context: Context, record: QueryRecord) -> QueryRecord:
    """Have the query's statement stopped, and answer the record as it is then stored.

    Where others share the statement the query ends, and the statement goes on for them.
    """
    if record.statement_id is None or record.query.status.is_final:
        return record
    if not is_unwanted(context, record):
        return advance(context, record, lambda stored: left(stored, context.now()))
    try:
        if context.warehouse.cancel(record.statement_id):
            return _stopped(context, record)
        statement = context.warehouse.describe(record.statement_id)
    except WarehouseBusy as error:
        log.warning("Query %s is cancelled by the next sweep: %s", record.query.id, error)
        return record
    if statement is None:
        return record
    note_finish(context, record, statement)
    return advance(context, record, lambda stored: observed(stored, statement, context.now()))


def _stopped(context: Context, record: QueryRecord) -> QueryRecord:
    """The statement's end tells its leader's; a follower has left, and is told nothing any more."""
    if record.follows is None:
        return record
    return advance(context, record, lambda stored: left(stored, context.now()))


def _cancellable(context: Context, caller: Caller, query_id: ID) -> QueryRecord:
    if administers(caller):
        record = context.queries.get(check_id(query_id))
    else:
        record = readable(context, caller, query_id)
    if record is None:
        raise query_not_found(query_id)
    return record
