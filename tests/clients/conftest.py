"""A service in memory, the same on the wire, and a folder of a user who has it as a stack."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.appsync_server import AppSyncServer, running
from tests.clients.service import FakeService
from tests.clients.store import Store


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def server(service: FakeService) -> Iterator[AppSyncServer]:
    with running(service) as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user is: an empty folder, with empty state and config folders, and no keyring."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("QUERYCAST_OUTPUTS", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def stack(home: Path, server: AppSyncServer) -> AppSyncServer:
    """The server, as the local stack of the user's folder."""
    write_outputs(home, server)
    return server


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store()
    thread = threading.Thread(target=store.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield store
    store.shutdown()
    store.server_close()
    thread.join()


def write_outputs(home: Path, server: AppSyncServer, **changes: object) -> Path:
    path = home / ".querycast" / "outputs.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({**server.outputs, **changes}))
    return path
