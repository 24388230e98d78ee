"""What ends a field before its value is whole: time, sizes, and names that a definition lacks."""

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest

from local.appsync.errors import DefinitionError
from local.appsync.graphql import execution
from local.appsync.graphql.schema import build_schema
from local.appsync.resolvers.build import build_resolvers
from local.aws_http.http_client import HttpClient
from tests.local.appsync.fakes import ECHO, INVOKE, Endpoint, RunningServer, api

SDL = """
type Query { quick: String  direct: String  handled: Int }
type Mutation { first: String  second: String }
"""
QUICK = ECHO.replace("ctx.args", "'quick'")
LENGTH = INVOKE.replace("return ctx.result;", "return ctx.result.length;")


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    code = {
        "Query.quick": QUICK,
        "Query.direct": None,
        "Query.handled": LENGTH,
        "Mutation.first": INVOKE,
        "Mutation.second": QUICK,
    }
    lambdas = {
        "Mutation.first": "slow",
        "Query.direct": "large",
        "Query.handled": "large",
    }
    return serve(api(SDL, code, sources=lambdas))


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint) -> Any:
    """Requests get half a second, and the function never answers within it."""
    release = Event()
    endpoint.functions["slow"] = lambda event: release.wait(20)
    monkeypatch.setattr(execution, "REQUEST_SECONDS", 0.5)
    yield
    release.set()


def errors(answer: Any) -> list[tuple[Any, str, str]]:
    return [(e["path"], e["errorType"], e["message"]) for e in answer["errors"]]


@pytest.mark.usefixtures("short")
def test_a_field_that_has_no_time_left_does_not_start(
    ask: Callable[..., Any], server: RunningServer
) -> None:
    answer = ask(server, "mutation { first second }")
    assert answer["data"] == {"first": None, "second": None}
    assert errors(answer)[1] == (["second"], "ExecutionTimeout", "Execution timed out.")


@pytest.mark.parametrize(
    ("field", "megabytes", "error_type"),
    [
        ("direct", 5.5, "MappingTemplate"),
        ("direct", 6.5, "Lambda:Function.ResponseSizeTooLarge"),
        ("handled", 6.5, "Lambda:Function.ResponseSizeTooLarge"),
    ],
)
def test_a_result_that_is_too_large_is_an_error_of_its_field(
    ask: Callable[..., Any],
    server: RunningServer,
    endpoint: Endpoint,
    field: str,
    megabytes: float,
    error_type: str,
) -> None:
    endpoint.functions["large"] = lambda event: "x" * int(megabytes * 1024 * 1024)
    answer = ask(server, f"{{ quick {field} }}")
    assert answer["data"] == {"quick": "quick", field: None}
    assert [error["errorType"] for error in answer["errors"]] == [error_type]


def test_a_handler_may_shorten_what_is_too_large_for_an_answer(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint
) -> None:
    endpoint.functions["large"] = lambda event: "x" * 5_500_000
    assert ask(server, "{ handled }") == {"data": {"handled": 5_500_000}}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"code": {"Query.quick": ECHO}, "batches": {"Query.quick": 5}}, "has a maxBatchSize"),
        (
            {
                "code": {"Query.quick": ECHO},
                "sources": {"Query.quick": "f"},
                "batches": {"Query.quick": 2001},
            },
            "maxBatchSize 2001",
        ),
        (
            {"code": {"Query.quick": ECHO}, "pipelines": {"Query.quick": ["gone"]}},
            "the function 'gone'",
        ),
        (
            {
                "code": {"Query.quick": ECHO},
                "functions": {"one": ECHO},
                "pipelines": {"Query.quick": ["one"] * 11},
            },
            "has 11 functions",
        ),
    ],
)
def test_what_a_definition_lacks_or_has_too_much_of_is_named(
    more: dict[str, Any], message: str
) -> None:
    with pytest.raises(DefinitionError, match=message):
        build_resolvers(api(SDL, **more), build_schema(SDL), HttpClient("http://127.0.0.1:1"))


def test_a_resolver_that_outlives_its_field_is_left_out() -> None:
    definition = api(SDL, {"Query.other": ECHO})
    http = HttpClient("http://127.0.0.1:1")
    assert build_resolvers(definition, build_schema(SDL), http) == {}
