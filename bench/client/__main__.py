"""`python -m bench.client [--rows N] [--times N]`: the Python client beside peers, in one run."""

import argparse
import statistics
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from bench.client.measure import BUSY, BUSY_REPORT, PEERS, Ours, Peers, Taken, peers
from bench.exports.warehouse import filled_stack

ROWS = 1_000_000
TIMES = 3
LENGTHS = (0.01, 1, 30)  # seconds of the statement itself
PROBE = 4_000  # rounds, by which it is found how many a second are done

Asked = Mapping[str, Callable[[], Taken]]  # by client


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.client")
    parser.add_argument("--rows", type=int, default=ROWS, help="of the large result (%(default)s)")
    parser.add_argument("--times", type=int, default=TIMES, help="each (%(default)s)")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        filled_stack(options.rows, Path(folder), {BUSY: BUSY_REPORT}) as stack,
        peers(stack) as others,
    ):
        ours = Ours(stack)
        with ours.client:
            lengths_table(ours, others, options.times)
            rows_table(ours, others, options.times)


def lengths_table(ours: Ours, others: Peers, times: int) -> None:
    for peer in PEERS:
        others.busy(peer, 0)  # so that nothing is imported, and no Lambda started, when it counts
    ours.busy(0)
    a_second = PROBE / ours.busy(PROBE).seconds
    print("\nFrom the question to the frame, median seconds, and requests:\n")
    print("| the statement takes | Querycast | " + " | ".join(PEERS) + " |")
    print("|---|---|---|---|")
    for seconds in LENGTHS:
        rounds = round(seconds * a_second)
        asked: Asked = {
            "Querycast": partial(ours.busy, rounds),
            **{peer: partial(others.busy, peer, rounds) for peer in PEERS},
        }
        print(f"| about {seconds:g} s | {' | '.join(cells(asked, times))} |", flush=True)


def rows_table(ours: Ours, others: Peers, times: int) -> None:
    asked: Asked = {
        "Querycast, by export": ours.exported,
        "Querycast, by pages": ours.paged,
        **{peer: partial(others.paged, peer) for peer in PEERS},
    }
    found = cells(asked, times)
    print("\nAll rows as a DataFrame of pandas, median seconds, and requests:\n")
    print("| " + " | ".join(asked) + " |")
    print("|---|---|---|---|")
    print("| " + " | ".join(found) + " |", flush=True)


def cells(asked: Asked, times: int) -> Sequence[str]:
    """Each client in turn, so many times, so that what else the machine does is shared."""
    taken = [[ask() for ask in asked.values()] for _ in range(times)]
    return [
        f"{statistics.median(one.seconds for one in column):.2f}, "
        f"{statistics.median(one.requests for one in column):.0f}"
        for column in zip(*taken, strict=True)
    ]


if __name__ == "__main__":
    main()
