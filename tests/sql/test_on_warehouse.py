"""Migrations, reports and loads on a running local Redshift, against rows computed without it."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core.parameters import ParameterInput, bound_value, check_parameters
from sql import taxi_data
from sql.compile import REPORTS
from sql.errors import LoadRefused, SampleDataRefused
from sql.load import load
from sql.report_file import compile_report
from sql.stack import Stack
from sql.statements import execute, execute_batch
from sql.synthetic_trips import SyntheticTrips
from tests.sql.migrated import migrated
from tests.sql.object_store import ObjectStore

TRIPS = 40_000
Trip = dict[str, Any]
Rows = list[list[Any]]


@pytest.fixture(scope="module")
def object_store() -> Iterator[ObjectStore]:
    with ObjectStore() as store:
        yield store


@pytest.fixture(scope="module")
def warehouse(
    tmp_path_factory: pytest.TempPathFactory, object_store: ObjectStore
) -> Iterator[Stack]:
    """A stack of a local Redshift and an object store, migrated, with a year of trips."""
    with migrated(tmp_path_factory.mktemp("warehouse"), object_store) as stack:
        taxi_data.provide(stack, SyntheticTrips(TRIPS))
        yield stack


@pytest.fixture(scope="module")
def trips(warehouse: Stack) -> list[Trip]:
    """Every trip that was uploaded, as Python has it."""
    files = warehouse.file.parent / "trips"
    files.mkdir()
    for key in taxi_objects(warehouse):
        warehouse.s3.download_file(warehouse.data_bucket, key, str(files / key.split("/")[-1]))
    found = duckdb.execute(f"from '{files}/*.parquet'")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def taxi_objects(stack: Stack) -> Iterator[str]:
    """The key of each month's object."""
    listed = stack.s3.list_objects_v2(Bucket=stack.data_bucket, Prefix=taxi_data.PREFIX)
    yield from (item["Key"] for item in listed["Contents"])


@pytest.fixture
def run(warehouse: Stack) -> Callable[..., Rows]:
    """Runs a report as the server does: `run("taxi_by_day", month="2015-06")`."""

    def run_report(name: str, **given: str) -> Rows:
        compiled = compile_report(REPORTS / f"{name}.sql")
        declared = {parameter.name: parameter for parameter in compiled.report.parameters}
        inputs = [ParameterInput(name, value) for name, value in given.items()]
        values = check_parameters(compiled.report.parameters, inputs)
        bound = [
            {"name": value.name, "value": bound_value(declared[value.name], value.value)}
            for value in values
        ]
        return records(warehouse, compiled.statement({value.name for value in values}), bound)

    return run_report


def records(stack: Stack, sql: str, parameters: Any) -> Rows:
    """The rows of a statement with bound values; the tools of sql/ never bind any."""
    client = stack.redshift_data
    bound = {"Parameters": parameters} if parameters else {}
    id = client.execute_statement(Sql=sql, **bound, **stack.warehouse)["Id"]
    deadline = time.monotonic() + 30
    while (ended := client.describe_statement(Id=id))["Status"] not in ("FINISHED", "FAILED"):
        assert time.monotonic() < deadline, ended
        time.sleep(0.02)
    assert ended["Status"] == "FINISHED", ended.get("Error")
    pages = client.get_paginator("get_statement_result").paginate(Id=id)
    return [
        [None if "isNull" in field else next(iter(field.values())) for field in record]
        for page in pages
        for record in page["Records"]
    ]


def possible(trips: Iterable[Trip]) -> list[Trip]:
    return [
        trip
        for trip in trips
        if 0.01 <= trip["trip_distance"] <= 100
        and 2.5 <= trip["fare_amount"] <= 500
        and 2.5 <= trip["total_amount"] <= 1000
        and timedelta() < trip["dropoff_datetime"] - trip["pickup_datetime"] <= timedelta(hours=12)
        and trip["pickup_date"] == trip["pickup_datetime"].date()
    ]


def seconds(trip: Trip) -> float:
    length: timedelta = trip["dropoff_datetime"] - trip["pickup_datetime"]
    return length.total_seconds()


def numbers(rows: Rows) -> Rows:
    """Rows with their decimals, which the Data API gives as texts, as floats."""
    return [[_number(value) for value in row] for row in rows]


def _number(value: Any) -> Any:
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def near(rows: Rows) -> list[Any]:
    """The same rows, give or take the rounding to two digits."""
    return [
        [pytest.approx(value, abs=0.011) if isinstance(value, float) else value for value in row]
        for row in rows
    ]


def test_every_trip_is_loaded(warehouse: Stack) -> None:
    assert execute(warehouse, "select count(*) from nyc_yellow_taxi", "test") == [[TRIPS]]


def test_a_second_time_changes_nothing(
    warehouse: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    taxi_data.provide(warehouse, SyntheticTrips(TRIPS))
    assert "Loaded" not in capsys.readouterr().out
    assert execute(warehouse, "select count(*) from nyc_yellow_taxi", "test") == [[TRIPS]]


def test_a_table_that_lost_its_rows_is_loaded_again(warehouse: Stack) -> None:
    execute_batch(warehouse, ["delete from nyc_yellow_taxi"], "test")
    taxi_data.provide(warehouse, SyntheticTrips(TRIPS))
    assert execute(warehouse, "select count(*) from nyc_yellow_taxi", "test") == [[TRIPS]]


def test_a_stage_without_sample_data_is_given_none(warehouse: Stack) -> None:
    without = Stack(warehouse.file, {**warehouse.outputs, "sampleData": "false"})
    with pytest.raises(SampleDataRefused, match="set `sample_data = true` in infra/stages"):
        taxi_data.provide(without, SyntheticTrips(TRIPS))


@pytest.mark.parametrize("month", [6, 2])
def test_taxi_by_day_adds_up_hours_miles_and_fares(
    run: Callable[..., Rows], trips: list[Trip], month: int
) -> None:
    expected: dict[date, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for trip in possible(trips):
        if trip["pickup_date"].month == month:
            sums = expected[trip["pickup_date"]]
            sums[0] += seconds(trip) / 3600
            sums[1] += trip["trip_distance"]
            sums[2] += trip["fare_amount"]

    rows = numbers(run("taxi_by_day", month=f"2015-{month:02}"))

    assert len(rows) == {6: 30, 2: 28}[month]
    assert rows == near([[str(day), *sums] for day, sums in sorted(expected.items())])


@pytest.mark.parametrize("days", ["all days", "weekends", "workdays"])
def test_taxi_by_hour_averages_the_hours_of_the_day(
    run: Callable[..., Rows], trips: list[Trip], days: str
) -> None:
    by_hour: dict[int, list[Trip]] = defaultdict(list)
    for trip in possible(trips):
        kind = "weekends" if trip["pickup_date"].weekday() >= 5 else "workdays"
        if days in ("all days", kind):
            by_hour[trip["pickup_datetime"].hour].append(trip)
    expected = [
        [
            hour,
            len(group),
            sum(trip["trip_distance"] for trip in group) / len(group),
            sum(map(seconds, group)) / len(group) / 60,
            sum(trip["fare_amount"] for trip in group) / len(group),
        ]
        for hour, group in sorted(by_hour.items())
    ]
    assert numbers(run("taxi_by_hour", days=days)) == near(expected)


def test_taxi_by_hour_can_be_of_one_month(run: Callable[..., Rows], trips: list[Trip]) -> None:
    january = [trip for trip in possible(trips) if trip["pickup_date"].month == 1]
    rows = run("taxi_by_hour", month="2015-01")
    assert sum(row[1] for row in rows) == len(january)


def test_taxi_top_days_ranks_by_the_measure(run: Callable[..., Rows], trips: list[Trip]) -> None:
    counts = Counter(trip["pickup_date"] for trip in possible(trips))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:5]
    expected = [
        [rank, str(day), f"{day:%a}", float(count)]
        for rank, (day, count) in enumerate(ranked, start=1)
    ]
    assert numbers(run("taxi_top_days", days="5")) == expected


def test_the_quietest_day_is_that_of_the_storm(run: Callable[..., Rows]) -> None:
    for measure in ("trips", "miles", "hours", "fares"):
        row = run("taxi_top_days", days="1", quietest="true", measure=measure)[0]
        assert row[1:3] == ["2015-01-27", "Tue"]


SEARCHES: list[tuple[dict[str, str], Callable[[Trip], bool]]] = [
    ({}, lambda trip: True),
    ({"day": "2015-06-03"}, lambda trip: trip["pickup_date"] == date(2015, 6, 3)),
    (
        {"picked_up_after": "2015-06-30 12:00"},
        lambda trip: trip["pickup_datetime"] >= datetime(2015, 6, 30, 12),
    ),
    ({"min_fare": "52"}, lambda trip: trip["fare_amount"] >= 52),
    ({"passengers": "6"}, lambda trip: trip["passenger_count"] == 6),
    ({"payment": "no charge"}, lambda trip: trip["payment_type"] == 3),
    ({"vendor": "1", "min_fare": "40"}, lambda t: t["vendorid"] == "1" and t["fare_amount"] >= 40),
    ({"vendor": "1' or '1'='1"}, lambda trip: False),
    ({"airport_only": "true"}, lambda trip: trip["ratecode"] in (2, 3)),
]


@pytest.mark.parametrize(("given", "fits"), SEARCHES, ids=[str(given) for given, _ in SEARCHES])
def test_taxi_trips_search_finds_what_fits_everything_given(
    run: Callable[..., Rows], trips: list[Trip], given: dict[str, str], fits: Callable[[Trip], bool]
) -> None:
    june = [trip for trip in possible(trips) if trip["pickup_date"].month == 6 and fits(trip)]
    fares = sorted((trip["fare_amount"] for trip in june), reverse=True)[:500]
    rows = run("taxi_trips_search", **given)
    assert [float(row[5]) for row in rows] == pytest.approx(fares, abs=0.01)


def test_taxi_vendor_audit_counts_what_the_others_leave_out(
    run: Callable[..., Rows], trips: list[Trip]
) -> None:
    for row in run("taxi_vendor_audit"):
        reported = [trip for trip in trips if trip["vendorid"] == row[0]]
        left_out = len(reported) - len(possible(reported))
        refunded = sum(trip["fare_amount"] < 0 for trip in reported)
        assert (row[1], row[4]) == (len(reported), refunded)
        assert float(row[-1]) == pytest.approx(100 * left_out / len(reported), abs=0.001)


def test_taxi_volume_adds_up_the_trips_of_each_month(
    run: Callable[..., Rows], trips: list[Trip]
) -> None:
    expected: list[list[Any]] = []
    for month in range(1, 13):
        group = [trip for trip in possible(trips) if trip["pickup_date"].month == month]
        sums = [sum(trip[name] for trip in group) for name in ("trip_distance", "fare_amount")]
        averages = [total / len(group) for total in sums]
        expected.append([f"2015-{month:02}", len(group), *sums, *averages])
    assert numbers(run("taxi_volume")) == near(expected)


def test_taxi_load_runs_tells_of_the_loads(run: Callable[..., Rows], trips: list[Trip]) -> None:
    impossible = TRIPS - len(possible(trips))
    runs = run("taxi_load_runs")
    assert {tuple(each[1:]) for each in runs} == {(TRIPS, impossible, None)}
    assert run("taxi_load_runs", failed_only="true") == []


@pytest.fixture
def zones(tmp_path: Path) -> Path:
    file = tmp_path / "zones.csv"
    file.write_text('Zone,Größe (km²),Since,Note\n1,2.5,2015-01-31,"a, ""b"""\n2,,,\n')
    return file


def test_a_loaded_file_is_a_table_with_its_rows(
    warehouse: Stack, object_store: ObjectStore, zones: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(warehouse, zones, "zones", replace=True)
    assert capsys.readouterr().out.splitlines() == [
        "  zone bigint  (was Zone)",
        "  grosse_km2 double precision  (was Größe (km²))",
        "  since date  (was Since)",
        "  note varchar(16)  (was Note)",
        "Loading 2 rows ...",
        "Loaded 2 rows into zones; a report can read it now.",
    ]
    rows = execute(warehouse, "select * from zones order by zone", "test")
    assert rows == [[1, 2.5, "2015-01-31", 'a, "b"'], [2, None, None, None]]
    assert not [key for key in object_store.objects if "loads/" in key]


def test_a_table_is_replaced_only_when_asked(warehouse: Stack, zones: Path) -> None:
    load(warehouse, zones, "zones", replace=True)
    with pytest.raises(LoadRefused, match="table zones exists; load with --replace"):
        load(warehouse, zones, "zones", replace=False)
    load(warehouse, zones, "zones", replace=True)
    assert execute(warehouse, "select count(*) from zones", "test") == [[2]]
