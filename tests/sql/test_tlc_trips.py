"""Real taxi files, however their columns are spelled."""

import gzip
import re
from pathlib import Path

import duckdb
import pytest

from sql.errors import SampleDataRefused
from sql.taxi_data import trips_from
from sql.tlc_trips import TlcTrips

HEADER = (
    "VendorID,tpep_pickup_datetime,tpep_dropoff_datetime,passenger_count,trip_distance,"
    "pickup_longitude,{rate},payment_type,fare_amount,tip_amount,total_amount"
)
LATE = "2,2015-03-09 10:00:00,2015-03-09 10:30:00,1.0,4.5,-73.9,1.0,1,20,4,25.3"
EARLY = "1,2015-03-08 23:50:00,2015-03-09 00:05:00,2,,-73.9,2,2,52,0,52.8"
ALIEN = "1,2014-12-31 23:50:00,2015-01-01 00:05:00,2,1.5,-73.9,1,2,8,0,8.8"
EXPECTED = [
    "('1', 2, 2, 2, None, 52.0, 52.8, '2015-03-08', '2015-03-08 23:50:00', '2015-03-09 00:05:00')",
    "('2', 1, 1, 1, 4.5, 20.0, 25.3, '2015-03-09', '2015-03-09 10:00:00', '2015-03-09 10:30:00')",
]


def rows(folder: Path, trips: TlcTrips, month: int) -> list[str]:
    trips.write(month, folder / "out.parquet")
    found = duckdb.execute(
        "select * replace (round(total_amount::double, 1) as total_amount,"
        " pickup_date::varchar as pickup_date, pickup_datetime::varchar as pickup_datetime,"
        f" dropoff_datetime::varchar as dropoff_datetime) from '{folder}/out.parquet'"
    )
    return [str(row) for row in found.fetchall()]


@pytest.mark.parametrize("rate", ["RateCodeID", "RatecodeID", " rate_code "])
def test_a_csv_is_converted_to_our_columns(tmp_path: Path, rate: str) -> None:
    lines = [HEADER.format(rate=rate), LATE, ALIEN, EARLY]
    (tmp_path / "yellow_tripdata_2015-03.csv").write_text("\r\n".join(lines))
    assert rows(tmp_path, TlcTrips(tmp_path), 3) == EXPECTED


def test_a_zipped_csv_and_a_parquet_are_converted_alike(tmp_path: Path) -> None:
    zipped = tmp_path / "yellow_tripdata_2015-03.csv.gz"
    with gzip.open(zipped, "wt") as file:
        file.write("\n".join([HEADER.format(rate="RatecodeID"), LATE, EARLY]))
    parquet = tmp_path / "yellow_tripdata_2015-04.parquet"
    duckdb.execute(f"copy (from read_csv('{zipped}')) to '{parquet}' (format parquet)")
    trips = TlcTrips(tmp_path)
    assert trips.months == [3, 4]
    assert rows(tmp_path, trips, 3) == rows(tmp_path, trips, 4) == EXPECTED


def test_a_file_without_a_column_is_named(tmp_path: Path) -> None:
    file = tmp_path / "yellow_tripdata_2015-03.csv"
    file.write_text("VendorID,trip_distance\n1,2\n")
    words = f"{file}: no column ratecodeid or rate_code; it has VendorID, trip_distance"
    with pytest.raises(SampleDataRefused, match=re.escape(words)):
        TlcTrips(tmp_path).write(3, tmp_path / "out.parquet")


def test_a_folder_without_taxi_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SampleDataRefused, match="no taxi file of 2015; put yellow_tripdata"):
        trips_from(str(tmp_path), "1")


@pytest.mark.parametrize("trips", ["0", "-1", "many", "1e6", "99999999999"])
def test_a_count_that_is_none_is_refused(trips: str) -> None:
    with pytest.raises(SampleDataRefused, match="give a number from 1 to 1000000000"):
        trips_from(None, trips)
