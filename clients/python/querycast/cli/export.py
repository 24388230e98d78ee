"""`querycast export`: a report's rows as a file, fetched to this machine."""

from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from querycast.cli.download import fetch
from querycast.cli.interrupt import cancelled_by_ctrl_c
from querycast.cli.options import Notify, OutputsFile, Parameters, Quiet, ReportName, Timeout
from querycast.cli.submit import named_values
from querycast.cli.suggest import suggesting
from querycast.cli.terminal import LiveStatus
from querycast.client import Client
from querycast.export import Compression, ExportFormat, ExportOptions


def export(
    report: ReportName,
    parameters: Parameters = None,
    format: Annotated[ExportFormat, typer.Option(help="What is written.")] = ExportFormat.CSV,
    compression: Annotated[
        Compression | None, typer.Option(help="For CSV and JSON; none when left out.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-O",
            "-o",
            metavar="FILE",
            help="The file to write, or a folder; by default here, named as the report.",
        ),
    ] = None,
    parts: Annotated[
        bool, typer.Option("--parts", help="As many files as Redshift writes, instead of one.")
    ] = False,
    formulas: Annotated[
        bool,
        typer.Option("--formulas", help="Leave what a spreadsheet would take for a formula."),
    ] = False,
    notify: Notify = False,
    timeout: Timeout = None,
    quiet: Quiet = False,
    outputs: OutputsFile = None,
) -> None:
    """Export a report to a file, of any size; Ctrl-C cancels it, a second one leaves it alone."""
    given = named_values(parameters or [])
    options = ExportOptions(format, compression, not parts, False if formulas else None)
    query_id = str(uuid4())
    with Client.from_outputs(outputs) as client:
        with (
            suggesting(client, report, given),
            cancelled_by_ctrl_c(client, query_id),
            LiveStatus(report, quiet) as status,
        ):
            query = client.export(
                report,
                given,
                options=options,
                query_id=query_id,
                notify=notify,
                timeout=timeout,
                on_change=status.change,
            )
        fetch(client, query.id, output, quiet)
        rows = "" if query.result_rows is None else f"{query.result_rows:,} rows in "
        status.say(f"{query.report}: {rows}{status.seconds:.1f} s, query {query.id}")
