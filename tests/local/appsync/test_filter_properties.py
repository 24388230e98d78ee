"""Filters and the registry that finds their subscriptions deliver exactly what an oracle says."""

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from local.appsync.realtime.event import Projection
from local.appsync.realtime.filters import (
    MAX_ALTERNATIVES,
    Alternative,
    FilterError,
    argument_filter,
    enhanced_filter,
)
from local.appsync.realtime.registry import Registry, Subscription
from tests.conformance.appsync.filter_oracle import arguments_take, filter_takes

# A busy machine is slow, and that is no defect.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

NAMES = ["a", "b", "c"]
PATHS = [*NAMES, "d.a", "d.d.a", "d.d.d.d.a", "d.d.d.d.d.a"]
TEXTS = ["", "a", "ab", "b", "1", "true"]

numbers = st.sampled_from([-1, 0, 1, 2, 1.0, 1.5, 2.5])
scalars = st.one_of(numbers, st.sampled_from(TEXTS), st.booleans())
fields = st.one_of(st.none(), scalars, st.lists(scalars, max_size=3))
leaves = st.dictionaries(st.sampled_from(NAMES), fields, max_size=3)


def nested(depth: int) -> st.SearchStrategy[dict[str, Any]]:
    """Events with an object `d` in an object `d`, down to a depth."""
    if depth == 0:
        return leaves
    deeper = st.one_of(st.none(), scalars, nested(depth - 1))
    return st.builds(lambda event, d: event | {"d": d}, leaves, deeper) | leaves


events = nested(5)
singles = {"eq", "ne", "contains", "notContains"}
ordered = {"lt", "le", "gt", "ge"}
conditions = st.one_of(
    st.tuples(st.sampled_from(sorted(singles)), scalars),
    st.tuples(st.sampled_from(sorted(ordered)), numbers | st.sampled_from(TEXTS)),
    st.tuples(st.just("beginsWith"), st.sampled_from(TEXTS)),
    st.tuples(st.sampled_from(["in", "notIn"]), st.lists(scalars, min_size=1, max_size=3)),
    st.tuples(st.just("containsAny"), st.lists(scalars, min_size=1, max_size=3)),
    st.tuples(st.just("between"), st.tuples(numbers, numbers).map(list)),
)


def group(chosen: dict[str, tuple[str, Any]]) -> dict[str, Any]:
    filters = [
        {"fieldName": name, "operator": operator, "value": value}
        for name, (operator, value) in chosen.items()
    ]
    return {"filters": filters}


groups = st.dictionaries(st.sampled_from(PATHS), conditions, min_size=1, max_size=3).map(group)
filters = st.lists(groups, max_size=3).map(lambda alternatives: {"filterGroup": alternatives})
wide = st.tuples(st.just("in"), st.lists(scalars, min_size=4, max_size=5))  # two make 16 or more
too_many = st.one_of(
    st.lists(groups, min_size=MAX_ALTERNATIVES + 1, max_size=MAX_ALTERNATIVES + 3),
    st.lists(st.fixed_dictionaries({"a": wide, "d.a": wide}).map(group), min_size=1, max_size=2),
).map(lambda alternatives: {"filterGroup": alternatives})
arguments = st.dictionaries(st.sampled_from(NAMES), st.none() | scalars, max_size=3)


class Delivered(Projection):
    """Delivers every event without a schema."""

    def __init__(self) -> None:
        self.field = object()  # type: ignore[assignment]  # only its identity counts

    def payload(self, event: Any) -> bytes:
        return b"event"


def delivered(wanted: list[list[Alternative]], event: Any) -> list[int]:
    """How often each of several subscriptions that live together gets the event."""
    registry, counts = Registry(), [0] * len(wanted)

    def deliver(number: int) -> Any:
        def count(_: Any) -> None:
            counts[number] += 1

        return count

    for number, alternatives in enumerate(wanted):
        registry.add(Subscription("onX", Delivered(), alternatives, deliver(number)))
    registry.publish("onX", event)
    return counts


def combinations(filter_: dict[str, Any]) -> int:
    """How many alternatives a filter is expanded into: `in` is one for each value."""
    total = 0
    for one in filter_["filterGroup"]:
        count = 1
        for condition in one["filters"]:
            is_deep = condition["fieldName"].count(".") >= 5
            count *= len(condition["value"]) if condition["operator"] == "in" and not is_deep else 1
        total += count
    return total


@patient
@given(st.lists(filters, min_size=1, max_size=4), events)
def test_enhanced_filters_take_what_the_oracle_takes(
    several: list[dict[str, Any]], event: dict[str, Any]
) -> None:
    assume(all(combinations(one) <= MAX_ALTERNATIVES for one in several))
    wanted = [enhanced_filter(one, "onX") for one in several]
    assert delivered(wanted, event) == [int(filter_takes(one, event)) for one in several]


@patient
@given(filters, st.lists(events, max_size=2))
def test_enhanced_filters_take_no_list(filter_: dict[str, Any], event: list[Any]) -> None:
    assume(0 < combinations(filter_) <= MAX_ALTERNATIVES)
    assert delivered([enhanced_filter(filter_, "onX")], event) == [0]


@patient
@given(st.lists(arguments, min_size=1, max_size=4), events)
def test_arguments_take_what_the_oracle_takes(
    several: list[dict[str, Any]], event: dict[str, Any]
) -> None:
    wanted = [argument_filter(one) for one in several]
    assert delivered(wanted, event) == [int(arguments_take(one, event)) for one in several]


@patient
@given(too_many)
def test_a_filter_of_too_many_combinations_is_refused(filter_: dict[str, Any]) -> None:
    assert combinations(filter_) > MAX_ALTERNATIVES
    with pytest.raises(FilterError, match="Filters combination exceed maximum limit"):
        enhanced_filter(filter_, "onX")


@patient
@given(filters)
def test_a_filter_has_an_alternative_for_each_combination(filter_: dict[str, Any]) -> None:
    assume(0 < combinations(filter_) <= MAX_ALTERNATIVES)
    assert len(enhanced_filter(filter_, "onX")) == combinations(filter_)
