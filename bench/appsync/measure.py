"""What is measured, of one running server."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Sequence
from typing import Any

from aiohttp import ClientSession

from bench.appsync.api import mutation
from bench.appsync.generator import Load
from bench.appsync.servers import Server

WARM_UP = 3
MUTATIONS = 9
SLOW_TURNS, SLOW_MUTATIONS = 5, 200
PATIENCE = 60.0  # seconds for one fan-out


async def fan_out(server: Server, sockets: int, per_socket: int, payload_bytes: int) -> list[float]:
    """ms from sending a mutation to its last delivery, for each of several."""
    load = Load(server.port, server.dialect)
    try:
        await load.connect(sockets)
        await load.subscribe(per_socket, itertools.repeat(None))
        request = mutation(payload_bytes)
        return await _deliveries(server, load, request, sockets * per_socket)
    finally:
        load.close()


async def one_of(server: Server, filtered: int) -> list[float]:
    """ms until the one subscriber that filters for the event has it, among so many that do not."""
    load = Load(server.port, server.dialect)
    try:
        await load.connect(50)
        await load.subscribe(filtered // 50, (f"key-{number}" for number in itertools.count()))
        return await _deliveries(server, load, mutation(1_000, key="key-7"), 1)
    finally:
        load.close()


async def slow_reader(server: Server) -> tuple[list[float], list[float]]:
    """ms until 49 sockets have a 64 KB event, while a fiftieth reads too and while it does not.

    In turns, so that what else the machine does meets both; each with sockets of its own, for
    servers hang up who does not answer their pings.
    """
    times: tuple[list[float], list[float]] = [], []
    for turn in range(2 * SLOW_TURNS):
        times[turn % 2].extend(await _beside_another(server, is_stalled=bool(turn % 2)))
    return times


async def _beside_another(server: Server, is_stalled: bool) -> list[float]:
    load, other = Load(server.port, server.dialect), Load(server.port, server.dialect)
    try:
        for each, sockets in ((load, 49), (other, 1)):
            await each.connect(sockets)
            await each.subscribe(1, itertools.repeat(None))
        if is_stalled:
            other.stop_reading()
        return await _deliveries(server, load, mutation(64_000), 49, SLOW_MUTATIONS)
    finally:
        load.close()
        other.close()


async def memory(server: Server, sockets: int, per_socket: int) -> float:
    """MB above the server with no connection, for idle subscriptions."""
    before = server.memory
    load = Load(server.port, server.dialect)
    try:
        await load.connect(sockets)
        await load.subscribe(per_socket, itertools.repeat(None))
        await asyncio.sleep(0.5)
        return (server.memory - before) / 1e6
    finally:
        load.close()


async def _deliveries(
    server: Server, load: Load, request: Any, expected: int, mutations: int = MUTATIONS
) -> list[float]:
    times = []
    async with ClientSession() as http:
        for number in range(WARM_UP + mutations):
            arrived = load.expect(server.dialect.delivered, expected)
            started = time.perf_counter()
            async with http.post(server.url, json=request, headers=server.headers) as response:
                await response.read()
            ended = await asyncio.wait_for(arrived, PATIENCE)
            if number >= WARM_UP:
                times.append((ended - started) * 1000)
    return times


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def p99(values: Sequence[float]) -> float:
    """The 99th percentile."""
    return statistics.quantiles(values, n=100, method="inclusive")[98]
