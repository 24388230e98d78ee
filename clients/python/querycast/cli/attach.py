"""`querycast attach`: take up a query that was submitted before, here or on another machine."""

from querycast.cli.interrupt import cancelled_by_ctrl_c
from querycast.cli.options import (
    FormulaSafe,
    OutputFile,
    OutputFormat,
    OutputsFile,
    QueryId,
    Quiet,
    Timeout,
)
from querycast.cli.output import writer
from querycast.cli.run import summary
from querycast.cli.terminal import LiveStatus
from querycast.client import Client
from querycast.query import QueryStatus


def attach(
    query_id: QueryId,
    output: OutputFormat = None,
    file: OutputFile = None,
    formula_safe: FormulaSafe = False,
    timeout: Timeout = None,
    quiet: Quiet = False,
    outputs: OutputsFile = None,
) -> None:
    """Wait for a query and print its result, as `run` does; of an export, say how to fetch it.

    Ctrl-C cancels it, a second one leaves it alone.
    """
    writing = writer(output, file, formula_safe)
    with Client.from_outputs(outputs) as client:
        with cancelled_by_ctrl_c(client, query_id), LiveStatus(query_id, quiet) as status:
            query = client.attach(query_id).wait(timeout, status.change)
        if query.export is not None and query.status is QueryStatus.FINISHED:
            status.say(f"The export is finished; fetch it: querycast download {query.id}")
            return
        result = client.result(query)
        writing.write(result.columns, result.rows())
        status.say(summary(result, status.seconds))
