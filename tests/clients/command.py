"""The `querycast` command as a process of its own, which heeds Ctrl-C."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

COMMAND = [sys.executable, "-c", "from querycast.cli.app import main; main()"]


@contextmanager
def started(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Running, until this is left."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdout=pipe, stderr=pipe, text=True, preexec_fn=heed_ctrl_c
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def heed_ctrl_c() -> None:
    """Whoever runs the tests in the background has had Ctrl-C ignored, which is inherited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
