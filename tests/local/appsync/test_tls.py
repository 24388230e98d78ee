"""The same server over TLS, beside plain HTTP."""

import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.local.appsync.fakes import (
    API_KEY,
    ECHO,
    RunningServer,
    Subscriber,
    api,
    header_of,
    subscriber,
    wait_until,
)

SDL = """
type Post { id: ID!  title: String }
type Query { me: String }
type Mutation { addPost(id: ID!, title: String): Post }
type Subscription { onAdd(id: ID): Post @aws_subscribe(mutations: ["addPost"]) }
"""
DEAF = {"max_queue": 1, "close_timeout": 0.1}  # takes no frame until it is asked for one
MUTATION = 'mutation { addPost(id: "1", title: "t") { id title } }'


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "tls"


@pytest.fixture
def server(serve: Callable[..., RunningServer], directory: Path) -> RunningServer:
    return serve(api(SDL, {"Mutation.addPost": ECHO}), tls_directory=directory)


@pytest.fixture
def trusting(server: RunningServer, directory: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=directory / "ca.pem")


@pytest.fixture
def over_tls(server: RunningServer, trusting: ssl.SSLContext) -> Iterator[Subscriber]:
    with connected(server, trusting) as client:
        yield client


@contextmanager
def connected(server: RunningServer, trusting: ssl.SSLContext, **more: Any) -> Iterator[Subscriber]:
    url = f"wss://localhost:{server.tls_port}/graphql?header={header_of()}&payload=e30="
    protocols: Any = ["graphql-ws"]
    with connect(url, subprotocols=protocols, ssl=trusting, **more) as socket:
        client = Subscriber(socket)
        client.initialise()
        yield client


def test_a_request_over_tls_is_answered(server: RunningServer, trusting: ssl.SSLContext) -> None:
    url = f"https://localhost:{server.tls_port}/graphql"
    answer = httpx.post(
        url, json={"query": "{ me }"}, headers={"x-api-key": API_KEY}, verify=trusting
    )
    assert answer.json() == {"data": {"me": None}}


def test_a_push_crosses_from_plain_http_to_tls(
    server: RunningServer, over_tls: Subscriber, ask: Callable[..., Any]
) -> None:
    over_tls.subscribe("subscription { onAdd { id title } }")
    ask(server, MUTATION)
    assert over_tls.receive()["payload"] == {"data": {"onAdd": {"id": "1", "title": "t"}}}


def test_a_stop_says_goodbye_on_both_ports(server: RunningServer, over_tls: Subscriber) -> None:
    with subscriber(server) as plain:
        server.stop()
        for client in (plain, over_tls):
            with pytest.raises(ConnectionClosed) as closed:
                client.receive()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1001
    for port in (server.port, server.tls_port):
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.1:{port}/health")


def test_a_stop_cuts_off_who_does_not_answer(
    serve: Callable[..., RunningServer], directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.appsync.server.SHUTDOWN_SECONDS", 0.1)
    server = serve(api(SDL, {"Mutation.addPost": ECHO}), tls_directory=directory)
    trusting = ssl.create_default_context(cafile=directory / "ca.pem")
    with connected(server, trusting, **DEAF) as deaf:
        for number in range(5):
            deaf.send(type="stop", id=str(number))
        deaf.receive()
        server.stop()
        assert not server.is_running  # and pytest has no warning of an unclosed transport


def test_tls_on_the_plain_port_is_told_in_the_log(
    server: RunningServer, trusting: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(httpx.ConnectError, match=r"(?i)wrong.version.number"):
        httpx.get(f"https://localhost:{server.port}/health", verify=trusting)
    assert "give it the https: URL of --tls-port" in caplog.text


def test_plain_http_on_the_tls_port_harms_nobody(
    server: RunningServer, over_tls: Subscriber
) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"http://127.0.0.1:{server.tls_port}/health")
    over_tls.subscribe("subscription { onAdd { id } }")


def test_a_client_that_does_not_read_is_cut_off_over_tls_too(
    server: RunningServer,
    trusting: ssl.SSLContext,
    ask: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("local.appsync.realtime.outbox.MAX_WAITING_BYTES", 1_000_000)
    monkeypatch.setattr("local.appsync.realtime.outbox.CLOSE_SECONDS", 0.1)
    with connected(server, trusting, **DEAF) as deaf:
        deaf.subscribe("subscription { onAdd { id title } }")
        push = "mutation ($title: String) { addPost(id: 1, title: $title) { id title } }"
        for _ in range(100):
            ask(server, push, title="x" * 200_000)
        wait_until(lambda: server.apis.counts.connections == 0)


def test_the_two_options_go_together() -> None:
    command = [sys.executable, "-m", "local.appsync", "--endpoint-url", "http://127.0.0.1:1"]
    command += ["--port", "0", "--tls-port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--tls-port and --tls-directory go together" in done.stderr
