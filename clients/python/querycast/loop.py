"""An event loop in a thread of its own, so that plain code can call coroutines.

In the caller's own thread there may be a loop already (notebooks have one), and between two calls
the connections of ours must go on being served.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import closing, suppress
from threading import Event, Thread, current_thread
from typing import Any, TypeVar

from querycast.tasks import cancel

S = TypeVar("S")
T = TypeVar("T")

CANCEL_SECONDS = 3  # for a call that was interrupted to close its connections


class LoopThread:
    """Starts at once; `close` ends it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="querycast", daemon=True)
        self._thread.start()
        self._closing: list[asyncio.Task[None]] = []

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What the coroutine returns; Ctrl-C cancels it and waits until it has cleaned up."""
        tasks: list[asyncio.Task[Any]] = []  # the one, once it has begun
        interrupted, ended = Event(), Event()

        async def run() -> T:
            tasks.extend(task for task in [asyncio.current_task()] if task)
            try:
                if interrupted.is_set():
                    raise asyncio.CancelledError
                return await coroutine
            finally:
                ended.set()

        def end() -> None:
            for task in tasks:
                task.cancel()
            if not tasks:  # it has not begun, and if it does it ends at once
                self._loop.call_soon(ended.set)

        running = run()
        try:
            return asyncio.run_coroutine_threadsafe(running, self._loop).result()
        except KeyboardInterrupt:
            interrupted.set()
            self._loop.call_soon_threadsafe(end)
            if ended.wait(CANCEL_SECONDS):
                running.close()
                coroutine.close()
            raise

    def iterate(self, generator: AsyncGenerator[T]) -> Generator[T]:
        """What the generator yields, which is closed when this is."""
        try:
            with suppress(StopAsyncIteration):
                while True:
                    yield self.call(_next(generator))
        finally:
            self._close(generator)

    def call_telling(
        self,
        act: Callable[[Callable[[S], None] | None], Coroutine[Any, Any, T]],
        told: Callable[[S], None] | None,
    ) -> T:
        """What the coroutine returns that `act` gives.

        told: called in this thread with each thing that the coroutine tells; an error of it cancels
            the coroutine. None: `act` gets nobody to tell.
        """
        if told is None:
            return self.call(act(None))
        returned: list[T] = []
        with closing(self.iterate(_telling(act, returned))) as news:
            for each in news:
                told(each)
        return returned[0]

    @property
    def is_closed(self) -> bool:
        return self._loop.is_closed()

    def close(self) -> None:
        """End what still runs, then the thread."""
        self.call(_cancel_others())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _close(self, generator: AsyncGenerator[T]) -> None:
        if self.is_closed:
            return
        if current_thread() is self._thread:  # where garbage is collected, nobody can wait
            self._closing.append(self._loop.create_task(generator.aclose()))
        else:
            self.call(generator.aclose())


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _next(generator: AsyncGenerator[T]) -> T:
    return await anext(generator)


async def _telling(
    act: Callable[[Callable[[S], None] | None], Coroutine[Any, Any, T]], returned: list[T]
) -> AsyncGenerator[S]:
    """What the coroutine tells; what it returned is in `returned` at the end."""
    news: asyncio.Queue[tuple[S, ...]] = asyncio.Queue()  # of one each; of none at the end
    task = asyncio.create_task(act(lambda told: news.put_nowait((told,))))
    task.add_done_callback(lambda _: news.put_nowait(()))
    try:
        while told := await news.get():
            yield told[0]
        returned.append(await task)
    finally:
        await cancel(task)
