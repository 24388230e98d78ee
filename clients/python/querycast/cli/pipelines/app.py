"""`querycast pipelines`: what fills the warehouse."""

import typer

from querycast.cli.pipelines.list import list_pipelines
from querycast.cli.pipelines.pause import pause, resume
from querycast.cli.pipelines.run import run
from querycast.cli.pipelines.show import show
from querycast.cli.pipelines.watch import watch

HELP = "See what fills the warehouse and when, run it, and watch its runs."

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)
app.command("list")(list_pipelines)
app.command("show")(show)
app.command("run")(run)
app.command("pause")(pause)
app.command("resume")(resume)
app.command("watch")(watch)
