"""What the tests stand on: SQL run in this process, and whole servers in processes of their own."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from local.redshift.running import journal
from local.redshift.sql.translate import Translations
from local.redshift.warehouse.warehouse import Database, Warehouse
from tests.local.redshift.fake_aws import FakeAws
from tests.local.redshift.server_process import ServerProcess
from tests.local.redshift.sql_runner import SqlRunner

MADE_SCHEMAS = """select schema_name from duckdb_schemas()
where database_name = ? and not internal and schema_name <> ?"""
RECORDS = "select table_name from duckdb_tables() where database_name = ? and schema_name = ?"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """One for the tests of a module: to open it takes longer than most of them."""
    warehouse = Warehouse(tmp_path_factory.mktemp("warehouse"))
    yield warehouse
    warehouse.close()


@pytest.fixture(scope="module")
def shared_sql(warehouse: Warehouse) -> SqlRunner:
    """Runs SQL that only reads."""
    return SqlRunner(warehouse)


@pytest.fixture
def sql(warehouse: Warehouse) -> Iterator[SqlRunner]:
    """Runs SQL on a warehouse that is empty at first."""
    yield SqlRunner(warehouse)
    empty(warehouse.database("dev"))


def empty(database: Database) -> None:
    """As one that was just made: no schema but `public`, no object, no record of either."""
    place = [database.name, journal.JOURNAL]
    with closing(database.connect()) as connection:
        connection.begin()
        schemas = connection.execute(MADE_SCHEMAS, place).fetchall()
        for (schema,) in schemas:
            connection.execute(f'drop schema "{schema}" cascade')
        connection.execute("create schema public")
        for (table,) in connection.execute(RECORDS, place).fetchall():
            connection.execute(f"delete from {journal.JOURNAL}.{table}")
        connection.commit()
    database.translations = Translations()


@pytest.fixture
def aws() -> Iterator[FakeAws]:
    """EventBridge, Lambda and S3, as far as the server calls them."""
    fake = FakeAws()
    thread = threading.Thread(target=fake.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield fake
    fake.shutdown()
    fake.server_close()
    thread.join()


@pytest.fixture
def s3_sql(
    warehouse: Warehouse, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SqlRunner]:
    """As `sql`, with the fake S3; nothing is left in the staging."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    yield SqlRunner(warehouse, aws.url)
    empty(warehouse.database("dev"))
    assert list(warehouse.staging.iterdir()) == []


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server that the tests of a module share."""
    process = ServerProcess(tmp_path_factory.mktemp("data"))
    process.start()
    yield process
    process.kill()


@pytest.fixture
def own_server(tmp_path: Path, aws: FakeAws) -> Iterator[ServerProcess]:
    """A server of the test's own, which it may kill and start again."""
    process = ServerProcess(tmp_path / "data", aws.url)
    yield process
    process.kill()
