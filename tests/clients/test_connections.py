"""One connection for many subscriptions: when it is made, shared, given up and closed."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any, cast

import pytest

from querycast.connections import Connections
from querycast.errors import Unavailable
from querycast.realtime import RealtimeTransport


class FakeTransport:
    def __init__(self) -> None:
        self.is_open = True

    async def close(self) -> None:
        self.is_open = False


class FakeService:
    """connected: each connection that was made. outages: how many are refused first."""

    def __init__(self) -> None:
        self.connected: list[Any] = []  # FakeTransport
        self.attempts = 0
        self.outages = 0

    async def connect(self) -> RealtimeTransport:
        self.attempts += 1
        await asyncio.sleep(0.01)
        if self.outages:
            self.outages -= 1
            raise Unavailable("no")
        self.connected.append(FakeTransport())
        return cast(RealtimeTransport, self.connected[-1])


@pytest.fixture
def service() -> FakeService:
    return FakeService()


def run(act: Coroutine[Any, Any, None]) -> None:
    asyncio.run(act)


async def used(connections: Connections) -> RealtimeTransport:
    async with connections.connection() as transport:
        return transport


def test_those_that_come_at_once_wait_for_one_attempt(service: FakeService) -> None:
    async def act() -> None:
        connections = Connections(service.connect)
        found = await asyncio.gather(*(used(connections) for _ in range(9)))
        assert {id(each) for each in found} == {id(service.connected[0])}
        await connections.close()

    run(act())


def test_what_goes_wrong_all_are_told_and_the_next_tries_anew(service: FakeService) -> None:
    service.outages = 1

    async def act() -> None:
        connections = Connections(service.connect)
        told = await asyncio.gather(*(used(connections) for _ in range(9)), return_exceptions=True)
        assert {type(each) for each in told} == {Unavailable}
        assert service.attempts == 1
        assert await used(connections) is service.connected[0]
        await connections.close()

    run(act())


def test_where_one_is_full_another_is_made(service: FakeService) -> None:
    async def act() -> None:
        connections = Connections(service.connect, full=2)
        async with AsyncExitStack() as stack:
            for _ in range(5):
                await stack.enter_async_context(connections.connection())
            assert len(service.connected) == 3
        await connections.close()

    run(act())


@pytest.mark.parametrize("is_known", [True, False])
def test_one_that_is_lost_or_seems_dead_is_used_no_more(
    service: FakeService, is_known: bool
) -> None:
    async def act() -> None:
        connections = Connections(service.connect)
        async with connections.connection() as transport:
            if is_known:
                service.connected[0].is_open = False
            else:
                connections.give_up(transport)
            assert await used(connections) is service.connected[1]
            assert service.connected[0].is_open is not is_known  # another may use it
        await connections.close()
        assert not service.connected[0].is_open

    run(act())


def test_one_that_is_idle_is_closed_after_a_while(service: FakeService) -> None:
    async def act() -> None:
        connections = Connections(service.connect, idle_seconds=0.01)
        await used(connections)
        while service.connected[0].is_open:
            await asyncio.sleep(0.001)
        assert await used(connections) is service.connected[1]
        await connections.close()

    run(act())


def test_an_attempt_that_nobody_waits_for_is_given_up(service: FakeService) -> None:
    async def act() -> None:
        connections = Connections(service.connect)
        waiting = asyncio.create_task(used(connections))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await connections.close()
        assert (service.attempts, service.connected) == (1, [])

    run(act())


def test_closing_closes_what_is_in_use(service: FakeService) -> None:
    async def act() -> None:
        connections = Connections(service.connect)
        async with connections.connection():
            await connections.close()
            assert not service.connected[0].is_open

    run(act())
