"""`querycast agenda list`: what is on which day."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

import typer

from querycast.agenda.client import Agenda
from querycast.agenda.entries import (
    ELSEWHERE,
    Entry,
    Range,
    of_events,
    of_holidays,
    of_occurrences,
)
from querycast.cli.agenda.options import DAY, CalendarId
from querycast.cli.options import OutputFile, OutputFormat, OutputsFile
from querycast.cli.output import writer
from querycast.cli.table import UUID
from querycast.client import Client
from querycast.errors import InvalidArgument
from querycast.result import Column, Row

DAYS = 7  # that are listed where nobody says until when
MOST_DAYS = 366
EARLIEST, LATEST = 1970, 9990  # what every machine can reckon with
COLUMNS = [
    *(Column(name, "varchar") for name in ("day", "start", "end", "kind", "title")),
    *(Column(name, "varchar") for name in ("calendar", "location", "status")),
    Column("id", UUID),
]


def list_agenda(
    from_: Annotated[
        datetime | None,
        typer.Option(
            "--from", metavar="DAY", formats=DAY, help="The first, 2026-12-01; today if left out."
        ),
    ] = None,
    to: Annotated[
        datetime | None,
        typer.Option(metavar="DAY", formats=DAY, help="The last; six days later if left out."),
    ] = None,
    calendar: CalendarId = None,
    text: Annotated[
        str | None,
        typer.Option(help="Only what has this in its title; an event, also in place or notes."),
    ] = None,
    country: Annotated[
        str | None, typer.Option(metavar="CODE", help="With the public holidays of, say, DE.")
    ] = None,
    subdivision: Annotated[
        str | None, typer.Option(metavar="CODE", help="And with those of its part, say, BY.")
    ] = None,
    output: OutputFormat = None,
    file: OutputFile = None,
    outputs: OutputsFile = None,
) -> None:
    """List events, runs and holidays by day; of one --calendar, no runs.

    Days and times are those of this machine's time zone.
    """
    writing = writer(output, file, null="")
    days = _days(from_, to)
    if subdivision is not None and country is None:
        raise InvalidArgument(f"--subdivision {subdivision} needs a --country; give both.")
    with Client.from_outputs(outputs) as client:
        entries = [
            *_events(client.agenda, days, calendar, text),
            *(_runs(client.agenda, days, text) if calendar is None else ()),
            *(_holidays(client.agenda, days, country, subdivision, text) if country else ()),
        ]
    in_order = sorted(entries, key=lambda entry: entry.place)
    writing.write(COLUMNS, [_row(entry, writing.is_for_people) for entry in in_order])


def _days(from_: datetime | None, to: datetime | None) -> Range:
    """
    Raises:
        InvalidArgument: the last day is before the first, or there are too many between them.
    """
    first = (from_ or datetime.now()).date()
    if not EARLIEST <= first.year <= LATEST:
        raise InvalidArgument(f"--from {first} is not within the years {EARLIEST} to {LATEST}.")
    last = to.date() if to else first + timedelta(days=DAYS - 1)
    if last < first:
        raise InvalidArgument(f"--to {last} is before --from {first}; give a later day.")
    if last - first >= timedelta(days=MOST_DAYS):
        raise InvalidArgument(f"{first} to {last} are over {MOST_DAYS} days; list fewer at once.")
    return Range(first, last)


def _events(agenda: Agenda, days: Range, calendar: str | None, text: str | None) -> Iterator[Entry]:
    start, end = days.start - ELSEWHERE, days.end + ELSEWHERE
    return of_events(agenda.events(start, end, calendar=calendar, text=text), days)


def _runs(agenda: Agenda, days: Range, text: str | None) -> Iterator[Entry]:
    found = of_occurrences(agenda.occurrences(days.start, days.end))
    return (entry for entry in found if entry.has(text or ""))


def _holidays(
    agenda: Agenda, days: Range, country: str, subdivision: str | None, text: str | None
) -> Iterator[Entry]:
    for year in days.years:
        found = agenda.holidays(country, year, subdivision=subdivision)
        for entry in of_holidays(found, days):
            if entry.has(text or ""):
                yield entry


def _row(entry: Entry, is_for_people: bool) -> Row:
    start, end = _times(entry) if is_for_people else _moments(entry)
    return [
        entry.day.isoformat(),
        start,
        end,
        entry.kind,
        entry.title,
        entry.calendar,
        entry.location,
        entry.status,
        entry.id,
    ]


def _times(entry: Entry) -> tuple[str | None, str | None]:
    """As people read them: with the day only where it is another."""
    if entry.start is None:
        return None, entry.last.isoformat() if entry.last > entry.day else None
    starts_before = entry.start.date() < entry.day
    start = f"{entry.start:%Y-%m-%d %H:%M}" if starts_before else f"{entry.start:%H:%M}"
    if entry.end is None:
        return start, None
    ends_later = entry.end.date() > entry.day
    return start, f"{entry.end:%Y-%m-%d %H:%M}" if ends_later else f"{entry.end:%H:%M}"


def _moments(entry: Entry) -> tuple[str | None, str | None]:
    """As programs read them; of what is all day, the last day alone."""
    if entry.start is None:
        return None, entry.last.isoformat()
    return entry.start.isoformat(), entry.end.isoformat() if entry.end else None
