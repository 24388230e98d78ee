"""`querycast agenda watch`: a line for each change of events, as it comes."""

from contextlib import closing
from dataclasses import fields
from datetime import date
from typing import Any

from querycast.agenda.event import Event, EventChange
from querycast.cli.agenda.options import CalendarId
from querycast.cli.options import LineFormat, Lines, OutputsFile
from querycast.cli.terminal import plain
from querycast.cli.values import json_text
from querycast.client import Client


def watch(
    calendar: CalendarId = None,
    output: LineFormat = Lines.TEXT,
    outputs: OutputsFile = None,
) -> None:
    """Print each change of your calendars, or of one, from now on; Ctrl-C ends it.

    What changes while the connection is lost is printed when it is there again.
    """
    with (
        Client.from_outputs(outputs) as client,
        closing(client.agenda.changes(calendar)) as changes,
    ):
        for change in changes:
            print(_json(change) if output is Lines.JSON else _text(change), flush=True)


def _text(change: EventChange) -> str:
    event = change.event or change.before
    about = f"{_when(event)}  {event.title}" if event else change.id
    return plain(f"{change.kind}  {change.calendar}  {about}")


def _when(event: Event) -> str:
    if event.all_day:
        is_one = event.first_day == event.last_day
        return f"{event.first_day}" if is_one else f"{event.first_day} to {event.last_day}"
    return f"{event.start.astimezone():%Y-%m-%d %H:%M}"


def _json(change: EventChange) -> str:
    told = {"calendar": change.calendar, "id": change.id, "version": change.version}
    event = None if change.event is None else _document(change.event)
    return json_text({**told, "kind": change.kind.value, "event": event})


def _document(event: Event) -> dict[str, Any]:
    """The event with the names that it has in the GraphQL API."""
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    return {
        _camel(name): value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.title() for word in tail)
