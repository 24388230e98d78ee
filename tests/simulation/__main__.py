"""Runs seeds: `--seed N` prints one whole history, `--seeds N` looks for those that fail."""

import argparse
import sys
import time

import tests.conftest  # the environment of a Lambda, before Powertools looks at it
from tests.simulation.checker import violations
from tests.simulation.run import BOUNDS, outcomes
from tests.simulation.simulation import simulate

SHOWN = 10  # failing seeds


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--seed", type=int, help="print this seed's history and what is wrong")
    chosen.add_argument("--seeds", type=int, help="run so many, a process per core")
    parser.add_argument("--first", type=int, default=0, help="the first of them (default 0)")
    given = parser.parse_args()
    if given.seed is not None:
        return replay(given.seed)
    return search(range(given.first, given.first + given.seeds))


def replay(seed: int) -> int:
    history = simulate(seed)
    for event in history:
        print(event)
    found = violations(history, BOUNDS)
    for violation in found:
        print(f"\n{violation}")
    print(f"\nSeed {seed}: {len(history):,} events, {len(found)} violations.")
    return 1 if found else 0


def search(seeds: range) -> int:
    began, failed = time.perf_counter(), 0
    for outcome in outcomes(seeds):
        if outcome.failure is not None:
            failed += 1
            if failed <= SHOWN:
                print(f"{outcome.failure}\n", flush=True)
    a_second = len(seeds) / (time.perf_counter() - began)
    print(f"{len(seeds):,} seeds, {a_second:.1f} a second: {failed} failed.")
    return 1 if failed else 0


if __name__ == "__main__":
    assert tests.conftest.__doc__
    sys.exit(main())
