"""What waits to be written to one connection: bounded, written by a task of its own.

Whoever publishes only appends, so a client that reads slowly delays nobody; when too much waits
for it, it is closed.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

MAX_WAITING_CHARACTERS = 4 * 1024 * 1024
CLOSE_SECONDS = 5.0

Send = Callable[[Any], Awaitable[None]]


class Outbox:
    """Frames on their way to one client."""

    def __init__(self, send: Send, abort: Callable[[], None]) -> None:
        self._send = send
        self._abort = abort
        self._frames: deque[str] = deque()
        self._waiting = 0
        self._wake = asyncio.Event()
        self._closing: tuple[int, str] | None = None

    def put(self, frame: str) -> None:
        """Append a frame; one frame too many closes the connection instead."""
        if self._closing is not None:
            return
        self._frames.append(frame)
        self._waiting += len(frame)
        if self._waiting > MAX_WAITING_CHARACTERS:
            self._frames.clear()
            self.close(1008, "The client reads too slowly.")
        self._wake.set()

    def close(self, code: int, reason: str = "") -> None:
        """Close after what waits is written; cut the connection if that takes too long."""
        if self._closing is None:
            self._closing = (code, reason)
            self._wake.set()
            asyncio.get_running_loop().call_later(CLOSE_SECONDS, self._abort)

    async def run(self) -> None:
        """Write until the connection is closed, from either side."""
        try:
            while self._frames or self._closing is None:
                if not self._frames:
                    self._wake.clear()
                    await self._wake.wait()
                    continue
                frame = self._frames.popleft()
                self._waiting -= len(frame)
                await self._send({"type": "websocket.send", "text": frame})
            code, reason = self._closing
            await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except OSError:
            pass  # the client is gone
