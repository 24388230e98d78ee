"""Many queries and many subscribers: none is lost, and what it took is printed as a table.

    QUERYCAST_SOAK=1 python -m pytest -s tests/integration/faults/test_load.py

Where the emulator cannot keep up, the last lines show what it can do by itself on this machine.
"""

import asyncio
import itertools
import resource
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from statistics import median, quantiles
from typing import Any

from tests.integration.conftest import Person
from tests.integration.faults.machinery import Machinery, at_once
from tests.integration.faults.memory import resident
from tests.integration.faults.realtime_socket import Socket, opened
from tests.integration.faults.recorder import Recorder
from tests.integration.faults.scale import sized
from tests.integration.faults.session import Follows, RecordedSession, connected
from tests.simulation.history import FINAL, Delivered, Stored, Subscribed, Unsubscribed
from tests.simulation.session import rows_of

RATE = sized(2, 50)  # queries submitted a second
SECONDS = sized(10, 600)
SOCKETS = sized(10, 1000)
SUBSCRIPTIONS = 5  # of a socket
OPENED_AT_ONCE = 20
PUSHED_WITHIN = 300.0  # seconds after it was submitted
PROBES = sized(50, 1000)  # requests by which the emulator itself is measured


def test_under_load_nothing_is_lost(machinery: Machinery, recorder: Recorder, ana: Person) -> None:
    before = resident(machinery)
    took = asyncio.run(load(recorder, ana))
    after = resident(machinery)
    recorder.judge()
    print(table(recorder, took, before, after, machinery))


async def load(recorder: Recorder, person: Person) -> float:
    """Submit at the rate, each query with a subscription of its own; the seconds it took.

    Where the stack is slower than the rate, so many are submitted as it takes in the time.
    """
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    turns = itertools.count()
    began = time.monotonic()

    async def worker(socket: Socket, session: RecordedSession) -> None:
        while (turn := next(turns)) < RATE * SECONDS and time.monotonic() < began + SECONDS:
            await asyncio.sleep(max(0.0, began + turn / RATE - time.monotonic()))
            await one(socket, session, turn)

    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(connected(recorder, person))
        room = asyncio.Semaphore(OPENED_AT_ONCE)

        async def enter() -> Socket:
            async with room:
                return await stack.enter_async_context(opened(recorder.machinery.outputs, person))

        sockets = await asyncio.gather(*(enter() for _ in range(SOCKETS)))
        began = time.monotonic()
        workers = [worker(socket, session) for socket in sockets for _ in range(SUBSCRIPTIONS)]
        await asyncio.gather(*workers)
    return time.monotonic() - began


async def one(socket: Socket, session: RecordedSession, number: int) -> None:
    """A query from its subscription to the push of its end."""
    recorder, script = session.recorder, Follows(session, "instant", number=number)
    async with socket.ended(script.query_id) as frames:
        name = f"socket of {script.query_id}"
        recorder.record(Subscribed(recorder.now(), name, session.caller, script.query_id))
        await script.submit_until_taken()
        frame = await asyncio.wait_for(frames.get(), PUSHED_WITHIN)
        (push,) = frame["payload"]["data"].values()
        state = (session.caller, push["version"], push["status"], rows_of(push["result"]))
        recorder.record(Delivered(recorder.now(), push["id"], name, *state))
    recorder.record(Unsubscribed(recorder.now(), name))


def table(
    recorder: Recorder,
    took: float,
    before: dict[str, int],
    after: dict[str, int],
    machinery: Machinery,
) -> str:
    """What was measured, a line each."""
    stored = {one.query_id: one.at for one in recorder.of(Stored) if one.status in FINAL}
    pushes = [push.at - stored[push.query_id] for push in recorder.of(Delivered)]
    count = len(pushes)
    lines = [
        ("queries", f"{count} in {took:.0f} s: {count / took:.1f}/s, of {RATE}/s offered"),
        ("sockets", f"{SOCKETS} with {SUBSCRIPTIONS} subscriptions"),
        ("stored to pushed", milliseconds(pushes)),
        *((f"memory of {name}", f"{before[name]} to {after[name]} MiB") for name in before),
        *emulator(machinery),
    ]
    return "\n" + "\n".join(f"{name:22} {value}" for name, value in lines)


def emulator(machinery: Machinery) -> list[tuple[str, str]]:
    """How many requests it answers a second when nothing else asks it."""
    item = {"id": {"S": "probe"}}
    function = machinery.outputs["sweepFunction"]
    place = {"TableName": machinery.table}
    return [
        ("emulator, get_item", rate(lambda _: machinery.dynamodb.get_item(**place, Key=item))),
        (
            "emulator, invoke",
            rate(lambda _: machinery.aws("lambda").invoke(FunctionName=function)),
        ),
    ]


def rate(ask: Callable[[int], Any]) -> str:
    began = time.monotonic()
    at_once(ask, range(PROBES))
    return f"{PROBES / (time.monotonic() - began):.0f}/s"


def milliseconds(seconds: Sequence[float]) -> str:
    hundredths = quantiles(seconds, n=100)
    return f"p50 {median(seconds) * 1000:.0f} ms, p99 {hundredths[98] * 1000:.0f} ms"
