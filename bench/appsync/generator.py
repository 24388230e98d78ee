"""The load: many subscriptions, counted in the raw stream, so that it costs less than any server.

A socket speaks just enough WebSocket: it upgrades, sends unmasked-looking frames (a mask of zeros
changes no byte), and counts a marker that each delivery carries once.
"""

import asyncio
import base64
import json
import struct
import time
from collections.abc import Iterator
from typing import Any, cast

from bench.appsync.dialect import Dialect

CONNECT_AT_ONCE = 100


class Socket(asyncio.Protocol):
    """One WebSocket connection; `found` counts markers."""

    def __init__(self, load: "Load", upgrade: bytes) -> None:
        self._load = load
        self._upgrade = upgrade
        self._tail = b""
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self._upgrade)

    def data_received(self, data: bytes) -> None:
        if not self.opened.done():
            self._open(data)
            return
        marker = self._load.marker
        text = self._tail + data if self._tail else data
        self._load.count(text.count(marker))
        self._tail = _possible_start(text, marker)

    def _open(self, data: bytes) -> None:
        if b" 101 " in data:
            self.opened.set_result(None)
        else:
            self.opened.set_exception(ConnectionError(data[:300].decode("latin-1")))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(exc or ConnectionError("closed in the handshake"))

    def send(self, *messages: Any) -> None:
        """Send text frames."""
        self.transport.write(b"".join(_frame(json.dumps(message)) for message in messages))


class Load:
    """All connections to one server."""

    def __init__(self, port: int, dialect: Dialect) -> None:
        self.port = port
        self.dialect = dialect
        self.marker = b""
        self.sockets: list[Socket] = []
        self._left = 0
        self._arrived: asyncio.Future[float] | None = None

    async def connect(self, count: int) -> None:
        """Open connections and initialise them."""
        for start in range(0, count, CONNECT_AT_ONCE):
            part = min(CONNECT_AT_ONCE, count - start)
            opened = await asyncio.gather(*(self._socket() for _ in range(part)))
            arrived = self.expect(self.dialect.acknowledged, part)
            for socket in opened:
                socket.send(self.dialect.init)
            await asyncio.wait_for(arrived, 60)
            self.sockets += opened

    async def subscribe(self, per_socket: int, keys: Iterator[str | None]) -> None:
        """Start subscriptions on every connection; each takes the next key as its filter."""
        for start in range(0, len(self.sockets), CONNECT_AT_ONCE):
            for socket in self.sockets[start : start + CONNECT_AT_ONCE]:
                starts = [self.dialect.start(str(i), next(keys)) for i in range(per_socket)]
                acknowledged = self.dialect.started
                arrived = self.expect(acknowledged, per_socket) if acknowledged else None
                socket.send(*starts)
                if arrived is not None:
                    await asyncio.wait_for(arrived, 60)
        if not self.dialect.started:
            await asyncio.sleep(1)  # these protocols do not acknowledge a subscription

    def expect(self, marker: bytes, count: int) -> "asyncio.Future[float]":
        """When the last of so many markers has come, by the clock."""
        self.marker, self._left = marker, count
        self._arrived = asyncio.get_running_loop().create_future()
        return self._arrived

    def count(self, found: int) -> None:
        """So many markers came."""
        self._left -= found
        if self._left <= 0 and self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(time.perf_counter())

    def stop_reading(self) -> None:
        """Take nothing more from any socket."""
        for socket in self.sockets:
            socket.transport.pause_reading()

    def close(self) -> None:
        """Hang up."""
        for socket in self.sockets:
            socket.transport.abort()

    async def _socket(self) -> Socket:
        upgrade = _upgrade_request(self.port, self.dialect)
        loop = asyncio.get_running_loop()
        _, socket = await loop.create_connection(
            lambda: Socket(self, upgrade), "127.0.0.1", self.port
        )
        await asyncio.wait_for(socket.opened, 30)
        return socket


def _upgrade_request(port: int, dialect: Dialect) -> bytes:
    lines = [
        f"GET {dialect.path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(b'0123456789abcdef').decode()}",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Protocol: {dialect.protocol}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode()


def _frame(text: str) -> bytes:
    payload = text.encode()
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x81, 0x80 | size)
    elif size < 65_536:
        head = struct.pack("!BBH", 0x81, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x81, 0x80 | 127, size)
    return head + bytes(4) + payload


def _possible_start(text: bytes, marker: bytes) -> bytes:
    """The end of a text that may be the start of a marker."""
    for length in range(min(len(marker) - 1, len(text)), 0, -1):
        if text.endswith(marker[:length]):
            return text[-length:]
    return b""
