"""What people see: text without control characters, lines and bars on stderr that stay alive."""

import re
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

    from querycast.query import QueryExecution

# C0, DEL and C1 (terminals obey ESC and CSI), and what reorders or hides text (Unicode TR36).
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """The text with its control characters spelled out: a cell can move no cursor."""
    return CONTROL.sub(lambda found: _spelled(found[0]), text)


def say(text: str) -> None:
    """A line for people, on stderr."""
    print(plain(text), file=sys.stderr)


class LiveStatus:
    """One line on a terminal's stderr, with the seconds that have passed; elsewhere nothing."""

    def __init__(self, report: str, quiet: bool = False) -> None:
        from rich.console import Console
        from rich.live import Live

        self._report = report
        self._status = "connecting"
        self._began = time.monotonic()
        console = Console(stderr=True, highlight=False)
        self._live = Live(
            get_renderable=self._line, console=console, transient=True, refresh_per_second=8
        )
        self._is_quiet = quiet
        self._is_shown = console.is_terminal and not quiet

    @property
    def seconds(self) -> float:
        """Since this began."""
        return time.monotonic() - self._began

    def change(self, query: "QueryExecution") -> None:
        """Show the query's new state."""
        steps = query.export.steps if query.export else []
        self._status = steps[-1].phase if steps else query.status.value

    def say(self, text: str) -> None:
        """A line for people who want to be told."""
        if not self._is_quiet:
            say(text)

    def __enter__(self) -> "LiveStatus":
        if self._is_shown:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._live.stop()

    def _line(self) -> "Text":
        from rich.text import Text  # a str would be read as markup

        return Text(f"{plain(self._report)}: {self._status}, {self.seconds:.0f} s")


class DownloadBar:
    """How far a download is, as a bar on a terminal's stderr; elsewhere nothing."""

    def __init__(self, quiet: bool = False) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

        console = Console(stderr=True, highlight=False)
        self._progress = Progress(
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._task = self._progress.add_task("download", total=None)

    def show(self, bytes_so_far: int, bytes_of_all: int) -> None:
        """As `Client.download` tells it."""
        self._progress.update(self._task, completed=bytes_so_far, total=bytes_of_all)

    def __enter__(self) -> "DownloadBar":
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()


def _spelled(character: str) -> str:
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    code = ord(character)
    return short.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
