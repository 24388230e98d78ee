"""Servers that are killed and an emulator that starts anew while queries are in flight."""

import asyncio
import itertools
from collections.abc import Callable
from functools import partial
from signal import SIGKILL, SIGTERM

import pytest

from tests.integration.conftest import Person, new_person
from tests.integration.faults.conftest import answers
from tests.integration.faults.recorder import Recorder
from tests.integration.faults.scale import sized
from tests.integration.faults.session import Follows, connected
from tests.integration.wait import until
from tests.simulation.history import Told

IN_FLIGHT = sized(8, 200)
PEOPLE = sized(1, 10)  # one alone may not have so many queries at once
RESTARTS = sized(1, 17)  # of each program
SIGNAL = {"appsync": SIGKILL, "redshift": SIGKILL, "aws": SIGTERM}
LONGEST = float(sized(90, 600))  # seconds until the stack answers again


@pytest.mark.parametrize("programs", ["appsync redshift", "aws"])
def test_restarts_lose_no_query(recorder: Recorder, ana: Person, programs: str) -> None:
    """Again and again, each time some more of the queries in flight have ended.

    The emulator is not killed but asked to stop: what it has not saved yet would be lost. What
    starts anew each minute never comes to sweep each minute, so it is asked to after each start.
    """

    async def follow(numbers: "itertools.count[int]", person: Person) -> None:
        """One query after the other, until all restarts are over."""
        async with connected(recorder, person) as session:
            while not is_over.is_set():
                await Follows(session, "slow", rounds=20 + next(numbers) % 80).run()

    async def restarts() -> None:
        try:
            for program in programs.split() * RESTARTS:
                await asyncio.to_thread(until, has_gone_on(recorder), LONGEST)
                recorder.fault(f"{program} is restarted")
                await asyncio.to_thread(restart, recorder, program)
                await asyncio.to_thread(until, lambda: answers(ana), LONGEST)
                if program == "aws":
                    await asyncio.to_thread(recorder.begin_again)
                    await asyncio.to_thread(recorder.machinery.sweep)
        finally:
            is_over.set()
        recorder.faults_ended()
        sweeping = partial(recorder.machinery.swept, recorder.query_ids)
        await asyncio.to_thread(until, sweeping, LONGEST)

    async def all_of_them() -> None:
        numbers = itertools.count()
        followers = [follow(numbers, people[place % PEOPLE]) for place in range(IN_FLIGHT)]
        await asyncio.gather(restarts(), *followers)

    outputs = recorder.machinery.outputs
    people = [ana, *(new_person(outputs, "analysts") for _ in range(PEOPLE - 1))]
    is_over = asyncio.Event()
    asyncio.run(all_of_them())
    recorder.judge()


def has_gone_on(recorder: Recorder) -> Callable[[], bool]:
    """Whether a few more queries have ended than now."""
    ended = len(recorder.of(Told))
    return lambda: len(recorder.of(Told)) > ended + IN_FLIGHT // 4


def restart(recorder: Recorder, program: str) -> None:
    """End a program, which the supervisor starts again."""
    if program == "aws":
        recorder.read_stream()
    recorder.machinery.end_program(program, SIGNAL[program])
