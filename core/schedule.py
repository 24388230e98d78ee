"""When a schedule runs: EventBridge Scheduler's expressions, in a time zone.

`cron(0 7 ? * MON-FRI *)` names wall-clock times; one that a change of the clock leaves out is
skipped, one that comes twice runs the first time. `rate(15 minutes)` counts from when the schedule
began, `at(2026-12-24T18:00:00)` runs once.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MONTHS = {
    **{"JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6},
    **{"JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10, "NOV": 11, "DEC": 12},
}
WEEKDAYS = {"SUN": 1, "MON": 2, "TUE": 3, "WED": 4, "THU": 5, "FRI": 6, "SAT": 7}
UNITS = ("minutes", "hours", "days")
YEARS = 1970, 2199
FORMS = "cron(0 7 ? * MON-FRI *), rate(15 minutes) or at(2026-12-24T18:00:00)"
CRON_FIELDS = "minutes, hours, day of month, month, day of week and year"


class InvalidSchedule(ValueError):
    """The expression or the time zone cannot be read, or it would never run."""


@dataclass(frozen=True)
class Schedule:
    """An expression in a time zone.

    Raises:
        InvalidSchedule: there is no such expression or zone, or it would never run.
    """

    expression: str
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        if self._zone is None:
            raise InvalidSchedule(
                f"Time zone {self.timezone[:80]!r} is unknown; give an IANA name such as "
                "Europe/Berlin."
            )
        rule = self._rule
        if isinstance(rule, Cron) and next(rule.days(date(YEARS[0], 1, 1)), None) is None:
            raise InvalidSchedule(f"{self.expression} never runs; no month has such a day.")

    def next_after(self, moment: datetime, since: datetime | None = None) -> datetime | None:
        """The first time that it runs after the moment, in UTC; None where it never does again.

        since: when a rate's schedule began, or ran last; the moment itself when None.
        """
        rule, zone = self._rule, self._zone
        assert zone is not None  # or there would be no schedule
        if isinstance(rule, timedelta):
            begin = since or moment
            return begin + rule * max(1, (moment - begin) // rule + 1)
        if isinstance(rule, datetime):
            once = _moment(rule, zone) or _moment(rule + timedelta(hours=1), zone)
            return once if once is not None and once > moment else None
        today = moment.astimezone(zone).date()
        for day in rule.days(today):
            for at in rule.times:
                found = _moment(datetime.combine(day, at), zone)
                if found is not None and found > moment:
                    return found
        return None

    @cached_property
    def _zone(self) -> ZoneInfo | None:
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None

    @cached_property
    def _rule(self) -> "Cron | timedelta | datetime":
        matched = re.fullmatch(r"(cron|rate|at)\((.*)\)", self.expression.strip())
        if matched is None:
            raise InvalidSchedule(f"{self.expression[:80]!r} is no schedule; write {FORMS}.")
        kind, text = matched.groups()
        if kind == "rate":
            return _interval(self.expression, text)
        return Cron.of(self.expression, text) if kind == "cron" else _once(self.expression, text)


@dataclass(frozen=True)
class Cron:
    """The six fields; days by one of two rules, `day_of_month` or `day_of_week`, the other `?`."""

    minutes: frozenset[int]
    hours: frozenset[int]
    day_of_month: str
    months: frozenset[int]
    day_of_week: str
    years: frozenset[int]

    @classmethod
    def of(cls, expression: str, text: str) -> "Cron":
        fields = text.upper().split()
        if len(fields) != 6:
            raise InvalidSchedule(
                f"{expression[:80]} has {len(fields)} fields; cron takes 6: {CRON_FIELDS}."
            )
        minutes, hours, day, month, weekday, year = fields
        if (day == "?") == (weekday == "?"):
            raise InvalidSchedule(
                f"{expression[:80]} needs ? for the day of month or for the day of week, not both."
            )
        cron = cls(
            minutes=_numbers("minutes", minutes, 0, 59),
            hours=_numbers("hours", hours, 0, 23),
            day_of_month=day,
            months=_numbers("month", month, 1, 12, MONTHS),
            day_of_week=weekday,
            years=_numbers("year", year, *YEARS),
        )
        cron.days_of(YEARS[0], 1)  # refuses what is wrong with the days
        return cron

    @cached_property
    def times(self) -> list[time]:
        return sorted(time(hour, minute) for hour in self.hours for minute in self.minutes)

    def days(self, begin: date) -> Iterator[date]:
        """The days on which it runs, from `begin` on."""
        for year in sorted(year for year in self.years if year >= begin.year):
            for month in sorted(self.months):
                if (year, month) >= (begin.year, begin.month):
                    found = sorted(date(year, month, day) for day in self.days_of(year, month))
                    yield from (day for day in found if day >= begin)

    def days_of(self, year: int, month: int) -> set[int]:
        """The days of a month on which it runs."""
        if self.day_of_month != "?":
            parts = self.day_of_month.split(",")
            return {day for part in parts for day in _days_of_month(part, year, month)}
        return {
            day for part in self.day_of_week.split(",") for day in _days_of_week(part, year, month)
        }


def _days_of_month(part: str, year: int, month: int) -> set[int]:
    last = calendar.monthrange(year, month)[1]
    if part == "L":
        return {last}
    if matched := re.fullmatch(r"(\d{1,2})W", part):
        (wanted,) = _numbers("day of month", matched[1], 1, 31)
        return {_nearest_weekday(year, month, wanted)} if wanted <= last else set()
    return {day for day in _numbers("day of month", part, 1, 31) if day <= last}


def _days_of_week(part: str, year: int, month: int) -> set[int]:
    """Of Sunday, 1, to Saturday, 7: `L` is the last day of a week, `6L` the last Friday."""
    last = calendar.monthrange(year, month)[1]
    matched = re.fullmatch(r"(\w+)L|(\w+)#([1-5])", part)
    if matched is None:
        wanted = {7} if part == "L" else _numbers("day of week", part, 1, 7, WEEKDAYS)
        return {day for day in range(1, last + 1) if _weekday(year, month, day) in wanted}
    (weekday,) = _numbers("day of week", matched[1] or matched[2], 1, 7, WEEKDAYS)
    days = [day for day in range(1, last + 1) if _weekday(year, month, day) == weekday]
    if matched[1]:
        return {days[-1]}
    return set(days[int(matched[3]) - 1 : int(matched[3])])


def _weekday(year: int, month: int, day: int) -> int:
    return date(year, month, day).isoweekday() % 7 + 1


def _nearest_weekday(year: int, month: int, day: int) -> int:
    """The day itself, or the Friday or Monday beside it, in the same month."""
    last = calendar.monthrange(year, month)[1]
    weekday = _weekday(year, month, day)
    if weekday == WEEKDAYS["SAT"]:
        return day - 1 if day > 1 else day + 2
    if weekday == WEEKDAYS["SUN"]:
        return day + 1 if day < last else day - 2
    return day


def _numbers(
    field: str, text: str, least: int, most: int, names: dict[str, int] | None = None
) -> frozenset[int]:
    """What a field lists: numbers or names, `*`, ranges, and steps (`0/15`, `1-5/2`)."""
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        low, dash, high = span.partition("-")
        bounds = (least, most) if span == "*" else (_number(low, names), _number(high, names))
        begin, end = bounds[0], bounds[1] if dash or span == "*" else bounds[0]
        if slash and not dash:
            end = most
        width = int(step) if step.isdecimal() and int(step) > 0 else None if slash else 1
        if begin is None or end is None or width is None or not least <= begin <= end <= most:
            raise InvalidSchedule(
                f"{part[:40]!r} is no {field}; use {least} to {most}, lists, ranges and steps."
            )
        found |= set(range(begin, end + 1, width))
    return frozenset(found)


def _number(text: str, names: dict[str, int] | None) -> int | None:
    if names and text in names:
        return names[text]
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else None


def _interval(expression: str, text: str) -> timedelta:
    value, _, unit = text.partition(" ")
    plural = unit if unit.endswith("s") else f"{unit}s"
    if not re.fullmatch(r"[1-9][0-9]{0,5}", value) or plural not in UNITS:
        raise InvalidSchedule(
            f"{expression[:80]} is no rate; write a whole number and minutes, hours or days."
        )
    return timedelta(**{plural: int(value)})


def _once(expression: str, text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        raise InvalidSchedule(
            f"{expression[:80]} is no time; write at(2026-12-24T18:00:00)."
        ) from None


def _moment(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """When the clocks of the zone show it, first; None where they never do."""
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == wall else None
