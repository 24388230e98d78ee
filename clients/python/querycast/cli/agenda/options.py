"""Options that several commands of the agenda have, and times as people write them."""

import os
from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from querycast.errors import InvalidArgument

DAY = ["%Y-%m-%d"]

CalendarId = Annotated[
    str | None,
    typer.Option(
        metavar="ID", help="A calendar: group:NAME is a group's, user:... your private one."
    ),
]


def zone(name: str) -> ZoneInfo:
    """
    Raises:
        InvalidArgument: there is no time zone of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidArgument(
            f"Time zone {name!r} is not known; give a name such as Europe/Berlin."
        ) from None


def moment(text: str, timezone: str | None) -> datetime:
    """A time such as 2026-12-01T14:00, in the time zone unless it says its own; None: this
    machine's.

    Raises:
        InvalidArgument: it is no time, or clocks leap over it.
    """
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        given = None
    if given is None or _is_day(text):
        raise InvalidArgument(f"Time {text!r} is not as 2026-12-01T14:00; --day takes whole days.")
    if given.tzinfo is not None:
        return given
    placed = given.astimezone() if timezone is None else given.replace(tzinfo=zone(timezone))
    back = placed.astimezone(UTC).astimezone(placed.tzinfo if timezone else None)
    if back.replace(tzinfo=None) != given:
        where = timezone or "this machine's time zone"
        raise InvalidArgument(f"Time {text} does not exist in {where}: clocks leap over it there.")
    return placed


def local_zone() -> str | None:
    """This machine's time zone by its name of IANA's; None where it does not tell that."""
    name = os.environ.get("TZ") or os.path.realpath("/etc/localtime").partition("/zoneinfo/")[2]
    try:
        return zone(name.removeprefix(":")).key
    except InvalidArgument:
        return None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
