"""A WebSocket proxy between clients and AppSync, which loses frames and cuts connections.

A rule says what becomes of each frame of one connection; connections are numbered from 0.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import Enum, auto
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

Message = dict[str, Any]


class Fate(Enum):
    """What becomes of a frame."""

    PASSED = auto()
    LOST = auto()
    CUT_BEFORE = auto()  # the connection is cut, and the frame with it
    CUT_AFTER = auto()


Rule = Callable[[int, Message], Fate]


class Proxy:
    """Listens at `url`."""

    def __init__(self, target: str, rule: Rule) -> None:
        self.url = ""
        self.connections = 0
        self.happened: list[str] = []  # the types of the frames that were not just passed
        self._target = target
        self._rule = rule
        self._open: set[ServerConnection] = set()

    def cut(self) -> None:
        """Cut all connections, without a closing handshake."""
        for connection in self._open:
            connection.transport.abort()

    async def serve(self, client: ServerConnection) -> None:
        """One connection, until either side ends it."""
        number = self.connections
        self.connections += 1
        self._open.add(client)
        request = client.request
        assert request is not None
        offered = request.headers["Sec-WebSocket-Protocol"].split(",")
        protocols = [Subprotocol(name.strip()) for name in offered]
        try:
            async with connect(self._target, subprotocols=protocols, proxy=None) as server:
                ways = [
                    asyncio.create_task(self._pass_on(number, client, server, client)),
                    asyncio.create_task(self._pass_on(number, server, client, client)),
                ]
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        finally:
            self._open.discard(client)

    async def _pass_on(self, number: int, source: Any, sink: Any, client: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            async for frame in source:
                message = json.loads(frame)
                fate = self._rule(number, message)
                if fate is not Fate.PASSED:
                    self.happened.append(message["type"])
                if fate in (Fate.PASSED, Fate.CUT_AFTER):
                    await sink.send(json.dumps(message))  # a rule may have changed it
                if fate in (Fate.CUT_BEFORE, Fate.CUT_AFTER):
                    client.transport.abort()
                    return


@asynccontextmanager
async def proxied(target: str, rule: Rule) -> AsyncIterator[Proxy]:
    """A proxy in front of AppSync's real-time address."""
    proxy = Proxy(target, rule)
    protocol = Subprotocol("graphql-ws")
    async with serve(proxy.serve, "127.0.0.1", 0, subprotocols=[protocol]) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        proxy.url = f"ws://127.0.0.1:{port}{urlsplit(target).path}"
        yield proxy
        proxy.cut()


def passing(_: int, message: Message) -> Fate:
    """The rule of a proxy that does nothing."""
    return Fate.PASSED
