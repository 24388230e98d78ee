"""What a statement's status change does to its query, and to those that share it.

An event only says that something changed. What is recorded is what Redshift answers when asked, so
that a forged, duplicate or late event can do no more than make us look.
"""

from core.context import Context
from core.pipelines.finish import note_finish
from core.query import QueryRecord, observed
from core.statement import Statement
from core.transition import advance


def observe_statement(context: Context, query_id: str, statement_id: str) -> QueryRecord | None:
    """Record the state of the query's statement; None where the statement is not the query's."""
    record = context.queries.get(query_id)
    if record is None or record.statement_id not in (None, statement_id):
        return None
    statement = context.warehouse.describe(statement_id)
    if statement is None:
        return None
    note_finish(context, record, statement)
    record = _observe(context, record, query_id, statement)
    if record.max_age is not None:
        for follower_id in context.sharing.followers(query_id):
            follower = context.queries.get(follower_id)
            if follower is not None:
                _observe(context, follower, query_id, statement)
    return record


def _observe(context: Context, record: QueryRecord, name: str, statement: Statement) -> QueryRecord:
    """Where the statement of that name is the one that answers the query."""
    return advance(
        context,
        record,
        lambda stored: (
            observed(stored, statement, context.now()) if stored.statement_name == name else None
        ),
    )
