"""Invalid documents are told in the words of graphql-java, which the service runs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.local.appsync.example_api import CODE, SDL
from tests.local.appsync.fakes import API_KEYS, IAM, RunningServer, api


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    return serve(api(SDL, CODE, providers=(API_KEYS, IAM)))


@dataclass(frozen=True)
class Invalid:
    query: str
    message: str
    variables: dict[str, Any] = field(default_factory=dict)


@pytest.mark.parametrize(
    "case",
    [
        Invalid("{nope}", "FieldUndefined: Field 'nope' in type 'Query' is undefined @ 'nope'"),
        Invalid(
            '{getPost(id:"1"){author{x}}}',
            "FieldUndefined: Field 'x' in type 'Author' is undefined @ 'getPost/author/x'",
        ),
        Invalid("{getPost{id}}", "MissingFieldArgument: Missing field argument id @ 'getPost'"),
        Invalid(
            '{getPost(id:"1",z:1){id}}', "UnknownArgument: Unknown field argument z @ 'getPost'"
        ),
        Invalid(
            '{getPost(id:"1")}',
            "SubSelectionRequired: "
            "Sub selection required for type Post of field getPost @ 'getPost'",
        ),
        Invalid(
            "{on{x}}",
            "SubSelectionNotAllowed: "
            "Sub selection not allowed on leaf type Boolean of field on @ 'on'",
        ),
        Invalid(
            "query($i:String!){getPost(id:$i){id}}",
            "VariableTypeMismatch: "
            "Variable type 'String!' doesn't match expected type 'ID!' @ 'getPost'",
        ),
        Invalid("query($i:AWSNothing){me}", "UnknownType: Unknown type AWSNothing"),
        Invalid("{getPost(id:$x){id}}", "UndefinedVariable: Undefined variable x @ 'getPost'"),
        Invalid("query($i:ID){me}", "UnusedVariable: Unused variable i"),
        Invalid("{...F}", "UndefinedFragment: Undefined fragment F"),
        Invalid("{me} fragment F on Query{on}", "UnusedFragment: Unused fragment F"),
        Invalid(
            "{paint(json:{a:1})}",
            "WrongType: argument 'json' with value 'ObjectValue{objectFields=["
            "ObjectField{name='a', value=IntValue{value=1}}]}' is not a valid 'AWSJSON' @ 'paint'",
        ),
        Invalid(
            "{paint(filter:{})}",
            "WrongType: argument 'filter' with value 'ObjectValue{objectFields=[]}' "
            "is missing required fields '[text]' @ 'paint'",
        ),
        Invalid(
            '{paint(filter:{text:"t",x:1})}',
            "WrongType: argument 'filter' with value 'ObjectValue{objectFields=["
            "ObjectField{name='text', value=StringValue{value='t'}}, "
            "ObjectField{name='x', value=IntValue{value=1}}]}' "
            "contains a field not in 'Filter': 'x' @ 'paint'",
        ),
        Invalid(
            '{paint(filter:{text:"t",many:[1,"2"]})}',
            "WrongType: argument 'filter.many[1]' with value 'StringValue{value='2'}' "
            "is not a valid 'Int' @ 'paint'",
        ),
        Invalid(
            "{paint(colour:BLUE)}",
            "WrongType: argument 'colour' with value 'EnumValue{name='BLUE'}' "
            "is not a valid 'Colour' @ 'paint'",
        ),
        Invalid(
            "{getPost(id:null){id}}",
            "WrongType: argument 'id' with value 'NullValue{}' must not be null @ 'getPost'",
        ),
    ],
    ids=lambda case: case.message.partition(":")[0],
)
def test_an_invalid_document_is_told_in_the_words_of_graphql_java(
    ask: Callable[..., Any], server: RunningServer, case: Invalid
) -> None:
    answer = ask(server, case.query)
    assert answer["data"] is None
    assert f"Validation error of type {case.message}" in [e["message"] for e in answer["errors"]]
    assert all(set(e) == {"path", "locations", "message"} for e in answer["errors"])


def test_a_validation_error_tells_its_location(
    ask: Callable[..., Any], server: RunningServer
) -> None:
    [error] = ask(server, "{nope}")["errors"]
    assert error["locations"] == [{"line": 1, "column": 2, "sourceName": None}]


def test_disabled_introspection_leaves_the_meta_types_without_fields(
    ask: Callable[..., Any], serve: Callable[..., RunningServer]
) -> None:
    server = serve(api(SDL, CODE, introspection=False))
    [error] = ask(server, "{__schema{types{name}}}")["errors"]
    assert error["message"] == (
        "Validation error of type FieldUndefined: "
        "Field 'types' in type '__Schema' is undefined @ '__schema/types'"
    )
    assert ask(server, "{__typename}") == {"data": {"__typename": "Query"}}
