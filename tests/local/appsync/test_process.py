"""The process as a user runs it: it starts, complains, logs and stops."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from local.appsync.apis import Apis
from local.appsync.application import Application
from local.appsync.auth.authorization import FIELD_ACTION, Authorities
from local.appsync.definition import ApiDefinition, UnreadableApi
from local.appsync.server import Server
from local.aws_http.http_client import HttpClient
from local.aws_http.iam import IamPolicies
from local.aws_http.listener import bind
from local.aws_http.sigv4 import KnownCredentials
from tests.local.appsync.fakes import (
    ECHO,
    FixedControlPlane,
    Subscriber,
    api,
    subscriber,
    wait_until,
)
from tests.ports import free_port

COMMAND = [sys.executable, "-m", "local.appsync", "--endpoint-url", "http://127.0.0.1:1"]
ENVIRONMENT = os.environ | {
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret-of-the-process",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def run(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *arguments],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_taken_port_is_named_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = run("--port", str(port))
        output = process.communicate(timeout=20)[0]
    assert process.returncode == 1
    assert f"Port {port} of 127.0.0.1 is taken" in output


def test_an_address_beyond_this_machine_is_refused() -> None:
    process = run("--host", "0.0.0.0", "--port", "0")
    assert "not a loopback address" in process.communicate(timeout=20)[0]
    assert process.returncode == 1


def test_it_serves_without_a_control_plane_and_stops_on_sigterm() -> None:
    port = free_port()
    process = run("--port", str(port))

    def health() -> httpx.Response | None:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/health")
        except httpx.ConnectError:
            return None

    answer = wait_until(health, seconds=20)
    assert answer.status_code == 503
    process.send_signal(signal.SIGTERM)
    output = process.communicate(timeout=10)[0]
    assert process.returncode in (0, -signal.SIGTERM)
    assert "The control plane cannot be read" in output
    assert "Traceback" not in output


@pytest.fixture
def client(serve: Any) -> Iterator[tuple[Any, Subscriber]]:
    sdl = "type Query { me(secret: String): String }"
    server = serve(FixedControlPlane(api(sdl, {"Query.me": ECHO})))
    with subscriber(server) as client:
        yield server, client


def test_a_server_that_stops_says_goodbye_with_1001(client: tuple[Any, Subscriber]) -> None:
    server, connected = client
    server.stop()
    with pytest.raises(ConnectionClosed) as closed:
        connected.receive()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001


class WatchfulControlPlane(FixedControlPlane):
    """Notes whether the server listened already when it asked first."""

    def __init__(self, *definitions: ApiDefinition) -> None:
        super().__init__(*definitions)
        self.listener: socket.socket | None = None
        self.was_listening: list[bool] = []

    def read(self) -> list[ApiDefinition | UnreadableApi]:
        if self.listener is not None and not self.was_listening:
            option = self.listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            self.was_listening.append(bool(option))
        return super().read()


def test_nobody_is_answered_before_the_apis_are_known() -> None:
    """A client whose connection is refused tries again; gql takes an error frame for final."""
    plane = WatchfulControlPlane(api("type Query { me: String }"))
    plane.listener = bind("127.0.0.1", 0)
    nowhere = "http://127.0.0.1:1"
    known = KnownCredentials(None, {})
    authorities = Authorities(HttpClient(nowhere), known, IamPolicies(nowhere, FIELD_ACTION))
    server = Server(Application(Apis(plane, authorities)))
    thread = threading.Thread(target=server.run_on, args=(plane.listener,))
    thread.start()
    wait_until(lambda: server.started)
    server.should_exit = True
    thread.join()
    assert plane.was_listening == [False]
