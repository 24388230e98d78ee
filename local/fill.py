"""Reports and sample data for a deployed stack: the room that owns them has a command for each.

They run beside each other where they can; most of what they take, when there is nothing to do, is
starting Python.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from local.errors import NotReady
from local.progress import step
from local.settings import ROOT


@dataclass(frozen=True)
class Command:
    module: str
    process: "subprocess.Popen[str]"
    errors: IO[str]


def fill() -> None:
    """
    Raises:
        NotReady: a command failed; with what it wrote to stderr.
    """
    with running("sql.publish") as publishing, running("sql.taxi_data") as loading:
        show("Publish the reports", publishing)
        show("Load the sample data", loading)


@contextmanager
def running(module: str) -> Iterator[Command]:
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        yield Command(module, process, errors)


def show(name: str, command: Command) -> None:
    """What the command says, until it ends."""
    with step(name) as result:
        for line in command.process.stdout or ():
            result.go_on(line.rstrip())
        if command.process.wait():
            command.errors.seek(0)
            raise NotReady(f"`python -m {command.module}` failed: {command.errors.read().strip()}")
