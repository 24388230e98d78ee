"""A day of coming and going in seconds: nothing grows in the server's process.

The server is a process of its own, so that only its memory is measured. One round is what clients
do over and over; what a round leaves behind would be there a hundred times at the end.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.frames import Opcode

from tests.local.appsync.fakes import (
    API_KEY,
    ECHO,
    FixedControlPlane,
    RunningServer,
    api,
    wait_until,
)
from tests.local.appsync.raw_socket import answers, connected, frame, message, rest, start

SDL = """
type Post { id: ID! title: String }
type Query { me: String }
type Mutation { addPost(id: ID!, title: String): Post }
type Subscription { onAdd(id: ID): Post @aws_subscribe(mutations: ["addPost"]) }
"""
CONNECTIONS, SUBSCRIPTIONS, WARM_UP, ROUNDS = 10, 100, 10, 40
# 40,000 more subscriptions and 400 more connections: 50 bytes kept of each subscription, or 5 KB
# of each connection, would be 2 MB. What the allocator keeps in pieces was under 1 MB.
MAX_GROWTH_KB = 2_048


def serve_until_told() -> None:
    """The server's side: print the port, then what a stranger may ask for by a line."""
    server = RunningServer(
        FixedControlPlane(api(SDL, {"Mutation.addPost": ECHO})), "http://127.0.0.1:1"
    )
    print(server.port, flush=True)
    try:
        for _ in sys.stdin:
            files = len(os.listdir("/proc/self/fd"))
            print(server.tasks(), server.web_sockets(), files, flush=True)
    finally:
        server.stop()


class Child:
    """The server in its process."""

    def __init__(self) -> None:
        code = f"from {__name__} import serve_until_told; serve_until_told()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def held(self) -> tuple[int, ...]:
        """Its tasks, WebSockets and open files."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return tuple(map(int, self.process.stdout.readline().split()))

    def resident_kb(self) -> int:
        """Its memory."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    def health(self, http: httpx.Client) -> dict[str, Any]:
        """What it counts."""
        found: dict[str, Any] = http.get(f"http://127.0.0.1:{self.port}/health").json()
        return found


@pytest.fixture
def child() -> Iterator[Child]:
    child = Child()
    yield child
    child.process.communicate(timeout=10)


def come_and_go(child: Child, mutate: Callable[[], None]) -> None:
    """Connect, subscribe, receive, stop one half, and leave: some with a close, some without."""
    sockets = [connected(child) for _ in range(CONNECTIONS)]
    for raw in sockets:
        ids = map(str, range(SUBSCRIPTIONS))
        raw.sendall(b"".join(start("subscription { onAdd { id title } }", id) for id in ids))
        answers(raw, b"start_ack", SUBSCRIPTIONS)
    mutate()
    for number, raw in enumerate(sockets):
        answers(raw, b'"type":"data"', SUBSCRIPTIONS)
        ids = map(str, range(SUBSCRIPTIONS // 2))
        raw.sendall(b"".join(message(type="stop", id=id) for id in ids))
        answers(raw, b'"complete"', SUBSCRIPTIONS // 2)
        if number % 2:
            raw.sendall(frame(Opcode.CLOSE, b"\x03\xe8"))
            rest(raw)
        raw.close()


def test_nothing_grows_while_clients_come_and_go(child: Child, http: httpx.Client) -> None:
    def mutate() -> None:
        body = {"query": 'mutation { addPost(id: "1", title: "t") { id title } }'}
        url, headers = f"http://127.0.0.1:{child.port}/graphql", {"x-api-key": API_KEY}
        assert "errors" not in http.post(url, json=body, headers=headers).json()

    def resident_after(rounds: int) -> int:
        for _ in range(rounds):
            come_and_go(child, mutate)
        wait_until(lambda: child.held() == empty)
        return child.resident_kb()

    mutate()  # it keeps its connection
    empty = child.held()
    before = resident_after(WARM_UP)
    growth = resident_after(ROUNDS) - before
    counts = child.health(http)
    assert (counts["connections"], counts["subscriptions"]) == (0, 0)
    assert counts["deliveries"] == (WARM_UP + ROUNDS) * CONNECTIONS * SUBSCRIPTIONS
    assert growth < MAX_GROWTH_KB
