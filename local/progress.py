"""Progress on the terminal: one line a step, with what came of it and how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

INDENT = "      "


class Step:
    """note: what came of it; empty where the step's name says enough."""

    def __init__(self) -> None:
        self.note = ""
        self.lead = " "  # before what is said next: still on the step's own line, or below it

    def go_on(self, line: str) -> None:
        """Show what was said before; this line is the note, unless another follows."""
        if self.note:
            if self.lead != INDENT:
                say("")
                self.lead = INDENT
            say(f"{INDENT}{self.note}")
        self.note = line


@contextmanager
def step(name: str) -> Iterator[Step]:
    """The name at once, so that nobody waits in silence; the rest of the line at the end."""
    started = time.monotonic()
    result = Step()
    say(f"  {name} ...", end="")
    try:
        yield result
    except BaseException:
        say(f"{result.lead}failed")
        raise
    say(f"{result.lead}{result.note or 'done'} ({time.monotonic() - started:.1f} s)")


def say(text: str, end: str = "\n", file: TextIO | None = None) -> None:
    print(text, end=end, flush=True, file=file or sys.stdout)
