"""Tasks that are wanted no more."""

import asyncio
from typing import Any

AGAIN_SECONDS = 1.0


async def cancel(*tasks: asyncio.Task[Any]) -> None:
    """Cancel them until they have ended, whatever comes of them.

    Once may not be enough: asyncio.wait_for, which libraries use, may forget in Python 3.11 that it
    is cancelled when what it waits for comes at that moment
    (https://github.com/python/cpython/issues/86296).
    """
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=AGAIN_SECONDS)
