"""Runs seeds: `--seed N` prints one whole history, `--seeds N` looks for those that fail."""

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.run import failures, silent
from tests.simulation.checker import violations
from tests.simulation.simulation import simulate


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--seed", type=int, help="print this seed's history and what is wrong")
    chosen.add_argument("--seeds", type=int, help="run so many, on every core")
    parser.add_argument("--first", type=int, default=0, help="the first of them (default 0)")
    given = parser.parse_args()
    if given.seed is not None:
        return replay(given.seed)
    return search(given.first, given.seeds)


def replay(seed: int) -> int:
    history = simulate(seed)
    for event in history:
        print(event)
    found = violations(history)
    for violation in found:
        print(f"\n{violation}")
    print(f"\nSeed {seed}: {len(history):,} events, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
