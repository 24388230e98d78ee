"""`querycast cancel`: stop a query of any machine."""

from querycast.cli.options import OutputsFile, QueryId
from querycast.cli.terminal import say
from querycast.client import Client
from querycast.query import QueryExecution, QueryStatus


def cancel(
    query_id: QueryId,
    outputs: OutputsFile = None,
) -> None:
    """Cancel a query: one of yours, or as an administrator anybody's.

    One that has ended before is no error.
    """
    with Client.from_outputs(outputs) as client:
        say(outcome(client.cancel(query_id)))


def outcome(query: QueryExecution) -> str:
    """What has become of a query that was to be cancelled, as a line for people."""
    if not query.status.is_final:
        return f"Query {query.id} is being cancelled; `querycast show {query.id}` tells its end."
    if query.status is QueryStatus.ABORTED and query.cancel_requested_at:
        return f"Query {query.id} is cancelled."
    return f"Query {query.id} had ended {query.status} before; see: querycast show {query.id}"
