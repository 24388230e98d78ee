"""Filter criteria decide which records a function sees."""

import json
from typing import Any

import pytest

from local.errors import FilterError
from local.pump.event_filter import compile_filters

RECORD = {
    "eventName": "MODIFY",
    "dynamodb": {
        "Keys": {"id": {"S": "q1"}},
        "NewImage": {
            "status": {"S": "FINISHED"},
            "version": {"N": "3"},
            "cached": {"BOOL": True},
            "note": {"NULL": None},
        },
    },
}


def image(**attributes: Any) -> dict[str, Any]:
    return {"dynamodb": {"NewImage": attributes}}


def matches(*patterns: Any) -> bool:
    return compile_filters(json.dumps(pattern) for pattern in patterns)(RECORD)


@pytest.mark.parametrize(
    "pattern",
    [
        {"eventName": ["INSERT", "MODIFY"]},
        image(status={"S": ["FINISHED"]}),
        image(status={"S": [{"prefix": "FIN"}]}),
        image(status={"S": [{"anything-but": ["FAILED", "ABORTED"]}]}),
        image(status={"S": [{"anything-but": "FAILED"}]}),
        image(version={"N": [{"numeric": [">", 2, "<=", 3]}]}),
        image(version={"N": ["3"]}),
        image(cached={"BOOL": [True]}),
        image(note={"NULL": [None]}),
        image(error={"S": [{"exists": False}]}),
        image(status={"S": [{"exists": True}]}),
        image(status={"S": ["FAILED", {"prefix": "F"}]}),
        {"eventName": ["MODIFY"]} | image(status={"S": ["FINISHED"]}),
    ],
)
def test_a_pattern_that_fits_matches(pattern: Any) -> None:
    assert matches(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        {"eventName": ["REMOVE"]},
        image(status={"S": ["finished"]}),
        image(status={"S": [{"prefix": "X"}]}),
        image(status={"S": [{"anything-but": ["FINISHED"]}]}),
        image(error={"S": [{"anything-but": ["x"]}]}),
        image(version={"N": [{"numeric": ["<", 3]}]}),
        image(status={"S": [{"numeric": ["=", 3]}]}),
        image(cached={"BOOL": [1]}),
        image(error={"S": [{"exists": True}]}),
        {"eventName": ["MODIFY"]} | image(status={"S": ["FAILED"]}),
        {"eventName": []},
    ],
)
def test_a_pattern_that_does_not_fit_does_not(pattern: Any) -> None:
    assert not matches(pattern)


def test_any_of_several_filters_is_enough() -> None:
    assert matches({"eventName": ["REMOVE"]}, {"eventName": ["MODIFY"]})


def test_no_filter_lets_everything_through() -> None:
    assert matches()


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ('{"eventName": [{"cidr": "10.0.0.0/8"}]}', "cidr"),
        ('{"eventName": [{"anything-but": {"prefix": "x"}}]}', "anything-but"),
        ('{"version": [{"numeric": ["!", 3]}]}', "numeric"),
        ('{"eventName": "INSERT"}', "INSERT"),
        ("{}", "{}"),
        ("{eventName}", "not JSON"),
    ],
)
def test_what_cannot_be_applied_is_an_error_that_names_it(pattern: str, named: str) -> None:
    with pytest.raises(FilterError, match=named):
        compile_filters([pattern])
