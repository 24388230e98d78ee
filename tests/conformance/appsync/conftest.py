"""The target of the suite: what the environment names, or one that is started here."""

from collections.abc import Iterator

import httpx
import pytest

from tests.conformance.appsync.local_target import local_target
from tests.conformance.appsync.target import Target, named_target
from tests.local.conftest import Emulator, new_emulator


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Target:
    named = named_target()
    started: Target = named or request.getfixturevalue("started_target")
    return started


@pytest.fixture(scope="session")
def started_target(conformance_emulator: Emulator) -> Iterator[Target]:
    settings = conformance_emulator.settings
    with local_target(settings, settings.logs / "appsync.log") as started:
        yield started


@pytest.fixture(scope="session")
def conformance_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    yield from new_emulator(tmp_path_factory.mktemp("conformance"))


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=40) as client:
        yield client
