"""Where a sign-in is kept between two commands: in the system's keyring where it has one, else in a
file that only its owner can read; one a user pool.

The file is on Linux in ~/.local/state/querycast/; platformdirs knows the folder of each system.
"""

import json
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import ModuleType

from platformdirs import user_state_path

from querycast.files import write_private

SERVICE = "querycast"  # in the keyring
IS_ONE = 1  # a keyring's priority: those below keep nothing, or in plain text


@dataclass(frozen=True)
class Tokens:
    """A sign-in. `expires_at`: of the access token, in seconds since 1970."""

    email: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: float


class TokenStore:
    """The sign-in to the user pool that has this client."""

    def __init__(self, client_id: str) -> None:
        self._client_id = client_id
        self._path = _folder() / f"{client_id}.json"

    def read(self) -> Tokens | None:
        """The sign-in, or None where nobody has signed in or what is kept is not ours."""
        # The file is there where the keyring could not be written since.
        return _tokens(self._in_file()) or _tokens(_in_keyring(self._client_id))

    def write(self, tokens: Tokens) -> None:
        """Keep the sign-in: a whole file or none, never readable by others."""
        if _put_into_keyring(self._client_id, json.dumps(asdict(tokens))):
            self._path.unlink(missing_ok=True)
        else:
            write_private(self._path, asdict(tokens))

    def forget(self) -> bool:
        """Whether there was a sign-in to forget."""
        was_in_file = self._path.exists()
        self._path.unlink(missing_ok=True)
        return _take_from_keyring(self._client_id) or was_in_file

    def _in_file(self) -> str | None:
        try:
            return self._path.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return None


def _tokens(text: str | None) -> Tokens | None:
    try:
        return Tokens(**json.loads(text or ""))
    except (ValueError, TypeError):
        return None


def _keyring() -> ModuleType | None:
    """The module, where the extra `keyring` is installed and the system has one.

    That of Windows takes no more than 1,280 characters; a sign-in has more.
    """
    if sys.platform == "win32":
        return None
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return None
    return keyring if keyring.get_keyring().priority >= IS_ONE else None


def _in_keyring(client_id: str) -> str | None:
    """None, too, where it is locked and stays so."""
    keyring = _keyring()
    if keyring is None:
        return None
    with suppress(keyring.errors.KeyringError):
        text: str | None = keyring.get_password(SERVICE, client_id)
        return text
    return None


def _put_into_keyring(client_id: str, text: str) -> bool:
    keyring = _keyring()
    if keyring is None:
        return False
    with suppress(keyring.errors.KeyringError):
        keyring.set_password(SERVICE, client_id, text)
        return True
    return False


def _take_from_keyring(client_id: str) -> bool:
    keyring = _keyring()
    if keyring is None or _in_keyring(client_id) is None:
        return False
    with suppress(keyring.errors.KeyringError):
        keyring.delete_password(SERVICE, client_id)
        return True
    return False


def _folder() -> Path:
    return user_state_path("querycast", appauthor=False)
