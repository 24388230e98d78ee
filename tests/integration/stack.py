"""A stack to test: one that is deployed already (QUERYCAST_OUTPUTS), or one of our own.

Our own has free ports and a state directory of its own, so a stack that runs here is not touched.
"""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.ports import stack_ports

ROOT = Path(__file__).parent.parent.parent
CLEAN_WHEN_ALONE = 'cat; exec "$0" -m local clean'  # `cat` ends when nobody holds its input open


@dataclass
class LocalStack:
    """The local stack in one state directory, through the commands a person would use."""

    state: Path
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        state = {"QUERYCAST_STATE_DIR": str(self.state)}
        self.environment = os.environ | state | stack_ports()
        self.environment["QUERYCAST_OUTPUTS"] = str(self.state / "outputs.json")

    def run(self, *command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a module of ours in the stack's environment, whatever comes of it."""
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            timeout=180,
        )

    def up(self) -> str:
        done = self.run("local", "up")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def ends_with_us(self) -> Iterator[None]:
        """Clean up at the end, whatever the end is: a failed `up`, an interrupt, a killed process.

        A process of its own does it, out of reach of the terminal's interrupt.
        """
        cleaner = subprocess.Popen(
            ["sh", "-c", CLEAN_WHEN_ALONE, sys.executable],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield
        finally:
            cleaner.communicate(timeout=180)

    def outputs(self) -> Any:
        return json.loads((self.state / "outputs.json").read_text())

    def pids(self) -> dict[str, int]:
        """Of the stack's programs, by their names."""
        status = json.loads((self.state / "supervisor.json").read_text())
        return {name: program["pid"] for name, program in status["programs"].items()}

    def subscriptions(self) -> int:
        """How many AppSync has now; none while it does not answer."""
        url = self.outputs()["graphqlUrl"].replace("/graphql", "/health")
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return int(json.loads(response.read())["subscriptions"])
        except OSError:
            return 0
