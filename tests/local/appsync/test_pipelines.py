"""Pipeline resolvers: the order of their handlers, what one hands to the next, how they end."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.local.appsync.fakes import Endpoint, RunningServer, api

SDL = """
type Query { steps(id: ID): AWSJSON  lambda(id: ID): AWSJSON  none: AWSJSON  skipped: AWSJSON
  ended: AWSJSON  avoided: AWSJSON  failed: AWSJSON  appended: AWSJSON  caught: AWSJSON }
"""
HEAD = "import { util, runtime } from '@aws-appsync/utils';\n"


def code(request: str, response: str) -> str:
    """A module of two handlers by their bodies."""
    return (
        f"{HEAD}export function request(ctx) {{ {request} }}\n"
        f"export function response(ctx) {{ {response} }}"
    )


def told(name: str) -> str:
    """A function that tells what it saw, and notes its name in the stash."""
    return code(
        f"ctx.stash.seen.push('{name}');"
        f"return {{ payload: {{ step: '{name}', prev: ctx.prev.result }} }};",
        "return ctx.result;",
    )


BEFORE = code(
    "ctx.stash.seen = ['before']; return { from: 'before' };",
    "return { seen: ctx.stash.seen, result: ctx.result,"
    " same: JSON.stringify(ctx.result) === JSON.stringify(ctx.prev.result) };",
)
FUNCTIONS: dict[str, str | None] = {
    "first": told("first"),
    "second": told("second"),
    "direct": None,
    "invoke": code(
        "return { operation: 'Invoke', payload: { prev: ctx.prev.result } };",
        "if (ctx.error) util.error(ctx.error.message, ctx.error.type); return ctx.result;",
    ),
    "next": code("runtime.earlyReturn('early');", "return 'never';"),
    "end": code("runtime.earlyReturn('early', { skipTo: 'END' });", "return 'never';"),
    "fails": code("return {};", "util.error('no', 'Refused');"),
    "appends": code("return {};", "util.appendError('mind', 'Warning'); return 'kept';"),
    "swallows": code(
        "return { operation: 'Invoke', payload: null };", "return ctx.error ? 'swallowed' : 'no';"
    ),
}
PIPELINES = {
    "Query.steps": ["first", "second"],
    "Query.lambda": ["direct", "invoke"],
    "Query.none": [],
    "Query.skipped": ["next", "second"],
    "Query.ended": ["end", "second"],
    "Query.avoided": ["first"],
    "Query.failed": ["fails", "first"],
    "Query.appended": ["appends", "first"],
    "Query.caught": ["swallows"],
}
CODE: dict[str, str | None] = {
    **dict.fromkeys(PIPELINES, BEFORE),
    "Query.avoided": code("runtime.earlyReturn({ seen: true });", "return ctx.result;"),
}


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    lambdas = dict.fromkeys(("direct", "invoke", "swallows"), "fn")
    return serve(api(SDL, CODE, functions=FUNCTIONS, pipelines=PIPELINES, sources=lambdas))


@pytest.fixture
def value(ask: Callable[..., Any], server: RunningServer) -> Callable[[str], Any]:
    """A field's value, parsed; it must have no error."""

    def get(field: str) -> Any:
        answer = ask(server, f"{{ {field} }}")
        assert "errors" not in answer
        (text,) = answer["data"].values()
        return json.loads(text)

    return get


def test_each_step_sees_the_result_before_it(value: Callable[[str], Any]) -> None:
    first = {"step": "first", "prev": {"from": "before"}}
    assert value("steps(id: 1)") == {
        "seen": ["before", "first", "second"],
        "result": {"step": "second", "prev": first},
        "same": True,
    }


def test_without_functions_the_before_handlers_result_is_the_last(
    value: Callable[[str], Any],
) -> None:
    assert value("none") == {"seen": ["before"], "result": {"from": "before"}, "same": True}


def test_a_direct_function_gets_the_context_with_prev(
    value: Callable[[str], Any], endpoint: Endpoint
) -> None:
    endpoint.events.clear()
    endpoint.functions["fn"] = lambda event: {"got": event["prev"]}
    assert value("lambda(id: 1)")["result"] == {"got": {"got": {"result": {"from": "before"}}}}
    context, payload = endpoint.events
    assert context["prev"] == {"result": {"from": "before"}}
    assert context["stash"] == {"seen": ["before"]}
    assert context["arguments"] == {"id": "1"}
    assert payload == {"prev": {"got": {"result": {"from": "before"}}}}


@pytest.mark.parametrize(
    ("field", "result", "seen"),
    [
        ("skipped", {"step": "second", "prev": "early"}, ["before", "second"]),
        ("ended", "early", ["before"]),
    ],
)
def test_an_early_return_skips_to_the_next_function_or_to_the_end(
    value: Callable[[str], Any], field: str, result: Any, seen: list[str]
) -> None:
    assert value(field) == {"seen": seen, "result": result, "same": True}


def test_an_early_return_of_the_before_handler_skips_every_function(
    value: Callable[[str], Any],
) -> None:
    assert value("avoided") == {"seen": True}


def test_an_error_stops_the_pipeline(ask: Callable[..., Any], server: RunningServer) -> None:
    answer = ask(server, "{ failed }")
    assert answer["data"] == {"failed": None}
    [error] = answer["errors"]
    assert (error["errorType"], error["message"], error["path"]) == ("Refused", "no", ["failed"])


def test_an_appended_error_does_not(ask: Callable[..., Any], server: RunningServer) -> None:
    answer = ask(server, "{ appended }")
    assert '"prev":"kept"' in answer["data"]["appended"]
    assert [error["message"] for error in answer["errors"]] == ["mind"]


def test_an_error_that_no_handler_raises_again_does_not_reach_the_client(
    value: Callable[[str], Any], endpoint: Endpoint
) -> None:
    endpoint.functions.pop("fn", None)
    assert value("caught")["result"] == "swallowed"


def test_a_functions_error_raised_by_its_handler_is_the_fields(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint
) -> None:
    def function(event: Any) -> Any:
        raise ValueError("broken")

    endpoint.functions["fn"] = function
    answer = ask(server, "{ lambda }")
    assert [(e["errorType"], e["message"]) for e in answer["errors"]] == [("ValueError", "broken")]
