"""What subscribers receive: the query as it is now, and at its end the first rows of the result."""

from dataclasses import replace

from core.context import Context
from core.query import QueryExecution, QueryRecord
from core.result import preview


def pushed(context: Context, record: QueryRecord) -> QueryExecution:
    """The query with a preview of its result, where it has one and Redshift still keeps it."""
    if record.statement_id is None or not record.query.status.is_final or not record.has_result:
        return record.query
    result = context.warehouse.result(record.statement_id, token=None)
    return replace(record.query, result=None if result is None else preview(result))
