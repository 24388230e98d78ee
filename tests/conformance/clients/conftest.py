"""Unmodified clients, and the process of the data plane they talk to."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.node import choose_node
from tests.conformance.clients.api import NotesApi, deployed
from tests.conformance.clients.browser import ADVICE, installed_browser, new_home
from tests.conformance.clients.client import FOLDER, Client
from tests.conformance.clients.server import Server
from tests.local.conftest import Emulator, new_emulator

CLIENTS = ("gql", "apollo", "amplify_in_node", "amplify_in_chromium")

Connect = Callable[..., Client]


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    yield from new_emulator(tmp_path_factory.mktemp("emulator"))


@pytest.fixture(scope="session")
def notes(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> NotesApi:
    return deployed(emulator, tmp_path_factory.mktemp("notes"))


@pytest.fixture(scope="session")
def serving(emulator: Emulator, notes: NotesApi) -> Iterator[Server]:
    server = Server(emulator.settings, notes.api_id)
    yield server
    server.stop()


@pytest.fixture
def server(serving: Server) -> Server:
    """The one server, running: whoever killed it need not start it again."""
    if serving.process is None:
        serving.start()
    return serving


@pytest.fixture
def connect(server: Server, notes: NotesApi, tmp_path: Path) -> Iterator[Connect]:
    """Starts clients by name, with other settings where a test wants them; all end with it."""
    connected: list[Client] = []

    def start(name: str, **more: Any) -> Client:
        settings = {"apiKey": notes.key} | more
        connected.append(new_client(name, server, tmp_path / "home", **settings))
        return connected[-1]

    yield start
    for client in connected:
        client.close()
    if server.process:
        server.wait_for("subscriptions", 0)  # the next test counts its own


def new_client(
    name: str, server: Server, home: Path, *, trusting: bool = True, **settings: str
) -> Client:
    """gql and Apollo over plain HTTP; Amplify over TLS, for it subscribes over nothing else."""
    environment = dict(os.environ)
    if name == "gql":
        command = [sys.executable, "-m", "tests.conformance.clients.gql_client"]
    else:
        command = [node(), str(FOLDER / f"{name}.mjs")]
    if name == "amplify_in_chromium":
        settings |= {"browser": browser(), "home": str(home)}
        new_home(home, server.authority if trusting else None)
    if name == "amplify_in_node" and trusting:
        environment["NODE_EXTRA_CA_CERTS"] = str(server.authority)
    url = server.tls_url if name.startswith("amplify") else server.url
    return Client(command, environment, **({"url": url} | settings))


def node() -> str:
    if not (FOLDER / "node_modules").exists():
        pytest.skip("the clients are not installed: `make test` installs them")
    return choose_node()


def browser() -> str:
    return installed_browser() or pytest.skip(ADVICE)
