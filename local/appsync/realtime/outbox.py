"""What waits to be written to one connection: bounded, and written in one block.

Whoever publishes only appends, so a client that reads slowly delays nobody; when too much waits
for it, it is closed. Payloads are shared: a frame costs its header and its id's prefix. A block
holds whole frames, because pings, pongs and the close go between blocks.
https://www.rfc-editor.org/rfc/rfc6455#section-5.2
"""

import asyncio
import struct
from functools import lru_cache
from itertools import chain
from typing import Protocol

MAX_WAITING_BYTES = 64 * 1024 * 1024  # the largest push to all 200 subscriptions, and some more
BLOCK_BYTES = 256 * 1024  # written at once
CLOSE_SECONDS = 5.0

_TEXT = 0x81  # a final text frame; a server's is not masked
_END = b"}"
_OVERHEAD_BYTES = 128  # what a waiting frame costs besides its message


class Wire(Protocol):
    """Where frames go."""

    @property
    def takes_more(self) -> bool:
        """Whether what was written before has been taken."""
        ...

    def write(self, frames: bytes) -> None:
        """Write whole frames, in order."""
        ...

    def close(self, code: int, reason: str) -> None:
        """Close after what was written."""
        ...

    def abort(self) -> None:
        """Close at once."""
        ...


class Outbox:
    """Frames on their way to one client."""

    __slots__ = ("_closing", "_ended", "_frames", "_is_scheduled", "_waiting", "_wire")

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._frames: list[tuple[bytes, ...]] = []  # each in its pieces
        self._waiting = 0
        self._is_scheduled = False
        self._closing: tuple[int, str] | None = None
        self._ended: asyncio.Future[None] | None = None

    def put(self, message: bytes) -> None:
        """Append a message."""
        size = len(message)
        self._put(size, (_header(size), message))

    def put_data(self, prefix: bytes, payload: bytes) -> None:
        """Append a message of a prefix of its own, a shared payload, and a closing brace."""
        size = len(prefix) + len(payload) + 1
        self._put(size, (_header(size), prefix, payload, _END))

    def close(self, code: int, reason: str = "") -> None:
        """Close after what waits is written; cut the connection if that takes too long."""
        if self._closing is None:
            self._closing = (code, reason)
            if self._frames:
                asyncio.get_running_loop().call_later(CLOSE_SECONDS, self._wire.abort)
            self.flush()

    def flush(self) -> None:
        """Write what waits, as far as the client takes it."""
        self._is_scheduled = False
        while self._frames and self._wire.takes_more:
            self._wire.write(self._block())
        if not self._frames and self._closing is not None:
            self._wire.close(*self._closing)
            self._end()

    def discard(self) -> None:
        """Forget what waits: the client is gone."""
        self._closing = self._closing or (1006, "")
        self._frames.clear()
        self._end()

    async def ended(self) -> None:
        """Wait until a close is written, or cut short."""
        if self._frames:
            self._ended = asyncio.get_running_loop().create_future()
            await self._ended

    def _put(self, size: int, frame: tuple[bytes, ...]) -> None:
        if self._closing is not None:
            return
        self._frames.append(frame)
        self._waiting += size + _OVERHEAD_BYTES
        if self._waiting > MAX_WAITING_BYTES:
            self._frames.clear()
            self.close(1008, "The client reads too slowly.")
        elif not self._is_scheduled and self._wire.takes_more:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self.flush)

    def _block(self) -> bytes:
        """The next block, which leaves the outbox."""
        if self._waiting <= BLOCK_BYTES:
            block = b"".join(chain.from_iterable(self._frames))
            self._frames.clear()
            self._waiting = 0
            return block
        count = size = 0
        while count < len(self._frames) and size < BLOCK_BYTES:
            size += sum(map(len, self._frames[count][1:])) + _OVERHEAD_BYTES
            count += 1
        block = b"".join(chain.from_iterable(self._frames[:count]))
        del self._frames[:count]
        self._waiting -= size
        return block

    def _end(self) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)


@lru_cache(maxsize=1024)
def _header(size: int) -> bytes:
    """The frame's header for a message of so many bytes."""
    if size < 126:
        return bytes((_TEXT, size))
    if size < 65_536:
        return struct.pack("!BBH", _TEXT, 126, size)
    return struct.pack("!BBQ", _TEXT, 127, size)
