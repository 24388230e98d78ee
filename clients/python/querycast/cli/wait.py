"""`querycast wait`: until queries have ended, in a script for instance."""

import time
from typing import Annotated

import typer

from querycast.cli.options import OutputsFile, Timeout
from querycast.cli.terminal import say
from querycast.client import Client
from querycast.errors import QueryAborted, QueryFailed, QueryTimedOut
from querycast.query import QueryExecution, QueryStatus

EXIT_CODES = {
    QueryStatus.FINISHED: 0,
    QueryStatus.FAILED: QueryFailed.exit_code,
    QueryStatus.ABORTED: QueryAborted.exit_code,
}


def wait(
    query_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="The ids of queries.")],
    timeout: Timeout = None,
    outputs: OutputsFile = None,
) -> None:
    """Wait until queries have ended, and print a line for each: its id and how it ended.

    The exit code is that of the first that did not finish. Ctrl-C ends the waiting alone.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    codes = []
    with Client.from_outputs(outputs) as client:
        for query_id in query_ids:
            try:
                status = _ended(client, query_id, deadline).status
            except QueryTimedOut as error:
                say(error.line)
                codes.append(error.exit_code)
                continue
            print(f"{query_id} {status}", flush=True)
            codes.append(EXIT_CODES[status])
    raise typer.Exit(next((code for code in codes if code), 0))


def _ended(client: Client, query_id: str, deadline: float | None) -> QueryExecution:
    """One that has ended already is told even when the time is up."""
    query = client.query(query_id)
    if query.status.is_final:
        return query
    left = None if deadline is None else max(0, deadline - time.monotonic())
    return client.attach(query_id).wait(left)
