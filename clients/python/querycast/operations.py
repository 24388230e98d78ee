"""The API's fields as coroutines: arguments in, values of ours out."""

from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from typing import Any

from querycast import documents
from querycast.errors import Refused, Unavailable, about
from querycast.export import Download, ExportOptions
from querycast.query import QueryExecution, QueryStatus
from querycast.report import Report
from querycast.result import ResultPage
from querycast.session import Session

MAX_QUERIES = 100  # of a page of listQueries


async def list_reports(session: Session) -> list[Report]:
    """The reports that the caller may run, by name."""
    data = await session.execute(documents.LIST_REPORTS, {})
    return [Report.from_json(document) for document in data["listReports"]]


async def get_report(session: Session, name: str) -> Report:
    """The report of that name.

    Raises:
        Refused: ReportNotFound, where there is none that the caller may run.
    """
    data = await session.execute(documents.GET_REPORT, {"name": name})
    if data["getReport"] is None:
        raise Refused(
            "ReportNotFound", f"You have no report {name!r}; `querycast reports` names yours."
        )
    return Report.from_json(data["getReport"])


async def submit_query(
    session: Session,
    query_id: str,
    report: str,
    parameters: Mapping[str, str],
    max_age: int | None = None,
    notify: bool = False,
) -> QueryExecution:
    """Start the report; the same id with the same input answers the same query again."""
    submitted = {
        "id": query_id,
        "report": report,
        "parameters": inputs(parameters),
        "maxAge": max_age,
        "notify": notify or None,
    }
    with about(query_id, Unavailable):  # what is refused is no query
        data = await session.execute(documents.SUBMIT_QUERY, {"input": submitted})
    return QueryExecution.from_json(data["submitQuery"])


async def export_query(
    session: Session,
    query_id: str,
    report: str,
    parameters: Mapping[str, str],
    options: ExportOptions,
    notify: bool = False,
) -> QueryExecution:
    """Start the export; the same id with the same input answers the same export again."""
    given = inputs(parameters)
    asked = {
        "id": query_id,
        "report": report,
        "parameters": given,
        "notify": notify or None,
        **options.to_json(),
    }
    with about(query_id, Unavailable):
        data = await session.execute(documents.EXPORT_QUERY, {"input": asked})
    return QueryExecution.from_json(data["exportQuery"])


async def get_downloads(session: Session, query_id: str) -> list[Download]:
    """The files of the export, each with an address that works for some minutes.

    Raises:
        Refused: QueryNotFound, NotAnExport, QueryNotFinished or ResultExpired.
    """
    with about(query_id):
        data = await session.execute(documents.GET_DOWNLOADS, {"id": query_id})
    return [Download.from_json(document) for document in data["getDownloads"]]


async def cancel_query(session: Session, query_id: str) -> QueryExecution:
    """Have the query stopped; one that has ended is answered as it ended.

    Raises:
        Refused: QueryNotFound, where there is no query of that id that the caller may cancel.
    """
    with about(query_id):
        data = await session.execute(documents.CANCEL_QUERY, {"id": query_id})
    return QueryExecution.from_json(data["cancelQuery"])


async def get_query(session: Session, query_id: str) -> QueryExecution:
    """The query as it is now, with the first page of its result if it has one.

    Raises:
        Refused: QueryNotFound, where the caller has no query of that id.
    """
    with about(query_id):
        data = await session.execute(documents.GET_QUERY, {"id": query_id})
        if data["getQuery"] is None:
            raise Refused(
                "QueryNotFound", f"You have no query {query_id}; `querycast history` lists yours."
            )
    return QueryExecution.from_json(data["getQuery"])


async def list_queries(
    session: Session,
    report: str | None,
    status: QueryStatus | None,
    submitted_after: datetime | None,
    submitted_before: datetime | None,
    limit: int | None,
    pipeline: str | None = None,
) -> AsyncGenerator[QueryExecution]:
    """The caller's queries, newest first, without their results; at most `limit` of them.

    pipeline: its runs instead.
    """
    chosen = {
        "pipeline": pipeline,
        "report": report,
        "status": status.value if status else None,
        "submittedAfter": _date_time(submitted_after),
        "submittedBefore": _date_time(submitted_before),
    }
    variables: dict[str, Any] = {"filter": {key: it for key, it in chosen.items() if it}}
    left = limit
    while left is None or left > 0:
        variables["limit"] = MAX_QUERIES if left is None else min(left, MAX_QUERIES)
        page = (await session.execute(documents.LIST_QUERIES, variables))["listQueries"]
        for document in page["queries"]:
            yield QueryExecution.from_json(document)
        if page["nextToken"] is None:
            return
        variables["nextToken"] = page["nextToken"]
        left = None if left is None else left - len(page["queries"])


async def watch_report(session: Session, report: str, parameters: Mapping[str, str]) -> str:
    """Begin to watch the report, or go on for another hour; the id of the watch.

    Raises:
        Refused: ReportNotFound, InvalidParameter, or NotRefreshed where no pipeline refreshes it.
    """
    variables = {"report": report, "parameters": inputs(parameters)}
    watch: str = (await session.execute(documents.WATCH_REPORT, variables))["watchReport"]["id"]
    return watch


def inputs(parameters: Mapping[str, str]) -> list[dict[str, str]]:
    """The values as the API takes them."""
    return [{"name": name, "value": value} for name, value in parameters.items()]


async def get_query_result(
    session: Session, query_id: str, next_token: str | None = None
) -> ResultPage:
    """A page of the query's result.

    Raises:
        Refused: QueryNotFound, QueryNotFinished or ResultExpired.
    """
    variables = {"id": query_id, "nextToken": next_token}
    with about(query_id):
        data = await session.execute(documents.GET_QUERY_RESULT, variables)
    return ResultPage.from_json(data["getQueryResult"])


def _date_time(moment: datetime | None) -> str | None:
    """As AWSDateTime; a moment without a zone is in this machine's."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds") if moment else None
