"""The `querycast` command. Data goes to stdout, everything else to stderr."""

import os
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from querycast.cli import (
    attach,
    cancel,
    download,
    export,
    history,
    login,
    reports,
    run,
    show,
    submit,
    wait,
    watch,
)
from querycast.cli.agenda.app import app as agenda
from querycast.cli.codegen import codegen
from querycast.cli.completion.command import completion
from querycast.cli.doctor.command import doctor
from querycast.cli.mfa import app as mfa
from querycast.cli.pipe import leave_quietly
from querycast.cli.pipelines.app import app as pipelines
from querycast.cli.profiles.app import app as profiles
from querycast.cli.terminal import say
from querycast.errors import QuerycastError
from querycast.version import __version__

HELP = """Ask a data warehouse a question; the answer is pushed to you.

Exit codes: 0 ok, 1 the service does not answer, 2 usage, 3 the query failed, 4 it was cancelled,
5 it timed out, 6 refused, 130 interrupted, 141 the reader of stdout left.
"""


class Commands(TyperGroup):
    """Every error of ours is one line and an exit code, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except QuerycastError as error:
            say(error.line)
            raise typer.Exit(error.exit_code) from None
        except BrokenPipeError:
            raise typer.Exit(leave_quietly()) from None
        except OSError as error:  # a full disk, a folder that is not ours
            say(f"{type(error).__name__}: {error}")
            raise typer.Exit(1) from None


app = typer.Typer(
    help=HELP,
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"querycast {__version__}")
        raise typer.Exit


@app.callback()
def main_options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="The version.")
    ] = False,
) -> None:
    """Options of the command itself."""


app.command("login")(login.login)
app.command("logout")(login.logout)
app.command("reports")(reports.reports)
app.command("run")(run.run)
app.command("submit")(submit.submit)
app.command("attach")(attach.attach)
app.command("wait")(wait.wait)
app.command("watch")(watch.watch)
app.command("export")(export.export)
app.command("download")(download.download)
app.command("cancel")(cancel.cancel)
app.command("history")(history.history)
app.command("show")(show.show)
app.command("doctor")(doctor)
app.command("codegen")(codegen)
app.command("completion")(completion)
app.add_typer(agenda, name="agenda")
app.add_typer(mfa, name="mfa")
app.add_typer(pipelines, name="pipelines")
app.add_typer(profiles, name="profiles")


def main() -> None:
    """The console script."""
    if "_QUERYCAST_COMPLETE" in os.environ:
        # It is for Typer's own options, which would be two more in every help.
        from typer.completion import completion_init  # type: ignore[attr-defined]  # by its stub

        completion_init()
    app(prog_name="querycast")
