"""What stands in the way of a start is said before anything starts."""

import socket
import sys
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from local import checks
from local.checks import check_machine, check_ports
from local.errors import NotReady
from local.settings import HOST, Settings
from tests.local.conftest import settings_in

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(settings_in(tmp_path / "state"), emulator_python=Path(sys.executable))


@pytest.fixture
def taken(settings: Settings) -> Iterator[Settings]:
    with socket.create_server((HOST, settings.port)):
        yield settings


def test_a_good_machine_passes(settings: Settings) -> None:
    check_machine(settings)
    check_ports(settings)


def test_a_taken_port_is_named_with_the_variable_that_moves_it(taken: Settings) -> None:
    with pytest.raises(NotReady, match=f"Port {taken.port} .* QUERYCAST_PORT"):
        check_ports(taken)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_who_holds_a_port_is_named(taken: Settings) -> None:
    with pytest.raises(NotReady, match=r"taken by process \d+ \(.*py"):
        check_ports(taken)


def test_too_little_space_says_how_much_there_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = SimpleNamespace(disk_usage=lambda path: Usage(10**12, 10**12, 123_000_000))
    monkeypatch.setattr(checks, "shutil", full)
    with pytest.raises(NotReady, match=r"0\.12 GB free; a stack needs 1 GB"):
        check_machine(settings)


def test_a_missing_emulator_says_what_to_run(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="make up"):
        check_machine(replace(settings, emulator_python=tmp_path / "nothing"))
