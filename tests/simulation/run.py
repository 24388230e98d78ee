"""Many seeds on every core, and how to replay the one that failed."""

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from tests.simulation.checker import Bounds, violations
from tests.simulation.history import Fault
from tests.simulation.simulation import simulate
from tests.simulation.wiring import LIMITS

BOUNDS = Bounds(running=LIMITS.running)
CHUNK = 10  # seeds handed to a process at a time


@dataclass(frozen=True)
class Outcome:
    """What became of a seed. failure: what is wrong with it, if anything. faults: their kinds."""

    failure: str | None
    faults: frozenset[str]


def outcomes(seeds: Iterable[int]) -> Iterator[Outcome]:
    """That of each seed, in their order."""
    started_anew = multiprocessing.get_context("spawn")  # nothing of this process leaks in
    with ProcessPoolExecutor(os.cpu_count(), mp_context=started_anew) as processes:
        yield from processes.map(outcome, seeds, chunksize=CHUNK)


def outcome(seed: int) -> Outcome:
    """A failure is its violations, with the command that replays it."""
    history = simulate(seed)
    faults = (event.what.partition(":")[0] for event in history if isinstance(event, Fault))
    told = [str(violation) for violation in violations(history, BOUNDS)]
    replay = f"Replay it: python -m tests.simulation --seed {seed}"
    return Outcome("\n".join([*told, replay]) if told else None, frozenset(faults))
