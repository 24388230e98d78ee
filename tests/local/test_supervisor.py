"""The supervisor starts programs again, stops them in order and takes them with it."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.files import read_json
from local.lock import is_locked
from local.settings import ROOT
from tests.local.conftest import wait_until

# Two programs that note when they start and stop; the second must not outlive the first.
SUPERVISOR = """
    import asyncio, sys
    from pathlib import Path
    from local.lock import take_lock
    from local.programs import Program
    from local.supervisor import Supervisor, programs_lock
    from local.settings import settings_from

    settings = settings_from({"QUERYCAST_STATE_DIR": sys.argv[1]})
    def program(name, **more):
        command = [sys.executable, "-c", sys.argv[2], name, str(settings.state / "journal")]
        return Program(name, command, {}, **more)
    table = [program("first"), program("second", ends_with="first")]
    asyncio.run(Supervisor(settings, table, take_lock(programs_lock(settings))).run())
"""
PROGRAM = """
    import signal, sys
    name, journal = sys.argv[1:]
    def note(word):
        with open(journal, "a") as file:
            file.write(f"{name} {word}\\n")
    def stop(*_):
        note("stopped")
        sys.exit()
    signal.signal(signal.SIGTERM, stop)
    note("started")
    while True:
        signal.pause()
"""


class Stack:
    def __init__(self, state: Path) -> None:
        self.state = state
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                textwrap.dedent(SUPERVISOR),
                str(state),
                textwrap.dedent(PROGRAM),
            ],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        wait_until(lambda: len(self.journal()) >= 2, "both have started")
        wait_until(lambda: len(self.programs()) == 2, "both are noted")

    def journal(self) -> list[str]:
        file = self.state / "journal"
        return file.read_text().splitlines() if file.exists() else []

    def programs(self) -> dict[str, Any]:
        noted = read_json(self.state / "supervisor.json")
        return dict(noted["programs"]) if noted else {}

    def kill(self, name: str) -> None:
        os.kill(self.programs()[name]["pid"], signal.SIGKILL)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path)
    yield stack
    stack.process.kill()
    stack.process.wait()
    wait_until(lambda: not is_locked(tmp_path / "programs.lock"), "the programs have ended")


def test_a_killed_program_is_started_again(stack: Stack) -> None:
    stack.kill("second")
    wait_until(lambda: stack.journal().count("second started") == 2, "a second start")
    wait_until(lambda: stack.programs()["second"]["restarts"] == 1, "the count of restarts")


def test_a_program_that_must_not_outlive_another_is_killed_with_it(stack: Stack) -> None:
    stack.kill("first")
    wait_until(lambda: stack.journal().count("first started") == 2, "the first is back")
    wait_until(lambda: stack.journal().count("second started") == 2, "so is the second")
    assert "second stopped" not in stack.journal()


def test_a_stop_ends_the_last_started_first(stack: Stack) -> None:
    stack.process.terminate()
    assert stack.process.wait(10) == 0
    assert stack.journal()[-2:] == ["second stopped", "first stopped"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_its_programs_end_when_it_is_killed(stack: Stack) -> None:
    stack.process.kill()
    stack.process.wait()
    wait_until(lambda: not is_locked(stack.state / "programs.lock"), "no program holds the lock")
    assert set(stack.journal()[-2:]) == {"first stopped", "second stopped"}
