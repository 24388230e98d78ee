"""Which events a filter takes, said as plainly as possible: what the fast matching is held to.

Written from AWS's description alone; it shares nothing with local/appsync.
https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-enhanced-filtering.html
"""

from typing import Any


def arguments_take(arguments: dict[str, Any], event: Any) -> bool:
    """Every argument equals the event's field of its name; null is null or absent."""
    fields = event if isinstance(event, dict) else {}
    return all(_text(fields.get(name)) == _text(value) for name, value in arguments.items())


def filter_takes(given: dict[str, Any], event: Any) -> bool:
    """One group is enough, and of that every filter; no group at all filters nothing."""
    if isinstance(event, list):
        return False
    groups = given["filterGroup"]
    return not groups or any(all(_holds(f, event) for f in group["filters"]) for group in groups)


def _holds(condition: dict[str, Any], event: Any) -> bool:
    path, operator, value = (
        condition["fieldName"].split("."),
        condition["operator"],
        condition["value"],
    )
    if len(path) > 5:
        return True  # deeper paths are ignored
    found = event
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    positive = {"ne": "eq", "notIn": "in", "notContains": "contains"}
    if operator in positive:
        return not _compares(positive[operator], found, value)
    return _compares(operator, found, value)


def _compares(operator: str, found: Any, value: Any) -> bool:
    if operator == "in":
        return any(_same(found, one) for one in value)
    if operator == "containsAny":
        return isinstance(found, list) and any(_same(f, v) for f in found for v in value)
    if operator == "contains":
        if isinstance(found, list):
            return any(_same(item, value) for item in found)
        return isinstance(found, str) and isinstance(value, str) and value in found
    if operator == "beginsWith":
        return isinstance(found, str) and found.startswith(value)
    if operator == "eq":
        return _same(found, value)
    if operator == "between":
        return _compares("ge", found, value[0]) and _compares("le", found, value[1])
    if _kind(found) != _kind(value) or _kind(found) not in ("number", "text"):
        return False
    if operator in ("lt", "ge"):
        return bool(found < value) is (operator == "lt")
    return bool(found > value) is (operator == "gt")


def _same(one: Any, other: Any) -> bool:
    return _kind(one) == _kind(other) and one == other


def _kind(value: Any) -> str:
    kinds = {bool: "boolean", int: "number", float: "number", str: "text", type(None): "null"}
    return kinds.get(type(value), "object")


def _text(value: Any) -> str | None:
    """Arguments compare by their text: the ID "7" is the Int 7; null is no text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return None if value is None else str(value)
