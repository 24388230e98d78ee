"""What the AppSync server does by itself: pushes to many subscribers with nothing else in the way.

    make soak ONLY=push

`publishQuery` needs no Lambda, no record and no statement: the mutation, its authorization, the
filters and the push are AppSync's own. So this is what it can do where the emulator is no limit.
"""

import asyncio
import random
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.aws.appsync import AppSync
from streams.publish import PUBLISH
from tests.integration.conftest import Person, aws_session
from tests.integration.faults.machinery import Machinery
from tests.integration.faults.processes import Meter, growth, metered, usage
from tests.integration.faults.realtime_socket import Socket, opened
from tests.integration.faults.scale import sized
from tests.integration.faults.test_load import (
    MOST_GROWTH,
    OPENED_AT_ONCE,
    SOCKETS,
    SUBSCRIPTIONS,
    allow_many_files,
    milliseconds,
)
from tests.integration.wait import until

RATE = sized(20, 50)  # publishes a second
SECONDS = sized(3, 60)
ROWS = 20  # of the result that is pushed: about a kilobyte
ARRIVED_WITHIN = 30.0  # seconds after the last was sent
OF_CONNECTIONS = "socket:"  # what an open connection is among the files of a process


@dataclass
class Pushes:
    """Publishes by their version, and how often and when each was delivered."""

    sent: dict[int, tuple[str, float]] = field(default_factory=dict)
    answered: list[float] = field(default_factory=list)  # seconds
    delivered: list[float] = field(default_factory=list)  # seconds
    times: Counter[int] = field(default_factory=Counter)
    astray: list[Any] = field(default_factory=list)  # what its subscriber did not ask for

    async def listen(self, query_id: str, frames: "asyncio.Queue[Any]") -> None:
        while frame := await frames.get():
            at = time.monotonic()
            query = frame["payload"]["data"]["onQueryComplete"]
            whom, sent_at = self.sent[query["version"]]
            if whom != query_id:
                self.astray.append(query)
            self.times[query["version"]] += 1
            self.delivered.append(at - sent_at)


def test_appsync_alone_pushes_each_end_to_its_one_subscriber(
    machinery: Machinery, ana: Person
) -> None:
    allow_many_files()
    files = connections(machinery)
    pushes, meter = asyncio.run(published(machinery, ana))
    lost = pushes.sent.keys() - pushes.times.keys()
    parts = usage(meter, "publish", len(pushes.sent))
    print("", *summary(pushes, len(lost)), "", *parts, sep="\n")
    assert not lost
    assert set(pushes.times.values()) == {1}
    assert not pushes.astray
    assert growth(meter)["AppSync server"] <= MOST_GROWTH
    until(lambda: connections(machinery) <= files)


async def published(machinery: Machinery, person: Person) -> tuple[Pushes, Meter]:
    """At the rate, each to a subscription drawn by chance from all."""
    pushes, publisher, rng = Pushes(), publishing(machinery), random.Random(14)
    async with subscriptions(machinery, person, pushes) as query_ids:
        await asyncio.to_thread(publisher.execute, PUBLISH, end_of(str(uuid.uuid4()), person, 0))
        async with asyncio.TaskGroup() as group:
            with metered(machinery) as meter:
                began = time.monotonic()
                for turn in range(RATE * SECONDS):
                    await asyncio.sleep(began + turn / RATE - time.monotonic())
                    document = end_of(rng.choice(query_ids), person, turn + 1)
                    group.create_task(publish(publisher, document, pushes))
                deadline = time.monotonic() + ARRIVED_WITHIN
                while len(pushes.times) < RATE * SECONDS and time.monotonic() < deadline:
                    await asyncio.sleep(0.05)
    return pushes, meter


async def publish(publisher: AppSync, document: Any, pushes: Pushes) -> None:
    query, at = document["input"], time.monotonic()
    pushes.sent[query["version"]] = (query["id"], at)
    await asyncio.to_thread(publisher.execute, PUBLISH, document)
    pushes.answered.append(time.monotonic() - at)


@asynccontextmanager
async def subscriptions(
    machinery: Machinery, person: Person, pushes: Pushes
) -> AsyncIterator[list[str]]:
    """The ids of queries that do not exist, each with a subscription to its end."""
    query_ids: list[str] = []
    room, listening = asyncio.Semaphore(OPENED_AT_ONCE), []

    async def enter(stack: AsyncExitStack) -> None:
        async with room:
            socket: Socket = await stack.enter_async_context(opened(machinery.outputs, person))
            for _ in range(SUBSCRIPTIONS):
                query_id = str(uuid.uuid4())
                frames = await stack.enter_async_context(socket.ended(query_id))
                query_ids.append(query_id)
                listening.append(asyncio.create_task(pushes.listen(query_id, frames)))

    async with AsyncExitStack() as stack:
        await asyncio.gather(*(enter(stack) for _ in range(SOCKETS)))
        yield query_ids
        for each in listening:
            each.cancel()


def publishing(machinery: Machinery) -> AppSync:
    """As the account, which may do what Publish's role may."""
    credentials = aws_session(machinery.outputs).get_credentials()
    assert credentials is not None
    return AppSync(credentials, machinery.outputs["region"], machinery.outputs["graphqlUrl"])


def end_of(query_id: str, person: Person, version: int) -> Any:
    """The input of publishQuery for a query that has finished with a few rows."""
    rows: Sequence[Any] = [[number, "2015-06-01", 1234.5, "a word"] for number in range(ROWS)]
    names = ("trip", "trip_date", "total_fare", "remark")
    columns = [{"name": name, "type": "varchar"} for name in names]
    at = "2026-01-01T00:00:00.000Z"
    return {
        "input": {
            "id": query_id,
            "kind": "REPORT",
            "report": "taxi_by_day",
            "parameters": [{"name": "month", "value": "2015-06"}],
            "owner": person.id,
            "status": "FINISHED",
            "version": version,
            "submittedAt": at,
            "startedAt": at,
            "finishedAt": at,
            "durationMs": 1000,
            "resultRows": len(rows),
            "result": {"columns": columns, "rows": str(rows).replace("'", '"')},
        }
    }


def connections(machinery: Machinery) -> int:
    """How many the AppSync server has open."""
    files = Path(f"/proc/{machinery.pid('appsync')}/fd").iterdir()
    return sum(str(file.readlink()).startswith(OF_CONNECTIONS) for file in files)


def summary(pushes: Pushes, lost: int) -> Sequence[str]:
    return (
        f"| {SOCKETS:,} sockets, {SUBSCRIPTIONS} subscriptions each | |",
        "|---|---|",
        f"| publishes | {len(pushes.sent):,}, {RATE} a second |",
        f"| lost | {lost} |",
        f"| publishQuery answered | {milliseconds(pushes.answered)} |",
        f"| sent to delivered | {milliseconds(pushes.delivered)} |",
    )
