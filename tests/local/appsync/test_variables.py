"""Variables and arguments: what their types make of them, and how refusals read."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.local.appsync.example_api import CODE, SDL
from tests.local.appsync.fakes import API_KEYS, IAM, RunningServer, api


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    return serve(api(SDL, CODE, providers=(API_KEYS, IAM)))


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        (
            "query($i:ID!){getPost(id:$i){id}}",
            {},
            "Variable 'i' has coerced Null value for NonNull type 'ID!'",
        ),
        (
            "query($f:Filter){paint(filter:$f)}",
            {"f": {"text": None}},
            "Variable 'f' has coerced Null value for NonNull type 'String!'",
        ),
        (
            "query($f:Filter){paint(filter:$f)}",
            {"f": {"text": "t", "x": 1}},
            "The variables input contains a field name 'x' "
            "that is not defined for input object type 'Filter' ",
        ),
        (
            "query($p:AWSPhone){paint(phone:$p)}",
            {"p": "1110004444"},
            "Variable 'p' has an invalid value. "
            "Unable to parse `1110004444` as a valid phone number.",
        ),
        (
            "query($a:AWSDateTime){paint(at:$a)}",
            {"a": "2020-05-19T11:5:29Z"},
            "Variable 'a' has an invalid value. "
            "Unable to parse `2020-05-19T11:5:29Z` as a valid DateTime Object.",
        ),
        (
            "query($j:AWSJSON){paint(json:$j)}",
            {"j": {"a": 1}},
            "Variable 'j' has an invalid value. Unable to parse `{'a': 1}` as a valid JSON.",
        ),
        (
            "query($c:Colour){paint(colour:$c)}",
            {"c": "BLUE"},
            "Variable 'c' has an invalid value. "
            "Invalid input for Enum 'Colour'. No value found for name 'BLUE'",
        ),
    ],
)
def test_a_variable_that_its_type_refuses_is_named(
    ask: Callable[..., Any], server: RunningServer, query: str, variables: Any, message: str
) -> None:
    answer = ask(server, query, **variables)
    assert answer["data"] is None
    assert [error["message"] for error in answer["errors"]] == [message]
