"""What to do when whoever reads our stdout has left, as in `querycast run ... | head`."""

import os
import sys

SIGPIPE_EXIT = 141  # 128 + SIGPIPE, what a shell tells of `cat` in our place


def leave_quietly() -> int:
    """The exit code; what is still buffered goes nowhere, so that Python does not complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return SIGPIPE_EXIT
