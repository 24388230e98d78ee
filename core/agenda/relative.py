"""Values of a report's parameters that follow the day on which a schedule runs: `last_month`.

They are resolved for the time that the schedule was for, in its time zone, so that a run that comes
late, or comes again, asks for the same. Weeks begin on Monday; what goes to date ends today, the
last so many days end yesterday. What a value may be depends on its parameter's type:

| type | takes |
|---|---|
| DATE | a day, or the first or last day of a period: `yesterday`, `last_week.start` |
| MONTH | `this_month`, `last_month`, or the month of a period's `.start` or `.end` |
| TIMESTAMP | a day or a period's start, at midnight; `.end` is the midnight after its last day |

All else is what it says, and so is every value of another type.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import InvalidParameter
from core.parameters import SHOWN_CHARACTERS, ParameterInput
from core.report import ParameterType, ReportParameter

WORD = re.compile(r"([a-z][a-z0-9_]*)(?:\.([a-z]+))?")
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """The days from the first to the last one, both of them in."""

    first: date
    last: date


def _day(offset: int) -> Callable[[date], date]:
    return lambda today: today + offset * DAY


def _last_days(count: int) -> Callable[[date], Period]:
    return lambda today: Period(today - count * DAY, today - DAY)


def _week(today: date) -> Period:
    monday = today - today.weekday() * DAY
    return Period(monday, monday + WEEK - DAY)


def _month(today: date) -> Period:
    return _months(today.year, today.month, 1)


def _quarter(today: date) -> Period:
    return _months(today.year, today.month - (today.month - 1) % 3, 3)


def _year(today: date) -> Period:
    return _months(today.year, 1, 12)


def _months(year: int, month: int, count: int) -> Period:
    """So many whole months."""
    years, index = divmod(month - 1 + count, 12)
    return Period(date(year, month, 1), date(year + years, index + 1, 1) - DAY)


DAYS: dict[str, Callable[[date], date]] = {
    "today": _day(0),
    "yesterday": _day(-1),
    "tomorrow": _day(1),
}
WHOLE = {"week": _week, "month": _month, "quarter": _quarter, "year": _year}


def _before(whole: Callable[[date], Period]) -> Callable[[date], Period]:
    return lambda today: whole(whole(today).first - DAY)


def _to_date(whole: Callable[[date], Period]) -> Callable[[date], Period]:
    return lambda today: Period(whole(today).first, today)


PERIODS: dict[str, Callable[[date], Period]] = {
    **{f"this_{name}": whole for name, whole in WHOLE.items()},
    **{f"last_{name}": _before(whole) for name, whole in WHOLE.items()},
    **{f"{name}_to_date": _to_date(whole) for name, whole in WHOLE.items()},
    **{f"last_{count}_days": _last_days(count) for count in (7, 30, 90)},
}
MONTHS = ("this_month", "last_month")  # the periods that are a month each


def resolved(
    declared: Sequence[ReportParameter], given: Sequence[ParameterInput], today: date
) -> list[ParameterInput]:
    """The values as they are on that day, to be checked as any that a caller gives.

    Raises:
        InvalidParameter: a word that its parameter's type does not take.
    """
    types = {parameter.name: parameter.type for parameter in declared}
    return [ParameterInput(each.name, _value(each, types.get(each.name), today)) for each in given]


def is_relative(type: ParameterType, text: str) -> bool:
    """Whether the value is a word, right or wrong, that depends on the day."""
    return type in RULES and WORD.fullmatch(text) is not None


def _value(given: ParameterInput, type: ParameterType | None, today: date) -> str:
    if type is None or not is_relative(type, given.value):
        return given.value
    name, _, edge = given.value.partition(".")
    rule = RULES[type]
    if name in DAYS and not edge and rule.day is not None:
        return rule.day(DAYS[name](today))
    if name in PERIODS and edge in ("start", "end"):
        return (rule.start if edge == "start" else rule.end)(PERIODS[name](today))
    if name in rule.periods and not edge:
        return rule.start(PERIODS[name](today))
    shown = ascii(given.value[:SHOWN_CHARACTERS])
    raise InvalidParameter(f"Parameter {given.name}: {shown} {_wrong(name, edge, rule)}")


@dataclass(frozen=True)
class Rule:
    """How a type writes what a word stands for.

    day: None where a single day is nothing to it.
    periods: those that are one value of it.
    """

    start: Callable[[Period], str]
    end: Callable[[Period], str]
    wanted: str
    day: Callable[[date], str] | None = None
    periods: tuple[str, ...] = ()


def _midnight(day: date) -> str:
    return f"{day.isoformat()} 00:00:00"


def _of_month(day: date) -> str:
    return day.isoformat()[:7]


RULES = {
    ParameterType.DATE: Rule(
        day=date.isoformat,
        start=lambda period: period.first.isoformat(),
        end=lambda period: period.last.isoformat(),
        wanted="a date as YYYY-MM-DD",
    ),
    ParameterType.MONTH: Rule(
        start=lambda period: _of_month(period.first),
        end=lambda period: _of_month(period.last),
        periods=MONTHS,
        wanted="a month as YYYY-MM",
    ),
    ParameterType.TIMESTAMP: Rule(
        day=_midnight,
        start=lambda period: _midnight(period.first),
        end=lambda period: _midnight(period.last + DAY),
        wanted="a timestamp as YYYY-MM-DD HH:MM:SS",
    ),
}


def _wrong(name: str, edge: str, rule: Rule) -> str:
    """What is wrong with a word, and what to give instead."""
    if name in PERIODS and not edge:
        return f"is a period; add .start or .end: {name}.start, {name}.end."
    singles = (*(DAYS if rule.day else ()), *rule.periods)
    return (
        f"is no value of its type; give {rule.wanted}, {', '.join(singles)}, "
        f"or .start or .end of {', '.join(PERIODS)}."
    )
