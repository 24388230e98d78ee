"""`querycast run`: ask, wait with a live status, print the answer."""

from typing import Annotated
from uuid import uuid4

import typer

from querycast.cli.cancel import outcome
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
from querycast.cli.suggest import suggesting
from querycast.cli.terminal import LiveStatus, say
from querycast.client import Client
from querycast.errors import InvalidArgument, QuerycastError
from querycast.result import Result


def run(
    report: ReportName,
    parameters: Parameters = None,
    output: OutputFormat = None,
    file: OutputFile = None,
    formula_safe: FormulaSafe = False,
    max_age: Annotated[
        int | None,
        typer.Option(
            metavar="SECONDS", min=0, help="Take a result this young; 0 has it run for you alone."
        ),
    ] = None,
    notify: Annotated[
        bool, typer.Option("--notify", help="Be told by mail, too, when it has ended.")
    ] = False,
    timeout: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=0, help="Give up waiting then, with exit code 5."),
    ] = None,
    quiet: Quiet = False,
    outputs: OutputsFile = None,
) -> None:
    """Run a report and print its result; Ctrl-C cancels it."""
    writing = writer(output, file, formula_safe)
    given = named_values(parameters or [])
    query_id = str(uuid4())
    with Client.from_outputs(outputs) as client:
        try:
            with suggesting(client, report, given), LiveStatus(report, quiet) as status:
                result = client.run(
                    report,
                    given,
                    query_id=query_id,
                    notify=notify,
                    max_age=max_age,
                    timeout=timeout,
                    on_change=status.change,
                )
        except KeyboardInterrupt:
            say(cancelled(client, query_id))
            raise
        writing.write(result.columns, result.rows())
        status.say(_summary(result, status.seconds))


def named_values(arguments: list[str]) -> dict[str, str]:
    """The values by name of arguments such as `month=2015-06`.

    Raises:
        InvalidArgument: one is not name=value, or a name comes twice.
    """
    values: dict[str, str] = {}
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if not name or not equals:
            raise InvalidArgument(
                f"{argument!r} is not NAME=VALUE; write a parameter as month=2015-06."
            )
        if name in values:
            raise InvalidArgument(f"Parameter {name!r} is given twice; give it once.")
        values[name] = value
    return values


def cancelled(client: Client, query_id: str) -> str:
    """Cancel a query that nobody waits for any more, and tell what has become of it."""
    try:
        return outcome(client.cancel(query_id))
    except QuerycastError as error:  # it was not submitted yet, or the service does not answer
        return f"Not cancelled: {error.line} It may still run: querycast show {query_id}"


def _summary(result: Result, seconds: float) -> str:
    query = result.query
    rows = "" if query.result_rows is None else f"{query.result_rows:,} rows in "
    made_at = f"{query.finished_at.astimezone():%Y-%m-%d %H:%M:%S}" if query.finished_at else ""
    reused = f", a result of {made_at}" if query.is_reused else ""
    return f"{query.report}: {rows}{seconds:.1f} s{reused}, query {query.id}"
