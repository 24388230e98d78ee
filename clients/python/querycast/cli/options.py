"""Arguments and options that several commands have."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from querycast.cli.completion.offer import offer_parameters, offer_reports
from querycast.cli.output import Output

ReportName = Annotated[
    str,
    typer.Argument(
        metavar="REPORT",
        help="The report; `querycast reports` lists them.",
        autocompletion=offer_reports,
    ),
]

Parameters = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAME=VALUE",
        help="Its parameters, such as month=2015-06.",
        autocompletion=offer_parameters,
    ),
]

QueryId = Annotated[str, typer.Argument(metavar="ID", help="The query's id.")]

MaxAge = Annotated[
    int | None,
    typer.Option(
        metavar="SECONDS", min=0, help="Take a result this young; 0 has it run for you alone."
    ),
]

Notify = Annotated[bool, typer.Option("--notify", help="Be told by mail, too, when it has ended.")]

Timeout = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", min=0, help="Give up waiting then, with exit code 5."),
]

OutputsFile = Annotated[
    Path | None,
    typer.Option(
        "--outputs",
        metavar="FILE|PROFILE",
        help="The outputs file of the stack to ask, or a profile's name; by default the one that "
        "QUERYCAST_OUTPUTS names, the nearest .querycast/outputs.json here or above, or the "
        "profile default.",
    ),
]

OutputFormat = Annotated[
    Output | None,
    typer.Option(
        "--format", "-o", help="How the data is written; by default as the file's name says."
    ),
]

OutputFile = Annotated[
    Path | None,
    typer.Option(
        "--output", "-O", metavar="FILE", help="Where the data is written; stdout if left out."
    ),
]

FormulaSafe = Annotated[
    bool,
    typer.Option(
        "--formula-safe", help="In CSV, an apostrophe before what a spreadsheet would run."
    ),
]

Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress and no summary; errors are told.")
]


class Lines(StrEnum):
    """How a change is written: a line in either case."""

    TEXT = "text"
    JSON = "json"


LineFormat = Annotated[
    Lines, typer.Option("--format", "-o", help="How each change is written: a line of it.")
]
