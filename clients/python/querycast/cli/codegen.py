"""`querycast codegen`: the reports as a typed module, for editors and type checkers."""

from pathlib import Path
from typing import Annotated

import typer

from querycast.cli.destination import check_destination, text_to
from querycast.cli.options import OutputsFile
from querycast.cli.terminal import say
from querycast.client import Client
from querycast.errors import InvalidArgument


def codegen(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The module to write, such as reports.py.")
    ],
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit code 1 where it would be another."),
    ] = False,
    run: Annotated[
        bool,
        typer.Option(
            "--run", help="Run reports whose columns are not known, with their own defaults."
        ),
    ] = False,
    coroutines: Annotated[
        bool, typer.Option("--async", help="Functions are coroutines, for AsyncClient.")
    ] = False,
    outputs: OutputsFile = None,
) -> None:
    """Write your reports as a module: a function each, with types for parameters and rows.

    The columns of a report are those of your last result of it, or those that the file has.
    """
    from querycast.codegen.columns import columns_of
    from querycast.codegen.module import COROUTINES, HEADER, PLAIN, known_columns, module

    check_destination(file)
    before = file.read_text(encoding="utf-8") if file.is_file() else ""
    if before and not before.startswith(HEADER):
        raise InvalidArgument(f"{str(file)!r} was not written by codegen; name another file.")
    known = known_columns(before)
    with Client.from_outputs(outputs) as client:
        reports = client.reports()
        found = {it.name: columns_of(client, it, run and not check) for it in reports}
    columns = {**known, **{name: told for name, told in found.items() if told is not None}}
    after = module(reports, columns, COROUTINES if coroutines else PLAIN)
    for report in reports:
        if report.name not in columns:
            say(f"The columns of {report.name} are not known; run it first, or give --run.")
    if check and after != before:
        again = f"querycast codegen {file}{' --async' if coroutines else ''}"
        say(f"{file} is not what the reports are now; write it anew: {again}")
        raise typer.Exit(1)
    if not check:
        with text_to(file) as out:
            out.write(after)
        say(f"{file}: {len(reports)} reports.")
