"""`make bench`: every measurement in one run, so that its ratios hold on a busy machine too."""

import asyncio
import statistics
from collections.abc import Sequence

from bench.cold_start import import_ratios
from bench.push import polled, pushed
from bench.stack import Stack, running_stack
from bench.throughput import DOCUMENTS, requests_per_second

ROUNDS = {1: 40, 32: 6}  # queries at once: rounds of them
IMPORTS = 7
CONNECTIONS = (1, 32)


def main() -> None:
    stack = running_stack()
    push_table(stack)
    throughput_table(stack)
    import_table()


def push_table(stack: Stack) -> None:
    print("\nFrom the answer to the result, less the SQL's own time (ms):\n")
    print("| queries at once | pushed: median | p99 | polled: median | p99 | polled / pushed |")
    print("|---|---|---|---|---|---|")
    for at_once, rounds in ROUNDS.items():
        asyncio.run(pushed(stack, at_once, rounds=1))  # so that no Lambda starts cold below
        push = asyncio.run(pushed(stack, at_once, rounds))
        poll = polled(stack, at_once, rounds)
        ratio = statistics.median(poll) / statistics.median(push)
        cells = (f"{number:.0f}" for number in (*_summary(push), *_summary(poll)))
        print(f"| {at_once} | {' | '.join(cells)} | {ratio:.1f} |", flush=True)


def throughput_table(stack: Stack) -> None:
    print("\nGraphQL requests a second:\n")
    print("| answered by | " + " | ".join(f"{n} at once" for n in CONNECTIONS) + " |")
    print("|---|---|---|")
    for name, document in DOCUMENTS.items():
        rates = [
            asyncio.run(requests_per_second(stack, document, connections))
            for connections in CONNECTIONS
        ]
        print(f"| {name} | " + " | ".join(f"{rate:.0f}" for rate in rates) + " |", flush=True)


def import_table() -> None:
    print("\nImports of a cold start:\n")
    print("| module | ms | of boto3's |")
    print("|---|---|---|")
    for module, (ms, ratio) in import_ratios(IMPORTS).items():
        print(f"| {module} | {ms:.0f} | {ratio:.2f} |", flush=True)


def _summary(values: Sequence[float]) -> tuple[float, float]:
    """Median and 99th percentile."""
    return statistics.median(values), statistics.quantiles(values, n=100, method="inclusive")[98]


if __name__ == "__main__":
    main()
