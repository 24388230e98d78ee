"""What subscribers receive: the query as it is now, and at its end the first rows of the result.

AppSync checks who subscribes once, at the start, and the groups in a token are up to an hour old.
So whether the owner may still have it is asked again here, just before it is delivered.
"""

from dataclasses import replace

from core.access import API_KEY_OWNER, Caller
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
    if not _may_read_now(context, record):
        return _revoked(record.query) if record.query.status.is_final else None
    if record.statement_id is None or not record.query.status.is_final or not record.has_result:
        return record.query
    result = context.warehouse.result(record.statement_id, token=None)
    return replace(record.query, result=None if result is None else preview(result))


def _may_read_now(context: Context, record: QueryRecord) -> bool:
    """Cognito is asked only where the groups of the owner matter."""
    catalogue, owner = context.catalogue(), record.query.owner
    if catalogue.may_read(record, Caller(owner)):
        return True
    if owner == API_KEY_OWNER:
        return False
    return catalogue.may_read(record, Caller(owner, context.groups(owner)))


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
