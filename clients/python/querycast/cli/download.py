"""`querycast download`: the files of an export that has ended, wherever it was asked for."""

from pathlib import Path
from typing import Annotated

import typer

from querycast.cli.options import OutputsFile, QueryId, Quiet
from querycast.cli.terminal import DownloadBar
from querycast.client import Client

Target = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-O",
        metavar="FILE",
        help="The file to write, or a folder; by default here, named as the report.",
    ),
]


def download(
    query_id: QueryId, target: Target = None, quiet: Quiet = False, outputs: OutputsFile = None
) -> None:
    """Fetch the files of a finished export by its id, and print their paths."""
    with Client.from_outputs(outputs) as client:
        fetch(client, query_id, target, quiet)


def fetch(client: Client, query_id: str, target: Path | None, quiet: bool) -> None:
    """The files of an export, with a bar on a terminal, and their paths on stdout."""
    with DownloadBar(quiet) as bar:
        paths = client.download(query_id, target or Path(), bar.show)
    for path in paths:
        print(path)
