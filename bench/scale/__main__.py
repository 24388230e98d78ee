"""What loads ask of each service: `python -m bench.scale` prints the tables of docs/scaling.md."""

import argparse
from collections.abc import Iterator, Sequence

from bench.scale.model import (
    QUOTAS,
    Load,
    counted_calls,
    million_costs,
    most_queries_a_minute,
    used,
)

MINUTES_A_MONTH = 60 * 24 * 30
RATES = (10, 1_000, 100_000)  # queries a minute


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--shared", type=float, default=0.0, help="part answered by others' (0)")
    parser.add_argument("--seconds", type=float, default=10.0, help="of one statement (10)")
    given = parser.parse_args()
    print("\n".join(table(RATES, shared=given.shared, statement_seconds=given.seconds)))


def table(rates: Sequence[int], **load: float) -> Iterator[str]:
    """How much of each quota is used, in Markdown."""
    calls = counted_calls()
    uses = [used(Load(queries_a_minute=rate, **load), calls) for rate in rates]
    yield f"| quota | admits | {' | '.join(f'{rate:,}' for rate in rates)} | used up at |"
    yield "|---|---|" + "---|" * (len(rates) + 1)
    for key, quota in QUOTAS.items():
        parts = " | ".join(percent(each[key]) for each in uses)
        end = most_queries_a_minute(key, calls, **load)
        raisable = "" if quota.raisable else ", fixed"
        yield f"| {quota.name} | {quota.admits:,}{raisable} | {parts} | {end:,.0f} |"
    costs = (million_costs() * rate * MINUTES_A_MONTH / 1e6 for rate in rates)
    yield f"| USD a month, without Redshift | | {' | '.join(f'{each:,.0f}' for each in costs)} | |"


def percent(part: float) -> str:
    """Bold where it is too much."""
    text = f"{part * 100:,.0f} %" if part >= 0.01 else "< 1 %"
    return f"**{text}**" if part > 1 else text


if __name__ == "__main__":
    main()
