"""Filters: the operators, their limits, and the transformation that makes them."""

import json
import re
from typing import Any

import pytest

from local.appsync.realtime.event import Projection
from local.appsync.realtime.filters import (
    Alternative,
    FilterError,
    argument_filter,
    enhanced_filter,
)
from local.appsync.realtime.registry import Registry, Subscription
from local.appsync.resolvers.appsync_js.module import Module


def condition(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"fieldName": name, "operator": operator, "value": value}


def one(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"filterGroup": [{"filters": [condition(name, operator, value)]}]}


class StubProjection(Projection):
    """Delivers without a schema."""

    def __init__(self) -> None:
        self.field = object()  # type: ignore[assignment]  # only its identity counts

    def payload(self, event: Any) -> bytes:
        return b"event"


def is_delivered(alternatives: list[Alternative], event: Any) -> bool:
    """Whether a registry delivers the event to a subscription with this filter, once."""
    registry, delivered = Registry(), list[bytes]()
    subscription = Subscription("onX", StubProjection(), alternatives, delivered.append)
    registry.add(subscription)
    registry.publish("onX", event)
    registry.remove(subscription)
    registry.publish("onX", event)
    assert len(delivered) <= 1
    return bool(delivered)


@pytest.mark.parametrize(
    ("operator", "value", "matching", "others"),
    [
        ("eq", 7, [7, 7.0], [8, "7", None, True]),
        ("eq", True, [True], [1, "true", False, None]),
        ("eq", "a", ["a"], ["A", "ab", None]),
        ("ne", 7, [8, "7", None], [7]),
        ("le", 7, [7, 6.5], [8, "6", None, False]),
        ("lt", "b", ["a"], ["b", 1, None]),
        ("ge", 7, [7, 8], [6, None]),
        ("gt", 7, [7.5], [7]),
        ("lte", 7, [7], [8]),
        ("gte", 7, [7], [6]),
        ("contains", "b", ["abc", ["b"]], ["ac", ["abc"], None, 1]),
        ("contains", 1, [[1, 2]], ["1", [2]]),
        ("notContains", "b", ["ac", ["abc"], None], ["abc", ["b"]]),
        ("beginsWith", "ab", ["abc", "ab"], ["cab", None, 1]),
        ("in", [1, "a"], [1, "a"], [2, "1", None]),
        ("notIn", [1, "a"], [2, None], [1, "a"]),
        ("between", [1, 5], [1, 3, 5], [0, 6, "3", None]),
        ("containsAny", [1, 2], [[2, 3]], [[3], [], None, 1]),
    ],
)
def test_an_operator_compares(
    operator: str, value: Any, matching: list[Any], others: list[Any]
) -> None:
    wanted = enhanced_filter(one("f", operator, value), "onX")
    assert all(is_delivered(wanted, {"f": found}) for found in matching)
    assert not any(is_delivered(wanted, {"f": found}) for found in others)


def test_a_missing_field_is_like_null() -> None:
    assert is_delivered(enhanced_filter(one("f", "ne", 1), "onX"), {})
    assert not is_delivered(enhanced_filter(one("f", "ge", 1), "onX"), {})


def test_groups_are_alternatives_and_filters_are_joined() -> None:
    both = {"filters": [condition("a", "eq", 1), condition("b", "gt", 1)]}
    either = {"filters": [condition("c", "eq", "x")]}
    wanted = enhanced_filter({"filterGroup": [both, either]}, "onX")
    assert is_delivered(wanted, {"a": 1, "b": 2})
    assert is_delivered(wanted, {"a": 1, "b": 1, "c": "x"})
    assert is_delivered(wanted, {"a": 1, "b": 2, "c": "x"})
    assert not is_delivered(wanted, {"a": 1, "b": 1})


def test_in_is_an_alternative_for_each_value() -> None:
    groups = [
        {"filters": [condition("a", "eq", 1)]},
        {"filters": [condition("b", "in", ["x", "y"])]},
    ]
    assert len(enhanced_filter({"filterGroup": groups}, "onX")) == 3


def test_a_path_is_followed_for_five_levels_and_ignored_beyond() -> None:
    event = {"a": {"b": {"c": {"d": {"e": 1}}}}}
    assert is_delivered(enhanced_filter(one("a.b.c.d.e", "eq", 1), "onX"), event)
    assert not is_delivered(enhanced_filter(one("a.b.c.d.e", "eq", 2), "onX"), event)
    assert is_delivered(enhanced_filter(one("a.b.c.d.e.f", "eq", 2), "onX"), event)


def test_an_event_that_is_a_list_is_not_for_enhanced_filters() -> None:
    assert not is_delivered(enhanced_filter(one("a", "ne", 1), "onX"), [{"a": 2}])
    assert is_delivered(argument_filter({}), [{"a": 2}])


def test_in_of_no_values_wants_nothing() -> None:
    assert not is_delivered(enhanced_filter(one("a", "in", []), "onX"), {"a": 1})


def test_combinations_are_counted_and_not_made() -> None:
    filters = [condition(name, "in", [1, 2, 3, 4, 5]) for name in "abcde"]
    with pytest.raises(FilterError, match="combination exceed maximum limit 10"):
        enhanced_filter({"filterGroup": [{"filters": filters}] * 10_000}, "onX")


def test_an_empty_filter_group_wants_everything() -> None:
    assert is_delivered(enhanced_filter({"filterGroup": []}, "onX"), {"a": 1})


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (
            one("f", "in", list(range(6))),
            "subscription exceeds maximum value limit 5 for operator `in`.",
        ),
        (one("f", "containsAny", list(range(21))), "value limit 20 for operator `containsAny`"),
        (
            {"filterGroup": [{"filters": [condition(f"f{i}", "eq", 1) for i in range(6)]}]},
            "Filters exceed maximum attributes limit 5 for subscription onX.",
        ),
        (
            {"filterGroup": [{"filters": [condition("f", "gt", 1), condition("f", "lt", 3)]}]},
            "filter uses same fieldName multiple time",
        ),
        (
            {"filterGroup": [{"filters": [condition("f", "eq", i)]} for i in range(11)]},
            "Filters combination exceed maximum limit 10",
        ),
        (one("f", "like", 1), "'like'"),
        (one("f", "between", [1]), "'between' needs two values"),
        (one("f", "in", 1), "'in' needs a list"),
        (one("f", "eq", "x" * 257), "maximum length 256"),
        ({"filterGroup": [{"filters": [{"fieldName": "f"}]}]}, "needs 'fieldName', 'operator'"),
        ({"filterGroup": [{}]}, "no list 'filters'"),
        ("all", "no list 'filterGroup'"),
    ],
)
def test_a_filter_beyond_a_limit_is_refused(wanted: Any, message: str) -> None:
    with pytest.raises(FilterError, match=re.escape(message)):
        enhanced_filter(wanted, "onX")


@pytest.mark.parametrize(
    ("arguments", "event", "delivered"),
    [
        ({"id": "1"}, {"id": 1}, True),
        ({"price": 1.0}, {"price": 1}, True),
        ({"price": 1e300}, {"price": 1e300}, True),
        ({"on": True}, {"on": True}, True),
        ({"on": True}, {"on": 1}, False),
        ({"a": None}, {"a": None}, True),
        ({"a": None}, {}, True),
        ({"a": None}, {"a": ""}, False),
        ({"a": "x", "b": "y"}, {"a": "x", "b": "y", "c": 1}, True),
        ({"a": "x", "b": "y"}, {"a": "x", "b": "z"}, False),
    ],
)
def test_arguments_are_compared_by_their_text(arguments: Any, event: Any, delivered: bool) -> None:
    assert is_delivered(argument_filter(arguments), event) is delivered


def transformed(*arguments: str) -> Any:
    """What `util.transform.toSubscriptionFilter` makes of JavaScript arguments."""
    code = "export function request() {} export function response() {}"
    context = Module(code, "Test")._context
    call = f"appsync.util.transform.toSubscriptionFilter({', '.join(arguments)})"
    return json.loads(context.eval(f"JSON.stringify({call})"))


def groups_of(result: Any) -> list[list[tuple[str, str, Any]]]:
    return [
        [(f["fieldName"], f["operator"], f["value"]) for f in group["filters"]]
        for group in result["filterGroup"]
    ]


def test_the_documented_example_gives_its_four_groups() -> None:
    example = """{percentageUp: {lte: 50, gte: 20},
      and: [{title: {ne: "Book1"}}, {downvotes: {gt: 2000}}],
      or: [{author: {eq: "Admin"}}, {isPublished: {eq: false}}]}"""
    always = [("title", "ne", "Book1"), ("downvotes", "gt", 2000)]
    assert groups_of(transformed(example)) == [
        [("percentageUp", "lte", 50), *always, ("author", "eq", "Admin")],
        [("percentageUp", "lte", 50), *always, ("isPublished", "eq", False)],
        [("percentageUp", "gte", 20), *always, ("author", "eq", "Admin")],
        [("percentageUp", "gte", 20), *always, ("isPublished", "eq", False)],
    ]


@pytest.mark.parametrize(
    ("arguments", "groups"),
    [
        (["{}"], []),
        (['\'{"a":{"eq":1}}\''], [[("a", "eq", 1)]]),
        (["{a: {eq: 1}, b: {eq: 2}}"], [[("a", "eq", 1), ("b", "eq", 2)]]),
        (["{a: {eq: 1}, b: {eq: 2}}", "['a']"], [[("b", "eq", 2)]]),
        (["{or: [{a: {eq: 1}}, {b: {eq: 2}}]}", "['a']"], [[("b", "eq", 2)]]),
        (
            ["{a: {eq: 1}}", "[]", "{owner: {eq: 'o'}}"],
            [[("a", "eq", 1), ("owner", "eq", "o")]],
        ),
        (["{}", "[]", "{owner: {eq: 'o'}}"], [[("owner", "eq", "o")]]),
    ],
)
def test_an_object_becomes_an_or_of_ands(arguments: list[str], groups: Any) -> None:
    assert groups_of(transformed(*arguments)) == groups
