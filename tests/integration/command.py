"""The `querycast` command as someone who has just run `make up` has it."""

import signal
import subprocess
import sys
from pathlib import Path

QUERYCAST = Path(sys.executable).with_name("querycast")


class Command:
    """Runs it in an environment that names the stack."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def __call__(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [QUERYCAST, *arguments], env=self._environment, capture_output=True, text=True
        )

    def started(self, *arguments: str) -> "subprocess.Popen[str]":
        """Running, and as open to Ctrl-C as a person's."""
        return subprocess.Popen(
            [QUERYCAST, *arguments],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
