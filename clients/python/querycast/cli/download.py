"""`querycast download`: the files of an export that has ended, wherever it was asked for."""

from pathlib import Path
from typing import Annotated

import typer

from querycast.cli.options import OutputsFile, QueryId
from querycast.client import Client

Target = Annotated[
    Path | None,
    typer.Option(
        "--output-file",
        "-O",
        metavar="FILE",
        help="The file to write, or a folder; by default here, named as the report.",
    ),
]


def download(query_id: QueryId, target: Target = None, outputs: OutputsFile = None) -> None:
    """Fetch the files of a finished export by its id, and print their paths."""
    with Client.from_outputs(outputs) as client:
        for path in client.download(query_id, target or Path()):
            print(path)
