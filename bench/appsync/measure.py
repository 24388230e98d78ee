"""What is measured, of one running server."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Sequence
from typing import Any

from aiohttp import ClientSession, TCPConnector

from bench.appsync.api import mutation
from bench.appsync.generator import Load
from bench.appsync.servers import Server

WARM_UP = 3
MUTATIONS = 9
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


async def requests(server: Server, body: Any, at_once: int, seconds: float = 3.0) -> list[float]:
    """ms of each request, from so many clients that each send one after another."""
    times: list[float] = []
    async with ClientSession(connector=TCPConnector(limit=0)) as http:

        async def ask(until: float) -> None:
            while (started := time.perf_counter()) < until:
                async with http.post(server.url, json=body, headers=server.headers) as response:
                    answer = await response.json(content_type=None)
                    assert "errors" not in answer, answer
                times.append((time.perf_counter() - started) * 1000)

        await ask(time.perf_counter() + 0.5)
        times.clear()
        until = time.perf_counter() + seconds
        await asyncio.gather(*(ask(until) for _ in range(at_once)))
    return times


async def _deliveries(server: Server, load: Load, request: Any, expected: int) -> list[float]:
    times = []
    async with ClientSession() as http:
        for number in range(WARM_UP + MUTATIONS):
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
