"""Made-up trips: the same in every run, like a year of a city, dirt included."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sql.synthetic_trips import SyntheticTrips

TRIPS = 60_000


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the view `trips`."""
    folder = tmp_path_factory.mktemp("trips")
    trips = SyntheticTrips(TRIPS)
    written = sum(trips.write(month, folder / f"{month}.parquet") for month in trips.months)
    assert written == TRIPS
    with duckdb.connect() as connection:
        connection.execute(f"create view trips as from '{folder}/*.parquet'")
        yield connection


def value(year: duckdb.DuckDBPyConnection, expression: str, where: str = "true") -> Any:
    row = year.execute(f"select {expression} from trips where {where}").fetchone()
    assert row is not None
    return row[0]


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        SyntheticTrips(5_000).write(3, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_the_fingerprint_follows_the_number_of_trips() -> None:
    assert SyntheticTrips(10).fingerprint == SyntheticTrips(10).fingerprint
    assert SyntheticTrips(10).fingerprint != SyntheticTrips(11).fingerprint


def test_every_day_of_2015_has_trips_and_no_other(year: duckdb.DuckDBPyConnection) -> None:
    assert value(year, "count(distinct pickup_date)") == 365
    assert value(year, "count(distinct pickup_date)", "month(pickup_date) = 6") == 30
    assert value(year, "bool_and(year(pickup_date) = 2015 and year(pickup_datetime) = 2015)")


def test_columns_are_those_of_the_table_in_its_order(year: duckdb.DuckDBPyConnection) -> None:
    described = year.execute("select column_name, column_type from (describe trips)").fetchall()
    assert described == [
        ("vendorid", "VARCHAR"),
        ("ratecode", "SMALLINT"),
        ("payment_type", "SMALLINT"),
        ("passenger_count", "SMALLINT"),
        ("trip_distance", "FLOAT"),
        ("fare_amount", "FLOAT"),
        ("total_amount", "FLOAT"),
        ("pickup_date", "DATE"),
        ("pickup_datetime", "TIMESTAMP"),
        ("dropoff_datetime", "TIMESTAMP"),
    ]


def test_the_middle_trip_is_like_new_yorks(year: duckdb.DuckDBPyConnection) -> None:
    minutes = "median(datediff('second', pickup_datetime, dropoff_datetime)) / 60"
    assert value(year, "median(trip_distance)") == pytest.approx(1.75, abs=0.2)
    assert value(year, "median(fare_amount)") == pytest.approx(9, abs=1.5)
    assert value(year, minutes) == pytest.approx(10.5, abs=1.5)
    assert value(year, "median(fare_amount)", "ratecode = 2 and fare_amount > 0") == 52


@pytest.mark.parametrize(
    ("fewer", "more"),
    [
        ("dayname(pickup_date) = 'Sunday'", "dayname(pickup_date) = 'Saturday'"),
        ("hour(pickup_datetime) = 4", "hour(pickup_datetime) = 19"),
        ("month(pickup_date) = 8", "month(pickup_date) = 3"),
        ("pickup_date = '2015-01-27'", "pickup_date = '2015-01-20'"),  # a snow storm
        ("pickup_date = '2015-12-25'", "pickup_date = '2015-12-18'"),
    ],
)
def test_trips_follow_the_clock_the_week_and_the_year(
    year: duckdb.DuckDBPyConnection, fewer: str, more: str
) -> None:
    assert value(year, "count(*)", fewer) < 0.9 * value(year, "count(*)", more)


def test_only_cards_are_tipped(year: duckdb.DuckDBPyConnection) -> None:
    beyond_fare, short = "median(total_amount - fare_amount)", "fare_amount between 5 and 20"
    assert value(year, beyond_fare, f"payment_type = 2 and {short}") < 1.9  # taxes, surcharges
    assert value(year, beyond_fare, f"payment_type = 1 and {short}") > 2.5


@pytest.mark.parametrize(
    "dirt",
    [
        "fare_amount < 0",
        "fare_amount = 0",
        "trip_distance = 0",
        "passenger_count = 0",
        "dropoff_datetime < pickup_datetime",
        "dropoff_datetime > pickup_datetime + interval 20 hour",
        "pickup_date <> pickup_datetime::date",
    ],
)
def test_some_rows_are_dirty(year: duckdb.DuckDBPyConnection, dirt: str) -> None:
    assert 0 < value(year, "count(*)", dirt) < TRIPS / 500
