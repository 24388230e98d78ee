"""The sample's load, as its pipeline calls it: all of it or nothing, for whoever reads it too."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sql import taxi_data
from sql.compile import PIPELINES
from sql.errors import StatementFailed
from sql.pipeline_file import compile_pipeline
from sql.stack import Stack
from sql.statements import execute, execute_batch
from sql.synthetic_trips import SyntheticTrips
from tests.sql.migrated import migrated
from tests.sql.object_store import ObjectStore, StoredObject

TRIPS = 40_000
COUNT = "select count(*) from nyc_yellow_taxi"
VOLUME = "select * from taxi_volume_by_day order by pickup_date"
VOLUME_OF_TRIPS = """
select pickup_date, count(*), sum(trip_distance), sum(fare_amount)
from taxi_trips group by pickup_date order by pickup_date
"""
RUNS = "select rows_loaded, rows_impossible, error from taxi_load_runs order by began_at"
(CALL,) = compile_pipeline(PIPELINES / "load_taxi_trips.sql").sqls
Ask = Callable[[str], Any]


@pytest.fixture(scope="module")
def object_store() -> Iterator[ObjectStore]:
    with ObjectStore() as store:
        yield store


@pytest.fixture(scope="module")
def warehouse(
    tmp_path_factory: pytest.TempPathFactory, object_store: ObjectStore
) -> Iterator[Stack]:
    """With trips in its bucket."""
    with migrated(tmp_path_factory.mktemp("warehouse"), object_store) as stack:
        taxi_data.upload(stack, SyntheticTrips(TRIPS))
        yield stack


@pytest.fixture
def ask(warehouse: Stack, object_store: ObjectStore) -> Iterator[Ask]:
    """Answers a statement's rows; the trips are loaded, no run is known, and files are put back."""
    files = dict(object_store.objects)
    execute(warehouse, CALL, "test")
    execute_batch(warehouse, ["delete from taxi_load_runs"], "test")
    yield lambda sql: execute(warehouse, sql, "test")
    object_store.objects.clear()
    object_store.objects.update(files)


def put(object_store: ObjectStore, month: int, body: bytes) -> str:
    """Make a month's file another one; its name."""
    name = f"data/nyc_yellow_taxi/2015-{month:02}.parquet"
    object_store.objects[name] = StoredObject(body, {})
    return f"s3://{name}"


def test_it_loads_all_and_tells_how_many_are_impossible(ask: Ask) -> None:
    ask("delete from nyc_yellow_taxi")
    ask(CALL)
    assert ask(COUNT) == [[TRIPS]]
    ((possible,),) = ask("select count(*) from taxi_trips")
    assert ask(RUNS) == [[TRIPS, TRIPS - possible, None]]
    assert ask("select count(*) from nyc_yellow_taxi_staging") == [[0]]


def test_the_volume_is_that_of_what_was_loaded(
    ask: Ask, object_store: ObjectStore, warehouse: Stack
) -> None:
    before = ask(VOLUME)
    for month in range(2, 13):
        del object_store.objects[f"data/nyc_yellow_taxi/2015-{month:02}.parquet"]
    ask(CALL)
    assert ask(VOLUME) == near(ask(VOLUME_OF_TRIPS)) != before


def test_a_second_time_changes_nothing(ask: Ask) -> None:
    before = ask(VOLUME)
    ask(CALL)
    assert ask(COUNT) == [[TRIPS]]
    assert ask(VOLUME) == near(before)
    assert len(ask(RUNS)) == 1


def test_who_reads_while_it_runs_has_all_the_old_trips(ask: Ask, warehouse: Stack) -> None:
    client = warehouse.redshift_data
    id = client.execute_statement(Sql=CALL, **warehouse.warehouse)["Id"]
    seen = []
    while client.describe_statement(Id=id)["Status"] != "FINISHED":
        seen.append(ask(f"{COUNT} where pickup_date < '2016-01-01'"))
    assert len(seen) > 1
    assert all(rows == [[TRIPS]] for rows in seen)


def test_two_at_once_both_load(ask: Ask, warehouse: Stack) -> None:
    client = warehouse.redshift_data
    ids = [client.execute_statement(Sql=CALL, **warehouse.warehouse)["Id"] for _ in range(2)]
    while {client.describe_statement(Id=id, WaitTimeSeconds=5)["Status"] for id in ids} != {
        "FINISHED"
    }:
        pass
    assert ask(COUNT) == [[TRIPS]]
    assert len(ask(RUNS)) == 2


def test_a_bad_file_leaves_everything_as_it_was_and_is_named(
    ask: Ask, object_store: ObjectStore
) -> None:
    before = ask(VOLUME)
    name = put(object_store, 8, b"PAR1 and no end")
    with pytest.raises(StatementFailed, match="nyc_yellow_taxi_staging' failed"):
        ask(CALL)
    assert ask(COUNT) == [[TRIPS]]
    assert ask(VOLUME) == before
    ((loaded, impossible, error),) = ask(RUNS)
    assert (loaded, impossible) == (None, None)
    assert error.startswith(f"{name}: ")
    assert ask("select count(*) from nyc_yellow_taxi_staging") == [[0]]


def test_a_run_that_fails_once_the_trips_were_replaced_gives_them_back(ask: Ask) -> None:
    ask("alter table taxi_trips rename to taken_away")
    try:
        with pytest.raises(StatementFailed, match="taxi_trips"):
            ask(CALL)
    finally:
        ask("alter table taken_away rename to taxi_trips")
    assert ask(COUNT) == [[TRIPS]]
    assert ask("select count(*) from nyc_yellow_taxi_staging") == [[0]]
    assert [row[:2] for row in ask(RUNS)] == [[None, None]]


def test_no_trips_at_all_leave_those_there_are(
    ask: Ask, object_store: ObjectStore, tmp_path: Path
) -> None:
    file = tmp_path / "none.parquet"
    SyntheticTrips(1).write(1, file)
    duckdb.execute(f"copy (from '{file}' limit 0) to '{tmp_path}/0.parquet' (format parquet)")
    for month in range(1, 13):
        put(object_store, month, (tmp_path / "0.parquet").read_bytes())
    with pytest.raises(StatementFailed, match="the files have no trips; the trips there are stay"):
        ask(CALL)
    assert ask(COUNT) == [[TRIPS]]
    assert ask(RUNS) == [[None, None, "the files have no trips; the trips there are stay"]]


def test_it_cannot_be_part_of_a_transaction(ask: Ask, warehouse: Stack) -> None:
    with pytest.raises(StatementFailed, match="in a transaction block cannot COMMIT"):
        execute_batch(warehouse, ["delete from nyc_yellow_taxi", CALL], "test")
    assert ask(COUNT) == [[TRIPS]]


def near(rows: Any) -> Any:
    """The same rows, give or take the order in which floats were added."""
    return [
        [pytest.approx(value) if isinstance(value, float) else value for value in row]
        for row in rows
    ]
