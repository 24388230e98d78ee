"""`querycast watch`: a report's result now, and anew whenever a pipeline has refreshed it."""

from contextlib import closing
from datetime import datetime

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
from querycast.cli.submit import named_values
from querycast.cli.suggest import suggesting
from querycast.cli.terminal import say
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
        for query in queries:
            try:
                result = client.result(query)
            except QueryEnded as error:  # the next refresh may be better
                say(error.line)
                continue
            writing.write(result.columns, result.rows())
            rows = "" if query.result_rows is None else f"{query.result_rows:,} rows at "
            if not quiet:
                say(f"{report}: {rows}{datetime.now():%H:%M:%S}, query {query.id}")
