"""The Lambda authorizer: what it is asked, what its answer does, how long it is remembered."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from local.appsync.definition import AuthMode, AuthProvider, LambdaAuthorizer
from tests.local.appsync.fakes import (
    FUNCTION_ARN,
    Endpoint,
    RunningServer,
    api,
    subscriber,
)

SDL = """
type Post { id: ID  secret: String }
type Query { me: AWSJSON  post: Post }
type Mutation { add: String }
type Subscription { onAdd: String @aws_subscribe(mutations: ["add"]) }
"""
IDENTITY = """
export function request(ctx) { return { payload: ctx.identity }; }
export function response(ctx) { return ctx.result; }
"""
POST = IDENTITY.replace("ctx.identity", "{ id: 1, secret: 's' }")
ARN = "arn:aws:appsync:us-east-1:000000000000:apis/exampleapi/types/Post/fields/secret"


@pytest.fixture
def serve_with(serve: Callable[..., RunningServer]) -> Callable[..., RunningServer]:
    """A server whose only mode is a Lambda authorizer with these settings."""

    def start(**settings: Any) -> RunningServer:
        authorizer = LambdaAuthorizer(FUNCTION_ARN + "authorizer", **settings)
        mode = AuthProvider(AuthMode.AWS_LAMBDA, authorizer=authorizer)
        code: dict[str, str | None] = {"Query.me": IDENTITY, "Query.post": POST}
        return serve(api(SDL, code, providers=(mode,)))

    return start


@pytest.fixture
def answering(endpoint: Endpoint) -> Callable[[Any], list[Any]]:
    """Lets the function answer so; the events that it gets."""

    def answer(with_: Any) -> list[Any]:
        endpoint.events.clear()
        endpoint.functions["authorizer"] = lambda event: with_
        return endpoint.events

    return answer


def asked(server: RunningServer, query: str = "{ me }", token: str | None = "t") -> httpx.Response:
    headers = {} if token is None else {"authorization": token, "x-custom": "c"}
    body = {"query": query, "operationName": None, "variables": {"a": 1}}
    return httpx.post(server.url, json=body, headers=headers)


def test_the_function_is_asked_about_the_token_and_the_request(
    serve_with: Callable[..., RunningServer], answering: Callable[[Any], list[Any]]
) -> None:
    events = answering({"isAuthorized": True, "resolverContext": {"t": "a"}})
    answer = asked(serve_with()).json()
    assert json.loads(answer["data"]["me"]) == {"resolverContext": {"t": "a"}}
    [event] = events
    assert event["authorizationToken"] == "t"
    assert event["requestHeaders"]["x-custom"] == "c"
    context = event["requestContext"]
    assert context.pop("requestId")
    assert context == {
        "apiId": "exampleapi",
        "accountId": "000000000000",
        "queryString": "{ me }",
        "operationName": None,
        "variables": {"a": 1},
    }


@pytest.mark.parametrize(
    "answer", [{"isAuthorized": False}, {}, None, [], "yes", {"isAuthorized": "true"}]
)
def test_nobody_else_is_let_in(
    serve_with: Callable[..., RunningServer], answering: Callable[[Any], list[Any]], answer: Any
) -> None:
    answering(answer)
    refused = asked(serve_with())
    assert refused.status_code == 401
    assert refused.json()["errors"][0]["message"] == "You are not authorized to make this call."


def test_a_function_that_fails_lets_nobody_in(
    serve_with: Callable[..., RunningServer], endpoint: Endpoint
) -> None:
    endpoint.functions.pop("authorizer", None)
    assert asked(serve_with()).status_code == 401


def test_a_token_of_another_form_is_not_asked_about(
    serve_with: Callable[..., RunningServer], answering: Callable[[Any], list[Any]]
) -> None:
    events = answering({"isAuthorized": True})
    server = serve_with(token_regex="secret-[0-9]+")
    assert asked(server, token="secret-x").status_code == 401
    assert asked(server, token=None).status_code == 401
    assert events == []
    assert asked(server, token="secret-1").status_code == 200


@pytest.mark.parametrize("denied", ["Post.secret", ARN])
def test_a_denied_field_is_null_though_it_has_a_value(
    serve_with: Callable[..., RunningServer],
    answering: Callable[[Any], list[Any]],
    denied: str,
) -> None:
    answering({"isAuthorized": True, "deniedFields": [denied]})
    answer = asked(serve_with(), "{ post { id secret } }").json()
    assert answer["data"] == {"post": {"id": "1", "secret": None}}
    [error] = answer["errors"]
    assert error["errorType"] == "Unauthorized"
    assert error["message"] == "Not Authorized to access secret on type Post"


@pytest.mark.parametrize(
    ("ttl", "override", "asked_again"),
    [(300, None, False), (300, 0, True), (0, None, True), (0, 60, False), (300, "x", False)],
)
def test_an_answer_is_remembered_as_long_as_it_may_be(
    serve_with: Callable[..., RunningServer],
    answering: Callable[[Any], list[Any]],
    ttl: int,
    override: Any,
    asked_again: bool,
) -> None:
    more = {} if override is None else {"ttlOverride": override}
    events = answering({"isAuthorized": True, **more})
    server = serve_with(ttl_seconds=ttl)
    assert [asked(server).status_code, asked(server).status_code] == [200, 200]
    assert len(events) == (2 if asked_again else 1)
    asked(server, token="another")
    assert len(events) == (3 if asked_again else 2)


def test_a_refusal_is_not_remembered(
    serve_with: Callable[..., RunningServer], answering: Callable[[Any], list[Any]]
) -> None:
    answering({"isAuthorized": False, "ttlOverride": 60})
    server = serve_with(ttl_seconds=300)
    assert asked(server).status_code == 401
    answering({"isAuthorized": True})
    assert asked(server).status_code == 200


def test_a_connection_and_each_start_are_asked_about(
    serve_with: Callable[..., RunningServer], answering: Callable[[Any], list[Any]]
) -> None:
    events = answering({"isAuthorized": True})
    with subscriber(serve_with(), {"authorization": "t"}) as client:
        client.start("subscription { onAdd }", headers={"authorization": "u"})
        assert client.receive()["type"] == "start_ack"
    connect, start = events
    assert connect["requestContext"]["operationName"] == "DeepDish:Connect"
    assert (start["authorizationToken"], start["requestContext"]["queryString"]) == (
        "u",
        "subscription { onAdd }",
    )
