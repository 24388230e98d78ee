"""What the tests stand on: SQL run in this process, and whole servers in processes of their own."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.redshift.warehouse.warehouse import Warehouse
from tests.local.redshift.fake_aws import FakeAws
from tests.local.redshift.server_process import ServerProcess
from tests.local.redshift.sql_runner import SqlRunner


@pytest.fixture
def sql(tmp_path: Path) -> Iterator[SqlRunner]:
    """Runs SQL on a warehouse of its own."""
    warehouse = Warehouse(tmp_path)
    yield SqlRunner(warehouse)
    warehouse.close()


@pytest.fixture(scope="module")
def shared_sql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlRunner]:
    """One warehouse for the tests of a module that only read."""
    warehouse = Warehouse(tmp_path_factory.mktemp("warehouse"))
    yield SqlRunner(warehouse)
    warehouse.close()


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
def s3_sql(tmp_path: Path, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlRunner]:
    """Runs SQL on a warehouse whose S3 is the fake one; nothing is left in its staging."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    warehouse = Warehouse(tmp_path / "warehouse")
    yield SqlRunner(warehouse, aws.url)
    assert list(warehouse.staging.iterdir()) == []
    warehouse.close()


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
