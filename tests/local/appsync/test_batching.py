"""BatchInvoke: one invocation for the same field of several parents of one request."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.local.appsync.fakes import Endpoint, RunningServer, api

SDL = """
type Child { id: ID  title: String  owner: String  note: String  piped: String }
type Query { children(count: Int!): [Child]  direct: String }
"""
CHILDREN = """
export function request(ctx) {
  return { payload: new Array(ctx.args.count).fill(0).map((_, id) => ({ id })) };
}
export function response(ctx) { return ctx.result; }
"""
BATCH = """
import { util } from '@aws-appsync/utils';
export function request(ctx) {
  return { operation: 'BatchInvoke', payload: { id: ctx.source.id, field: ctx.info.fieldName } };
}
export function response(ctx) {
  if (ctx.error) util.error(ctx.error.message, ctx.error.type);
  return ctx.result;
}
"""
THROUGH = """
export function request(ctx) { return {}; }
export function response(ctx) { return ctx.result; }
"""
CODE: dict[str, str | None] = {
    "Query.children": CHILDREN,
    "Query.direct": None,
    "Child.title": BATCH,
    "Child.owner": None,
    "Child.note": BATCH,
    "Child.piped": THROUGH,
}
LAMBDAS = {
    "Query.direct": "direct",
    "Child.title": "title",
    "Child.owner": "owner",
    "Child.note": "title",
    "step": "title",
}
SIZES = {"Query.direct": 10, "Child.title": 5, "Child.owner": 5, "step": 4}


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    piped = {"Child.piped": ["step"]}
    definition = api(
        SDL, CODE, sources=LAMBDAS, batches=SIZES, functions={"step": BATCH}, pipelines=piped
    )
    return serve(definition)


@pytest.fixture
def invoked(endpoint: Endpoint) -> list[Any]:
    """The events that functions got in this test."""
    endpoint.events.clear()
    return endpoint.events


def titles(event: list[dict[str, Any]]) -> list[str]:
    return [f"title {item['id']}" for item in event]


def owners(event: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"data": f"owner {context['source']['id']}", "other": 1} for context in event]


@pytest.mark.parametrize(
    ("field", "function", "answer"),
    [("title", titles, "title {}"), ("owner", owners, "owner {}")],
    ids=["BatchInvoke", "direct"],
)
def test_twelve_parents_are_three_invocations_of_at_most_five(
    ask: Callable[..., Any],
    server: RunningServer,
    endpoint: Endpoint,
    invoked: list[Any],
    field: str,
    function: Callable[[Any], Any],
    answer: str,
) -> None:
    endpoint.functions[field] = function
    data = ask(server, f"{{ children(count: 12) {{ {field} }} }}")["data"]
    assert [child[field] for child in data["children"]] == [answer.format(i) for i in range(12)]
    assert sorted(len(event) for event in invoked) == [2, 5, 5]


def test_two_fields_and_two_requests_are_not_mixed(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint, invoked: list[Any]
) -> None:
    endpoint.functions["title"] = titles
    for _ in range(2):
        ask(server, "{ children(count: 3) { title note } }")
    fields = [{item["field"] for item in event} for event in invoked]
    assert sorted(fields, key=str) == [{"note"}, {"note"}, {"title"}, {"title"}]


def test_a_batch_without_maximum_has_five_items(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint, invoked: list[Any]
) -> None:
    endpoint.functions["title"] = titles
    ask(server, "{ children(count: 7) { note } }")
    assert sorted(len(event) for event in invoked) == [2, 5]


def test_functions_of_a_pipeline_batch_too(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint, invoked: list[Any]
) -> None:
    endpoint.functions["title"] = titles
    data = ask(server, "{ children(count: 6) { piped } }")["data"]
    assert data["children"][5] == {"piped": "title 5"}
    assert sorted(len(event) for event in invoked) == [2, 4]


def test_a_direct_batch_is_a_list_even_of_one(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint, invoked: list[Any]
) -> None:
    endpoint.functions["direct"] = lambda event: [{"data": "one"}]
    assert ask(server, "{ direct }") == {"data": {"direct": "one"}}
    [[context]] = invoked
    assert context["info"]["fieldName"] == "direct"


def test_an_item_with_an_error_fails_alone(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint
) -> None:
    endpoint.functions["owner"] = lambda event: [
        {"data": "a"},
        {"data": None, "errorMessage": "not this one", "errorType": "Odd"},
        None,
    ]
    answer = ask(server, "{ children(count: 3) { owner } }")
    owners = [child["owner"] for child in answer["data"]["children"]]
    assert owners == ["a", None, None]
    [error] = answer["errors"]
    assert (error["errorType"], error["message"]) == ("Odd", "not this one")
    assert error["path"] == ["children", 1, "owner"]


@pytest.mark.parametrize("result", [["only one"], {"not": "a list"}, None, [1, 2, 3, 4]])
def test_a_result_of_another_length_fails_every_item(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint, result: Any
) -> None:
    endpoint.functions["title"] = lambda event: result
    answer = ask(server, "{ children(count: 3) { title } }")
    assert [child["title"] for child in answer["data"]["children"]] == [None] * 3
    assert {error["errorType"] for error in answer["errors"]} == {"Lambda:Unhandled"}
    assert len(answer["errors"]) == 3
    assert "a list of 3 results" in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    ("field", "error_type"), [("title", "Lambda:Unhandled"), ("owner", "ValueError")]
)
def test_one_exception_fails_the_whole_batch(
    ask: Callable[..., Any],
    server: RunningServer,
    endpoint: Endpoint,
    field: str,
    error_type: str,
) -> None:
    def function(event: Any) -> Any:
        raise ValueError("broken")

    endpoint.functions[field] = function
    answer = ask(server, f"{{ children(count: 3) {{ {field} }} }}")
    errors = [(error["errorType"], error["message"]) for error in answer["errors"]]
    assert errors == [(error_type, "broken")] * 3
