"""The thread with the event loop: whatever interrupts a call, what it called is cleaned up."""

import asyncio
import signal
import threading
import time
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import closing

import pytest

from querycast.loop import LoopThread


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """As in a terminal: a job in the background is started with interrupts ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    thread = LoopThread()
    yield thread
    thread.close()


def interrupt_main(seconds: float) -> None:
    """As Ctrl-C does, from another thread."""
    time.sleep(seconds)
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


@pytest.mark.parametrize("microseconds", range(0, 3000, 60))
def test_an_interrupt_at_any_moment_closes_what_is_read(
    loop: LoopThread, microseconds: int
) -> None:
    ends: list[str] = []

    async def numbers() -> AsyncGenerator[int]:
        try:
            number = 0
            while True:
                yield number
                number += 1
                await asyncio.sleep(0)
        finally:
            await asyncio.sleep(0.001)
            ends.append("closed")

    with pytest.raises(KeyboardInterrupt):
        read_until_interrupted(loop.iterate(numbers()), microseconds / 1e6)
    assert ends == ["closed"]


def read_until_interrupted(numbers: Generator[int], seconds: float) -> None:
    with closing(numbers):
        assert next(numbers) == 0
        threading.Thread(target=interrupt_main, args=[seconds]).start()
        for _ in numbers:
            pass


def test_an_interrupt_is_not_held_up(loop: LoopThread) -> None:
    began = time.monotonic()
    threading.Thread(target=interrupt_main, args=[0.05]).start()
    with pytest.raises(KeyboardInterrupt):
        loop.call(asyncio.sleep(60))
    assert time.monotonic() - began < 2


def test_what_is_closed_in_the_loops_own_thread_is_closed_without_waiting(
    loop: LoopThread,
) -> None:
    """As where garbage is collected while the loop runs."""
    is_closed = threading.Event()

    async def numbers() -> AsyncGenerator[int]:
        try:
            yield 1
        finally:
            await asyncio.sleep(0)
            is_closed.set()

    reading = loop.iterate(numbers())
    next(reading)

    async def close() -> None:
        reading.close()

    loop.call(close())
    assert is_closed.wait(10)


def test_closing_ends_what_still_runs() -> None:
    ends: list[str] = []

    async def begin() -> None:
        task.append(asyncio.create_task(wait()))
        await asyncio.sleep(0)

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ends.append("ended")

    task: list[asyncio.Task[None]] = []
    another = LoopThread()
    another.call(begin())
    another.close()
    assert ends == ["ended"]
