"""`querycast agenda`: events, runs and holidays."""

import typer

from querycast.cli.agenda.add import add
from querycast.cli.agenda.list import list_agenda
from querycast.cli.agenda.watch import watch

HELP = "See what is when, put it into a calendar, and watch calendars change."

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)
app.command("list")(list_agenda)
app.command("add")(add)
app.command("watch")(watch)
