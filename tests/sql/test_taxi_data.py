"""Sample data in the bucket: made once, made again when it would differ."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sql import taxi_data
from sql.stack import Stack
from sql.synthetic_trips import SyntheticTrips
from tests.sql.object_store import ObjectStore


@dataclass(frozen=True)
class Marked:
    """Trips of January that are just a mark; `meanwhile` happens before they are uploaded."""

    fingerprint: str
    meanwhile: Callable[[], object] = lambda: None
    months: tuple[int, ...] = (1,)

    def write(self, month: int, file: Path) -> int:
        file.write_text(self.fingerprint)
        self.meanwhile()
        return 1


def test_one_object_a_month_is_uploaded(stack: Stack, object_store: ObjectStore) -> None:
    taxi_data.upload(stack, SyntheticTrips(500))
    assert sorted(object_store.objects) == [
        f"data/nyc_yellow_taxi/2015-{month:02}.parquet" for month in range(1, 13)
    ]


def test_a_second_run_uploads_nothing(stack: Stack, object_store: ObjectStore) -> None:
    taxi_data.upload(stack, SyntheticTrips(500))
    taxi_data.upload(stack, SyntheticTrips(500))
    assert len(object_store.puts) == 12


def test_an_interrupted_run_is_completed(stack: Stack, object_store: ObjectStore) -> None:
    taxi_data.upload(stack, SyntheticTrips(500))
    del object_store.objects["data/nyc_yellow_taxi/2015-07.parquet"]
    taxi_data.upload(stack, SyntheticTrips(500))
    assert object_store.puts[12:] == ["data/nyc_yellow_taxi/2015-07.parquet"]


def test_other_trips_replace_what_is_there(stack: Stack, object_store: ObjectStore) -> None:
    taxi_data.upload(stack, SyntheticTrips(500))
    object_store.objects["data/nyc_yellow_taxi/old.parquet"] = object_store.objects[
        "data/nyc_yellow_taxi/2015-01.parquet"
    ]
    taxi_data.upload(stack, SyntheticTrips(600))
    assert len(object_store.puts) == 24
    assert "data/nyc_yellow_taxi/old.parquet" not in object_store.objects


def test_stacks_that_start_at_once_get_their_own_trips(
    stack: Stack, object_store: ObjectStore
) -> None:
    other = Stack(stack.file, {**stack.outputs, "dataBucket": "other"})
    taxi_data.upload(stack, Marked("one", lambda: taxi_data.upload(other, Marked("two"))))
    assert object_store.objects["data/nyc_yellow_taxi/2015-01.parquet"].body == b"one"
    assert object_store.objects["other/nyc_yellow_taxi/2015-01.parquet"].body == b"two"
