"""`querycast agenda add`: put an event into a calendar."""

from datetime import datetime
from typing import Annotated

import typer

from querycast.agenda.event import Event
from querycast.agenda.when import Days, Times, When
from querycast.cli.agenda.options import DAY, CalendarId, local_zone, moment, zone
from querycast.cli.options import OutputsFile
from querycast.cli.terminal import say
from querycast.client import Client
from querycast.errors import InvalidArgument

TIME = "such as 2026-12-01T14:00, in the --timezone; or with an offset of its own, +01:00."


def add(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What it is.")],
    start: Annotated[
        str | None, typer.Option(metavar="TIME", help=f"When it begins, {TIME}")
    ] = None,
    end: Annotated[
        str | None, typer.Option(metavar="TIME", help="When it is over, written as --start.")
    ] = None,
    first: Annotated[
        datetime | None,
        typer.Option(
            "--day", metavar="DAY", formats=DAY, help="Its day, 2026-12-01, where it is all day."
        ),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option(
            "--last-day", metavar="DAY", formats=DAY, help="The last of several; needs --day."
        ),
    ] = None,
    calendar: CalendarId = None,
    location: Annotated[str | None, typer.Option(metavar="TEXT", help="Where it is.")] = None,
    notes: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What else there is to say.")
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The time zone of its times and days, such as Europe/Berlin; "
            "this machine's when left out.",
        ),
    ] = None,
    outputs: OutputsFile = None,
) -> None:
    """Add an event to your private calendar, or to the one that --calendar names.

    Prints the event's id.
    """
    if timezone is not None:
        zone(timezone)
    when = _when(start, end, first, last, timezone)
    with Client.from_outputs(outputs) as client:
        event = client.agenda.create(
            title,
            when,
            calendar=calendar,
            timezone=timezone or local_zone(),
            location=location,
            notes=notes,
        )
    print(event.id)
    say(f"Added to {event.calendar}: {_shown(event)}")


def _when(
    start: str | None,
    end: str | None,
    first: datetime | None,
    last: datetime | None,
    timezone: str | None,
) -> When:
    """
    Raises:
        InvalidArgument: neither times nor days, or some of both, or one is missing.
    """
    has_times = start is not None or end is not None
    has_days = first is not None or last is not None
    if has_times == has_days:
        given = "both times and days are" if has_times else "neither times nor a day is"
        raise InvalidArgument(f"For the event {given} given; give --start and --end, or --day.")
    if has_times:
        if start is None or end is None:
            missing = "--start" if start is None else "--end"
            raise InvalidArgument(f"{missing} is missing; give both --start and --end.")
        return Times(moment(start, timezone), moment(end, timezone))
    if first is None:
        raise InvalidArgument("--day is missing; --last-day goes with it.")
    return Days(first.date(), last.date() if last else None)


def _shown(event: Event) -> str:
    if event.all_day:
        is_one = event.first_day == event.last_day
        days = f"{event.first_day}" if is_one else f"{event.first_day} to {event.last_day}"
        return f"{event.title}, {days}"
    start, end = event.start.astimezone(), event.end.astimezone()
    return f"{event.title}, {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"
