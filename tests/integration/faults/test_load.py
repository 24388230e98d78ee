"""Many queries and many subscribers: none is lost, and what it took is printed as tables.

    make soak ONLY=load

All subscriptions stand from the beginning, each to the end of a query that is yet to be submitted.
Where the stack is slower than the rate that is offered, so many are submitted as it takes; the
table says then which process is at its limit: what each takes of a processor for one query bounds
what it can do in a second, with one core for a server, with all of them for Lambda functions.
"""

import asyncio
import itertools
import resource
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import median, quantiles
from typing import Any

import pytest

from tests.integration.conftest import new_person
from tests.integration.faults.machinery import AT_ONCE, Machinery, at_once
from tests.integration.faults.processes import EMULATOR, Meter, growth, metered, usage
from tests.integration.faults.realtime_socket import Socket, opened
from tests.integration.faults.recorder import Recorder
from tests.integration.faults.scale import IS_SOAK, sized
from tests.integration.faults.session import Follows, RecordedSession, connected
from tests.simulation.history import FINAL, Delivered, Stored, Submitted, Subscribed, Unsubscribed
from tests.simulation.session import rows_of

LOADS = ((5, 60), (10, 60), (50, 600)) if IS_SOAK else ((2, 10),)  # queries a second, seconds
SOCKETS = sized(10, 1000)
SUBSCRIPTIONS = 5  # of a socket
PEOPLE = sized(2, 50)  # one alone may not have so many queries at once
OPENED_AT_ONCE = 20
WARM_UPS = sized(1, 3)
PUSHED_WITHIN = 300.0  # seconds after it was submitted
MOST_GROWTH = 0.1  # of the memory of a server
PROBES = sized(50, 1000)  # requests by which the emulator itself is measured


class Load:
    """So many turns a second, for so many seconds."""

    def __init__(self, rate: float, seconds: float) -> None:
        self.rate = rate
        self.answers: list[float] = []  # seconds until submitQuery had answered
        self.took = 0.0
        self._seconds = seconds
        self._turns = itertools.count()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._began: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def begin(self) -> None:
        self._began.set_result(time.monotonic())

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[bool]:
        """From when it is one's turn; False where the time is over by then."""
        began = await self._began
        place = next(self._turns) / self.rate
        await asyncio.sleep(began + min(place, self._seconds) - time.monotonic())
        async with self._room:
            at = time.monotonic()
            goes_on = place < self._seconds and at < began + self._seconds
            yield goes_on
            if goes_on:
                self.answers.append(time.monotonic() - at)

    def end(self) -> None:
        self.took = time.monotonic() - self._began.result()


@pytest.mark.parametrize(("rate", "seconds"), LOADS)
def test_under_load_nothing_is_lost(
    machinery: Machinery, recorder: Recorder, rate: int, seconds: int
) -> None:
    load, meter = asyncio.run(loaded(recorder, rate, seconds))
    recorder.judge()
    parts = usage(meter, "query", len(load.answers))
    print("", *summary(recorder, load), "", *parts, *emulator(machinery), sep="\n")
    if IS_SOAK:  # a short run only begins
        assert max(growth(meter).values()) <= MOST_GROWTH, growth(meter)


async def loaded(recorder: Recorder, rate: float, seconds: float) -> tuple[Load, Meter]:
    """The load when it has passed, and what it took."""
    allow_many_files()
    load, numbers, machinery = Load(rate, seconds), itertools.count(), recorder.machinery
    async with AsyncExitStack() as stack:
        people = [new_person(machinery.outputs, "analysts") for _ in range(PEOPLE)]
        sessions = [await stack.enter_async_context(connected(recorder, one)) for one in people]
        room = asyncio.Semaphore(OPENED_AT_ONCE)

        async def enter(number: int) -> Socket:
            person = people[number % PEOPLE]
            async with room:
                return await stack.enter_async_context(opened(machinery.outputs, person))

        sockets = await asyncio.gather(*(enter(number) for number in range(SOCKETS)))
        seats = [(each, sessions[i % PEOPLE]) for i, each in enumerate(sockets)] * SUBSCRIPTIONS
        stand = asyncio.Barrier(len(seats) + 1)
        async with asyncio.TaskGroup() as group:
            for socket, session in seats:
                group.create_task(asks(load, stand, socket, session, numbers))
            await warm_up(sessions)
            await stand.wait()
            meter = stack.enter_context(metered(machinery))
            load.begin()
        load.end()
    return load, meter


def allow_many_files() -> None:
    """As many as the system lets a process open: a socket is one."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def warm_up(sessions: Sequence[RecordedSession]) -> None:
    """Start as many workers of each Lambda function as the load will need."""
    for _ in range(WARM_UPS):
        scripts = (Follows(session, "instant", number=-1) for session in sessions[:AT_ONCE])
        await asyncio.gather(*(script.run() for script in scripts))


async def asks(
    load: Load,
    stand: asyncio.Barrier,
    socket: Socket,
    session: RecordedSession,
    numbers: Iterator[int],
) -> None:
    """One query after the other, each from its subscription to the push of its end."""
    recorder, is_first, goes_on = session.recorder, True, True
    while goes_on:
        script = Follows(session, "instant", number=next(numbers))
        async with socket.ended(script.query_id) as frames:
            name = f"socket of {script.query_id}"
            recorder.record(Subscribed(recorder.now(), name, session.caller, script.query_id))
            if is_first:
                await stand.wait()
                is_first = False
            async with load.turn() as goes_on:
                if goes_on:
                    await script.submit_until_taken()
            if goes_on:
                frame = await asyncio.wait_for(frames.get(), PUSHED_WITHIN)
                (push,) = frame["payload"]["data"].values()
                state = (session.caller, push["version"], push["status"], rows_of(push["result"]))
                recorder.record(Delivered(recorder.now(), push["id"], name, *state))
        recorder.record(Unsubscribed(recorder.now(), name))
    recorder.query_ids.discard(script.query_id)


def summary(recorder: Recorder, load: Load) -> Iterator[str]:
    """What became of it, a line each."""
    stored = {one.query_id: one.at for one in recorder.of(Stored) if one.status in FINAL}
    delivered = [push for push in recorder.of(Delivered) if push.subscriber.startswith("socket")]
    pushes = [push.at - stored[push.query_id] for push in delivered]
    refused = sum(one.status is None for one in recorder.of(Submitted))
    count = len(pushes)
    yield f"| {SOCKETS:,} sockets, {SUBSCRIPTIONS} subscriptions each | |"
    yield "|---|---|"
    yield f"| queries | {count:,} in {load.took:.0f} s |"
    yield f"| a second | {count / load.took:.1f}, of {load.rate} offered |"
    yield f"| lost | {len(load.answers) - count} |"
    yield f"| submitted again | {refused} |"
    yield f"| submitQuery answered | {milliseconds(load.answers)} |"
    yield f"| stored to pushed | {milliseconds(pushes)} |"


def emulator(machinery: Machinery) -> Iterator[str]:
    """How many requests it answers a second when nothing else asks it."""
    item = {"id": {"S": "probe"}}
    function = machinery.outputs["sweepFunction"]
    place = {"TableName": machinery.table}
    yield f"\n{EMULATOR} alone, get_item: " + rate_of(
        lambda _: machinery.dynamodb.get_item(**place, Key=item)
    )
    invoke = machinery.aws("lambda").invoke
    yield f"{EMULATOR} alone, invoke: " + rate_of(lambda _: invoke(FunctionName=function))


def rate_of(ask: Callable[[int], Any]) -> str:
    began = time.monotonic()
    at_once(ask, range(PROBES))
    return f"{PROBES / (time.monotonic() - began):.0f}/s"


def milliseconds(seconds: Sequence[float]) -> str:
    hundredths = quantiles(seconds, n=100)
    return f"p50 {median(seconds) * 1000:.0f} ms, p99 {hundredths[98] * 1000:.0f} ms"
