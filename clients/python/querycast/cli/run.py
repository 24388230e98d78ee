"""`querycast run`: ask, wait with a live status, print the answer."""

from typing import Annotated
from uuid import uuid4

import typer

from querycast.cli.interrupt import cancelled_by_ctrl_c
from querycast.cli.options import (
    FormulaSafe,
    MaxAge,
    Notify,
    OutputFile,
    OutputFormat,
    OutputsFile,
    Parameters,
    Quiet,
    ReportName,
    Timeout,
)
from querycast.cli.output import writer
from querycast.cli.submit import named_values, submit
from querycast.cli.suggest import suggesting
from querycast.cli.terminal import LiveStatus
from querycast.cli.watch import watch as watch_report
from querycast.client import Client
from querycast.errors import InvalidArgument
from querycast.result import Result


def run(
    report: ReportName,
    parameters: Parameters = None,
    output: OutputFormat = None,
    file: OutputFile = None,
    formula_safe: FormulaSafe = False,
    max_age: MaxAge = None,
    notify: Notify = False,
    detach: Annotated[
        bool, typer.Option("--detach", help="Print the query's id, and do not wait.")
    ] = False,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="And anew each time that a pipeline has refreshed it."),
    ] = False,
    timeout: Timeout = None,
    quiet: Quiet = False,
    outputs: OutputsFile = None,
) -> None:
    """Run a report and print its result; Ctrl-C cancels it, a second one leaves it alone."""
    if watch:
        if detach or notify or max_age is not None or timeout is not None:
            raise InvalidArgument(
                "--watch runs on until Ctrl-C, and by itself; leave out --detach, --notify, "
                "--max-age and --timeout."
            )
        watch_report(report, parameters, output, file, formula_safe, quiet, outputs)
        return
    if detach:
        if output or file or formula_safe or timeout is not None:
            raise InvalidArgument(
                "--detach waits for no result; give -o, -O, --formula-safe and --timeout to "
                "`querycast attach`."
            )
        submit(report, parameters, max_age, notify, quiet, outputs)
        return
    writing = writer(output, file, formula_safe)
    given = named_values(parameters or [])
    query_id = str(uuid4())
    with Client.from_outputs(outputs) as client:
        with (
            suggesting(client, report, given),
            cancelled_by_ctrl_c(client, query_id),
            LiveStatus(report, quiet) as status,
        ):
            result = client.run(
                report,
                given,
                query_id=query_id,
                notify=notify,
                max_age=max_age,
                timeout=timeout,
                on_change=status.change,
            )
        writing.write(result.columns, result.rows())
        status.say(summary(result, status.seconds))


def summary(result: Result, seconds: float) -> str:
    """What became of it, as a line for people."""
    query = result.query
    rows = "" if query.result_rows is None else f"{query.result_rows:,} rows in "
    made_at = f"{query.finished_at.astimezone():%Y-%m-%d %H:%M:%S}" if query.finished_at else ""
    reused = f", a result of {made_at}" if query.is_reused else ""
    return f"{query.report}: {rows}{seconds:.1f} s{reused}, query {query.id}"
