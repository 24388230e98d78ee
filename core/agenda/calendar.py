"""Calendars: one that is a person's own, and one of each group that they are a member of.

A calendar is there as soon as its person or group is; nobody makes or deletes one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.access import Caller
from core.context import Context
from core.errors import CalendarNotFound
from core.report import ID

PRIVATE, SHARED = "user:", "group:"  # what an id begins with


@dataclass(frozen=True)
class Calendar:
    """Where events are. `group`: whose members share it; null for the caller's private one."""

    id: ID
    group: str | None = None


@dataclass(frozen=True)
class Author:
    """Who writes events, and becomes the owner of those they create.

    own: their private calendar; None for a principal of IAM, who has none.
    may_use: whether a calendar is one of theirs.
    """

    id: ID
    own: ID | None
    may_use: Callable[[str], bool]


def list_calendars(context: Context, caller: Caller) -> list[Calendar]:
    """The caller's private calendar, then those of their groups by name."""
    shared = [Calendar(calendar_of(group), group) for group in sorted(caller.groups)]
    return [Calendar(private_calendar(caller)), *shared]


def calendar_of(group: str) -> ID:
    return ID(f"{SHARED}{group}")


def private_calendar(caller: Caller) -> ID:
    return ID(f"{PRIVATE}{caller.id}")


def group_of(calendar: str) -> str | None:
    """The group that shares the calendar; None where it is a person's own, or no calendar."""
    return calendar.removeprefix(SHARED) if calendar.startswith(SHARED) else None


def author(caller: Caller) -> Author:
    """A user as the author of events."""
    return Author(caller.id, private_calendar(caller), lambda calendar: may_use(caller, calendar))


def may_use(caller: Caller, calendar: str) -> bool:
    """Whether the calendar is one of the caller's."""
    group = group_of(calendar)
    return calendar == private_calendar(caller) if group is None else group in caller.groups


def calendar_not_found(calendar: str) -> CalendarNotFound:
    """The same words whether it is missing or another's."""
    return CalendarNotFound(
        f"There is no calendar {calendar[:150]!a} of yours; listCalendars names those of a user, "
        "and a group's is group:NAME."
    )
