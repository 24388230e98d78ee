"""Clients that do not read: cut off with a reason, while others get theirs."""

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Any

import pytest

from local.appsync.realtime.outbox import Outbox
from tests.local.appsync.fakes import ECHO, RunningServer, api, subscriber, wait_until
from tests.local.appsync.raw_socket import connected, rest, start

SDL = """
type Post { id: ID! title: String }
type Query { me: String }
type Mutation { addPost(id: ID!, title: String): Post }
type Subscription { onAdd: Post @aws_subscribe(mutations: ["addPost"]) }
"""
SUBSCRIPTION = "subscription { onAdd { title } }"
MUTATION = 'mutation($t: String) { addPost(id: "1", title: $t) { title } }'
TOO_SLOW = struct.pack("!H", 1008) + b"The client reads too slowly."


def stalled(server: RunningServer) -> socket.socket:
    """A client that subscribes and then does not read."""
    raw = connected(server)
    raw.sendall(start(SUBSCRIPTION))
    wait_until(lambda: server.apis.counts.subscriptions >= 1)
    return raw


@pytest.fixture
def server(serve: Callable[..., RunningServer], monkeypatch: pytest.MonkeyPatch) -> RunningServer:
    """One whose buffers are soon full, and patience soon over."""
    monkeypatch.setattr("local.appsync.realtime.outbox.CLOSE_SECONDS", 0.1)
    monkeypatch.setattr("local.appsync.realtime.outbox.MAX_WAITING_BYTES", 1_000_000)
    return serve(api(SDL, {"Mutation.addPost": ECHO}))


def test_a_client_that_does_not_read_is_cut_off_and_delays_nobody(
    server: RunningServer, ask: Callable[..., Any]
) -> None:
    with stalled(server), subscriber(server) as reader:
        reader.subscribe(SUBSCRIPTION)
        for _ in range(60):
            ask(server, MUTATION, t="x" * 200_000)
            assert reader.receive()["type"] == "data"
        wait_until(lambda: server.apis.counts.connections == 1)
        assert server.apis.counts.subscriptions == 1


def test_a_client_that_reads_again_finds_whole_frames_and_the_reason(
    server: RunningServer, ask: Callable[..., Any]
) -> None:
    with stalled(server) as raw:
        while server.apis.counts.connections:
            ask(server, MUTATION, t="x" * 200_000)
        found = rest(raw, until=TOO_SLOW)
    assert found[: found.index(b"\x81\x7f")].endswith(b'"start_ack"}')
    frames = found[found.index(b"\x81\x7f") :]
    size = 10 + struct.unpack("!Q", frames[2:10])[0]
    whole, end = divmod(len(frames), size)
    assert end == 2 + len(TOO_SLOW)
    assert all(frames[size * n :].startswith(b"\x81\x7f") for n in range(whole))


def test_a_client_that_answers_no_ping_is_closed(
    serve: Callable[..., RunningServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(api(SDL, {"Mutation.addPost": ECHO}))
    monkeypatch.setattr(server._server.config, "ws_ping_interval", 0.05)
    monkeypatch.setattr(server._server.config, "ws_ping_timeout", 0.05)
    with stalled(server) as raw:
        wait_until(lambda: server.apis.counts.connections == 0)
        assert b"The client does not answer pings." in rest(raw, until=b"pings.")
    assert server.apis.counts.subscriptions == 0


def test_a_client_that_closes_and_does_not_read_leaves_no_socket(
    server: RunningServer, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.appsync.realtime.protocol.CLOSE_SECONDS", 0.1)
    with stalled(server) as raw:
        for _ in range(30):
            ask(server, MUTATION, t="x" * 200_000)
        raw.sendall(b"\x88\x82\0\0\0\0\x03\xe8")
        wait_until(lambda: server.web_sockets() == 0)


def test_an_old_connection_is_closed_and_all_get_keep_alives(
    serve: Callable[..., RunningServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.appsync.application.KEEP_ALIVE_SECONDS", 0.05)
    server = serve(api(SDL, {"Mutation.addPost": ECHO}))
    with connected(server) as raw:
        assert rest(raw, until=b'{"type":"ka"}').count(b'{"type":"ka"}') >= 1
        monkeypatch.setattr("local.appsync.realtime.connection.LIFETIME_SECONDS", 0.0)
        assert struct.pack("!H", 1000) + b"The connection is 24 hours old." in rest(
            raw, until=b"hours old."
        )


class FullWire:
    """A wire that takes one block, and then no more until told."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.takes_more = True
        self.closed: tuple[int, str] | None = None

    def write(self, frames: bytes) -> None:
        self.written.append(frames)
        self.takes_more = False

    def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)

    def abort(self) -> None:
        raise AssertionError("not in this test")


async def ten_frames_through(wire: FullWire) -> None:
    outbox = Outbox(wire)
    for _ in range(10):
        outbox.put_data(b'{"payload":', b'"' + b"x" * 300 + b'"')
    while len(b"".join(wire.written)) < 10 * 318:
        wire.takes_more = True
        outbox.flush()


def test_a_block_ends_with_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.appsync.realtime.outbox.BLOCK_BYTES", 1_000)
    wire = FullWire()
    asyncio.run(ten_frames_through(wire))
    assert len(wire.written) > 1
    assert all(block.startswith(b"\x81") and block.endswith(b'"}') for block in wire.written)
