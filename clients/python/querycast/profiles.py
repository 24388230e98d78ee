"""Stacks by name: an outputs file each, kept in the platform's folder for settings.

On Linux ~/.config/querycast/profiles/; platformdirs knows the folder of each system. Only what a
client needs is kept: no key of the API, and no output that is not its business.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from querycast.errors import InvalidArgument, NotConfigured
from querycast.files import write_private
from querycast.outputs import Outputs, profiles_folder, read_outputs

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def add_profile(name: str, file: Path | None) -> Outputs:
    """Keep the stack of an outputs file under a name; another stack of that name is replaced.

    file: None is the one that is asked by default.

    Raises:
        InvalidArgument: the name cannot be one.
        NotConfigured: there is no such file, or it is not a stack's outputs.
    """
    if not NAME.fullmatch(name):
        raise InvalidArgument(
            f"{name!r} cannot be a profile's name; take letters, digits, - and _, at most 64."
        )
    outputs = read_outputs(file)
    write_private(_file(name), outputs.to_json())
    return outputs


def list_profiles() -> Iterator[tuple[str, Outputs]]:
    """Each name, in order, and its stack; what is no outputs file any more is left out."""
    for path in sorted(profiles_folder().glob("*.json")):
        try:
            yield path.stem, read_outputs(path)
        except NotConfigured:
            continue


def remove_profile(name: str) -> None:
    """
    Raises:
        InvalidArgument: there is no profile of that name.
    """
    if not NAME.fullmatch(name) or not _file(name).exists():
        raise InvalidArgument(f"There is no profile {name!r}; `querycast profiles list` has them.")
    _file(name).unlink()


def _file(name: str) -> Path:
    return profiles_folder() / f"{name}.json"
