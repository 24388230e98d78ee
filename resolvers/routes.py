"""Which function answers which field; a function's annotations are its field's arguments.

A function may also take what is not an argument: `context` (the services), `caller` (who asks) and
`selection` (the names of the fields that were selected of the answer).
"""

from collections.abc import Callable
from typing import Any

from core.cancel import cancel_query
from core.exports.downloads import get_downloads
from core.exports.export_query import export_query
from core.read import get_query, get_query_result, get_report, list_queries, list_reports
from core.submit import submit_query

ROUTES: dict[str, Callable[..., Any]] = {
    "Query.listReports": list_reports,
    "Query.getReport": get_report,
    "Query.getQuery": get_query,
    "Query.listQueries": list_queries,
    "Query.getQueryResult": get_query_result,
    "Query.getDownloads": get_downloads,
    "Mutation.submitQuery": submit_query,
    "Mutation.exportQuery": export_query,
    "Mutation.cancelQuery": cancel_query,
}
