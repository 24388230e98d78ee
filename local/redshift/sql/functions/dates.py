"""Date and time functions: the parts of a date by all their names, differences, time zones.

https://docs.aws.amazon.com/redshift/latest/dg/r_Dateparts_for_datetime_functions.html
"""

import re
from collections.abc import Callable

from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql.marks import marked_call

_NAMES = {
    "millennium": "millennium mil mils millennia",
    "century": "century c cent cents centuries",
    "decade": "decade decs dec decades",
    "year": "year y yr yrs years",
    "quarter": "quarter qtr qtrs quarters",
    "month": "month mon mons months",
    "week": "week w weeks",
    "day": "day d days dayofmonth",
    "hour": "hour h hr hrs hours",
    "minute": "minute m min mins minutes",
    "second": "second s sec secs seconds",
    "millisecond": "millisecond ms msec msecs msecond mseconds millisec millisecs milliseconds",
    "microsecond": "microsecond us usec usecs usecond useconds microsec microsecs microseconds",
    "dayofweek": "dow dayofweek dw weekday",
    "dayofyear": "doy dayofyear dy yearday",
    "epoch": "epoch",
}
_PARTS = {alias: part for part, names in _NAMES.items() for alias in names.split()}
_TRUNCATED = ("year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond")
_ADDED = {
    "year": ("to_years", "int", 1),
    "quarter": ("to_months", "int", 3),
    "month": ("to_months", "int", 1),
    "week": ("to_days", "int", 7),
    "day": ("to_days", "int", 1),
    "hour": ("to_hours", "bigint", 1),
    "minute": ("to_minutes", "bigint", 1),
    "second": ("to_seconds", "bigint", 1),
    "millisecond": ("to_milliseconds", "bigint", 1),
    "microsecond": ("to_microseconds", "bigint", 1),
}
_COMPARED = (*_TRUNCATED, "microsecond")
_ZONE = re.compile(r"[A-Za-z_]+(/[A-Za-z_+0-9-]+)+|UTC|GMT|EST|MST|HST|utc|gmt|est")

Arguments = list[exp.Expr]


def part_name(node: exp.Expr) -> str:
    """DuckDB's name of the date part that a word or a text names.

    Raises:
        SqlError: there is no such part.
    """
    name = node.name.lower()
    if name not in _PARTS:
        raise SqlError(f'"{name}" is not a valid date part')
    return _PARTS[name]


def extract(part: exp.Expr, value: exp.Expr) -> exp.Expr:
    """EXTRACT of a part, to be settled when the type of the value is known."""
    name = part_name(part)
    if name == "microsecond":
        raise NotSupported(f"EXTRACT of {name}")
    return marked_call("extract", [_timestamp(value), exp.Literal.string(name)])


def extracted(value: exp.Expr, name: str, is_zoned: bool) -> exp.Expr:
    """The part as an integer; the epoch is one too large for int4. With a time zone, a double."""
    whole = "bigint" if name == "epoch" else "int"
    return exp.cast(_part(name, value), "double" if is_zoned else whole)


def date_part(arguments: Arguments) -> exp.Expr:
    """DATE_PART gives a double."""
    if len(arguments) != 2:
        raise SqlError("function date_part() takes a date part and a date")
    return exp.cast(extract(*arguments), "double")


def date_trunc(arguments: Arguments) -> exp.Expr:
    if len(arguments) != 2:
        raise SqlError("function date_trunc() takes a date part and a date")
    name = part_name(arguments[0])
    if name not in _TRUNCATED:
        raise NotSupported(f"DATE_TRUNC to {name}")
    return _call("date_trunc", exp.Literal.string(name), _timestamp(arguments[1]))


def datediff(part: exp.Expr, starting: exp.Expr, ending: exp.Expr) -> exp.Expr:
    """DATEDIFF counts the boundaries between two moments; a week begins on Monday."""
    name = part_name(part)
    if name not in _COMPARED:
        raise NotSupported(f"DATEDIFF in {name}")
    if name == "week":
        return _call("local_redshift.week_difference", starting, ending)
    return _call("date_diff", exp.Literal.string(name), starting, ending)


def dateadd(part: exp.Expr, count: exp.Expr, moment: exp.Expr) -> exp.Expr:
    """A moment (TIMESTAMP or TIMESTAMPTZ) so many parts later."""
    name = part_name(part)
    if name not in _ADDED:
        raise NotSupported(f"DATEADD of {name}")
    function, type, factor = _ADDED[name]
    number: exp.Expr = exp.cast(exp.paren(count), type)
    if factor != 1:
        number = exp.Mul(this=number, expression=exp.Literal.number(factor))
    return exp.paren(exp.Add(this=moment, expression=_call(function, number)))


def check_zone(zone: exp.Expr) -> exp.Expr:
    """A zone by its name; an abbreviation such as PST means one thing here and another there.

    Raises:
        NotSupported: it is an abbreviation or an offset.
    """
    if zone.is_string and not _ZONE.fullmatch(zone.name):
        raise NotSupported(f"the time zone {zone.name!r}", "use a name such as Europe/Paris")
    return zone


def convert_timezone(arguments: Arguments) -> exp.Expr:
    """A TIMESTAMP from one zone (UTC when left out) to another."""
    if not 2 <= len(arguments) <= 3:
        raise SqlError("function convert_timezone() takes one or two zones and a timestamp")
    source = arguments[0] if len(arguments) == 3 else exp.Literal.string("UTC")
    target, moment = check_zone(arguments[-2]), exp.cast(arguments[-1], "timestamp")
    check_zone(source)
    return _call("timezone", target, _call("timezone", source, moment))


def add_months(arguments: Arguments) -> exp.Expr:
    """ADD_MONTHS keeps the last day of a month the last day."""
    if len(arguments) != 2:
        raise SqlError("function add_months() takes a date and a number of months")
    moment, months = exp.cast(arguments[0], "timestamp"), exp.cast(arguments[1], "int")
    return _call("local_redshift.add_months", moment, months)


def compared(type: str, other: str) -> Callable[[Arguments], exp.Expr]:
    """A function that says with -1, 0 or 1 how two values of these types compare."""

    def rule(arguments: Arguments) -> exp.Expr:
        if len(arguments) != 2:
            raise SqlError("a comparing function takes two values")
        first, second = (
            exp.cast(value, to) for value, to in zip(arguments, (type, other), strict=True)
        )
        return _call("local_redshift.compared", first, second)

    return rule


def months_between(arguments: Arguments) -> exp.Expr:
    if len(arguments) != 2:
        raise SqlError("function months_between() takes two dates")
    dates = (exp.cast(argument, "timestamp") for argument in arguments)
    return _call("local_redshift.months_between", *dates)


def next_day(arguments: Arguments) -> exp.Expr:
    """The first such weekday after a date."""
    if len(arguments) != 2:
        raise SqlError("function next_day() takes a date and a day of the week")
    return _call("local_redshift.next_day", exp.cast(arguments[0], "date"), arguments[1])


def _part(name: str, value: exp.Expr) -> exp.Expr:
    part = _call("date_part", exp.Literal.string(name), value)
    if name == "millisecond":  # DuckDB counts whole seconds into these
        return exp.Mod(this=exp.cast(part, "bigint"), expression=exp.Literal.number(1000))
    return _call("floor", part) if name in ("epoch", "second") else part


def _timestamp(value: exp.Expr) -> exp.Expr:
    """A text is a timestamp; what has a type keeps it."""
    if isinstance(value, exp.Placeholder) or value.is_string:
        return exp.cast(value, "timestamp")
    return value


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))
