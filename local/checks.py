"""What must be so before a stack can start; each error says what to do about it."""

import shutil
import socket
import sys
from pathlib import Path

from local.errors import NotReady
from local.port_holder import holder
from local.settings import HOST, Settings, ports

LEAST_FREE = 1_000_000_000  # bytes: the emulator's state, the warehouse and the sample data
OLDEST_PYTHON = (3, 11)


def check_machine(settings: Settings) -> None:
    """
    Raises:
        NotReady: too old a Python, too little space, or no emulator installed.
    """
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        raise NotReady(f"Python {sys.version.split()[0]} is too old: use {wanted} or newer.")
    check_space(settings.state)
    if not settings.emulator_python.exists():
        raise NotReady(
            f"The emulator is not installed: there is no {settings.emulator_python}. "
            "Run `make up`, or set QUERYCAST_MINISTACK_PYTHON to the Python that has it."
        )


def check_space(directory: Path) -> None:
    existing = next(path for path in (directory, *directory.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if free < LEAST_FREE:
        raise NotReady(
            f"{existing} has {free / 1e9:.2f} GB free; a stack needs {LEAST_FREE / 1e9:.0f} GB. "
            "Make space, or set QUERYCAST_STATE_DIR to a directory on another disk."
        )


def check_ports(settings: Settings) -> None:
    """
    Raises:
        NotReady: somebody else listens on a port of ours.
    """
    for variable, port in ports(settings).items():
        if not is_free(port):
            raise NotReady(
                f"Port {port} is taken by {holder(port)}. "
                f"Stop that, or choose another port with {variable}, as in "
                f"`{variable}={port + 1000} make up`."
            )


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
