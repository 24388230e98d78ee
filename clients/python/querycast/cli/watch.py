"""`querycast watch`: a report's result now, and anew whenever a pipeline has refreshed it."""

from contextlib import closing

from querycast.cli.options import (
    FormulaSafe,
    OutputFile,
    OutputFormat,
    OutputsFile,
    Parameters,
    Quiet,
    ReportName,
)
from querycast.cli.output import writer
from querycast.cli.run import summary
from querycast.cli.submit import named_values
from querycast.cli.suggest import suggesting
from querycast.cli.terminal import LiveStatus, say
from querycast.client import Client
from querycast.errors import QueryEnded


def watch(
    report: ReportName,
    parameters: Parameters = None,
    output: OutputFormat = None,
    file: OutputFile = None,
    formula_safe: FormulaSafe = False,
    quiet: Quiet = False,
    outputs: OutputsFile = None,
) -> None:
    """Print a report's result, and the new one each time a pipeline has refreshed it.

    A file is replaced each time. Ctrl-C ends it.
    """
    writing = writer(output, file, formula_safe)
    given = named_values(parameters or [])
    with (
        Client.from_outputs(outputs) as client,
        suggesting(client, report, given),
        closing(client.watch(report, given)) as queries,
    ):
        status = LiveStatus(report, quiet)
        for query in queries:
            try:
                result = client.result(query)
            except QueryEnded as error:  # the next refresh may be better
                say(error.line)
                continue
            writing.write(result.columns, result.rows())
            status.say(summary(result, status.seconds))
