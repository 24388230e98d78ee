"""Errors of single fields: the rest of the answer stays."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.local.appsync.example_api import CODE, SDL
from tests.local.appsync.fakes import API_KEYS, IAM, RunningServer, api


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    return serve(api(SDL, CODE, providers=(API_KEYS, IAM)))


def entry(path: list[Any], message: str, error_type: str, column: int, **more: Any) -> Any:
    return {
        "path": path,
        "data": None,
        "errorType": error_type,
        "errorInfo": None,
        "locations": [{"line": 1, "column": column, "sourceName": None}],
        "message": message,
    } | more


@pytest.mark.parametrize(
    ("query", "data", "errors"),
    [
        (
            "{secret}",
            {"secret": None},
            [entry(["secret"], "Not Authorized to access secret on type Query", "Unauthorized", 2)],
        ),
        (
            "{raised{id}}",
            {"raised": None},
            [entry(["raised"], "m", "T", 2, data={"id": 1}, errorInfo={"k": 1})],
        ),
        ("{appended}", {"appended": "value"}, [entry(["appended"], "careful", "W", 2)]),
        (
            "{x:thrown}",
            {"x": None},
            [
                entry(
                    ["x"],
                    "code.js:5:10: TypeError: cannot read property 'here' of undefined",
                    "Code",
                    2,
                )
            ],
        ),
        (
            "{broken{id author{name}}}",
            {"broken": {"id": "1", "author": None}},
            [
                {
                    "path": ["broken", "author", "name"],
                    "locations": None,
                    "message": "Cannot return null for non-nullable type: 'String' "
                    "within parent 'Author' (/broken/author/name)",
                }
            ],
        ),
        (
            "{wrongList{id}}",
            {"wrongList": None},
            [
                {
                    "path": ["wrongList"],
                    "locations": None,
                    "message": "Can't resolve value (/wrongList) : "
                    "type mismatch error, expected type LIST, got OBJECT",
                }
            ],
        ),
        (
            "{badDate{id at}}",
            {"badDate": {"id": "1", "at": None}},
            [
                {
                    "path": ["badDate", "at"],
                    "locations": None,
                    "message": "Can't serialize value (/badDate/at) : "
                    "Unable to serialize `yesterday` as a valid DateTime Object.",
                }
            ],
        ),
    ],
)
def test_a_field_error_leaves_the_rest_answered(
    ask: Callable[..., Any], server: RunningServer, query: str, data: Any, errors: Any
) -> None:
    assert ask(server, query) == {"data": data, "errors": errors}


def test_fields_below_the_depth_limit_are_refused_and_the_rest_answered(
    ask: Callable[..., Any], serve: Callable[..., RunningServer]
) -> None:
    server = serve(api(SDL, CODE, depth_limit=2))
    answer = ask(server, '{getPost(id:"1"){id author{id}}}')
    assert answer["data"] == {"getPost": {"id": "1", "author": None}}
    assert [error["errorType"] for error in answer["errors"]] == ["QueryDepthLimitReached"]


def test_resolvers_beyond_the_limit_do_not_run(
    ask: Callable[..., Any], serve: Callable[..., RunningServer]
) -> None:
    server = serve(api(SDL, CODE, resolver_limit=1))
    answer = ask(server, "{a:me b:me}")
    assert answer["data"] == {"a": "someone", "b": None}
    assert [error["errorType"] for error in answer["errors"]] == ["ResolverExecutionLimitReached"]
