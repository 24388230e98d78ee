"""Variables and arguments: what their types make of them, and how refusals read."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.local.appsync.example_api import CODE, SDL
from tests.local.appsync.fakes import API_KEYS, ECHO, IAM, RunningServer, api


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
            "Variable 'j' has an invalid value. Unable to parse `{a=1}` as a valid JSON.",
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


PLACES_SDL = """
enum Colour { RED GREEN }
input Box { json: AWSJSON  jsons: [AWSJSON]  inside: Box  colour: Colour = GREEN  size: Int! = 7
  ids: [ID!] }
type Query { take(json: AWSJSON = "{\\"of\\":\\"argument\\"}", jsons: [AWSJSON!], box: Box,
  colour: Colour = RED, ids: [ID], deep: [[Int]], float: Float): AWSJSON
  need(json: AWSJSON!): AWSJSON }
"""
DEFAULTS = {"json": {"of": "argument"}, "colour": "RED"}
BOX = {"colour": "GREEN", "size": 7}


@pytest.fixture(scope="module")
def places(serve: Callable[..., RunningServer]) -> RunningServer:
    return serve(api(PLACES_SDL, {"Query.take": ECHO, "Query.need": ECHO}))


@pytest.mark.parametrize(
    ("query", "variables", "taken"),
    [
        ("{take}", {}, {}),
        ('{take(json:"[1]")}', {}, {"json": [1]}),
        ("{take(json:null colour:null)}", {}, {"json": None, "colour": None}),
        ("query($j:AWSJSON){take(json:$j)}", {"j": '{"a":[1]}'}, {"json": {"a": [1]}}),
        ("query($j:AWSJSON){take(json:$j)}", {}, {}),
        ("query($j:AWSJSON){take(json:$j)}", {"j": None}, {"json": None}),
        ('query($j:AWSJSON="[2]"){take(json:$j)}', {}, {"json": [2]}),
        ('query($j:AWSJSON="[2]"){take(json:$j)}', {"j": "3"}, {"json": 3}),
        ('{take(jsons:["1" "{}"])}', {}, {"jsons": [1, {}]}),
        ('{take(jsons:"[1]")}', {}, {"jsons": [[1]]}),
        ("query($j:[AWSJSON!]){take(jsons:$j)}", {"j": ["1", '"x"']}, {"jsons": [1, "x"]}),
        ("query($j:[AWSJSON!]){take(jsons:$j)}", {"j": "[1]"}, {"jsons": [[1]]}),
        ('{take(box:{json:"{}"})}', {}, {"box": {"json": {}} | BOX}),
        (
            'query($j:AWSJSON){take(box:{json:$j jsons:["0" $j]})}',
            {"j": "1"},
            {"box": {"json": 1, "jsons": [0, 1]} | BOX},
        ),
        (
            "query($b:Box){take(box:$b)}",
            {"b": {"json": "[1]", "jsons": "2", "inside": {"size": 1}}},
            {"box": {"json": [1], "jsons": [2], "inside": BOX | {"size": 1}} | BOX},
        ),
        ("query($b:Box={size:1}){take(box:$b)}", {}, {"box": BOX | {"size": 1}}),
        ("{take(colour:GREEN)}", {}, {"colour": "GREEN"}),
        ("query($c:Colour=GREEN){take(colour:$c)}", {}, {"colour": "GREEN"}),
        ("{take(ids:7)}", {}, {"ids": ["7"]}),
        ("query($i:[ID]){take(ids:$i)}", {"i": 7}, {"ids": ["7"]}),
        ("query($i:ID){take(ids:[$i])}", {}, {"ids": [None]}),
        ("{take(box:{ids:1})}", {}, {"box": {"ids": ["1"]} | BOX}),
        ("{take(deep:1)}", {}, {"deep": [[1]]}),
        (
            "query($d:[[Int]]){take(deep:$d)}",
            {"d": [1, [2, None], None]},
            {"deep": [[1], [2, None], None]},
        ),
        ("{take(float:3)}", {}, {"float": 3.0}),
    ],
)
def test_a_value_is_taken_wherever_it_stands(
    ask: Callable[..., Any],
    places: RunningServer,
    query: str,
    variables: dict[str, Any],
    taken: dict[str, Any],
) -> None:
    answer = ask(places, query, **variables)
    assert "errors" not in answer
    assert json.loads(answer["data"]["take"]) == DEFAULTS | taken


@pytest.mark.parametrize(
    ("query", "variables", "told"),
    [
        ('{take(json:"{")}', {}, "is not a valid 'AWSJSON'"),
        ("{take(json:[1])}", {}, "is not a valid 'AWSJSON'"),
        ("{take(json:1)}", {}, "is not a valid 'AWSJSON'"),
        (
            "{take(jsons:[null])}",
            {},
            "argument 'jsons[0]' with value 'NullValue{}'",
        ),
        ("{take(box:{jsons:[{}]})}", {}, "argument 'box.jsons[0]'"),
        ('query($j:AWSJSON="{"){take(json:$j)}', {}, "Bad default value StringValue{value='{'}"),
        ("query($j:AWSJSON){take(json:$j)}", {"j": [1]}, "Unable to parse `[1]` as a valid JSON."),
        ("query($b:Box){take(box:$b)}", {"b": {"jsons": ["{"]}}, "Unable to parse `{`"),
        ("query($b:Box){take(box:$b)}", {"b": [1]}, "Expected type 'Map' but was 'ArrayList'"),
        (
            "query($b:Box){take(box:$b)}",
            {"b": {"size": None}},
            "Null value for NonNull",
        ),
        ("query($d:[[Int]]){take(deep:$d)}", {"d": [[2**31]]}, "Expected type 'Int'"),
        ("{take(deep:2147483648)}", {}, "is not a valid 'Int'"),
        ("{take(float:1e999)}", {}, "is not a valid 'Float'"),
        ('{take(float:"1")}', {}, "is not a valid 'Float'"),
        ("{take(ids:1.5)}", {}, "is not a valid 'ID'"),
        ('{take(colour:"RED")}', {}, "is not a valid 'Colour'"),
        ("query($i:ID!){take(ids:[$i])}", {}, "Null value for NonNull type 'ID!'"),
        ("query($j:[AWSJSON!]){take(jsons:$j)}", {"j": "null"}, "'j' has coerced Null value"),
    ],
)
def test_a_value_is_refused_wherever_it_stands(
    ask: Callable[..., Any],
    places: RunningServer,
    query: str,
    variables: dict[str, Any],
    told: str,
) -> None:
    answer = ask(places, query, **variables)
    assert answer["data"] is None
    [error] = answer["errors"]
    assert told in error["message"]
    assert "errorType" not in error


def test_values_as_deep_as_may_be_asked_are_taken(
    ask: Callable[..., Any], places: RunningServer
) -> None:
    literal = "{inside:" * 180 + "{}" + "}" * 180
    assert "errors" not in ask(places, f"{{take(box:{literal})}}")
    value: dict[str, Any] = {}
    for _ in range(190):
        value = {"inside": value}
    assert "errors" not in ask(places, "query($b:Box){take(box:$b)}", b=value)


@pytest.mark.parametrize(
    "query", ['{need(json:"null")}', 'query($j:AWSJSON!="null"){need(json:$j)}']
)
def test_null_as_json_is_null_where_a_value_is_needed(
    ask: Callable[..., Any], places: RunningServer, query: str
) -> None:
    answer = ask(places, query)
    assert answer["data"] == {"need": None}
    (error,) = answer["errors"]
    assert error["message"] == "Argument 'json' has coerced Null value for NonNull type 'AWSJSON!'"
