"""Waiting for something to become so, by asking; each wait has an end."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
INTERVAL = 0.1  # seconds between two questions


def until(ask: Callable[[], T], seconds: float = 30, every: float = INTERVAL) -> T:
    """The first answer that holds.

    Raises:
        TimeoutError: none did in time; names the last answer.
    """
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {seconds} s it was still {answer!r}")
        time.sleep(every)
    return answer
