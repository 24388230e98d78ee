"""gql's transport with what it leaves out, and mended where it can hang."""

import asyncio

import pytest

from querycast.realtime import RealtimeTransport


@pytest.mark.parametrize("turns", range(6))
def test_a_keep_alive_that_comes_as_it_closes_does_not_hold_it_up(turns: int) -> None:
    """Closing cancels the watch over keep-alives, and waits for it to end."""

    async def closed_after(turns: int) -> bool:
        transport = RealtimeTransport("ws://localhost/graphql/realtime", {"host": "localhost"})
        transport._next_keep_alive_message.clear()
        watching = asyncio.create_task(transport._check_ws_liveness())
        for _ in range(3):
            await asyncio.sleep(0)
        transport._next_keep_alive_message.set()
        for _ in range(turns):
            await asyncio.sleep(0)
        watching.cancel()
        ended, _ = await asyncio.wait([watching], timeout=1)
        transport._next_keep_alive_message.set()
        watching.cancel()
        return bool(ended)

    assert asyncio.run(closed_after(turns))
