"""`python -m bench.exports [--rows N] [--times N]`: exports beside DuckDB's COPY, in one run."""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.exports.measure import Measured, Peer, measured
from bench.exports.rows import FORMATS
from bench.exports.warehouse import filled_stack

ROWS = 10_000_000
TIMES = 3
PHASES = ("STARTED", "UNLOADED", "JOINED", "READY")
MB = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.exports")
    parser.add_argument("--rows", type=int, default=ROWS, help="to export (%(default)s)")
    parser.add_argument("--times", type=int, default=TIMES, help="each (%(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        with filled_stack(options.rows, directory) as stack:
            peer = Peer(options.rows, directory)
            formats = [
                asyncio.run(measured(stack, peer, format, options.times, directory))
                for format in FORMATS
            ]
    print_exports(options.rows, formats)
    print_steps(formats)
    print_reading(options.rows, formats)


def print_exports(rows: int, formats: Sequence[Measured]) -> None:
    print(f"\n{rows:,} rows of 4 columns as one file, from the request, median seconds:\n")
    print("| file | MB | downloadable | downloaded | DuckDB's COPY | ratios |")
    print("|---|---|---|---|---|---|")
    for one in formats:
        ratios = f"{one.to_address / one.copied:.1f}, {one.to_file / one.copied:.1f}"
        seconds = " | ".join(f"{x:.2f}" for x in (one.to_address, one.to_file, one.copied))
        print(f"| {one.format.name} | {one.bytes / MB:,.0f} | {seconds} | {ratios} |")


def print_steps(formats: Sequence[Measured]) -> None:
    print("\nIts steps, by the times in its record, median seconds since the one before:\n")
    print(f"| file | {' | '.join(PHASES)} |\n|---|---|---|---|---|")
    for one in formats:
        seconds = (f"{one.steps[phase]:.2f}" if phase in one.steps else "" for phase in PHASES)
        print(f"| {one.format.name} | {' | '.join(seconds)} |")


def print_reading(rows: int, formats: Sequence[Measured]) -> None:
    print("\nRead back by DuckDB and taken as Arrow, median seconds:\n")
    print("| file | as exported | million rows a second | as DuckDB wrote it | ratio |")
    print("|---|---|---|---|---|")
    for one in formats:
        rate, ratio = rows / one.read / 1_000_000, one.read / one.read_copied
        print(
            f"| {one.format.name} | {one.read:.2f} | {rate:.1f} "
            f"| {one.read_copied:.2f} | {ratio:.1f} |"
        )


if __name__ == "__main__":
    main()
