"""Migrations on a real local Redshift: once each, whoever is killed, and however many try."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import boto3
import pytest

from core.aws.migration_statements import MigrationStatements
from core.errors import MigrationFailed, MigrationRefused
from core.migrate import migrate
from core.migration import Migration
from sql.compile_migrations import MIGRATIONS as FOLDER
from sql.compile_migrations import compile_migrations
from tests.sql.redshift_server import redshift


def migrations_of(table: str) -> list[Migration]:
    """In a folder of their own; applied twice, they would fail or leave more rows."""
    create = [f"create table {table} (a int)", f"insert into {table} values (1)"]
    insert = [f"insert into {table} values (2)", f"insert into {table} values (3)"]
    return [Migration(f"{table}/0001_a", "1", create), Migration(f"{table}/0002_b", "2", insert)]


MIGRATIONS = migrations_of("t")
MAX_CALLS = 200


class Killed(BaseException):
    """The process is gone: nothing of ours runs any more."""


class Mortal:
    """A Data API client whose user is killed after so many calls, before the answer of the last."""

    def __init__(self, client: Any, calls: int) -> None:
        self._client, self._calls = client, calls

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **request: Any) -> Any:
            answer = getattr(self._client, name)(*arguments, **request)
            self._calls -= 1
            if self._calls == 0:
                raise Killed
            return answer

        return call


@pytest.fixture(scope="module")
def data_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with redshift(tmp_path_factory.mktemp("redshift"), "http://127.0.0.1:1") as url:
        yield boto3.client(
            "redshift-data",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="000000000000",
            aws_secret_access_key="secret",
        )


@pytest.fixture
def target() -> dict[str, str]:
    """A database of its own."""
    return {"WorkgroupName": "querycast", "Database": f"d{uuid4().hex}"}


@pytest.fixture
def ask(data_api: Any, target: dict[str, str]) -> Callable[[str], Any]:
    """Answers the rows of a statement."""

    def rows(sql: str) -> Any:
        ended = MigrationStatements(data_api, target).read(sql, forever)
        assert ended is not None
        assert ended.error is None
        return [list(row) for row in ended.rows]

    return rows


def forever() -> bool:
    return True


def new_attempt() -> str:
    return str(uuid4())


def is_applied(ask: Callable[[str], Any], table: str = "t") -> None:
    assert ask(f"select a from {table} order by a") == [[1], [2], [3]]
    history = f"select name, checksum from querycast_migrations where name like '{table}/%'"
    assert ask(f"{history} order by name") == [[f"{table}/0001_a", "1"], [f"{table}/0002_b", "2"]]


@pytest.mark.parametrize("same", [True, False], ids=["same attempt", "another attempt"])
def test_whoever_is_killed_between_any_two_calls_each_is_applied_once(
    data_api: Any, target: dict[str, str], ask: Callable[[str], Any], same: bool
) -> None:
    for calls in range(1, MAX_CALLS):
        migrations = migrations_of(f"t{calls}")
        mortal: Any = Mortal(data_api, calls)
        first = new_attempt()
        second = first if same else new_attempt()
        try:
            migrate(MigrationStatements(mortal, target), migrations, first, forever)
            break
        except Killed:
            migrate(MigrationStatements(data_api, target), migrations, second, forever)
        is_applied(ask, f"t{calls}")
    assert 10 < calls < MAX_CALLS - 1  # it was killed after each of them, and then not


def test_however_many_try_at_once_each_is_applied_once(
    data_api: Any, target: dict[str, str], ask: Callable[[str], Any]
) -> None:
    together = threading.Barrier(6)

    def one(attempt: str) -> None:
        together.wait()
        migrate(MigrationStatements(data_api, target), MIGRATIONS, attempt, forever)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, [new_attempt() for _ in range(6)]))
    is_applied(ask)


def test_who_knew_nothing_of_the_other_is_refused_by_the_row(
    data_api: Any, target: dict[str, str], ask: Callable[[str], Any]
) -> None:
    """As when both read the history before either has applied anything."""
    warehouse = MigrationStatements(data_api, target)
    migrate(warehouse, MIGRATIONS[:1], new_attempt(), forever)

    class Late(MigrationStatements):
        reads = 0

        def read(self, *arguments: Any) -> Any:
            self.reads += 1
            answer = super().read(*arguments)
            if self.reads == 1:
                migrate(warehouse, MIGRATIONS, new_attempt(), forever)
            return answer

    progress = migrate(Late(data_api, target), MIGRATIONS, new_attempt(), forever)
    assert progress.waits_for is None
    is_applied(ask)


def test_a_failed_one_leaves_nothing_and_stops_what_comes_after(
    data_api: Any, target: dict[str, str], ask: Callable[[str], Any]
) -> None:
    warehouse = MigrationStatements(data_api, target)
    broken = Migration("t/0002_b", "2", ["insert into t values (2)", "select * from nowhere"])
    with pytest.raises(MigrationFailed, match=r't/0002_b.*relation "nowhere".*select \* from'):
        migrate(warehouse, [MIGRATIONS[0], broken], new_attempt(), forever)
    assert ask("select a from t") == [[1]]
    assert ask("select name from querycast_migrations") == [["t/0001_a"]]
    migrate(warehouse, MIGRATIONS, new_attempt(), forever)
    is_applied(ask)


def test_a_changed_one_changes_nothing(
    data_api: Any, target: dict[str, str], ask: Callable[[str], Any]
) -> None:
    warehouse = MigrationStatements(data_api, target)
    migrate(warehouse, MIGRATIONS, new_attempt(), forever)
    changed = [Migration("t/0001_a", "other", ["drop table t"]), *MIGRATIONS[1:]]
    with pytest.raises(MigrationRefused, match=r"t/0001_a.* was changed"):
        migrate(warehouse, changed, new_attempt(), forever)
    assert ask("select count(*) from querycast_migrations") == [[2]]


def test_an_older_release_has_nothing_against_a_later_one(
    data_api: Any, target: dict[str, str], ask: Callable[[str], Any]
) -> None:
    warehouse = MigrationStatements(data_api, target)
    migrate(warehouse, MIGRATIONS, new_attempt(), forever)
    progress = migrate(warehouse, MIGRATIONS[:1], new_attempt(), forever)
    assert (progress.before, progress.applied) == (["t/0001_a"], [])
    is_applied(ask)


def test_the_folder_of_the_house_can_be_applied(
    data_api: Any, target: dict[str, str], ask: Callable[[str], Any]
) -> None:
    migrate(
        MigrationStatements(data_api, target), compile_migrations(FOLDER), new_attempt(), forever
    )
    assert ask("select count(*) from taxi_trips") == [[0]]
