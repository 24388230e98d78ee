"""One WebSocket connection for many subscriptions, and a further one where it is full.

The first subscription makes it, those that come meanwhile wait for the same attempt, and after the
last one it is kept for a while for the next. Who loses it subscribes anew, which makes a new one.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from querycast.errors import QuerycastError
from querycast.realtime import RealtimeTransport

FULL = 100  # subscriptions of a connection; AppSync takes 200, and took 100 before
IDLE_SECONDS = 30


class Connections:
    """Those of one session."""

    def __init__(
        self,
        connect: Callable[[], Coroutine[Any, Any, RealtimeTransport]],
        full: int = FULL,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        """`connect`: a connection that stands; what it raises, all who wait for it get."""
        self._connect = connect
        self._full = full
        self._idle_seconds = idle_seconds
        self._open: list[_Connection] = []
        self._closings: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[RealtimeTransport]:
        """A connection, for one subscription."""
        connection = self._free() or self._new()
        connection.subscriptions += 1
        connection.uses += 1
        try:
            yield await asyncio.shield(connection.transport)
        finally:
            connection.subscriptions -= 1
            if connection.subscriptions == 0:
                self._left(connection)

    def give_up(self, transport: RealtimeTransport) -> None:
        """Let nobody else begin a subscription over this one, which seems to be dead."""
        self._open = [it for it in self._open if not it.is_of(transport)]

    async def close(self) -> None:
        """Close them all, also what is in use."""
        for connection in self._open:
            self._start_closing(connection)
        self._open.clear()
        while self._closings:
            await asyncio.gather(*self._closings, return_exceptions=True)

    def _free(self) -> "_Connection | None":
        self._open = [it for it in self._open if it.is_free(self._idle_seconds)]
        return next((it for it in self._open if it.subscriptions < self._full), None)

    def _new(self) -> "_Connection":
        connection = _Connection(asyncio.create_task(self._connect()))
        self._open.append(connection)
        return connection

    def _left(self, connection: "_Connection") -> None:
        """Nobody uses it now."""
        connection.idle_since = time.time()
        if connection in self._open and connection.is_standing:
            loop = asyncio.get_running_loop()
            loop.call_later(self._idle_seconds, self._close_idle, connection, connection.uses)
        else:
            self._drop(connection)

    def _close_idle(self, connection: "_Connection", uses: int) -> None:
        if connection.uses == uses:  # nobody has used it since
            self._drop(connection)

    def _drop(self, connection: "_Connection") -> None:
        self._open = [it for it in self._open if it is not connection]
        self._start_closing(connection)

    def _start_closing(self, connection: "_Connection") -> None:
        closing = asyncio.create_task(connection.close())
        self._closings.add(closing)
        closing.add_done_callback(self._closings.discard)


class _Connection:
    """transport: being made, or made. subscriptions: of now; uses: of all that were. idle_since:
    seconds since 1970, by a clock that goes on while the machine sleeps."""

    def __init__(self, transport: asyncio.Task[RealtimeTransport]) -> None:
        self.transport = transport
        self.subscriptions = 0
        self.uses = 0
        self.idle_since = 0.0

    @property
    def is_standing(self) -> bool:
        return self._is_made and self.transport.result().is_open

    def is_of(self, transport: RealtimeTransport) -> bool:
        return self._is_made and self.transport.result() is transport

    def is_free(self, idle_seconds: float) -> bool:
        """Whether it may be used: it is being made, or stands and was not idle for too long."""
        if not self.transport.done():
            return True
        is_young = self.subscriptions > 0 or time.time() < self.idle_since + idle_seconds
        return self.is_standing and is_young

    async def close(self) -> None:
        self.transport.cancel()
        with suppress(asyncio.CancelledError, QuerycastError):
            await (await self.transport).close()

    @property
    def _is_made(self) -> bool:
        is_there = self.transport.done() and not self.transport.cancelled()
        return is_there and self.transport.exception() is None
