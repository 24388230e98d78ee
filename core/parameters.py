"""What callers give a report, checked by its declaration: one rule a type.

A value arrives as text and stays text, because the Data API binds texts: `check_value` answers the
one spelling it is stored and compared by, `bound_value` the text that is bound. Neither NULL nor an
empty text can be bound, so a parameter without a value is left out.
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_SqlParameter.html
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.errors import InvalidParameter
from core.report import ParameterType, ReportParameter

MAX_TEXT_LENGTH = 1_000  # characters, where the declaration says nothing
DECIMAL_DIGITS = 18  # the compiler casts to decimal(18, scale)
DECIMAL_SCALE = 2  # digits after the point, where the declaration says nothing
BIGINT = 2**63
SHOWN_CHARACTERS = 80  # of a refused value, in a message


@dataclass(frozen=True)
class Parameter:
    """A parameter's value, as text."""

    name: str
    value: str


@dataclass(frozen=True)
class ParameterInput:
    """A value for one of the report's parameters, as text: 2015-06, 12.50, true."""

    name: str
    value: str


def check_parameters(
    declared: Sequence[ReportParameter], given: Sequence[ParameterInput]
) -> list[Parameter]:
    """Every declared parameter that has a value, given or by default, in declared order.

    Raises:
        InvalidParameter: one is unknown, given twice, missing, mistyped or out of range.
    """
    values = _by_name(declared, given)
    checked = []
    for parameter in declared:
        text = values.get(parameter.name, parameter.default)
        if text is not None:
            checked.append(Parameter(parameter.name, check_value(parameter, text)))
        elif parameter.required:
            raise InvalidParameter(f"Parameter {parameter.name} is missing; {_wanted(parameter)}.")
    return checked


def check_value(parameter: ReportParameter, text: str) -> str:
    """`text` in the spelling its type has: 007 as 7, 2015-06-01T10:00 as 2015-06-01 10:00:00.

    Raises:
        InvalidParameter: it is not of the parameter's type or not within its bounds.
    """
    rule = RULES[parameter.type]
    try:
        value = rule.parse(parameter, text)
    except ValueError as error:
        raise _refusal(parameter, text, str(error)) from None
    for bound, is_outside in ((parameter.min, _below), (parameter.max, _above)):
        if bound is not None and is_outside(value, rule.parse(parameter, bound)):
            raise _refusal(parameter, text, "is out of range")
    return rule.write(value)


def bound_value(parameter: ReportParameter, text: str) -> str:
    """The text that is bound for a checked value: a month binds its first day."""
    return f"{text}-01" if parameter.type is ParameterType.MONTH else text


@dataclass(frozen=True)
class Rule:
    """How a type is read, written and asked for. `parse` raises ValueError saying what is wrong."""

    parse: Callable[[ReportParameter, str], Any]
    write: Callable[[Any], str]
    wanted: str


def _text(parameter: ReportParameter, text: str) -> str:
    if not text:
        raise ValueError("is empty, which cannot be bound; leave the parameter out instead")
    longest = parameter.max_length or MAX_TEXT_LENGTH
    if len(text) > longest:
        raise ValueError(f"has {len(text):,} characters, more than {longest:,}")
    if "\0" in text:
        raise ValueError("contains a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("is not well-formed Unicode") from None
    return text


def _integer(parameter: ReportParameter, text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,19}", text):
        raise ValueError("is not a whole number")
    value = int(text)
    if not -BIGINT <= value < BIGINT:
        raise ValueError("does not fit into 64 bits")
    return value


def _decimal(parameter: ReportParameter, text: str) -> Decimal:
    scale = DECIMAL_SCALE if parameter.scale is None else parameter.scale
    matched = re.fullmatch(r"[+-]?([0-9]+)(?:\.([0-9]+))?", text)
    if not matched:
        raise ValueError("is not a decimal number")
    whole, fraction = matched[1].lstrip("0"), (matched[2] or "").rstrip("0")
    if len(fraction) > scale:
        raise ValueError(f"has more than {scale} digits after the point")
    if len(whole) > DECIMAL_DIGITS - scale:
        raise ValueError(f"has more than {DECIMAL_DIGITS - scale} digits before the point")
    return Decimal(text).normalize() + 0  # one spelling for 1.5 and 1.50, 0 and -0


def _boolean(parameter: ReportParameter, text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("is neither true nor false")
    return text == "true"


def _date(parameter: ReportParameter, text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError("is not a date")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a day of the calendar") from None


def _month(parameter: ReportParameter, text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
        raise ValueError("is not a month")
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ValueError("is not a month of the calendar") from None


def _timestamp(parameter: ReportParameter, text: str) -> datetime:
    if not re.fullmatch(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?", text
    ):
        raise ValueError("is not a timestamp without a time zone")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a moment of the calendar") from None


def _enum(parameter: ReportParameter, text: str) -> str:
    if text not in (parameter.options or []):
        raise ValueError("is not an option")
    return text


RULES = {
    ParameterType.TEXT: Rule(_text, str, "a text"),
    ParameterType.INTEGER: Rule(_integer, str, "a whole number"),
    ParameterType.DECIMAL: Rule(_decimal, lambda value: f"{value:f}", "a number such as 12.50"),
    ParameterType.BOOLEAN: Rule(_boolean, lambda value: str(value).lower(), "true or false"),
    ParameterType.DATE: Rule(_date, date.isoformat, "a date as YYYY-MM-DD"),
    ParameterType.MONTH: Rule(_month, lambda value: value.isoformat()[:7], "a month as YYYY-MM"),
    ParameterType.TIMESTAMP: Rule(
        _timestamp, lambda value: value.isoformat(sep=" "), "a timestamp as YYYY-MM-DD HH:MM:SS"
    ),
    ParameterType.ENUM: Rule(_enum, str, "an option"),
}


def _by_name(
    declared: Sequence[ReportParameter], given: Sequence[ParameterInput]
) -> dict[str, str]:
    names = [parameter.name for parameter in declared]
    values: dict[str, str] = {}
    for parameter in given:
        if parameter.name not in names:
            known = ", ".join(names) or "none"
            raise InvalidParameter(
                f"Parameter {_shown(parameter.name)} is unknown; this report takes: {known}."
            )
        if parameter.name in values:
            raise InvalidParameter(f"Parameter {parameter.name} is given twice; give it once.")
        values[parameter.name] = parameter.value
    return values


def _refusal(parameter: ReportParameter, text: str, reason: str) -> InvalidParameter:
    return InvalidParameter(
        f"Parameter {parameter.name}: {_shown(text)} {reason}; {_wanted(parameter)}."
    )


def _wanted(parameter: ReportParameter) -> str:
    """What to give: `give a month as YYYY-MM from 2015-01 to 2015-12`."""
    if parameter.options:
        return f"give one of {', '.join(parameter.options)}"
    lower = f" from {parameter.min}" if parameter.min is not None else ""
    upper = f" up to {parameter.max}" if parameter.max is not None else ""
    return f"give {RULES[parameter.type].wanted}{lower}{upper}"


def _shown(text: str) -> str:
    """A refused value in a message: quoted, control characters escaped, cut."""
    return ascii(text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}...")


def _below(value: Any, bound: Any) -> bool:
    return bool(value < bound)


def _above(value: Any, bound: Any) -> bool:
    return bool(value > bound)
