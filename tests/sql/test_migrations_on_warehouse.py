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

# applied twice, it would fail or leave two rows
MIGRATIONS = [
    Migration("0001_table", "1", ["create table t (a int)", "insert into t values (1)"]),
    Migration("0002_rows", "2", ["insert into t values (2)", "insert into t values (3)"]),
    Migration("0003_view", "3", ["create view v as select sum(a) as total from t"]),
]
MAX_CALLS = 200


class Killed(BaseException):
    """The process is gone: nothing of ours runs any more."""


class Mortal:
    """A Data API client whose user is killed before, or right after, a call."""

    def __init__(self, client: Any, calls: int, *, is_sent: bool) -> None:
        self._client, self._calls, self._is_sent = client, calls, is_sent
        self.made = 0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **request: Any) -> Any:
            is_last = self.made == self._calls
            self.made += 1
            if is_last and not self._is_sent:
                raise Killed
            answer = getattr(self._client, name)(*arguments, **request)
            if is_last:
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
    return asking(data_api, target)


def asking(data_api: Any, target: dict[str, str]) -> Callable[[str], Any]:
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


def is_applied(ask: Callable[[str], Any]) -> None:
    assert ask("select total from v") == [[6]]
    assert ask("select count(*) from t") == [[3]]
    assert ask("select name, checksum from querycast_migrations order by name") == [
        [each.name, each.checksum] for each in MIGRATIONS
    ]


@pytest.mark.parametrize("is_sent", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("same", [True, False], ids=["same attempt", "another attempt"])
def test_whoever_is_killed_between_any_two_calls_each_is_applied_once(
    data_api: Any, is_sent: bool, same: bool
) -> None:
    for calls in range(MAX_CALLS):
        target = {"WorkgroupName": "querycast", "Database": f"d{uuid4().hex}"}
        mortal: Any = Mortal(data_api, calls, is_sent=is_sent)
        first = new_attempt()
        second = first if same else new_attempt()
        try:
            migrate(MigrationStatements(mortal, target), MIGRATIONS, first, forever)
            break
        except Killed:
            migrate(MigrationStatements(data_api, target), MIGRATIONS, second, forever)
        is_applied(asking(data_api, target))
    assert 10 < calls < MAX_CALLS  # it was killed at each of them, and then not


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
    broken = Migration("0002_rows", "2", ["insert into t values (2)", "select * from nowhere"])
    with pytest.raises(MigrationFailed, match=r'0002_rows.*relation "nowhere".*select \* from'):
        migrate(warehouse, [MIGRATIONS[0], broken, MIGRATIONS[2]], new_attempt(), forever)
    assert ask("select a from t") == [[1]]
    assert ask("select name from querycast_migrations") == [["0001_table"]]
    migrate(warehouse, MIGRATIONS, new_attempt(), forever)
    is_applied(ask)


def test_a_changed_one_changes_nothing(
    data_api: Any, target: dict[str, str], ask: Callable[[str], Any]
) -> None:
    warehouse = MigrationStatements(data_api, target)
    migrate(warehouse, MIGRATIONS[:2], new_attempt(), forever)
    changed = [Migration("0001_table", "other", ["drop table t"]), *MIGRATIONS[1:]]
    with pytest.raises(MigrationRefused, match=r"0001_table.* was changed"):
        migrate(warehouse, changed, new_attempt(), forever)
    assert ask("select count(*) from querycast_migrations") == [[2]]


def test_an_older_release_has_nothing_against_a_later_one(
    data_api: Any, target: dict[str, str], ask: Callable[[str], Any]
) -> None:
    warehouse = MigrationStatements(data_api, target)
    migrate(warehouse, MIGRATIONS, new_attempt(), forever)
    progress = migrate(warehouse, MIGRATIONS[:1], new_attempt(), forever)
    assert (progress.before, progress.applied) == (["0001_table"], [])
    is_applied(ask)


def test_the_folder_of_the_house_can_be_applied(
    data_api: Any, target: dict[str, str], ask: Callable[[str], Any]
) -> None:
    migrate(
        MigrationStatements(data_api, target), compile_migrations(FOLDER), new_attempt(), forever
    )
    assert ask("select count(*) from taxi_trips") == [[0]]
