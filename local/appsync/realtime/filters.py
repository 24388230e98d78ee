"""Which events a subscription wants: its arguments, or the enhanced filter set instead of them.

Both become alternatives, any of which suffices: equalities, by which the registry finds
subscriptions without asking each one, and further conditions. `in` is an alternative per value,
as it is for AppSync's own count. `between` includes its ends; negative operators hold for a
missing field: AWS documents neither.
https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-enhanced-filtering.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import orjson

from local.appsync.errors import AppSyncError

MAX_FIELDS = 5  # different fields in one filter
MAX_ALTERNATIVES = 10
MAX_IN_VALUES = 5
MAX_ANY_VALUES = 20
MAX_STRING_LENGTH = 256
MAX_PATH_LEVELS = 5

Path = tuple[str, ...]
Key = str | tuple[str, Any] | None


class FilterError(AppSyncError):
    """A filter that the service refuses."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of an event's field."""

    path: Path
    operator: str
    value: Any

    def holds(self, event: Any) -> bool:
        """Whether the event's field compares."""
        return _OPERATORS[self.operator](look_up(event, self.path), self.value)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Events that have these values and fulfil these conditions."""

    by_text: bool  # an argument: compared by its string form
    paths: tuple[Path, ...]
    keys: tuple[Key, ...]
    conditions: tuple[Condition, ...] = ()


def argument_filter(arguments: Mapping[str, Any]) -> list[Alternative]:
    """Every argument equals the event's field of that name; null means null or absent."""
    names = sorted(arguments)
    paths = tuple((name,) for name in names)
    return [Alternative(True, paths, tuple(text_key(arguments[name]) for name in names))]


def enhanced_filter(given: Any, field_name: str) -> list[Alternative]:
    """The alternatives of an `extensions.setSubscriptionFilter` object.

    Raises:
        FilterError: it is none, or exceeds a limit; the message is the service's where known.
    """
    groups = given.get("filterGroup") if isinstance(given, dict) else None
    if not isinstance(groups, list):
        raise FilterError(f"The filter of subscription {field_name} has no list 'filterGroup'.")
    if not groups:
        return argument_filter({})
    joined = [_conditions(group, field_name) for group in groups]
    if sum(map(_count, joined)) > MAX_ALTERNATIVES:  # before they are made: they can be millions
        raise FilterError(
            f"Filters combination exceed maximum limit {MAX_ALTERNATIVES} "
            f"for subscription {field_name}."
        )
    return [alternative for conditions in joined for alternative in _alternatives(conditions)]


def look_up(event: Any, path: Path) -> Any:
    """The value at a path of an event; None where it is missing."""
    for name in path:
        if not isinstance(event, dict):
            return None
        event = event.get(name)
    return event


def text_key(value: Any) -> Key:
    """A value by its string form: an ID equals an Int of the same digits."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # it may have more than 64 bits
    return orjson.dumps(value).decode()


def typed_key(value: Any) -> Key:
    """A value with its type: 1 is not "1" and not true."""
    if value is None:
        return None
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, int | float):
        return ("number", value)
    if isinstance(value, str):
        return ("string", value)
    return ("json", orjson.dumps(value))


def _conditions(group: Any, field_name: str) -> list[Condition]:
    filters = group.get("filters") if isinstance(group, dict) else None
    if not isinstance(filters, list):
        raise FilterError(f"A filter group of subscription {field_name} has no list 'filters'.")
    conditions = [_condition(given, field_name) for given in filters]
    _check_fields(conditions, field_name)
    return [c for c in conditions if len(c.path) <= MAX_PATH_LEVELS]  # deeper ones are ignored


def _count(conditions: list[Condition]) -> int:
    """How many alternatives the values of `in` make."""
    return prod(len(c.value) for c in conditions if c.operator == "in")


def _alternatives(kept: list[Condition]) -> list[Alternative]:
    equal = [c for c in kept if c.operator in ("eq", "in")]
    values = [c.value if c.operator == "in" else [c.value] for c in equal]
    others = tuple(c for c in kept if c.operator not in ("eq", "in"))
    paths = tuple(c.path for c in equal)
    return [
        Alternative(False, paths, tuple(typed_key(value) for value in chosen), others)
        for chosen in product(*values)
    ]


def _condition(given: Any, field_name: str) -> Condition:
    try:
        name, operator, value = given["fieldName"], given["operator"], given["value"]
    except (TypeError, KeyError) as error:
        text = "needs 'fieldName', 'operator' and 'value'"
        raise FilterError(f"A filter of subscription {field_name} {text}.") from error
    if operator not in _OPERATORS:
        known = ", ".join(_OPERATORS)
        raise FilterError(f"The filter operator '{operator}' is none of {known}.")
    limit = {"in": MAX_IN_VALUES, "notIn": MAX_IN_VALUES, "containsAny": MAX_ANY_VALUES}
    if operator in limit or operator == "between":
        if not isinstance(value, list):
            raise FilterError(f"The filter operator '{operator}' needs a list of values.")
        if len(value) > limit.get(operator, 2):
            raise FilterError(
                f"subscription exceeds maximum value limit {limit.get(operator, 2)} "
                f"for operator `{operator}`."
            )
    if operator == "between" and len(value) != 2:
        raise FilterError("The filter operator 'between' needs two values.")
    _check_length(value, field_name)
    return Condition(tuple(str(name).split(".")), operator, value)


def _check_length(value: Any, field_name: str) -> None:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str) and len(one) > MAX_STRING_LENGTH:
            text = f"exceeds maximum length {MAX_STRING_LENGTH} of a filter value"
            raise FilterError(f"Subscription {field_name} {text}.")


def _check_fields(conditions: list[Condition], field_name: str) -> None:
    names = {condition.path for condition in conditions}
    if len(names) > MAX_FIELDS:
        text = f"Filters exceed maximum attributes limit {MAX_FIELDS} for subscription"
        raise FilterError(f"{text} {field_name}.")
    if len(names) < len(conditions):
        raise FilterError(
            f"filter uses same fieldName multiple time for subscription {field_name}."
        )


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """A comparison of two numbers or two strings; false for anything else."""

    def comparison(found: Any, value: Any) -> bool:
        number = typed_key(found), typed_key(value)
        kinds = {key[0] if isinstance(key, tuple) else None for key in number}
        return kinds in ({"number"}, {"string"}) and compare(found, value)

    return comparison


def _equals(found: Any, value: Any) -> bool:
    return typed_key(found) == typed_key(value)


def _is_in(found: Any, values: list[Any]) -> bool:
    return any(_equals(found, value) for value in values)


def _contains(found: Any, value: Any) -> bool:
    if isinstance(found, list):
        return _is_in(value, found)
    return isinstance(found, str) and isinstance(value, str) and value in found


_at_least = _ordered(lambda found, value: found >= value)
_at_most = _ordered(lambda found, value: found <= value)
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": _equals,
    "ne": lambda found, value: not _equals(found, value),
    "le": _at_most,
    "lte": _at_most,
    "lt": _ordered(lambda found, value: found < value),
    "ge": _at_least,
    "gte": _at_least,
    "gt": _ordered(lambda found, value: found > value),
    "contains": _contains,
    "notContains": lambda found, value: not _contains(found, value),
    "beginsWith": lambda found, value: isinstance(found, str) and found.startswith(str(value)),
    "in": _is_in,
    "notIn": lambda found, values: not _is_in(found, values),
    "between": lambda found, ends: _at_least(found, ends[0]) and _at_most(found, ends[1]),
    "containsAny": lambda found, values: (
        isinstance(found, list) and any(_is_in(value, found) for value in values)
    ),
}
