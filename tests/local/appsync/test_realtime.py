"""The real-time protocol on the wire: handshake, frames, limits."""

import base64
import json
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.local.appsync.fakes import (
    API_KEY,
    API_KEYS,
    ECHO,
    IAM,
    Endpoint,
    RunningServer,
    Subscriber,
    api,
    subscriber,
    wait_until,
)

SDL = """
type Author { id: ID!  name: String! }
type Post { id: ID!  title: String  owner: String  views: Int  author: Author
  secret: String @aws_iam }
type Query { me: String }
type Mutation {
  addPost(id: ID!, title: String, owner: String, views: Int, author: ID): Post
  publish(id: ID!, title: String): Post
  secretPost(id: ID!): Post @aws_iam
}
type Subscription {
  onAdd(id: ID, owner: String): Post @aws_subscribe(mutations: ["addPost"])
  onPub(id: ID): Post @aws_subscribe(mutations: ["publish"])
  onSecret: Post @aws_subscribe(mutations: ["addPost"]) @aws_iam
  onRefused: Post @aws_subscribe(mutations: ["addPost"])
  onFiltered(id: ID): Post @aws_subscribe(mutations: ["addPost"])
  onTooMany: Post @aws_subscribe(mutations: ["addPost"])
  onBoth: Post @aws_subscribe(mutations: ["addPost", "publish"])
}
"""
WITH_AUTHOR = """
export function request(ctx) {
  return { payload: { ...ctx.args, author: ctx.args.author ? { id: ctx.args.author } : null } };
}
export function response(ctx) { return ctx.result; }
"""
REFUSED = """
import { util } from '@aws-appsync/utils';
export function request(ctx) { return {}; }
export function response(ctx) { util.unauthorized(); }
"""
FILTERED = """
import { util, extensions } from '@aws-appsync/utils';
export function request(ctx) { return { payload: null }; }
export function response(ctx) {
  const filter = util.transform.toSubscriptionFilter({ views: { ge: 7 } });
  extensions.setSubscriptionFilter(filter);
  return null;
}
"""
TOO_MANY = FILTERED.replace("{ views: { ge: 7 } }", "{ title: { in: [1, 2, 3, 4, 5, 6] } }")
CODE: dict[str, str | None] = {
    "Mutation.addPost": WITH_AUTHOR,
    "Mutation.publish": ECHO,
    "Subscription.onRefused": REFUSED,
    "Subscription.onFiltered": FILTERED,
    "Subscription.onTooMany": TOO_MANY,
}


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    return serve(api(SDL, CODE, providers=(API_KEYS, IAM)))


@pytest.fixture
def client(server: RunningServer) -> Iterator[Subscriber]:
    with subscriber(server) as client:
        yield client


@pytest.fixture(scope="module")
def add(ask: Callable[..., Any], server: RunningServer) -> Callable[[str], Any]:
    """Runs a mutation; it must succeed."""

    def run(mutation: str) -> None:
        assert "errors" not in ask(server, f"mutation {{ {mutation} }}")

    return run


def encoded(headers: dict[str, str]) -> str:
    return base64.b64encode(json.dumps(headers).encode()).decode()


def web_socket(server: RunningServer, path: str, *protocols: str, **more: Any) -> Any:
    url = f"ws://127.0.0.1:{server.port}{path}"
    return connect(url, subprotocols=list(protocols) or None, **more)  # type: ignore[arg-type]  # a NewType


HEADERS = {"host": "localhost", "x-api-key": API_KEY}


@pytest.mark.parametrize(
    ("path", "protocols", "headers"),
    [
        (f"/graphql?header={encoded(HEADERS)}&payload=e30=", ["graphql-ws"], None),
        (f"/graphql?header={encoded(HEADERS).rstrip('=')}", ["graphql-ws"], None),
        ("/graphql/realtime", ["graphql-ws", f"header-{encoded(HEADERS).rstrip('=')}"], None),
        ("/graphql/realtime", ["graphql-ws"], {"x-api-key": API_KEY}),
    ],
    ids=["query", "query unpadded", "subprotocol", "headers"],
)
def test_a_connection_is_authorized_by_any_of_three_ways(
    server: RunningServer, path: str, protocols: list[str], headers: Any
) -> None:
    with web_socket(server, path, *protocols, additional_headers=headers) as socket:
        assert socket.subprotocol == "graphql-ws"
        socket.send('{"type":"connection_init"}')
        assert json.loads(socket.recv(timeout=2)) == {
            "type": "connection_ack",
            "payload": {"connectionTimeoutMs": 300000},
        }
        assert json.loads(socket.recv(timeout=2)) == {"type": "ka"}


@pytest.mark.parametrize(
    ("protocols", "payload"),
    [
        (
            ["graphql-ws", f"header-{encoded({'x-api-key': 'da2-wrong'}).rstrip('=')}"],
            {
                "errors": [
                    {
                        "errorType": "UnauthorizedException",
                        "message": "You are not authorized to make this call.",
                        "errorCode": 401,
                    }
                ]
            },
        ),
        ([], {"errors": [{"message": "NoProtocolError", "errorCode": 400}]}),
        (["mqtt"], {"errors": [{"message": "SubProtocolNotSupportedError", "errorCode": 400}]}),
    ],
    ids=["wrong key", "no protocol", "other protocol"],
)
def test_a_refused_connection_is_told_why_and_closed(
    server: RunningServer, protocols: list[str], payload: Any
) -> None:
    with web_socket(server, "/graphql/realtime", *protocols) as socket:
        assert json.loads(socket.recv(timeout=2)) == {
            "payload": payload,
            "type": "connection_error",
        }
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=2)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1000


def test_another_path_is_no_web_socket(server: RunningServer) -> None:
    with pytest.raises(InvalidStatus), web_socket(server, "/elsewhere", "graphql-ws"):
        pass


def test_a_start_before_the_ack_is_ignored(server: RunningServer) -> None:
    with web_socket(server, "/graphql", "graphql-ws", additional_headers=HEADERS) as socket:
        client = Subscriber(socket)
        data = json.dumps({"query": "subscription { onAdd { id } }"})
        start = json.dumps({"type": "start", "id": "1", "payload": {"data": data}})
        with socket.protocol_mutex:  # both frames in one packet
            socket.protocol.send_text(b'{"type":"connection_init"}')
            socket.protocol.send_text(start.encode())
            socket.socket.sendall(b"".join(socket.protocol.data_to_send()))
        assert client.receive()["type"] == "connection_ack"
        assert client.is_quiet()


def test_a_start_without_init_is_served(server: RunningServer) -> None:
    with web_socket(server, "/graphql", "graphql-ws", additional_headers=HEADERS) as socket:
        Subscriber(socket).subscribe("subscription { onAdd { id } }")


UNSUPPORTED = "not supported through the realtime channel"


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        (
            "subscription { onAdd { nope } }",
            [
                {
                    "message": "Validation error of type FieldUndefined: "
                    "Field 'nope' in type 'Post' is undefined @ 'onAdd/nope'"
                }
            ],
        ),
        ("{ me }", [{"errorType": "UnsupportedOperation", "message": f"query {UNSUPPORTED}"}]),
        (
            'mutation { publish(id: "1") { id } }',
            [{"errorType": "UnsupportedOperation", "message": f"mutation {UNSUPPORTED}"}],
        ),
        (
            "subscription { onAdd { id } onPub { id } }",
            [
                {
                    "errorType": "DuplicatedOperationError",
                    "message": "Duplicated operation with id 1",
                }
            ],
        ),
        (
            "subscription { onSecret { id } }",
            [
                {
                    "errorType": "Unauthorized",
                    "message": "Not Authorized to access onSecret on type Subscription",
                }
            ],
        ),
        (
            "subscription { onAdd { secret } }",
            [
                {
                    "errorType": "Unauthorized",
                    "message": "Not Authorized to access secret on type Post",
                }
            ],
        ),
        (
            "subscription { onRefused { id } }",
            [
                {
                    "errorType": "Unauthorized",
                    "message": "Not Authorized to access onRefused on type Subscription",
                }
            ],
        ),
        (
            "subscription { onTooMany { id } }",
            [
                {
                    "message": "subscription exceeds maximum value limit 5 for operator `in`.",
                    "errorCode": 400,
                }
            ],
        ),
        (
            "subscription { onAdd {",
            [
                {
                    "errorType": "MalformedHttpRequestException",
                    "message": "Unable to parse GraphQL query.",
                }
            ],
        ),
    ],
)
def test_a_start_that_is_refused_ends_alone(
    client: Subscriber, query: str, errors: list[Any]
) -> None:
    client.start(query)
    assert client.receive() == {"id": "1", "type": "error", "payload": {"errors": errors}}
    client.subscribe("subscription { onAdd { id } }", id="1")


def test_a_start_with_a_bad_key_of_its_own_is_refused(client: Subscriber) -> None:
    client.start("subscription { onAdd { id } }", headers={"x-api-key": "da2-wrong"})
    [error] = client.receive()["payload"]["errors"]
    assert error["errorType"] == "UnauthorizedException"
    client.subscribe("subscription { onAdd { id } }", id="2", headers={"X-Api-Key": API_KEY})


@pytest.mark.parametrize("frame", ['{"type":"foo"}', "[]", "meow", '{"type":"start"}', b"\x00\xff"])
def test_a_message_of_no_known_type_is_answered_without_id(
    client: Subscriber, frame: str | bytes
) -> None:
    client.socket.send(frame)
    assert client.receive() == {
        "type": "error",
        "payload": {
            "errors": [{"errorType": "UnsupportedOperation", "message": f"unknown {UNSUPPORTED}"}]
        },
    }


def test_a_live_id_is_refused_and_the_first_lives_on(
    client: Subscriber, add: Callable[[str], None]
) -> None:
    client.subscribe("subscription { onAdd { id } }")
    client.start("subscription { onPub { id } }")
    [error] = client.receive()["payload"]["errors"]
    assert error["errorType"] == "DuplicatedOperationError"
    add('addPost(id: "1") { id }')
    assert client.receive()["payload"] == {"data": {"onAdd": {"id": "1"}}}


def test_a_stopped_subscription_gets_nothing(
    client: Subscriber, add: Callable[[str], None]
) -> None:
    client.subscribe("subscription { onAdd { id } }")
    client.send(type="stop", id="1")
    assert client.receive() == {"id": "1", "type": "complete"}
    add('addPost(id: "1") { id }')
    assert client.is_quiet()


def test_the_201st_subscription_is_refused_with_an_object(client: Subscriber) -> None:
    for number in range(200):
        client.start("subscription { onAdd { id } }", id=str(number))
    assert all(client.receive()["type"] == "start_ack" for _ in range(200))
    client.start("subscription { onAdd { id } }", id="200")
    assert client.receive()["payload"] == {
        "errors": {
            "errorType": "MaxSubscriptionsReachedError",
            "message": "Max number of 200 subscriptions reached",
        }
    }


def test_a_resolver_that_does_not_end_refuses_the_start(
    serve: Callable[..., RunningServer], endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.appsync.realtime.start.REQUEST_SECONDS", 0.05)
    answered = threading.Event()
    endpoint.functions["slow"] = lambda event: answered.wait(5)
    field = "Subscription.onRefused"
    server = serve(api(SDL, {field: None}, sources={field: "slow"}))
    with subscriber(server) as client:
        client.start("subscription { onRefused { id } }")
        [error] = client.receive()["payload"]["errors"]
    answered.set()
    assert error == {"errorType": "ExecutionTimeout", "message": "Execution timed out."}


def test_each_connect_start_and_refusal_is_a_line_of_the_log_without_values(
    server: RunningServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "local.appsync.realtime"), subscriber(server) as client:
        client.subscribe('subscription { onAdd(owner: "secret") { id } }')
        client.start("subscription { onRefused { id } }", id="2")
        client.receive()
    lines = [json.loads(line.message) for line in caplog.records if line.name.endswith("realtime")]
    assert lines == [
        {"event": "connect", "auth": "API_KEY"},
        {"event": "start", "field": "onAdd"},
        {"event": "refused", "of": "start", "errors": ["Unauthorized"]},
    ]


def test_a_closed_connection_frees_its_subscriptions(
    server: RunningServer, http: httpx.Client
) -> None:
    health = server.url.replace("/graphql", "/health")
    before = http.get(health).json()["subscriptions"]
    with subscriber(server) as client:
        client.subscribe("subscription { onAdd { id } }")
        assert http.get(health).json()["subscriptions"] == before + 1
    wait_until(lambda: http.get(health).json()["subscriptions"] <= before)


def test_a_frame_over_the_limit_closes_the_connection(client: Subscriber) -> None:
    client.socket.send("x" * 300_000)
    with pytest.raises(ConnectionClosed) as closed:
        client.receive()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


@pytest.mark.parametrize(
    ("subscription", "mutation", "payload"),
    [
        (
            "onAdd { id title }",
            'addPost(id: "1", title: "t", owner: "o") { id title owner }',
            {"data": {"onAdd": {"id": "1", "title": "t"}}},
        ),
        (
            "onAdd { id views }",
            'addPost(id: "1", views: 3) { id }',
            {"data": {"onAdd": {"id": "1", "views": None}}},
        ),
        (
            "x: onAdd { i: id __typename }",
            'y: addPost(id: "1") { z: id }',
            {"data": {"x": {"i": "1", "__typename": "Post"}}},
        ),
        (
            "onAdd { id author { name } }",
            'addPost(id: "1", author: "a") { id author { id } }',
            {
                "data": {"onAdd": {"id": "1", "author": None}},
                "errors": [
                    {
                        "message": "Cannot return null for non-nullable type: 'String' "
                        "within parent 'Author' (/onAdd/author/name)",
                        "path": ["onAdd", "author", "name"],
                    }
                ],
            },
        ),
        (
            "onAdd { id }",
            'addPost(id: "1", title: "t") { title }',
            {
                "data": {"onAdd": None},
                "errors": [
                    {
                        "message": "Cannot return null for non-nullable type: 'ID' "
                        "within parent 'Post' (/onAdd/id)",
                        "path": ["onAdd", "id"],
                    }
                ],
            },
        ),
        ("onBoth { id }", 'publish(id: "1") { id }', {"data": {"onBoth": {"id": "1"}}}),
    ],
)
def test_an_event_is_the_mutations_selection_projected(
    client: Subscriber,
    add: Callable[[str], None],
    subscription: str,
    mutation: str,
    payload: Any,
) -> None:
    client.subscribe(f"subscription {{ {subscription} }}")
    add(mutation)
    assert client.receive() == {"id": "1", "type": "data", "payload": payload}


@pytest.mark.parametrize(
    ("subscription", "mutation", "delivered"),
    [
        ('onAdd(owner: "o") { title }', 'addPost(id: "1", owner: "o") { id owner }', True),
        ('onAdd(owner: "o") { title }', 'addPost(id: "1", owner: "p") { id owner }', False),
        ("onAdd { title }", 'addPost(id: "1", owner: "p") { id owner }', True),
        ("onAdd(owner: null) { title }", 'addPost(id: "1") { id owner }', True),
        ("onAdd(owner: null) { title }", 'addPost(id: "1", owner: "o") { id owner }', False),
        ('onAdd(id: "1") { title }', 'addPost(id: "1") { title }', False),
        ('onAdd(id: "1") { title }', 'addPost(id: "1") { id }', True),
        ('onAdd(id: "1", owner: "o") { title }', 'addPost(id: "1") { id owner }', False),
        ("onPub { title }", 'addPost(id: "1") { id }', False),
        ("onAdd { title }", 'publish(id: "1") { id }', False),
        ('onFiltered(id: "2") { title }', 'addPost(id: "1", views: 7) { id views }', True),
        ('onFiltered(id: "1") { title }', 'addPost(id: "1", views: 6) { id views }', False),
    ],
)
def test_an_event_reaches_who_filters_for_it(
    client: Subscriber,
    add: Callable[[str], None],
    subscription: str,
    mutation: str,
    delivered: bool,
) -> None:
    client.subscribe(f"subscription {{ {subscription} }}")
    add(mutation)
    if delivered:
        assert client.receive()["type"] == "data"
    else:
        assert client.is_quiet()


@pytest.mark.parametrize(
    ("variables", "owners"), [({}, ["o", None]), ({"o": None}, [None]), ({"o": "o"}, ["o"])]
)
def test_a_variable_not_supplied_is_no_constraint_and_null_is(
    client: Subscriber, add: Callable[[str], None], variables: Any, owners: list[Any]
) -> None:
    client.subscribe("subscription($o: String) { onAdd(owner: $o) { owner } }", **variables)
    add('addPost(id: "1", owner: "o") { id owner }')
    add('addPost(id: "2") { id owner }')
    received = [client.receive()["payload"]["data"]["onAdd"]["owner"] for _ in owners]
    assert received == owners
    assert client.is_quiet()


def test_a_refused_mutation_publishes_nothing(
    client: Subscriber, ask: Callable[..., Any], server: RunningServer
) -> None:
    client.subscribe("subscription { onAdd { id } }")
    assert ask(server, 'mutation { secretPost(id: "1") { id } }')["errors"]
    assert ask(server, "mutation { addPost { id } }")["errors"]
    assert client.is_quiet()


def test_an_event_over_240_kb_is_dropped_silently(
    client: Subscriber, ask: Callable[..., Any], server: RunningServer
) -> None:
    client.subscribe("subscription { onAdd { title } }")
    query = 'mutation($t: String) { addPost(id: "1", title: $t) { title } }'
    ask(server, query, t="x" * 245_800)
    ask(server, query, t="y" * 245_700)
    assert client.receive()["payload"]["data"]["onAdd"]["title"][0] == "y"


def test_each_subscriber_gets_its_own_selection_in_order(
    server: RunningServer, add: Callable[[str], None]
) -> None:
    with subscriber(server) as one, subscriber(server) as other:
        one.subscribe("subscription { onAdd { id } }")
        other.subscribe("subscription { onAdd { title } }")
        for number in range(5):
            add(f'addPost(id: "{number}", title: "t{number}") {{ id title }}')
        ids = [one.receive()["payload"]["data"]["onAdd"] for _ in range(5)]
        titles = [other.receive()["payload"]["data"]["onAdd"] for _ in range(5)]
    assert ids == [{"id": str(number)} for number in range(5)]
    assert titles == [{"title": f"t{number}"} for number in range(5)]
