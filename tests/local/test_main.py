"""`python -m local`: what its commands say when there is nothing to do, or something in the way."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from local.lock import take_lock
from local.settings import ROOT
from local.sources import fingerprint
from local.start import forget
from tests.local.conftest import settings_in
from tests.ports import stack_ports

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command for a stack of its own."""

    def command(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        stack = {
            "QUERYCAST_STATE_DIR": str(tmp_path / "state"),
            "QUERYCAST_MINISTACK_PYTHON": sys.executable,
        }
        return subprocess.run(
            [sys.executable, "-m", "local", *arguments],
            cwd=ROOT,
            env=os.environ | stack | stack_ports() | variables,
            capture_output=True,
            text=True,
            check=False,
        )

    return command


def test_help_names_every_command(run: Run) -> None:
    for command in ("up", "down", "clean", "status", "logs"):
        assert f"\n    {command} " in run("--help").stdout


def test_an_unknown_command_is_refused(run: Run) -> None:
    assert run("restart").returncode == 2


def test_status_says_that_nothing_runs(run: Run) -> None:
    answer = run("status")
    assert (answer.returncode, answer.stdout) == (
        1,
        "Nothing is running. Start it with `make up`.\n",
    )


def test_down_without_a_stack_is_no_error(run: Run) -> None:
    answer = run("down")
    assert answer.returncode == 0
    assert "nothing was running" in answer.stdout


def test_logs_without_a_stack_say_so(run: Run) -> None:
    assert "There are no logs" in run("logs").stdout


def test_a_bad_port_is_one_line_on_stderr(run: Run) -> None:
    answer = run("up", QUERYCAST_PORT="http")
    assert answer.returncode == 1
    assert answer.stderr.startswith("error: QUERYCAST_PORT='http' is no port")
    assert "Traceback" not in answer.stderr


def test_clean_forgets_the_state(run: Run, tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "state")
    settings.mail.mkdir(parents=True)
    assert run("clean").returncode == 0
    assert not settings.state.exists()


def test_a_directory_that_is_no_stacks_is_never_removed(tmp_path: Path) -> None:
    precious = tmp_path / "home"
    precious.mkdir()
    (precious / "thesis.txt").write_text("precious")
    forget(settings_in(precious))
    assert (precious / "thesis.txt").exists()


def test_a_lock_ends_with_its_holder(tmp_path: Path) -> None:
    with take_lock(tmp_path / "lock"):
        pass
    take_lock(tmp_path / "lock").close()


def test_code_that_has_not_changed_has_the_same_fingerprint() -> None:
    assert fingerprint() == fingerprint()
