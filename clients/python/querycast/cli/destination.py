"""Where data goes: stdout, or a file that is there whole or not at all."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from querycast.errors import InvalidArgument

STDOUT = Path("-")


def check_destination(file: Path | None) -> None:
    """Before anything runs that takes long.

    Raises:
        InvalidArgument: the file cannot be written where it is to be.
    """
    if file is None or file == STDOUT:
        return
    if file.is_dir():
        raise InvalidArgument(f"{str(file)!r} is a folder; name a file in it.")
    folder = Path(os.path.realpath(file)).parent
    if not folder.is_dir():
        raise InvalidArgument(f"There is no folder {str(folder)!r} to write {file.name} to.")
    if not os.access(file if _is_device(file) else folder, os.W_OK):
        raise InvalidArgument(f"{str(file)!r} cannot be written by you; choose another place.")


def is_terminal(file: Path | None) -> bool:
    """Whether what is written there is read by a person, at once."""
    return file in (None, STDOUT) and sys.stdout.isatty()


@contextmanager
def text_to(file: Path | None) -> Iterator[TextIO]:
    """UTF-8 wherever we run, with the line ends that are written. None: stdout."""
    if file is None or file == STDOUT:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        yield sys.stdout
        sys.stdout.flush()
        return
    with bytes_to(file) as raw, io.TextIOWrapper(raw, encoding="utf-8", newline="") as written:
        yield written


@contextmanager
def bytes_to(file: Path | None) -> Iterator[BinaryIO]:
    """The file has another name until it is whole, and what was there before stays till then."""
    if file is None or file == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if _is_device(file):
        with file.open("wb") as device:
            yield device
        return
    whole = Path(os.path.realpath(file))  # a link goes on being one
    part = whole.with_name(f".{whole.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as written:
            yield written
        os.replace(part, whole)
    finally:
        part.unlink(missing_ok=True)


def _is_device(file: Path) -> bool:
    """Such as /dev/null or a named pipe, in whose place no file may be put."""
    return file.exists() and not file.is_file()
