"""Which stream records a Lambda function wants: the filter criteria of an event source mapping.

A pattern is compiled once; an operator we do not know is an error then, rather than a record
that silently never arrives.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""

import json
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local.errors import FilterError

Predicate = Callable[[Any], bool]

ABSENT: Any = object()  # the value of a key that is not there
COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_filters(patterns: Iterable[str]) -> Predicate:
    """A predicate for records: true where any pattern matches, or where there is none."""
    predicates = [compile_pattern(pattern) for pattern in patterns]
    return lambda record: not predicates or any(matches(record) for matches in predicates)


def compile_pattern(pattern: str) -> Predicate:
    """
    Raises:
        FilterError: the pattern is not JSON, or has an operator other than those below.
    """
    try:
        return node(json.loads(pattern))
    except json.JSONDecodeError as error:
        raise FilterError(f"The filter pattern {pattern!r} is not JSON: {error}.") from error


def node(pattern: Any) -> Predicate:
    if isinstance(pattern, list):
        return leaf(pattern)
    if not isinstance(pattern, dict) or not pattern:
        raise FilterError(f"A filter pattern is an object of lists; this is {pattern!r}.")
    fields = [(key, node(value)) for key, value in pattern.items()]
    return lambda value: all(
        matches(value.get(key, ABSENT) if isinstance(value, dict) else ABSENT)
        for key, matches in fields
    )


def leaf(alternatives: list[Any]) -> Predicate:
    predicates = [alternative(each) for each in alternatives]
    return lambda value: any(matches(value) for matches in predicates)


def alternative(expected: Any) -> Predicate:
    if not isinstance(expected, dict):
        return lambda value: is_equal(value, expected)
    if len(expected) != 1 or next(iter(expected)) not in OPERATORS:
        known = ", ".join(sorted(OPERATORS))
        raise FilterError(f"The filter {expected!r} has no operator known here ({known}).")
    name, argument = next(iter(expected.items()))
    return OPERATORS[name](argument)


def is_equal(value: Any, expected: Any) -> bool:
    """As JSON sees it: true is not 1."""
    return isinstance(value, bool) == isinstance(expected, bool) and bool(value == expected)


def prefix(start: str) -> Predicate:
    return lambda value: isinstance(value, str) and value.startswith(start)


def exists(wanted: bool) -> Predicate:
    return lambda value: (value is not ABSENT) is wanted


def anything_but(argument: Any) -> Predicate:
    excluded = argument if isinstance(argument, list) else [argument]
    if any(isinstance(each, dict) for each in excluded):
        raise FilterError(f"anything-but takes plain values here, not {argument!r}.")
    return lambda value: value is not ABSENT and not any(is_equal(value, each) for each in excluded)


def numeric(argument: list[Any]) -> Predicate:
    """DynamoDB's numbers are strings of digits; they compare as numbers too."""
    conditions = list(zip(argument[::2], argument[1::2], strict=False))
    unknown = [name for name, _ in conditions if name not in COMPARISONS]
    if not conditions or unknown or len(argument) % 2:
        raise FilterError(f'numeric takes pairs as in [">", 0, "<=", 5], not {argument!r}.')

    def matches(value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return False
        try:
            number = float(value)
        except ValueError:
            return False
        return all(COMPARISONS[name](number, float(bound)) for name, bound in conditions)

    return matches


OPERATORS: Mapping[str, Callable[[Any], Predicate]] = {
    "prefix": prefix,
    "exists": exists,
    "anything-but": anything_but,
    "numeric": numeric,
}
