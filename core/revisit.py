"""Looking at one query again, because a message asked for it (core/again.py).

The sweeper would come to it too, within a minute; a message comes sooner, and may come twice or
never.
"""

from core.again import look_again
from core.context import Context
from core.line import start_in_turn
from core.query import QueryRecord
from core.sweep import sweep


def revisit(context: Context, query_id: str, attempt: int) -> QueryRecord | None:
    """Try the line where the query stands in it; stop its statement where that takes too long."""
    record = context.queries.get(query_id)
    if record is None or record.query.status.is_final:
        return record
    if record.statement_id is None:
        # The index may not show it yet; and what is not in line has not come to its turn.
        start_in_turn(context, [record] if record.is_in_line else [])
        record = context.queries.get(query_id)
        if record is not None and record.is_in_line:
            look_again(context, record, attempt + 1)
        return record
    record = sweep(context, record)
    look_again(context, record)
    return record
