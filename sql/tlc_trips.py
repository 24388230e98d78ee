"""The real trips of 2015, from files that the New York City Taxi & Limousine Commission publishes.

Its files have changed over the years: CSV then Parquet, `RateCodeID` and `RatecodeID`, counts as
fractions. Columns are therefore found by any spelling they have had, and what is no number is NULL.
https://www.nyc.gov/site/tlc/about/tlc-trip-record-data.page
"""

import re
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import duckdb

from sql.errors import SampleDataRefused

FILE = re.compile(r"yellow_tripdata_2015-(0[1-9]|1[0-2])\.(parquet|csv|csv\.gz)", re.IGNORECASE)
COLUMNS = {  # ours: its type, and the names the files have had for it
    "vendorid": ("varchar", ("vendorid", "vendor_id")),
    "ratecode": ("smallint", ("ratecodeid", "rate_code")),
    "payment_type": ("smallint", ("payment_type",)),
    "passenger_count": ("smallint", ("passenger_count",)),
    "trip_distance": ("float", ("trip_distance",)),
    "fare_amount": ("float", ("fare_amount", "fare_amt")),
    "total_amount": ("float", ("total_amount", "total_amt")),
    "pickup_datetime": ("timestamp", ("tpep_pickup_datetime", "pickup_datetime")),
    "dropoff_datetime": ("timestamp", ("tpep_dropoff_datetime", "dropoff_datetime")),
}


class TlcTrips:
    """The yellow_tripdata_2015-MM files of a folder, .parquet, .csv or .csv.gz."""

    def __init__(self, folder: Path) -> None:
        self.files = _files(folder)
        if not self.files:
            wanted = "yellow_tripdata_2015-01.parquet (or .csv, .csv.gz) and so on"
            raise SampleDataRefused(f"{folder}: no taxi file of 2015; put {wanted} there")

    def __str__(self) -> str:
        return f"the trips of {len(self.files)} TLC files"

    @property
    def months(self) -> list[int]:
        return sorted(self.files)

    @cached_property
    def fingerprint(self) -> str:
        """Changes when a file does, as far as its size and time tell."""
        stats = {file.name: file.stat() for file in self.files.values()}
        seen = [f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in stats.items()]
        return sha256("\n".join([str(COLUMNS), *sorted(seen)]).encode()).hexdigest()

    def write(self, month: int, file: Path) -> int:
        """Write the trips of a month as Parquet, by pickup time; returns how many they are.

        Raises:
            SampleDataRefused: the month's file lacks a column, or cannot be read.
        """
        source, path = self.files[month], str(file).replace("'", "''")
        try:
            # a month has twelve million trips, which spill beside the Parquet when sorted
            with duckdb.connect(config={"temp_directory": str(file.parent)}) as connection:
                copied = connection.execute(f"copy ({_query(source)}) to '{path}' (format parquet)")
                return int((copied.fetchone() or (0,))[0])
        except duckdb.Error as error:
            raise SampleDataRefused(f"{source}: {error}; download it again") from None


def _files(folder: Path) -> dict[int, Path]:
    found = [(FILE.fullmatch(file.name), file) for file in sorted(folder.glob("*"))]
    return {int(matched[1]): file for matched, file in found if matched}


def _query(source: Path) -> str:
    reader = _reader(source)
    given = duckdb.execute(f"describe {reader}").fetchall()
    names = _spellings(source, [str(row[0]) for row in given])
    columns = {ours: f"try_cast({names[ours]} as {COLUMNS[ours][0]})" for ours in COLUMNS}
    pickup, dropoff = columns.pop("pickup_datetime"), columns.pop("dropoff_datetime")
    selected = ", ".join(f"{expression} as {ours}" for ours, expression in columns.items())
    return f"""
        select {selected}, {pickup}::date as pickup_date, {pickup} as pickup_datetime,
            {dropoff} as dropoff_datetime
        from ({reader})
        where year({pickup}) = 2015
        order by pickup_datetime"""


def _reader(source: Path) -> str:
    path = str(source).replace("'", "''")
    if source.suffix.lower() == ".parquet":
        return f"from read_parquet('{path}')"
    return f"from read_csv('{path}', header = true, all_varchar = true)"


def _spellings(source: Path, given: list[str]) -> Mapping[str, str]:
    """The quoted name in the file of each of our columns."""
    by_name = {name.strip().lower(): name for name in given}
    spellings = {}
    for ours, (_, known) in COLUMNS.items():
        name = next((by_name[spelling] for spelling in known if spelling in by_name), None)
        if name is None:
            raise SampleDataRefused(
                f"{source}: no column {' or '.join(known)}; it has {', '.join(given)}"
            )
        spellings[ours] = '"' + name.replace('"', '""') + '"'
    return spellings
