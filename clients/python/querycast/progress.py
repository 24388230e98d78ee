"""How far a query is, live in a notebook: a line below the cell that waits, which stays at the end.

Only where a kernel of IPython runs, and only for who waits without an `on_change` of their own.
https://ipython.readthedocs.io/en/stable/api/generated/IPython.display.html#IPython.display.DisplayHandle
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from importlib import import_module
from typing import Any

from querycast.query import QueryExecution

OnChange = Callable[[QueryExecution], None]

BAR = "<progress style='vertical-align: middle'></progress>"  # it moves by itself


@contextmanager
def shown(name: str, on_change: OnChange | None) -> Iterator[OnChange | None]:
    """Around the waiting: what is to be told each new state; None where nobody is.

    name: of what is waited for.
    """
    if on_change is not None or not _is_notebook():
        yield on_change
        return
    line = _Line(name)
    try:
        yield line.change
    finally:
        line.show("")


class _Line:
    """What is displayed, and is changed in its place."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._state = "connecting"
        self._began = time.monotonic()
        self._display: Any = None
        self.show(BAR)

    def change(self, query: QueryExecution) -> None:
        steps = query.export.steps if query.export else []
        phase = steps[-1].phase if steps else query.status.value
        self._state = f"{phase}, query {query.id}"
        self.show("" if query.status.is_final else BAR)

    def show(self, bar: str) -> None:
        seconds = time.monotonic() - self._began
        text = f"{self._name}: {self._state}, {seconds:.1f} s"
        shown = {"text/plain": text, "text/html": f"<small>{escape(text)}</small> {bar}"}
        if self._display is None:
            display = import_module("IPython.display").display
            self._display = display(shown, raw=True, display_id=True)
        else:
            self._display.update(shown, raw=True)


def _is_notebook() -> bool:
    """Whether this is run by a kernel; IPython in a terminal has none."""
    ipython = sys.modules.get("IPython")  # it is there where it runs this
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None
