"""A year of yellow-taxi trips made up on this machine, the same on every machine.

No random numbers: every choice is a hash of the trip's number, so that a run can be repeated, a
month be made without the others, and a test know what it will find. What the numbers imitate is
written beside them in sql/sample_data.
"""

from functools import cached_property
from hashlib import sha256
from pathlib import Path

import duckdb

QUERIES = Path(__file__).parent / "sample_data"
UNIFORM = """\
create macro uniform(item, choice) as
    (hash(item * 64 + choice) >> 11)::double / 9007199254740992.0 -- 2^53: in [0, 1)"""


class SyntheticTrips:
    """`trips` trips, shared out over the days of 2015."""

    def __init__(self, trips: int) -> None:
        self.trips = trips

    def __str__(self) -> str:
        return f"{self.trips:,} synthetic trips"

    @property
    def months(self) -> range:
        return range(1, 13)

    @cached_property
    def fingerprint(self) -> str:
        """Changes when the trips would."""
        recipe = [f"{self.trips} {duckdb.__version__} {UNIFORM}"]
        recipe += [file.read_text(encoding="utf-8") for file in sorted(QUERIES.glob("*.sql"))]
        return sha256("\n".join(recipe).encode()).hexdigest()

    def write(self, month: int, file: Path) -> int:
        """Write the trips of a month as Parquet, by pickup time; returns how many they are."""
        self._calendar.execute(f"set variable month = {month}")
        path = str(file).replace("'", "''")
        copied = self._calendar.execute(f"copy ({_query('trips')}) to '{path}' (format parquet)")
        return int((copied.fetchone() or (0,))[0])

    @cached_property
    def _calendar(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        connection.execute(UNIFORM)
        connection.execute(_query("days"), {"trips": self.trips})
        connection.execute(_query("hours"))
        return connection


def _query(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
