"""A WebSocket client that does what no library would: its frames are bytes, and it may not read."""

import base64
import json
import socket
from typing import Any, Protocol

from websockets.frames import Frame, Opcode

from tests.local.appsync.fakes import API_KEY

_KEY = base64.b64encode(b"0123456789abcdef").decode()


class Peer(Protocol):
    """A server on this machine, in this process or another."""

    port: int


def frame(opcode: Opcode, data: bytes = b"", *, is_final: bool = True, mask: bool = True) -> bytes:
    """A frame as the RFC has it, or with a part wrong."""
    return Frame(opcode, data, is_final).serialize(mask=mask)


def message(**fields: Any) -> bytes:
    """A text frame of a JSON object."""
    return frame(Opcode.TEXT, json.dumps(fields).encode())


def start(query: str, id: str = "1") -> bytes:
    """The frame of a start."""
    return message(type="start", id=id, payload={"data": json.dumps({"query": query})})


def upgrade(server: Peer, query: str | None = None, more: str = "") -> socket.socket:
    """A socket that has asked for the upgrade; by API key unless there is another query."""
    header = base64.b64encode(json.dumps({"x-api-key": API_KEY}).encode()).decode()
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # so that it is soon full
    raw.settimeout(5)
    raw.connect(("127.0.0.1", server.port))
    raw.sendall(
        f"GET /graphql?{query or f'header={header}'} HTTP/1.1\r\nHost: localhost\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {_KEY}\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-ws\r\n{more}\r\n".encode()
    )
    return raw


def connected(server: Peer) -> socket.socket:
    """A socket after the upgrade."""
    raw = upgrade(server)
    assert b" 101 " in raw.recv(4096)
    return raw


def rest(raw: socket.socket, until: bytes | None = None) -> bytes:
    """What comes until the server closes, or until it has said something."""
    found = b""
    while until is None or until not in found:
        try:
            piece = raw.recv(65_536)
        except ConnectionResetError:  # it closed while more of ours was under way
            return found
        if not piece:
            return found
        found += piece
    return found


def answers(raw: socket.socket, word: bytes, count: int) -> bytes:
    """What comes until a word has come so many times, up to the end of a message."""
    found = b""
    while found.count(word) < count or not found.endswith(b"}"):
        found += raw.recv(65_536)
    return found
