"""The columns of a report: those of its last result, for the API tells them of no other."""

from collections.abc import Sequence
from itertools import islice

from querycast.client import Client
from querycast.errors import QueryEnded, Refused
from querycast.query import QueryStatus
from querycast.report import Report
from querycast.result import Column

TRIED = 3  # of a report's latest queries: of older ones no result is kept


def columns_of(client: Client, report: Report, runs: bool) -> Sequence[Column] | None:
    """Those of the caller's last result; None where there is none.

    runs: run the report where there is none and it can be run without values.
    """
    finished = client.queries(report=report.name, status=QueryStatus.FINISHED, limit=TRIED)
    for query in islice((it for it in finished if it.kind == "REPORT"), TRIED):
        try:
            return client.result(query).columns
        except Refused:  # it is not kept any more
            continue
    if not runs or any(parameter.required for parameter in report.parameters):
        return None
    try:
        return client.run(report.name).columns
    except QueryEnded:
        return None
