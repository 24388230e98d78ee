"""What subscribers receive: the query as it is now, and at its end the first rows of the result.

AppSync checks who subscribes once, at the start, and the groups in a token are up to an hour old.
So whether the owner may still have it is asked again here, just before it is delivered.
"""

from dataclasses import replace

from core.access import ADMINISTRATORS
from core.context import Context
from core.query import QueryError, QueryExecution, QueryRecord, QueryStatus
from core.result import preview

REVOKED = QueryError(
    "AccessRevoked",
    "You no longer have a group that this report needs; with it, you may read the result again.",
)


def pushed(context: Context, record: QueryRecord) -> QueryExecution | None:
    """The query with a preview of its result, where it has one and Redshift still keeps it.

    Where the owner may no longer read it, its end without anything of it, and None before that.
    """
    if not context.catalogue().owner_may_read(record, context.groups):
        return _revoked(record.query) if record.query.status.is_final else None
    is_final, is_run = record.query.status.is_final, record.query.pipeline is not None
    if record.statement_id is None or not is_final or not record.has_result or is_run:
        return record.query
    result = context.warehouse.result(record.statement_id, token=None)
    return replace(record.query, result=None if result is None else preview(result))


def watching_groups(context: Context, run: QueryRecord) -> set[str]:
    """Whose members may follow the runs of a pipeline now; of one that is gone, could last."""
    compiled = context.catalogue().pipelines.get(run.query.pipeline or "")
    groups = (run.report_groups or ()) if compiled is None else compiled.pipeline.groups
    return {*groups, ADMINISTRATORS}


def _revoked(query: QueryExecution) -> QueryExecution:
    """That there was an end, so that nobody waits; not what was asked, nor how it went."""
    return QueryExecution(
        id=query.id,
        kind=query.kind,
        report=None,
        parameters=[],
        owner=query.owner,
        status=QueryStatus.FAILED,
        version=query.version,
        submitted_at=query.submitted_at,
        error=REVOKED,
    )
