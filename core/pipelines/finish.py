"""A run of a pipeline has finished: what was read before that is old."""

from core.context import Context
from core.query import QueryRecord
from core.statement import Statement, StatementStatus


def note_finish(context: Context, record: QueryRecord, statement: Statement) -> None:
    """Before the record says so: who hears of that end is not answered by older results."""
    query = record.query
    if query.pipeline is not None and statement.status is StatementStatus.FINISHED:
        context.pipelines.finished(query.pipeline, query.id, statement.updated_at)
