"""An event loop in a thread of its own, so that plain code can call coroutines.

In the caller's own thread there may be a loop already (notebooks have one), and between two calls
the connections of ours must go on being served.
"""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Iterator
from concurrent.futures import wait
from contextlib import suppress
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")

CANCEL_SECONDS = 3  # for a call that was interrupted to close its connections


class LoopThread:
    """Starts at once; `close` ends it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="querycast", daemon=True)
        self._thread.start()

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What the coroutine returns; Ctrl-C cancels it and waits until it has cleaned up."""
        tasks: list[asyncio.Task[Any]] = []

        async def run() -> T:
            tasks.extend(task for task in [asyncio.current_task()] if task)
            return await coroutine

        future = asyncio.run_coroutine_threadsafe(run(), self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            for task in tasks:
                self._loop.call_soon_threadsafe(task.cancel)
            wait([future], CANCEL_SECONDS)
            raise

    def iterate(self, generator: AsyncGenerator[T]) -> Iterator[T]:
        """What the generator yields, which is closed when the caller stops early."""
        try:
            with suppress(StopAsyncIteration):
                while True:
                    yield self.call(_next(generator))
        finally:
            self.call(generator.aclose())

    @property
    def is_closed(self) -> bool:
        return self._loop.is_closed()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _next(generator: AsyncGenerator[T]) -> T:
    return await anext(generator)
