"""Following the control plane: changes arrive, nothing is dropped, an outage is survived."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from botocore.exceptions import EndpointConnectionError

from local.appsync import apis
from local.appsync.definition import (
    AuthMode,
    AuthProvider,
    DataSource,
    FunctionDefinition,
    ResolverDefinition,
    UnreadableApi,
)
from tests.local.appsync.fakes import (
    API_KEY,
    IN_AN_HOUR,
    FixedControlPlane,
    RunningServer,
    api,
    subscriber,
    wait_until,
)

SDL = """
type Thing { id: ID! }
type Query { version: String }
type Mutation { add(id: ID!): Thing }
type Subscription { onAdd: Thing @aws_subscribe(mutations: ["add"]) }
"""
ECHO = """
export function request(ctx) { return { payload: ctx.args }; }
export function response(ctx) { return ctx.result; }
"""


def version(number: int) -> dict[str, str | None]:
    return {"Query.version": ECHO.replace("ctx.args", f"'{number}'"), "Mutation.add": ECHO}


@pytest.fixture
def plane() -> FixedControlPlane:
    return FixedControlPlane(api(SDL, version(1)))


@pytest.fixture(autouse=True)
def _poll_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.appsync.apis.POLL_SECONDS", 0.01)
    monkeypatch.setattr("local.appsync.apis.LONGEST_POLL_SECONDS", 0.1)


def health(server: RunningServer) -> httpx.Response:
    return httpx.get(server.url.replace("/graphql", "/health"))


def test_a_change_is_served_and_live_subscriptions_stay(
    serve: Callable[..., RunningServer], ask: Callable[..., Any], plane: FixedControlPlane
) -> None:
    server = serve(plane)
    with subscriber(server) as client:
        client.subscribe("subscription { onAdd { id } }")
        plane.definitions = [api(SDL + "type New { id: ID }", version(2))]
        wait_until(lambda: ask(server, "{version}")["data"] == {"version": "2"})
        ask(server, 'mutation { add(id: "1") { id } }')
        assert client.receive()["payload"] == {"data": {"onAdd": {"id": "1"}}}
        client.subscribe("subscription { onAdd { id } }", id="2")


def test_an_unchanged_definition_is_not_built_again(
    serve: Callable[..., RunningServer], plane: FixedControlPlane
) -> None:
    server = serve(plane)
    before = server.apis.choose({})
    reads = plane.reads
    plane.definitions = [api(SDL, version(1), keys=before.definition.keys)]
    wait_until(lambda: plane.reads > reads + 2)
    assert server.apis.choose({}) is before


def test_an_outage_of_the_control_plane_is_survived(
    serve: Callable[..., RunningServer], ask: Callable[..., Any], plane: FixedControlPlane
) -> None:
    server = serve(plane)
    plane.failure = EndpointConnectionError(endpoint_url="http://localhost")
    reads = plane.reads
    wait_until(lambda: plane.reads > reads + 2)
    assert ask(server, "{version}") == {"data": {"version": "1"}}
    assert health(server).status_code == 200


def test_a_server_whose_control_plane_is_silent_yet_asks_for_patience(
    serve: Callable[..., RunningServer], plane: FixedControlPlane
) -> None:
    plane.definitions = []
    plane.failure = EndpointConnectionError(endpoint_url="http://localhost")
    server = serve(plane)
    answer = httpx.post(server.url, json={"query": "{version}"}, headers={"x-api-key": API_KEY})
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["errorType"] == "ServiceUnavailableException"


def test_a_server_may_start_before_its_api_exists(
    serve: Callable[..., RunningServer], ask: Callable[..., Any], plane: FixedControlPlane
) -> None:
    definitions, plane.definitions = plane.definitions, []
    server = serve(plane)
    assert health(server).status_code == 503
    assert ask(server, "{version}")["errors"][0]["errorType"] == "ResourceNotFoundException"
    plane.definitions = [replace(api(SDL), sdl=None)]
    wait_until(lambda: "GraphQLSchemaException" in str(ask(server, "{version}")))
    plane.definitions = definitions
    wait_until(lambda: health(server).status_code == 200)
    assert ask(server, "{version}") == {"data": {"version": "1"}}


def test_a_new_key_is_accepted_and_a_withdrawn_one_refused(
    serve: Callable[..., RunningServer], ask: Callable[..., Any], plane: FixedControlPlane
) -> None:
    server = serve(plane)
    plane.definitions = [api(SDL, version(1), keys=(("da2-new", IN_AN_HOUR),))]
    wait_until(lambda: "data" in ask(server, "{version}", headers={"x-api-key": "da2-new"}))
    assert "data" not in ask(server, "{version}")


def pipeline(kind: str, *more: str) -> ResolverDefinition:
    functions = ("f1", *more)
    return ResolverDefinition("Query", "version", None, kind, ECHO, functions=functions)


VTL_FUNCTION = FunctionDefinition("f1", "first", "none", has_templates=True)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"sdl": "type Query {"}, "The schema cannot be read"),
        ({"sdl": "type Query { a: Nothing }"}, "Nothing"),
        ({"providers": (AuthProvider(AuthMode.OPENID_CONNECT),)}, "OPENID_CONNECT"),
        ({"data_sources": (DataSource("table", "AMAZON_DYNAMODB"),)}, "'table'"),
        ({"data_sources": ()}, "Query.version names no data source"),
        (
            {"resolvers": (ResolverDefinition("Query", "version", "none", has_templates=True),)},
            "VTL",
        ),
        ({"resolvers": (pipeline("CONVEYOR"),)}, "CONVEYOR"),
        ({"resolvers": (pipeline("PIPELINE"),)}, "names the function 'f1', which does not exist"),
        (
            {"resolvers": (pipeline("PIPELINE", "f1"),), "functions": (VTL_FUNCTION,)},
            "Function first has VTL templates",
        ),
        ({"resolvers": (pipeline("PIPELINE", *"f" * 10),)}, "11 functions; at most 10"),
        (
            {"resolvers": (ResolverDefinition("Query", "version", "none", max_batch_size=2001),)},
            "maxBatchSize 2001; give 0 to 2000",
        ),
        ({"resolvers": (ResolverDefinition("Query", "version", "none"),)}, "no code"),
    ],
)
def test_what_is_not_served_is_named_and_the_last_good_definition_stays(
    serve: Callable[..., RunningServer],
    ask: Callable[..., Any],
    plane: FixedControlPlane,
    caplog: pytest.LogCaptureFixture,
    change: Any,
    named: str,
) -> None:
    server = serve(plane)
    plane.definitions = [replace(api(SDL, version(1)), **change)]
    wait_until(lambda: named in caplog.text)
    assert ask(server, "{version}") == {"data": {"version": "1"}}


def test_an_api_that_is_gone_is_not_found_and_keeps_its_subscribers_for_its_return(
    serve: Callable[..., RunningServer], ask: Callable[..., Any], plane: FixedControlPlane
) -> None:
    server = serve(plane)
    definitions = plane.definitions
    with subscriber(server) as client:
        client.subscribe("subscription { onAdd { id } }")
        plane.definitions = []
        wait_until(lambda: "ResourceNotFoundException" in str(ask(server, "{version}")))
        plane.definitions = definitions
        wait_until(lambda: "data" in ask(server, "{version}"))
        ask(server, 'mutation { add(id: "1") { id } }')
        assert client.receive()["payload"] == {"data": {"onAdd": {"id": "1"}}}


@pytest.fixture
def two(serve: Callable[..., RunningServer]) -> RunningServer:
    """Two APIs that share one key and have one of their own each."""
    shared = (API_KEY, IN_AN_HOUR)
    one = api(SDL, version(1), api_id="one", keys=(("da2-one", IN_AN_HOUR), shared))
    two = api(SDL, version(2), api_id="two", keys=(("da2-two", IN_AN_HOUR), shared))
    return serve(one, two)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/two/graphql", {}),
        ("/graphql/two", {}),
        ("/v1/apis/two/graphql", {}),
        ("/two/graphql", {"host": "one.localhost"}),
        ("/two/graphql", {"x-api-key": "da2-two"}),
        ("/graphql", {"x-api-key": "da2-two"}),
        ("/graphql", {"host": "two.appsync-api.us-east-1.amazonaws.com"}),
        ("/graphql", {"host": "two.appsync-realtime-api.us-east-1.amazonaws.com"}),
        ("/graphql", {"host": "two.localhost:4000"}),
        ("/graphql", {"host": "two.example.test"}),
    ],
)
def test_an_api_is_chosen_by_path_host_or_key(
    two: RunningServer, path: str, headers: dict[str, str]
) -> None:
    url = two.url.replace("/graphql", path)
    answer = httpx.post(url, json={"query": "{version}"}, headers={"x-api-key": API_KEY} | headers)
    assert answer.json() == {"data": {"version": "2"}}


@pytest.mark.parametrize(
    ("path", "headers", "told"),
    [
        ("/graphql", {}, "/{apiId}/graphql"),
        ("/three/graphql", {}, "'three'"),
        ("/graphql", {"host": "three.appsync-api.us-east-1.amazonaws.com"}, "'three'"),
        ("/graphql", {"x-api-key": "da2-nobody"}, "or send the key of one"),
    ],
)
def test_a_request_that_no_api_can_be_told_for_is_not_found(
    two: RunningServer, path: str, headers: dict[str, str], told: str
) -> None:
    url = two.url.replace("/graphql", path)
    answer = httpx.post(url, json={"query": "{version}"}, headers={"x-api-key": API_KEY} | headers)
    assert answer.status_code == 404
    [error] = answer.json()["errors"]
    assert error["errorType"] == "ResourceNotFoundException"
    assert told in error["message"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/two/graphql", {}),
        ("/two/graphql/realtime", {}),
        ("/graphql/two/realtime", {}),
        ("/graphql/realtime", {"host": "two.appsync-api.us-east-1.amazonaws.com"}),
        ("/graphql", {"host": "two.localhost:4000"}),
        ("/graphql/realtime", {"x-api-key": "da2-two"}),
    ],
)
def test_a_subscription_lives_on_in_the_api_it_chose_when_that_changes(
    two: RunningServer,
    path: str,
    headers: dict[str, str],
) -> None:
    url = two.url.replace("/graphql", "/two/graphql")
    plane = two.control_plane

    def ask(query: str) -> Any:
        return httpx.post(url, json={"query": query}, headers={"x-api-key": API_KEY}).json()

    with subscriber(two, {"x-api-key": API_KEY} | headers, path=path) as client:
        client.subscribe("subscription { onAdd { id } }")
        plane.definitions = [
            plane.definitions[0],
            api(SDL + "type New { id: ID }", version(3), api_id="two"),
        ]
        wait_until(lambda: ask("{version}")["data"] == {"version": "3"})
        ask('mutation { add(id: "1") { id } }')
        assert client.receive()["payload"] == {"data": {"onAdd": {"id": "1"}}}


def test_a_broken_api_tells_why_and_leaves_the_others_alone(
    serve: Callable[..., RunningServer],
) -> None:
    server = serve(api(SDL, version(1), api_id="good"))
    server.control_plane.definitions += [
        api("type Query { a: Nothing }", api_id="broken"),
        UnreadableApi("unreadable", "it has no resolvers to list"),
    ]
    wait_until(lambda: "unreadable" in server.apis.states)

    def post(api_id: str) -> httpx.Response:
        url = server.url.replace("/graphql", f"/{api_id}/graphql")
        return httpx.post(url, json={"query": "{version}"}, headers={"x-api-key": API_KEY})

    assert post("good").json() == {"data": {"version": "1"}}
    assert server.apis.choose({}).definition.api_id == "good"
    assert post("broken").status_code == post("unreadable").status_code == 502
    assert "Nothing" in post("broken").json()["errors"][0]["message"]
    assert "it has no resolvers to list" in post("unreadable").json()["errors"][0]["message"]
    assert health(server).json()["apis"]["good"] == "ok"
    assert "Nothing" in health(server).json()["apis"]["broken"]


def test_a_broken_api_refuses_real_time_clients_with_the_reason(
    serve: Callable[..., RunningServer],
) -> None:
    server = serve(api("type Query { a: Nothing }", api_id="broken"))
    with subscriber(server, path="/broken/graphql", initialise=False) as client:
        client.send(type="connection_init")
        frame = client.receive()
    assert frame["type"] == "connection_error"
    assert frame["payload"]["errors"][0]["errorCode"] == 502
    assert "Nothing" in frame["payload"]["errors"][0]["message"]


def test_an_api_that_is_mended_is_served(
    serve: Callable[..., RunningServer], ask: Callable[..., Any], plane: FixedControlPlane
) -> None:
    good, plane.definitions = plane.definitions, [UnreadableApi("exampleapi", "gone fishing")]
    server = serve(plane)
    assert "gone fishing" in str(ask(server, "{version}"))
    plane.definitions = good
    wait_until(lambda: "data" in ask(server, "{version}"))
    assert health(server).json()["apis"] == {"exampleapi": "ok"}


def test_a_slow_control_plane_is_asked_seldom_but_within_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    pauses = [apis.pause(seconds, is_changing=False) for seconds in (0.001, 0.05, 2.0)]
    assert pauses == [1.0, 5.0, 15.0]


def test_what_changes_is_read_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert apis.pause(2.0, is_changing=True) == 1.0


def test_health_tells_which_definitions_are_served(
    serve: Callable[..., RunningServer], ask: Callable[..., Any], plane: FixedControlPlane
) -> None:
    server = serve(plane)
    plane.definitions = [api(SDL, version(2))]
    defined_at = time.time()
    wait_until(lambda: health(server).json()["readAt"] >= defined_at)
    assert ask(server, "{version}")["data"] == {"version": "2"}
