"""Frames that no honest client sends: each ends with the RFC's code, or is answered.

https://www.rfc-editor.org/rfc/rfc6455#section-7.4
"""

import json
import logging
import os
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from websockets.frames import Opcode

from tests.local.appsync.fakes import API_KEY, ECHO, RunningServer, api, subscriber, wait_until
from tests.local.appsync.raw_socket import answers, connected, frame, message, rest, start, upgrade

SDL = """
type Post { id: ID! title: String }
type Query { me: String }
type Mutation { addPost(id: ID!, title: String): Post }
type Subscription { onAdd(id: ID): Post @aws_subscribe(mutations: ["addPost"]) }
"""
SUBSCRIPTION = "subscription { onAdd { id } }"
PROTOCOL_ERROR, NOT_UTF_8, TOO_BIG = 1002, 1007, 1009


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    return serve(api(SDL, {"Mutation.addPost": ECHO}))


@pytest.fixture(autouse=True)
def nothing_is_left(server: RunningServer, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Tasks, sockets and subscriptions are as before, and no traceback was logged."""
    tasks, files = server.tasks(), len(os.listdir("/proc/self/fd"))
    with caplog.at_level(logging.WARNING):
        yield
        wait_until(lambda: server.tasks() <= tasks)
        wait_until(lambda: len(os.listdir("/proc/self/fd")) <= files)
    assert (server.apis.counts.connections, server.apis.counts.subscriptions) == (0, 0)
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        pytest.param(frame(Opcode.TEXT, b"{}", mask=False), PROTOCOL_ERROR, id="unmasked"),
        pytest.param(bytes((0x83, 0x80, 0, 0, 0, 0)), PROTOCOL_ERROR, id="reserved opcode"),
        pytest.param(bytes((0xC1, 0x80, 0, 0, 0, 0)), PROTOCOL_ERROR, id="reserved bit"),
        pytest.param(bytes((0x09, 0x80, 0, 0, 0, 0)), PROTOCOL_ERROR, id="fragmented ping"),
        pytest.param(bytes((0x89, 0xFE, 0, 126)) + bytes(4 + 126), PROTOCOL_ERROR, id="long ping"),
        pytest.param(frame(Opcode.CONT, b"x"), PROTOCOL_ERROR, id="continuation of nothing"),
        pytest.param(
            frame(Opcode.TEXT, b"{", is_final=False) + frame(Opcode.TEXT, b"}"),
            PROTOCOL_ERROR,
            id="message in a message",
        ),
        pytest.param(bytes((0x88, 0x81, 0, 0, 0, 0, 3)), PROTOCOL_ERROR, id="half a close code"),
        pytest.param(frame(Opcode.CLOSE, b"\x03\xe7"), PROTOCOL_ERROR, id="no close code"),
        pytest.param(frame(Opcode.TEXT, b"\xff\xfe"), NOT_UTF_8, id="text of other bytes"),
        pytest.param(frame(Opcode.CLOSE, b"\x03\xe8\xff"), NOT_UTF_8, id="close of other bytes"),
        pytest.param(frame(Opcode.TEXT, b"x" * 1_000_000), TOO_BIG, id="1 MB"),
        pytest.param(bytes((0x81, 0xFF)) + struct.pack("!Q", 1 << 62), TOO_BIG, id="4 EB"),
        pytest.param(
            frame(Opcode.TEXT, b"x", is_final=False)
            + frame(Opcode.CONT, b"x" * 65_536, is_final=False) * 5,
            TOO_BIG,
            id="1 MB in fragments",
        ),
        pytest.param(
            frame(Opcode.TEXT, b"", is_final=False)
            + frame(Opcode.CONT, b"", is_final=False) * 3_000,
            TOO_BIG,
            id="fragments without end",
        ),
    ],
)
def test_a_frame_against_the_rules_closes_with_its_code(
    server: RunningServer, sent: bytes, code: int
) -> None:
    with connected(server) as raw:
        raw.sendall(sent)
        assert b"\x88" in (answer := rest(raw, until=struct.pack("!H", code)))
        assert answer[2:4] == struct.pack("!H", code)


@pytest.mark.parametrize(
    "sent",
    [
        frame(Opcode.TEXT, b'{"type":' + b"[" * 100_000),
        frame(Opcode.BINARY, b"\x00\xff"),
        frame(Opcode.TEXT, b'"start"'),
        frame(Opcode.TEXT, b'{"type":{"type":"start"}}'),
    ],
    ids=["deep JSON", "binary", "no object", "no type"],
)
def test_what_is_no_message_is_answered(server: RunningServer, sent: bytes) -> None:
    with connected(server) as raw:
        raw.sendall(sent)
        assert b"unknown not supported" in rest(raw, until=b"}]}}")


@pytest.mark.parametrize("kind", ["start", "stop"])
@pytest.mark.parametrize(
    ("id", "found"),
    [
        (7, b"it has the type int"),
        (True, b"it has the type bool"),
        ({"a": 1}, b"it has the type dict"),
        (["1"], b"it has the type list"),
        ("x" * 129, b"it has 129 characters"),
    ],
)
def test_an_id_that_is_no_short_text_is_refused(
    server: RunningServer, kind: str, id: object, found: bytes
) -> None:
    with connected(server) as raw:
        raw.sendall(message(type=kind, id=id))
        assert found in rest(raw, until=b"}]}}")


def test_a_request_that_nests_too_deeply_is_refused(server: RunningServer) -> None:
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    with subscriber(server) as client:
        client.send(type="start", id="1", payload={"data": {"query": "q", "variables": deep}})
        [error] = client.receive()["payload"]["errors"]
        assert error["errorType"] == "MalformedHttpRequestException"


def test_a_message_in_fragments_with_a_ping_between_is_read(server: RunningServer) -> None:
    text = json.dumps({"type": "connection_init"}).encode()
    with connected(server) as raw:
        raw.sendall(
            frame(Opcode.TEXT, text[:5], is_final=False)
            + frame(Opcode.PING, b"now")
            + frame(Opcode.CONT, text[5:])
        )
        answer = rest(raw, until=b'"ka"')
    assert answer.startswith(b"\x8a\x03now")
    assert b"connection_ack" in answer


def test_ten_thousand_starts_on_a_socket_give_200_subscriptions(server: RunningServer) -> None:
    answered = b""
    with connected(server) as raw:
        for first in range(0, 10_000, 1_000):  # it must read, or its answers would wait
            ids = map(str, range(first, first + 1_000))
            raw.sendall(b"".join(start(SUBSCRIPTION, id) for id in ids))
            answered += answers(raw, b'"id":', 1_000)
    assert answered.count(b'"start_ack"') == 200
    assert answered.count(b'"MaxSubscriptionsReachedError"') == 9_800


def test_an_abrupt_end_in_the_middle_of_a_start_leaves_nothing(server: RunningServer) -> None:
    for length in (1, 2, 5, 20, 60):
        raw = connected(server)
        raw.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SO_LINGER: closing resets
        raw.sendall(start(SUBSCRIPTION)[:length])
        raw.close()
    raw = connected(server)
    raw.sendall(start(SUBSCRIPTION) * 2)
    raw.close()


@pytest.mark.parametrize(
    ("query", "more", "status"),
    [
        ("header=" + "x" * 9_000, "", b" 414 "),
        (None, "".join(f"x-{number}: 1\r\n" for number in range(200)), b" 431 "),
        ("header=\xe9", "", b" 400 "),
        (None, "Sec-WebSocket-Key: two\r\n", b" 400 "),
    ],
    ids=["long line", "many headers", "not ASCII", "two keys"],
)
def test_an_upgrade_that_cannot_be_read_is_refused(
    server: RunningServer, query: str | None, more: str, status: bytes
) -> None:
    with upgrade(server, query, more) as raw:
        assert status in rest(raw)


def test_custom_headers_in_the_query_are_ignored(server: RunningServer) -> None:
    with upgrade(server, "x-custom=1&authorization=none", f"x-api-key: {API_KEY}\r\n") as raw:
        assert b" 101 " in raw.recv(4096)
        raw.sendall(start(SUBSCRIPTION))
        assert b"start_ack" in rest(raw, until=b"start_ack")


def test_pings_of_a_client_that_reads_nothing_do_not_gather(server: RunningServer) -> None:
    """The pongs for 8 MB of pings would; what the sockets' own buffers hold is less than half."""
    with connected(server) as raw:
        ping = frame(Opcode.PING, b"x" * 125) * 1_000
        for _ in range(64):
            raw.sendall(ping)
        raw.sendall(frame(Opcode.CLOSE, b"\x03\xe8"))
        wait_until(lambda: server.apis.counts.connections == 0)
        assert len(rest(raw)) < 6_000_000
