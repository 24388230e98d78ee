"""Places in DynamoDB and in memory do the same; and the limits hold while many take and free."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.aws.owner_places import OwnerPlacesTable
from core.aws.report_durations import KEPT, ReportDurations
from core.context import Places
from core.places import Limits
from tests.fakes import FakePlaces
from tests.integration.conftest import clients

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LIMITS = Limits(running=2, waiting=2)


@pytest.fixture(scope="session")
def dynamodb(outputs: Any) -> Iterator[tuple[Any, str]]:
    """A table of our own, as the stack's is."""
    client = clients(outputs)("dynamodb")
    described = client.describe_table(TableName=outputs["queryTable"])["Table"]
    name = f"places-{uuid.uuid4().hex}"
    index = described["GlobalSecondaryIndexes"]
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=described["KeySchema"],
        AttributeDefinitions=described["AttributeDefinitions"],
        GlobalSecondaryIndexes=[
            {key: each[key] for key in ("IndexName", "KeySchema", "Projection")} for each in index
        ],
    )
    client.get_waiter("table_exists").wait(TableName=name)
    yield client, name
    client.delete_table(TableName=name)


@pytest.fixture(params=["in memory", "in DynamoDB"])
def places(request: pytest.FixtureRequest) -> Places:
    if request.param == "in memory":
        return FakePlaces()
    return OwnerPlacesTable(*request.getfixturevalue("dynamodb"))


@pytest.fixture
def owner() -> str:
    return uuid.uuid4().hex


@pytest.fixture
def full(places: Places, owner: str) -> Places:
    """Whose every place is held: a and b run, c and d wait."""
    for second, query_id in enumerate("abcd"):
        places.take(owner, query_id, NOW + timedelta(seconds=second), LIMITS)
    return places


def held(places: Places, owner: str) -> tuple[list[str], list[str]]:
    of_owner = places.of(owner)
    return sorted(of_owner.running), sorted(of_owner.waiting)


def test_an_owner_without_places_has_none(places: Places, owner: str) -> None:
    assert held(places, owner) == ([], [])
    assert "a" not in places.free(owner, "a")
    assert places.promote(owner, "a", NOW, LIMITS) is None


def test_running_places_are_taken_first(full: Places, owner: str) -> None:
    assert held(full, owner) == (["a", "b"], ["c", "d"])
    assert full.of(owner).first_waiting == "c"
    assert full.of(owner).waiting["c"] == NOW + timedelta(seconds=2)


def test_one_more_than_there_are_is_not_given(full: Places, owner: str) -> None:
    answered = full.take(owner, "e", NOW, LIMITS)
    assert "e" not in answered
    assert sorted([*answered.running, *answered.waiting]) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("query_id", ["a", "d"])
def test_taken_again_it_is_the_same_place(full: Places, owner: str, query_id: str) -> None:
    before = full.of(owner)
    assert full.take(owner, query_id, NOW + timedelta(hours=1), LIMITS) == before
    assert full.of(owner) == before


def test_nobody_overtakes_who_waits(full: Places, owner: str) -> None:
    full.free(owner, "d")
    full.free(owner, "a")
    assert "e" in full.take(owner, "e", NOW, LIMITS).waiting


def test_a_free_place_is_given_to_who_waits_once(full: Places, owner: str) -> None:
    assert full.promote(owner, "c", NOW, LIMITS) is None
    assert "a" not in full.free(owner, "a")
    promoted = full.promote(owner, "c", NOW, LIMITS)
    assert promoted is not None
    assert (sorted(promoted.running), sorted(promoted.waiting)) == (["b", "c"], ["d"])
    assert full.promote(owner, "c", NOW, LIMITS) is None


def test_freed_again_nothing_changes(full: Places, owner: str) -> None:
    assert full.free(owner, "c") == full.free(owner, "c")
    assert held(full, owner) == (["a", "b"], ["d"])


def test_a_running_query_gets_its_place_back_beyond_the_limit(full: Places, owner: str) -> None:
    full.restore(owner, "c", NOW)
    full.restore(owner, "e", NOW)
    assert held(full, owner) == (["a", "b", "c", "e"], ["d"])


def test_lost_places_are_restored(places: Places, owner: str) -> None:
    places.restore(owner, "a", NOW)
    assert held(places, owner) == (["a"], [])


def test_owners_are_swept_until_they_hold_nothing(full: Places, owner: str) -> None:
    full.close(owner)
    assert owner in [places.owner for places in full.held()]
    for query_id in "abcd":
        full.free(owner, query_id)
    full.close(owner)
    assert owner not in [places.owner for places in full.held()]
    full.take(owner, "e", NOW, LIMITS)
    assert owner in [places.owner for places in full.held()]


def test_the_limits_hold_while_many_take_promote_and_free(places: Places, owner: str) -> None:
    if isinstance(places, FakePlaces):
        pytest.skip("memory is not shared by Lambdas")

    def use(number: int) -> bool:
        """Take a place, pass it on; whether there was one."""
        query_id = f"q{number}"
        taken = places.take(owner, query_id, NOW, LIMITS)
        assert len(taken.running) <= LIMITS.running
        assert len(taken.waiting) <= LIMITS.waiting
        if query_id not in taken:
            return False
        left = places.free(owner, query_id)
        if left.first_waiting is not None:
            promoted = places.promote(owner, left.first_waiting, NOW, LIMITS)
            assert promoted is None or len(promoted.running) <= LIMITS.running
        return True

    with ThreadPoolExecutor(8) as pool:
        assert any(pool.map(use, range(80)))
    assert held(places, owner) == ([], [])


def test_recent_runs_replace_older_ones_and_count_once(
    dynamodb: tuple[Any, str], owner: str
) -> None:
    runs = ReportDurations(*dynamodb)
    assert runs.of(owner) == []
    for number in range(200):
        runs.add(owner, f"query {number}", number)
    runs.add(owner, "query 199", 199)
    assert len(runs.of(owner)) <= KEPT
    assert min(runs.of(owner)) > 50
    assert runs.of(owner).count(199) == 1
