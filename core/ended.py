"""After the end of a query: its place goes to its owner's next, its time into the estimate.

And after that of an export's statement: the message that has its files made; of a pipeline's run:
those that have the reports that it feeds run again, for who watches them; and of all that somebody
is to be told of, the message that has that done. These come last: a queue that does not answer
shall hold nobody up.

Told by the table's stream, which may tell twice, late, or after somebody else has done all this.
"""

from core.context import Context
from core.line import promoted, start_in_turn
from core.query import QueryRecord, QueryStatus, timed_as


def after_change(context: Context, record: QueryRecord) -> None:
    """Do what is due when a query has ended, or its rows lie in S3."""
    if record.query.status.is_final:
        after_end(context, record)
    elif record.awaits_files:
        context.exports.queue.ask(record.query.id)


def after_end(context: Context, record: QueryRecord) -> None:
    """Do what is due when a query has ended; repeated, nothing more."""
    query = record.query
    has_run = query.status is QueryStatus.FINISHED and record.follows is None
    if has_run and query.duration_ms is not None:
        context.durations.add(timed_as(query), query.id, query.duration_ms)
    places = context.places.free(query.owner, query.id)
    start_in_turn(context, promoted(context, places))
    if query.pipeline is not None and query.status is QueryStatus.FINISHED:
        _refresh(context, query.pipeline, query.id)
    if record.notify or query.pipeline is not None:
        context.notices.ask(query.id)


def _refresh(context: Context, pipeline: str, run_id: str) -> None:
    compiled = context.catalogue().pipelines.get(pipeline)
    for report in compiled.pipeline.feeds if compiled else ():
        context.refreshes.ask(report, run_id, after=None)
