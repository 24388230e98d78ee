"""`querycast profiles`: stacks by name, wherever one is."""

from pathlib import Path
from typing import Annotated

import typer

from querycast.cli.options import OutputFile, OutputFormat
from querycast.cli.output import writer
from querycast.cli.terminal import say
from querycast.profiles import add_profile, list_profiles, remove_profile
from querycast.result import Column
from querycast.tokens import TokenStore

HELP = "Name stacks, and ask them from anywhere: --outputs NAME, or QUERYCAST_OUTPUTS=NAME."
COLUMNS = [Column(name, "varchar") for name in ("profile", "api", "region", "signed_in")]

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="`default` is asked where none is named or found.")
]

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)


@app.command("add")
def add(
    name: Name,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", help="Its outputs file; the one that is asked now when left out."
        ),
    ] = None,
) -> None:
    """Keep a stack under a name; another one of that name is replaced."""
    outputs = add_profile(name, file)
    say(f"{name} is {outputs.graphql_url}; sign in: querycast login --outputs {name}")


@app.command("list")
def list_(output: OutputFormat = None, file: OutputFile = None) -> None:
    """List your profiles: where their APIs are, and who is signed in there."""
    writing = writer(output, file, null="")
    rows = []
    for name, outputs in list_profiles():
        signed_in = TokenStore(outputs.user_pool_client_id).read()
        email = signed_in.email if signed_in else None
        rows.append([name, outputs.graphql_url, outputs.region, email])
    writing.write(COLUMNS, rows)


@app.command("remove")
def remove(name: Name) -> None:
    """Forget a profile; a sign-in stays until `querycast logout`."""
    remove_profile(name)
