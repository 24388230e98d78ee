"""HTTP requests one after another on kept connections, as cheap for the load as can be.

The request is one constant block of bytes, and of an answer only its end is looked for, so that
the server is what is measured and not the client.
"""

import asyncio
import json
import time
from typing import Any, cast

from bench.appsync.servers import Server

WARM_UP_SECONDS = 0.5


async def request_times(server: Server, body: Any, at_once: int, seconds: float) -> list[float]:
    """ms of each request, from so many connections that each send one after another."""
    request = _request(server, body)
    clients = [_Client(request, server.port) for _ in range(at_once)]
    for duration in (WARM_UP_SECONDS, seconds):
        until = time.perf_counter() + duration
        await asyncio.gather(*(client.run(until) for client in clients))
    for client in clients:
        client.close()
    return [ms for client in clients for ms in client.times]


class _Client(asyncio.Protocol):
    """One connection, made again where a server ends it; each answer starts the next request."""

    def __init__(self, request: bytes, port: int) -> None:
        self._request = request
        self._port = port
        self._answer = b""
        self._transport: asyncio.Transport | None = None
        self.times: list[float] = []

    async def run(self, until: float) -> None:
        """Ask until then; only the times of the last run are kept."""
        self.times.clear()
        while time.perf_counter() < until:
            if self._transport is None:
                await asyncio.get_running_loop().create_connection(
                    lambda: self, "127.0.0.1", self._port
                )
            await self._ask(until)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if not self._done.done():
            self._done.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not _is_whole(self._answer):
            return
        now = time.perf_counter()
        self.times.append((now - self._started) * 1000)
        if b'"data"' not in self._answer or b'"errors"' in self._answer:
            self._done.set_exception(RuntimeError(self._answer[:500].decode("latin-1")))
        elif now < self._until:
            self._send()
        else:
            self._done.set_result(None)

    async def _ask(self, until: float) -> None:
        self._until = until
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._send()
        await self._done

    def _send(self) -> None:
        self._answer = b""
        self._started = time.perf_counter()
        if self._transport is not None:
            self._transport.write(self._request)


def _request(server: Server, body: Any) -> bytes:
    encoded = json.dumps(body).encode()
    headers = {
        "host": f"127.0.0.1:{server.port}",
        "content-type": "application/json",
        "content-length": str(len(encoded)),
        **server.headers,
    }
    lines = [f"POST {server.path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + encoded


def _is_whole(answer: bytes) -> bool:
    head, separator, body = answer.partition(b"\r\n\r\n")
    if not separator:
        return False
    lower = head.lower()
    at = lower.find(b"content-length:")
    if at < 0:
        return body.endswith(b"0\r\n\r\n")  # in chunks
    return len(body) >= int(lower[at + 15 :].partition(b"\r\n")[0])
