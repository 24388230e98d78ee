"""The 30 seconds of a request: what is not finished then is null, and nothing is left behind."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.local.appsync.fakes import INVOKE, Endpoint, RunningServer, api

SDL = """
type Child { slow: String  fast: String }
type Query { slow: String  fast: String  children: [Child] }
"""
FAST = """
export function request(ctx) { return { payload: 'fast' }; }
export function response(ctx) { return ctx.result; }
"""
CHILDREN = FAST.replace("'fast'", "[{ fast: 'f' }, { fast: 'f' }]")
CODE: dict[str, str | None] = {
    "Query.slow": INVOKE,
    "Query.fast": FAST,
    "Query.children": CHILDREN,
    "Child.slow": None,
}


@pytest.fixture
def released(endpoint: Endpoint) -> Iterator[threading.Event]:
    """The function answers when this is set."""
    released = threading.Event()

    def function(event: Any) -> Any:
        released.wait(20)
        return [{"data": "late"} for _ in event] if isinstance(event, list) else "late"

    endpoint.functions["fn"] = function
    yield released
    released.set()


@pytest.mark.parametrize(
    ("query", "data", "late"),
    [
        ("{ slow fast }", {"slow": None, "fast": "fast"}, 1),
        (
            "{ children { slow fast } }",
            {"children": [{"slow": None, "fast": "f"}] * 2},
            2,
        ),
    ],
    ids=["one", "batch"],
)
def test_what_is_not_finished_is_null_with_an_error(
    serve: Callable[..., RunningServer],
    ask: Callable[..., Any],
    released: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    query: str,
    data: Any,
    late: int,
) -> None:
    monkeypatch.setattr("local.appsync.graphql.execution.REQUEST_SECONDS", 0.2)
    lambdas = {"Query.slow": "fn", "Child.slow": "fn"}
    server = serve(api(SDL, CODE, sources=lambdas, batches={"Child.slow": 5}))
    answer = ask(server, query)
    assert answer["data"] == data
    errors = [(error["errorType"], error["message"]) for error in answer["errors"]]
    timeout = ("Lambda:ExecutionTimeoutException", "Execution timed out.")
    assert errors == [timeout] * late
