"""Reading: the reports a caller may run, the caller's queries, and their results."""

import base64
import binascii
import json
from dataclasses import dataclass, replace
from datetime import datetime

from core.access import Caller
from core.coercion import timestamp
from core.context import After, Context, QueryFilter
from core.errors import (
    InvalidId,
    InvalidLimit,
    QueryNotFinished,
    QueryNotFound,
    ReportNotFound,
    ResultExpired,
    WarehouseBusy,
    WarehouseUnavailable,
)
from core.places import pipeline_owner
from core.query import QueryExecution, QueryRecord
from core.report import ID, Report
from core.result import Position, ResultPage, StatementResult, page, position, refused_token
from core.submit import check_id

DEFAULT_QUERIES = 20  # of a page of listQueries
MAX_QUERIES = 100
MAX_ROWS = 10_000  # of a page of a result

Selection = frozenset[str]  # the fields that the caller selected of what is answered


@dataclass(frozen=True)
class QueryPage:
    """Some of the caller's queries, newest first, and the token that continues after them."""

    queries: list[QueryExecution]
    next_token: str | None = None


def list_reports(context: Context, caller: Caller) -> list[Report]:
    """The reports that the caller may run, by name."""
    return [compiled.report for compiled in context.catalogue().visible_to(caller)]


def get_report(context: Context, caller: Caller, name: ID) -> Report | None:
    """The report of that name; null where there is none that the caller may run."""
    try:
        return context.catalogue().runnable(name, caller).report
    except ReportNotFound:
        return None


def get_query(
    context: Context, caller: Caller, selection: Selection, id: ID
) -> QueryExecution | None:
    """The query with the first page of its result; null where the caller has no query of that id.

    Raises:
        InvalidId: it is not a lower-case UUID.
    """
    record = readable(context, caller, id)
    if record is None:
        return None
    if "result" not in selection:
        return record.query
    return replace(record.query, result=_first_page(context, record))


def list_queries(
    context: Context,
    caller: Caller,
    filter: QueryFilter | None = None,
    limit: int | None = None,
    next_token: str | None = None,
) -> QueryPage:
    """The caller's queries, or the runs of a pipeline, newest first, without their results.

    Raises:
        PipelineNotFound: there is no such pipeline that the caller may see.
        InvalidLimit: not from 1 to 100.
        InvalidNextToken: not of an earlier page.
    """
    wanted = filter or QueryFilter()
    size = DEFAULT_QUERIES if limit is None else checked_limit(limit, MAX_QUERIES)
    if _is_empty(wanted):
        return QueryPage([])
    catalogue, owner = context.catalogue(), caller.id
    if wanted.pipeline is not None:
        owner = pipeline_owner(catalogue.pipeline(wanted.pipeline, caller).pipeline.name)
    records, after = context.queries.of_owner(owner, wanted, size, _after(next_token, wanted))
    readable = [record.query for record in records if catalogue.may_read(record, caller)]
    return QueryPage(readable, _token(after))


def get_query_result(
    context: Context,
    caller: Caller,
    id: ID,
    limit: int | None = None,
    next_token: str | None = None,
) -> ResultPage:
    """A page of the query's result: as many rows as Redshift gives at once, or at most `limit`.

    Raises:
        InvalidId, InvalidLimit, InvalidNextToken: as they say.
        QueryNotFound: the caller has no query of that id.
        QueryNotFinished: there is no result, or not yet.
        ResultExpired: there is no result any more.
        WarehouseUnavailable: Redshift does not answer now.
    """
    size = MAX_ROWS if limit is None else checked_limit(limit, MAX_ROWS)
    start = position(next_token)
    record = readable(context, caller, id)
    if record is None:
        raise query_not_found(id)
    if record.statement_id is None or not record.has_result:
        raise QueryNotFinished(_without_result(record.query))
    result = _statement_result(context, record.statement_id, start)
    if result is None:
        raise ResultExpired(_expired(record.query))
    return page(result, start, size)


def query_not_found(query_id: ID) -> QueryNotFound:
    """The same words whether it is missing or another's."""
    return QueryNotFound(f"You have no query {query_id}; listQueries names yours.")


def readable(context: Context, caller: Caller, query_id: str) -> QueryRecord | None:
    """The record, where the caller may read it.

    Raises:
        InvalidId: it is not a lower-case UUID.
    """
    record = context.queries.get(check_id(query_id))
    if record is None or not context.catalogue().may_read(record, caller):
        return None
    return record


def _first_page(context: Context, record: QueryRecord) -> ResultPage | None:
    if record.statement_id is None or not record.has_result:
        return None
    start = position(None)
    result = _statement_result(context, record.statement_id, start)
    return None if result is None else page(result, start, MAX_ROWS)


def _statement_result(
    context: Context, statement_id: str, start: Position
) -> StatementResult | None:
    try:
        return context.warehouse.result(statement_id, start.token)
    except WarehouseBusy as error:
        raise WarehouseUnavailable("Redshift does not answer now; ask again soon.") from error


def _without_result(query: QueryExecution) -> str:
    if query.export is not None:
        return f"Query {query.id} is an export; getDownloads gives its files."
    if query.status.is_final:
        return f"Query {query.id} ended {query.status.value} without a result; see its error."
    return f"Query {query.id} is {query.status.value}; subscribe to onQueryComplete for its end."


def _expired(query: QueryExecution) -> str:
    kept = query.result_expires_at
    at_most = f", at most until {timestamp(kept)}" if kept else ""
    return (
        f"Redshift no longer keeps the result of query {query.id}{at_most}; submit the query again."
    )


def checked_limit(limit: int, most: int) -> int:
    if not 1 <= limit <= most:
        raise InvalidLimit(f"limit {limit} is not from 1 to {most:,}; give one that is.")
    return limit


def _token(after: After | None) -> str | None:
    if after is None:
        return None
    written = json.dumps([after.id, timestamp(after.submitted_at)])
    return base64.urlsafe_b64encode(written.encode()).decode()


def _after(next_token: str | None, wanted: QueryFilter) -> After | None:
    if next_token is None:
        return None
    try:
        query_id, text = json.loads(base64.b64decode(next_token, altchars=b"-_", validate=True))
        after = After(check_id(query_id), datetime.fromisoformat(text))
        is_of_this_list = _is_within(wanted, after.submitted_at)
    except (binascii.Error, ValueError, TypeError, InvalidId):
        raise refused_token(next_token) from None
    if not is_of_this_list:  # DynamoDB would refuse it too
        raise refused_token(next_token)
    return after


def _is_empty(wanted: QueryFilter) -> bool:
    """Whether the filter's time ends before it begins, in milliseconds as times are stored."""
    begin, end = wanted.submitted_after, wanted.submitted_before
    return begin is not None and end is not None and timestamp(begin) >= timestamp(end)


def _is_within(wanted: QueryFilter, moment: datetime) -> bool:
    begin, end, text = wanted.submitted_after, wanted.submitted_before, timestamp(moment)
    return (begin is None or timestamp(begin) <= text) and (end is None or text < timestamp(end))
