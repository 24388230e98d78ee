"""The `querycast` command as a process of its own, which heeds Ctrl-C."""

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

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


@contextmanager
def in_a_terminal(*arguments: str) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """The command, and a terminal of its own that its stderr goes to."""
    terminal, its_end = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=its_end, preexec_fn=heed_ctrl_c
    )
    os.close(its_end)
    try:
        yield process, terminal
    finally:
        process.kill()
        process.communicate()
        os.close(terminal)


@contextmanager
def typed_in_a_terminal(*arguments: str) -> Iterator[int]:
    """The command in a terminal of its own, in which one types; passwords are asked for there."""
    terminal, its_end = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=its_end,
        stdout=its_end,
        stderr=its_end,
        preexec_fn=have_the_terminal,
    )
    os.close(its_end)
    try:
        yield terminal
    finally:
        process.kill()
        process.communicate()
        os.close(terminal)


def have_the_terminal() -> None:
    """Of this process's stdin: as the one that /dev/tty is."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def type_line(terminal: int, line: str) -> None:
    os.write(terminal, f"{line}\n".encode())


def read_until(terminal: int, words: str, seconds: float = 60) -> str:
    """What the terminal shows, until those words are in it."""
    shown, deadline = "", time.monotonic() + seconds
    while words not in shown:
        assert time.monotonic() < deadline, shown
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                shown += os.read(terminal, 4096).decode()
            except OSError:  # how a terminal says that nobody writes to it any more
                raise AssertionError(f"It has ended: {shown}") from None
    return shown


def read_rest(terminal: int) -> str:
    """What the terminal shows until the command has ended."""
    shown = b""
    with suppress(OSError):  # how a terminal says that nobody writes to it any more
        while more := os.read(terminal, 4096):
            shown += more
    return shown.decode()
