"""`python -m bench.appsync [SERVER ...]`: local/appsync beside its peers, in one run.

Prints one table for each kind of measurement as Markdown; each cell is of a server of its own,
started for that kind of row and stopped again.
"""

import asyncio
import os
import resource
import sys
from collections.abc import Callable, Coroutine, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

import uvloop

from bench.appsync.api import PING, mutation
from bench.appsync.measure import fan_out, median, memory, one_of, p99, slow_reader
from bench.appsync.requester import request_times
from bench.appsync.servers import LOAD_CORE, SERVERS, Server

OPEN_FILES = 20_000
SECONDS = 3.0
REALTIME = [name for name in SERVERS if name != "MiniStack"]
HTTP = [name for name in SERVERS if name != "bare broadcast"]
FAN_OUTS = {
    "1,000 on 50 sockets, 1 KB": (50, 20, 1_000),
    "5,000 on 50 sockets, 1 KB": (50, 100, 1_000),
    "1,000 on 50 sockets, 64 KB": (50, 20, 64_000),
    "1,000 sockets, 1 KB": (1_000, 1, 1_000),
    "5,000 sockets, 1 KB": (5_000, 1, 1_000),
    "1,000 sockets, 64 KB": (1_000, 1, 64_000),
}
FILTERED = (50, 500, 5_000)
REQUESTS = {"ping": PING, "mutation": mutation()}
AT_ONCE = (1, 32)

Measured = TypeVar("Measured")
Row = Callable[[Server], Coroutine[Any, Any, str]]


def main(chosen: list[str]) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    os.sched_setaffinity(0, {LOAD_CORE})
    wanted = set(chosen) or set(SERVERS)
    fan_out_table([name for name in REALTIME if name in wanted])
    filter_table([name for name in REALTIME if name in wanted and name != "bare broadcast"])
    http_table([name for name in HTTP if name in wanted])
    memory_table([name for name in REALTIME if name in wanted])
    slow_reader_table([name for name in REALTIME if name in wanted and name != "bare broadcast"])


def fan_out_table(names: list[str]) -> None:
    print("\nFrom sending a mutation to its last delivery, median (fastest-slowest) ms:\n")

    async def measured(sockets: int, per_socket: int, size: int, server: Server) -> str:
        times = await fan_out(server, sockets, per_socket, size)
        return f"{median(times):.1f} ({min(times):.1f}-{max(times):.1f})"

    _table("subscriptions", names, {k: partial(measured, *shape) for k, shape in FAN_OUTS.items()})


def filter_table(names: list[str]) -> None:
    print("\nThe one subscriber that an event is for, among so many others, median ms:\n")

    async def measured(count: int, server: Server) -> str:
        return f"{median(await one_of(server, count)):.2f}"

    rows = {f"{count:,} filtered": partial(measured, count) for count in FILTERED}
    _table("subscriptions", names, rows)


def http_table(names: list[str]) -> None:
    print("\nRequests over HTTP, median / p99 ms (requests a second):\n")

    async def measured(body: Any, at_once: int, server: Server) -> str:
        times = await request_times(server, body, at_once, SECONDS)
        return f"{median(times):.2f} / {p99(times):.1f} ({len(times) / SECONDS:,.0f})"

    rows = {
        f"{name}, {at_once} at once": partial(measured, body, at_once)
        for name, body in REQUESTS.items()
        for at_once in AT_ONCE
    }
    _table("request", names, rows)


def memory_table(names: list[str]) -> None:
    print("\nMemory of idle subscriptions above the empty server, MB:\n")

    async def measured(sockets: int, per_socket: int, server: Server) -> str:
        return f"{await memory(server, sockets, per_socket):.1f}"

    rows = {
        "5,000 on 50 sockets": partial(measured, 50, 100),
        "5,000 sockets": partial(measured, 5_000, 1),
    }
    _table("subscriptions", names, rows, fresh=True)


def slow_reader_table(names: list[str]) -> None:
    print("\nDelivery of 64 KB to 49 sockets, median / p99 ms:\n")

    async def measured(server: Server) -> str:
        reads, stalls = await slow_reader(server)
        return f"{median(reads):.2f} / {p99(reads):.2f} | {median(stalls):.2f} / {p99(stalls):.2f}"

    print(
        "| server | beside a fiftieth that reads | beside one that reads nothing |\n|---|---|---|"
    )
    for name in names:
        with SERVERS[name]() as server:
            print(f"| {name} | {_run(measured(server))} |", flush=True)


def _table(
    title: str,
    names: Iterable[str],
    rows: Mapping[str, Row],
    fresh: bool = False,
) -> None:
    """A column for each server; `fresh` starts it anew for each row."""
    columns = [(name, _column(name, rows, fresh)) for name in names]
    print("| " + " | ".join([title, *(name for name, _ in columns)]) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for number, row in enumerate(rows):
        print("| " + " | ".join([row, *(cells[number] for _, cells in columns)]) + " |", flush=True)


def _column(name: str, rows: Mapping[str, Row], fresh: bool) -> list[str]:
    groups = [[measure] for measure in rows.values()] if fresh else [list(rows.values())]
    cells = []
    for group in groups:
        with SERVERS[name]() as server:
            cells += [_run(measure(server)) for measure in group]
    return cells


def _run(measuring: Coroutine[Any, Any, Measured]) -> Measured:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(measuring)


if __name__ == "__main__":
    main(sys.argv[1:])
