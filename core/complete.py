"""What a statement's status change does to its query.

An event only says that something changed. What is recorded is what Redshift answers when asked, so
that a forged, duplicate or late event can do no more than make us look.
"""

from core.context import Context
from core.query import QueryRecord, observed
from core.transition import advance


def observe_statement(context: Context, query_id: str, statement_id: str) -> QueryRecord | None:
    """Record the state of the query's statement; None where the statement is not the query's."""
    record = context.queries.get(query_id)
    if record is None or record.statement_id not in (None, statement_id):
        return None
    statement = context.warehouse.describe(statement_id)
    if statement is None:
        return None
    return advance(context, record, lambda stored: observed(stored, statement, context.now()))
