"""The emulator rings when items have changed: quiet streams are read at once, and only then.

The bell is a named pipe: ringing it costs the emulator a microsecond and never waits.
"""

import os
import threading
from pathlib import Path


def bell_pipe(directory: Path) -> Path:
    """Where the pump of that directory listens."""
    return directory / "bell"


class Bell:
    """`heard` counts how often it rang, at least once for what rings together."""

    def __init__(self) -> None:
        self.heard = 0
        self._changed = threading.Condition()

    def ring(self) -> None:
        with self._changed:
            self.heard += 1
            self._changed.notify_all()

    def wait(self, heard: int, timeout: float) -> int:
        """Until it rings again, or so many seconds; what is heard then."""
        with self._changed:
            self._changed.wait_for(lambda: self.heard != heard, timeout)
            return self.heard

    def listen(self, pipe: Path) -> None:
        """Ring whenever somebody writes into the pipe, which is made if there is none."""
        pipe.parent.mkdir(parents=True, exist_ok=True)
        if not pipe.exists():
            os.mkfifo(pipe, 0o600)
        end = os.open(pipe, os.O_RDWR)  # for reading alone would end with the last writer
        threading.Thread(target=self._read, args=[end], daemon=True).start()

    def _read(self, end: int) -> None:
        while os.read(end, 65536):
            self.ring()
