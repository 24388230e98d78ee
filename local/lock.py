"""Locks on files: a process holds one for as long as it lives, however it ends.

A child that inherits the open file holds the lock too. A PID could by then be another program's.
"""

import fcntl
import time
from pathlib import Path
from typing import IO

LOOK_EVERY = 0.02  # seconds


class Locked(Exception):
    """Another process holds the lock."""


def take_lock(path: Path, patience: float = 0.0) -> IO[str]:
    """Hold the lock until the file is closed here and in all who inherit it.

    patience: seconds to wait for another to let go.

    Raises:
        Locked: the other did not.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = path.open("a")
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                file.close()
                raise Locked(f"Another process holds {path}.") from error
            time.sleep(LOOK_EVERY)


def is_locked(path: Path) -> bool:
    try:
        take_lock(path).close()
    except Locked:
        return True
    return False
