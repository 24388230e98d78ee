"""Whether what is said of an event goes together: its texts, its times and its time zone.

Both ways of writing events come through here, so what is stored is well formed whoever wrote it.
"""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.agenda.event import KEPT, LONGEST, LONGEST_DAYS
from core.agenda.inputs import CreateEventInput, UpdateEventInput
from core.coercion import timestamp
from core.errors import InvalidEvent

MAX_TITLE = 200  # characters
MAX_LOCATION = 200
MAX_NOTES = 10_000
LINE_ENDS = "\n\r\t"  # and the tab: what notes may have of control characters
A_DAY = timedelta(days=1)
# What lies beside the zones: other forms of them, and what this machine has; clients know none.
NO_ZONES = ("posix/", "right/", "posixrules", "localtime", "Factory")
EventInput = CreateEventInput | UpdateEventInput


@dataclass(frozen=True)
class Span:
    """When an event is, as `Event` has it."""

    start: datetime
    end: datetime
    timezone: str
    all_day: bool
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class Texts:
    """What an event says, as `Event` has it."""

    title: str
    location: str | None
    notes: str | None


def texts(input: EventInput) -> Texts:
    """What an input says, in order.

    Raises:
        InvalidEvent: a text is too long, or has characters that it may not have.
    """
    if not input.title.strip():
        raise InvalidEvent("title is empty; give one of 1 to 200 characters.")
    _check_text("title", input.title, MAX_TITLE)
    _check_text("location", input.location or "", MAX_LOCATION)
    _check_text("notes", input.notes or "", MAX_NOTES, LINE_ENDS)
    return Texts(input.title, input.location or None, input.notes or None)


def span(input: EventInput, now: datetime) -> Span:
    """When an input's event is.

    Raises:
        InvalidEvent: its times do not go together, or it would be forgotten at once.
    """
    timezone = _checked_zone(input.timezone)
    has_times = input.start is not None or input.end is not None
    if has_times == (input.first_day is not None or input.last_day is not None):
        both = "both times and days" if has_times else "neither times nor days"
        raise InvalidEvent(
            f"The event has {both}; give start and end, or for an all-day event firstDay and "
            "perhaps lastDay."
        )
    found = _times(input, timezone) if has_times else _days(input, timezone)
    if found.end - found.start > LONGEST:
        raise _too_long()
    if found.end + KEPT <= now:
        raise InvalidEvent(
            f"The event ends {timestamp(found.end)}; events are kept for two years after their "
            "end, so give a later one."
        )
    return found


def _times(input: EventInput, timezone: str) -> Span:
    if input.start is None or input.end is None:
        missing = "start" if input.start is None else "end"
        raise InvalidEvent(f"The event has no {missing}; give both start and end.")
    start, end = _to_milliseconds(input.start), _to_milliseconds(input.end)
    if end <= start:
        raise InvalidEvent(
            f"end {timestamp(end)} is not after start {timestamp(start)}; give a later one."
        )
    if end - start > timedelta(days=LONGEST_DAYS):
        raise _too_long()
    return Span(start, end, timezone, all_day=False)


def _days(input: EventInput, timezone: str) -> Span:
    if input.first_day is None:
        raise InvalidEvent(f"The event has lastDay {input.last_day} alone; give firstDay, too.")
    first, last = input.first_day, input.last_day or input.first_day
    if last < first:
        raise InvalidEvent(f"lastDay {last} is before firstDay {first}; give a later one.")
    if last - first >= timedelta(days=LONGEST_DAYS):
        raise _too_long()
    try:
        start, end = _midnight(first, timezone), _midnight(last + A_DAY, timezone)
    except OverflowError:
        raise InvalidEvent(
            f"{first} to {last} is beyond the years 1 to 9999 in UTC; give other days."
        ) from None
    if end <= start:
        raise InvalidEvent(f"{first} never was in {timezone}; give another day.")
    return Span(start, end, timezone, all_day=True, first_day=first, last_day=last)


def _midnight(day: date, timezone: str) -> datetime:
    """When the day begins: where clocks leap over midnight, when they do."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)


def _checked_zone(name: str | None) -> str:
    if name is None:
        return "UTC"
    try:
        ZoneInfo(name)
        is_zone = not name.startswith(NO_ZONES)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last for folders: America
        is_zone = False
    if not is_zone:
        raise InvalidEvent(
            f"timezone {name[:80]!a} is not known; give a name of IANA's, such as Europe/Vienna."
        )
    return name


def _check_text(name: str, text: str, longest: int, allowed: str = "") -> None:
    if len(text) > longest:
        raise InvalidEvent(f"{name} has {len(text):,} characters; give at most {longest:,}.")
    for character in text:
        if character not in allowed and unicodedata.category(character) in ("Cc", "Cs"):
            raise InvalidEvent(
                f"{name} has the character U+{ord(character):04X}, which is no text; leave it out."
            )


def _to_milliseconds(moment: datetime) -> datetime:
    """As it is stored."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _too_long() -> InvalidEvent:
    return InvalidEvent(
        f"The event is longer than {LONGEST_DAYS} days; give an earlier end, or several events."
    )
