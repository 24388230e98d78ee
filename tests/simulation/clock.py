"""Virtual time: an event loop that never waits, so that hours pass in milliseconds.

Everything of a simulation is a task of this one loop. What happens next is whatever is due next,
and when something is due is drawn from the seed: that is the scheduler.
"""

import asyncio
import selectors
from datetime import UTC, datetime, timedelta

BEGIN = datetime(2026, 11, 20, 12, tzinfo=UTC)


class NothingLeft(Exception):
    """Somebody waits for what can no longer happen."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Where asyncio would wait for the time of its next timer, the time is set to it instead."""

    def __init__(self) -> None:
        self._seconds = 0.0
        super().__init__(_Leap(self))

    def time(self) -> float:
        return self._seconds

    def leap(self, seconds: float) -> None:
        self._seconds += seconds


class _Leap(selectors.SelectSelector):
    """Nothing outside of the loop ever becomes ready."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise NothingLeft("No timer is set and no task can go on.")
        self._loop.leap(max(timeout, 0))
        return []


def seconds() -> float:
    """Since the simulation began."""
    return asyncio.get_running_loop().time()


def moment() -> datetime:
    """The time as AWS would tell it, to the millisecond."""
    return BEGIN + timedelta(milliseconds=round(seconds() * 1000))
