"""Many seeds on every core, and how to replay the one that failed."""

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.checker import Bounds, violations
from tests.simulation.simulation import simulate
from tests.simulation.wiring import LIMITS

BOUNDS = Bounds(running=LIMITS.running)
CHUNK = 10  # seeds handed to a process at a time


def failures(seeds: Iterable[int]) -> Iterator[str]:
    """What is wrong with each seed with which anything is, in the order of the seeds."""
    started_anew = multiprocessing.get_context("spawn")  # nothing of this process leaks in
    with ProcessPoolExecutor(os.cpu_count(), mp_context=started_anew) as processes:
        for failure in processes.map(failure_of, seeds, chunksize=CHUNK):
            if failure is not None:
                yield failure


def failure_of(seed: int) -> str | None:
    """The violations of one seed, with the command that replays it."""
    found = violations(simulate(seed), BOUNDS)
    if not found:
        return None
    told = "\n".join(str(violation) for violation in found)
    return f"{told}\nReplay it: python -m tests.simulation --seed {seed}"
