"""How much a fault test does: little in `make test`, all of it in `make soak`."""

import os

IS_SOAK = bool(os.environ.get("QUERYCAST_SOAK"))


def sized(test: int, soak: int) -> int:
    """A count, by which of the two runs."""
    return soak if IS_SOAK else test
