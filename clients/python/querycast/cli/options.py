"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from querycast.cli.output import Output

OutputsFile = Annotated[
    Path | None,
    typer.Option(
        "--outputs",
        metavar="FILE",
        help="The outputs file of the stack to ask; by default the one that QUERYCAST_OUTPUTS "
        "names, or the nearest .querycast/outputs.json here or above.",
    ),
]

OutputFormat = Annotated[
    Output, typer.Option("--output", "-o", help="How the data is written to stdout.")
]
