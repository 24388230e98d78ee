"""The sample data, for a stage that has it: `python -m sql.taxi_data` loads the taxi trips.

Synthetic ones, or real ones when a folder of TLC files is named. They go through the data bucket,
one object a month; an object carries the fingerprint of what it was made from, so that a second run
only looks. The table, and the procedure that loads it, are made by sql/migrations/sample_data, when
the stage is deployed.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from sql.command import exit_code
from sql.errors import SampleDataRefused
from sql.stack import Stack, find_stack
from sql.statements import execute
from sql.synthetic_trips import SyntheticTrips
from sql.tlc_trips import TlcTrips

TABLE = "nyc_yellow_taxi"
PREFIX = f"{TABLE}/"
PROCEDURE = "load_taxi_trips"
NAME = "querycast sample data"  # of the statements, in Redshift's history
IS_EMPTY = f"select count(*) from (select 1 from {TABLE} limit 1)"
TRIPS = 1_000_000
TRIPS_VARIABLE, FILES_VARIABLE = "QUERYCAST_TAXI_TRIPS", "QUERYCAST_TAXI_FILES"


class Trips(Protocol):
    """Where trips come from."""

    @property
    def months(self) -> Sequence[int]: ...

    @property
    def fingerprint(self) -> str: ...

    def write(self, month: int, file: Path) -> int: ...


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sql.taxi_data", description="Taxi trips.")
    parser.add_argument(
        "--trips",
        default=os.environ.get(TRIPS_VARIABLE, str(TRIPS)),
        help=f"how many synthetic trips (or {TRIPS_VARIABLE}; {TRIPS:,} when left out)",
    )
    parser.add_argument(
        "--files",
        default=os.environ.get(FILES_VARIABLE),
        help=f"folder of real yellow_tripdata_2015-MM files (or {FILES_VARIABLE})",
    )
    options = parser.parse_args(arguments)
    return exit_code(lambda: provide(find_stack(), trips_from(options.files, options.trips)))


def trips_from(files: str | None, trips: str) -> Trips:
    """The real trips of a folder, else so many synthetic ones.

    Raises:
        SampleDataRefused: there is no such folder, or no such number.
    """
    if files:
        if not Path(files).is_dir():
            raise SampleDataRefused(f"{files}: no folder; name one with TLC files")
        return TlcTrips(Path(files))
    if not trips.isdecimal() or not 0 < int(trips) <= 1_000_000_000:
        raise SampleDataRefused(f"{trips!r} trips; give a number from 1 to 1000000000")
    return SyntheticTrips(int(trips))


def provide(stack: Stack, trips: Trips) -> None:
    """Make the bucket, and then the table, hold exactly these trips.

    Raises:
        SampleDataRefused: the stage has no sample data.
    """
    if not stack.has_sample_data:
        advice = "set `sample_data = true` in infra/stages.toml and deploy it"
        raise SampleDataRefused(f"This stage has no tables for sample data; {advice}")
    if upload(stack, trips) or execute(stack, IS_EMPTY, NAME) == [[0]]:
        load(stack)


def upload(stack: Stack, trips: Trips) -> bool:
    """Make the bucket hold exactly these trips; whether it held other ones, or none."""
    wanted = {f"{PREFIX}2015-{month:02}.parquet": month for month in trips.months}
    present = _present(stack)
    if present == dict.fromkeys(wanted, trips.fingerprint):
        print(f"{trips} are in s3://{stack.data_bucket}/{PREFIX} already.")
        return False
    for key in present.keys() - wanted.keys():  # COPY would load it too
        stack.s3.delete_object(Bucket=stack.data_bucket, Key=key)
    for key, month in wanted.items():
        if present.get(key) != trips.fingerprint:
            count = _upload_month(stack, trips, month, key)
            print(f"2015-{month:02}: {count:,} trips", flush=True)
    print(f"{trips} are in s3://{stack.data_bucket}/{PREFIX}.")
    return True


def _upload_month(stack: Stack, trips: Trips, month: int, key: str) -> int:
    """Make a month's object; how many trips it has."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "trips.parquet"
        count = trips.write(month, file)
        extra = {"Metadata": {"fingerprint": trips.fingerprint}}
        stack.s3.upload_file(str(file), stack.data_bucket, key, ExtraArgs=extra)
    return count


def load(stack: Stack) -> None:
    """As the pipeline does that is scheduled (sql/pipelines/load_taxi_trips.sql)."""
    execute(stack, f"call {PROCEDURE}()", NAME)
    print(f"Loaded them into {TABLE}.")


def _present(stack: Stack) -> dict[str, str]:
    """The objects there are, each with the fingerprint of its trips."""
    pages = stack.s3.get_paginator("list_objects_v2").paginate(
        Bucket=stack.data_bucket, Prefix=PREFIX
    )
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    return {
        key: stack.s3.head_object(Bucket=stack.data_bucket, Key=key)["Metadata"].get(
            "fingerprint", ""
        )
        for key in keys
    }


if __name__ == "__main__":
    raise SystemExit(main())
