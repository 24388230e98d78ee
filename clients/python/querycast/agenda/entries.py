"""What is on which day: events, runs and holidays together, as a calendar on a wall has them.

A day is one of this machine's time zone. An all-day event and a holiday have days of their own,
which are the same in every time zone, so they are never reckoned from moments.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from querycast.agenda.event import Event
from querycast.agenda.occurrence import Holiday, Occurrence

A_DAY = timedelta(days=1)
# An all-day event may be 14 hours east of Greenwich, and whoever looks 12 west, or the other way.
ELSEWHERE = timedelta(hours=26)


@dataclass(frozen=True)
class Range:
    """The days from the first to the last."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first moment here."""
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment here that is after it."""
        return _midnight(self.last + A_DAY)

    @property
    def years(self) -> range:
        """Those that it has days of."""
        return range(self.first.year, self.last.year + 1)

    def overlaps(self, first: date, last: date) -> bool:
        """Whether it has any of these days."""
        return first <= self.last and self.first <= last


@dataclass(frozen=True)
class Entry:
    """Something on a day.

    day: the day, or of what is longer the first that is asked for.
    start, end: local times; None where it is the whole day. last: the last day.
    kind: event, schedule, pipeline or holiday. id: the event's, or of the run the query's.
    status: of a run: how it is, `planned`, or why it will be left out.
    """

    day: date
    last: date
    kind: str
    title: str
    start: datetime | None = None
    end: datetime | None = None
    calendar: str | None = None
    location: str | None = None
    status: str | None = None
    id: str | None = None

    @property
    def place(self) -> tuple[date, bool, datetime, str, str]:
        """In which order they are: what is all day comes first."""
        start = self.start or _midnight(self.day)
        return (self.day, self.start is not None, start, self.title, self.id or "")

    def has(self, text: str) -> bool:
        """Whether its title has the text in it, in whatever case."""
        return text.casefold() in self.title.casefold()


def of_events(events: Iterable[Event], days: Range) -> Iterator[Entry]:
    """The events that are on any of the days."""
    for event in events:
        if event.first_day is not None and event.last_day is not None:
            first, last, start, end = event.first_day, event.last_day, None, None
        else:
            start, end = event.start.astimezone(), event.end.astimezone()
            first, last = start.date(), (event.end - timedelta.resolution).astimezone().date()
        if days.overlaps(first, last):
            yield Entry(
                day=max(first, days.first),
                last=last,
                kind="event",
                title=event.title,
                start=start,
                end=end,
                calendar=event.calendar,
                location=event.location,
                id=event.id,
            )


def of_occurrences(occurrences: Iterable[Occurrence]) -> Iterator[Entry]:
    """The runs, past and planned."""
    for run in occurrences:
        start = run.at.astimezone()
        yield Entry(
            day=start.date(),
            last=start.date(),
            kind="schedule" if run.pipeline is None else "pipeline",
            title=run.pipeline or run.report or "",
            start=start,
            status=_status(run),
            id=run.query_id,
        )


def of_holidays(holidays: Iterable[Holiday], days: Range) -> Iterator[Entry]:
    """The holidays that are on any of the days."""
    for holiday in holidays:
        if days.overlaps(holiday.date, holiday.date):
            yield Entry(holiday.date, holiday.date, "holiday", holiday.name)


def _status(run: Occurrence) -> str:
    if run.status is not None:
        return run.status.value
    return "planned" if run.holiday is None else f"left out: {run.holiday}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone()
