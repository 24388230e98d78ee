"""When the same was last run and went well: what whoever hears of a failure wants to know first."""

from datetime import datetime

from core.context import Queries, QueryFilter
from core.query import QueryRecord, QueryStatus

READ_AT_ONCE = 100  # records: what is filtered out counts, and a page is one read


def last_good_run(queries: Queries, record: QueryRecord) -> datetime | None:
    """When its owner's last run of the same report before this one finished; None where none did.

    Records live for 30 days, and of an owner with thousands of queries since, not all are read.
    """
    query = record.query
    wanted = QueryFilter(query.report, QueryStatus.FINISHED, submitted_before=query.submitted_at)
    found, _ = queries.of_owner(query.owner, wanted, READ_AT_ONCE, None)
    return found[0].query.finished_at if found else None
