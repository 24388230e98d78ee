"""One user's flood of queries, and others who ask once: they do not wait for the flood.

make soak ONLY=fairness
"""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from tests.integration.conftest import Person, new_person
from tests.integration.faults.machinery import Machinery
from tests.integration.faults.recorder import BOUNDS, Recorder
from tests.integration.faults.scale import sized
from tests.integration.faults.session import Follows, connected
from tests.simulation.history import StatementStarted, Stored

RUNNING = 5  # of an owner at once
FLOOD = sized(30, 1000)
OTHERS = sized(4, 20)
SLOTS = 2  # how often all of the flood's places may be taken anew before another's query starts
ROUNDS = 300  # a statement takes longer than what goes on around it
ENDED_WITHIN = float(sized(150, 3600))  # seconds


@pytest.fixture
def _limits(machinery: Machinery) -> Iterator[None]:
    """So many run, and all of the flood may wait."""
    limits = {"RUNNING_LIMIT": str(RUNNING), "WAITING_LIMIT": str(FLOOD)}
    with machinery.environment(lambda before: limits if limits.keys() <= before.keys() else {}):
        yield


@pytest.mark.usefixtures("_limits")
def test_others_start_soon_whoever_floods(recorder: Recorder, ana: Person) -> None:
    flood, others = asyncio.run(asked(recorder, ana))
    bounds = replace(BOUNDS, running=RUNNING, starting=ENDED_WITHIN)
    recorder.judge(bounds, ENDED_WITHIN)
    recorded = {one.query_id: one.at for one in recorder.of(Stored) if one.version == 1}
    started = {one.query_id: one.at for one in recorder.of(StatementStarted)}
    of_flood = sorted(started[query_id] for query_id in flood)
    assert of_flood[-1] > max(started[query_id] for query_id in others)  # it lasted
    overtaken = [
        sum(recorded[query_id] < at < started[query_id] for at in of_flood) for query_id in others
    ]
    print(f"\nflood of {FLOOD:,}: started before each of {OTHERS} others: {sorted(overtaken)}")
    assert max(overtaken) <= SLOTS * RUNNING


async def asked(recorder: Recorder, flooder: Person) -> tuple[list[str], list[str]]:
    """The ids of the flood's queries, and those of the others, asked when all of it stands."""
    outputs = recorder.machinery.outputs
    people = [new_person(outputs, "analysts") for _ in range(OTHERS)]
    async with AsyncExitStack() as stack:
        flooding, *sessions = [
            await stack.enter_async_context(connected(recorder, person))
            for person in (flooder, *people)
        ]
        flood = [Follows(flooding, "slow", rounds=ROUNDS) for _ in range(FLOOD)]
        others = [Follows(session, "slow", rounds=ROUNDS) for session in sessions]
        for scripts in (flood, others):
            await asyncio.gather(*(script.submit_until_taken() for script in scripts))
    return [script.query_id for script in flood], [script.query_id for script in others]
