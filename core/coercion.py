"""The one place where snake_case meets camelCase: Python values from and to GraphQL's JSON.

Types are read from annotations. In the specification's words: input coercion for arguments, result
coercion for what a resolver returns.
https://spec.graphql.org/October2021/#sec-Input-Values
"""

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache, partial
from typing import Any, Union, get_args, get_origin, get_type_hints

from core.errors import InvalidTime

PLAIN = {str, int, float, bool}  # in JSON as they are
DAY = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d(:\d\d)?)?")


def arguments(function: Callable[..., Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """The keyword arguments for `function` from a field's arguments; absent ones are left out."""
    hints = _hints(function)
    return {
        name: from_json(hint, document[camel(name)])
        for name, hint in hints.items()
        if camel(name) in document
    }


def from_json(hint: Any, value: Any) -> Any:
    """Input coercion: `value`, as JSON has it, as an instance of the annotation `hint`."""
    return None if value is None else _reader(hint)(value)


def to_json(value: Any) -> Any:
    """Result coercion: dataclasses as objects in camelCase, enums as names, datetimes in UTC."""
    if value is None or type(value) in PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if is_dataclass(value):
        return {key: to_json(getattr(value, name)) for name, key in _keys(value.__class__)}
    return value


def timestamp(moment: datetime) -> str:
    """An AWSDateTime in UTC with milliseconds: of equal width, so that texts sort as times do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def spoken(length: timedelta) -> str:
    """A length of time as a message says it: 5 minutes, 1 hour, 90 seconds."""
    seconds = round(length.total_seconds())
    for name, unit in (("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds % unit == 0 and seconds >= unit:
            return f"{seconds // unit:,} {name}{'s' if seconds > unit else ''}"
    return "moment"


def whole_seconds(length: timedelta | None) -> int | None:
    """A length of time as it is stored."""
    return None if length is None else int(length.total_seconds())


def from_seconds(stored: int | None) -> timedelta | None:
    """A length of time from what `whole_seconds` stored."""
    return None if stored is None else timedelta(seconds=stored)


@cache
def camel(name: str) -> str:
    """`next_token` as GraphQL writes it: `nextToken`."""
    head, *tail = name.split("_")
    return head + "".join(word.title() for word in tail)


def _moment(text: str) -> datetime:
    """An AWSDateTime, which need not have a zone and then is in UTC.

    Raises:
        InvalidTime: AppSync takes it, but in UTC it is beyond the years 1 to 9999.
    """
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidTime(
            f"Time {text[:80]!a} cannot be read; give one such as 2026-11-20T14:30:00Z."
        ) from None


def _day(text: str) -> date:
    """An AWSDate, which may have a zone that says nothing of a day.

    Raises:
        InvalidTime: AppSync takes it, but there is no such day.
    """
    found = DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1] if found else "")
    except ValueError:
        raise InvalidTime(
            f"Day {text[:80]!a} cannot be read; give one such as 2026-11-20."
        ) from None


def _instance(hint: Any, document: Mapping[str, Any]) -> Any:
    hints = _hints(hint)
    present = ((name, key) for name, key in _keys(hint) if key in document)
    return hint(**{name: from_json(hints[name], document[key]) for name, key in present})


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    """What reads a value that is not null as this annotation says."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _reader(next(arm for arm in get_args(hint) if arm is not types.NoneType))
    if origin is list:
        return lambda items: [from_json(get_args(hint)[0], item) for item in items]
    if is_dataclass(hint):
        return partial(_instance, hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return {datetime: _moment, date: _day}.get(hint, _as_it_is)


def _as_it_is(value: Any) -> Any:
    return value


@cache
def _keys(subject: type) -> tuple[tuple[str, str], ...]:
    """The fields of a dataclass, each with its name in JSON."""
    return tuple((field.name, camel(field.name)) for field in fields(subject))


@cache
def _hints(subject: Any) -> dict[str, Any]:
    hints = get_type_hints(subject)
    hints.pop("return", None)
    return hints
