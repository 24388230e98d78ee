"""TO_CHAR, TO_DATE and TO_TIMESTAMP: datetime formats compiled to DuckDB.

The format must be a literal: what cannot be compiled is refused before anything runs.
https://docs.aws.amazon.com/redshift/latest/dg/r_FORMAT_strings.html
"""

import itertools
import re

from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql import number_formats

# Pattern -> strftime directive, for reading and for writing; longest first when matched.
_READ = {
    "YYYY": "%Y",
    "YY": "%y",
    "MONTH": "%B",
    "MON": "%b",
    "MM": "%m",
    "DD": "%d",
    "HH24": "%H",
    "HH12": "%I",
    "HH": "%I",
    "MI": "%M",
    "SS": "%S",
    "US": "%f",
    "AM": "%p",
    "PM": "%p",
    "DAY": "%A",
    "DY": "%a",
    "DDD": "%j",
}
_WRITTEN = _READ | {"MS": "%g", "IW": "%V", "IYYY": "%G"}
_PADDED = {"MONTH", "DAY"}  # written with blanks up to nine characters
_DIGITS = {  # what strptime reads for a directive, if not letters
    **dict.fromkeys(("%y", "%m", "%d", "%H", "%I", "%M", "%S"), "[0-9]{1,2}"),
    **{"%Y": "[0-9]{4}", "%f": "[0-9]{1,6}", "%j": "[0-9]{1,3}"},
}
_ONLY_WRITTEN = ("Q", "D")
_PATTERN = re.compile(
    "FM|"
    + "|".join(sorted({*_WRITTEN, *_ONLY_WRITTEN}, key=len, reverse=True))
    + r'|"[^"]*"|[^A-Za-z0-9"]+',
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[90.,DGSLMIPRBFVTHCH\s$-]*[90][90.,DGSLMIPRBFVTHCH\s$-]*", re.IGNORECASE)

Arguments = list[exp.Expr]


def to_char(arguments: Arguments) -> exp.Expr:
    """TO_CHAR of a date or timestamp, or of a number."""
    value, format = _value_and_format("TO_CHAR", arguments)
    if _NUMBER.fullmatch(format):
        return number_formats.to_char(value, format)
    moment = exp.cast(value, "timestamp")
    pieces, is_filled = [], True
    for item in _items("TO_CHAR", format):
        if item.upper() == "FM":
            is_filled = False
            continue
        pieces.append(_written(item, moment, is_filled))
        is_filled = True
    joined = pieces[0] if pieces else exp.Literal.string("")
    for piece in pieces[1:]:
        joined = exp.DPipe(this=joined, expression=piece)
    return exp.paren(joined)


def to_date(arguments: Arguments) -> exp.Expr:
    """TO_DATE(text, format [, is_strict]); not strict, June 31 is July 1.

    https://docs.aws.amazon.com/redshift/latest/dg/r_TO_DATE_function.html
    """
    arguments, is_strict = arguments[:2], arguments[2:] or [exp.false()]
    if len(is_strict) > 1 or not isinstance(is_strict[0], exp.Boolean):
        raise NotSupported("TO_DATE with anything but TRUE or FALSE for is_strict")
    read = _read("TO_DATE", arguments)
    items = _reading_items("TO_DATE", arguments[1].name)
    if is_strict[0].this or items.count("%d") != 1:
        return exp.cast(read, "date")
    place = items.index("%d")
    head, tail = (
        exp.Literal.string(r"\s*".join(map(_matching, part)))
        for part in (items[:place], items[place + 1 :])
    )
    return _call("local_redshift.rolled_date", *read.expressions, head, tail)


def _matching(directive: str) -> str:
    """A regular expression of what a directive reads."""
    if not directive.startswith("%") or directive.startswith("%%"):
        return re.escape(directive.replace("%%", "%"))
    return _DIGITS.get(directive, "[A-Za-z]+")


def to_timestamp(arguments: Arguments) -> exp.Expr:
    """TO_TIMESTAMP gives a TIMESTAMPTZ; the session's zone is UTC."""
    return exp.cast(_read("TO_TIMESTAMP", arguments), "timestamptz")


def _read(function: str, arguments: Arguments) -> exp.Expr:
    """strptime with every spacing Redshift reads: blanks between two items may be missing."""
    value, format = _value_and_format(function, arguments)
    directives = _reading_items(function, format)
    gaps = [
        ("", " ") if left.startswith("%") and right.startswith("%") else ("",)
        for left, right in itertools.pairwise(directives)
    ]
    formats = [
        exp.Literal.string("".join(itertools.chain(*zip(directives, [*spacing, ""], strict=True))))
        for spacing in itertools.product(*gaps)
    ]
    trimmed = _call("trim", exp.cast(value, "varchar"))
    return _call("strptime", trimmed, exp.Array(expressions=formats))


def _reading_items(function: str, format: str) -> list[str]:
    """What strptime reads one after the other."""
    items = [item for item in _items(function, format) if item.upper() != "FM"]
    return [_reading(function, item) for item in items]


def _reading(function: str, item: str) -> str:
    if item.upper() in _READ:
        return _READ[item.upper()]
    if item[0].isalnum():
        raise NotSupported(f"{function} with the pattern {item}")
    return item.strip('"').replace("%", "%%")


def _written(item: str, moment: exp.Expr, is_filled: bool) -> exp.Expr:
    word = item.upper()
    if word == "Q":
        return exp.cast(_call("quarter", moment.copy()), "varchar")
    if word == "D":
        day = exp.Add(this=_call("dayofweek", moment.copy()), expression=exp.Literal.number(1))
        return exp.cast(exp.paren(day), "varchar")
    if word not in _WRITTEN:
        return exp.Literal.string(item.strip('"'))
    text: exp.Expr = _call("strftime", moment.copy(), exp.Literal.string(_WRITTEN[word]))
    if word in ("MONTH", "MON", "DAY", "DY", "AM", "PM"):
        text = _cased(item, text)
    if word in _PADDED and is_filled:
        text = _call("rpad", text, exp.Literal.number(9), exp.Literal.string(" "))
    if not is_filled and word not in _PADDED:
        text = _call(
            "regexp_replace", text, exp.Literal.string("^0+(.)"), exp.Literal.string("\\1")
        )
    return text


def _cased(item: str, text: exp.Expr) -> exp.Expr:
    """Names take the case of their pattern: MONTH, Month, month."""
    if item.isupper():
        return _call("upper", text)
    return _call("lower", text) if item.islower() else text


def _items(function: str, format: str) -> list[str]:
    items, index = [], 0
    while index < len(format):
        match = _PATTERN.match(format, index)
        if match is None:
            raise NotSupported(f"{function} with the format {format!r} (at {format[index:]!r})")
        items.append(match[0])
        index = match.end()
    return items


def _value_and_format(function: str, arguments: Arguments) -> tuple[exp.Expr, str]:
    if len(arguments) != 2:
        raise SqlError(f"function {function.lower()}() takes a value and a format")
    if not arguments[1].is_string:
        raise NotSupported(f"{function} with a format that is not a literal")
    return arguments[0], arguments[1].name


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))
