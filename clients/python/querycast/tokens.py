"""Where a sign-in is kept between two commands: a file only its owner can read, one a user pool.

On Linux ~/.local/state/querycast/; platformdirs knows the folder of each system.
"""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from platformdirs import user_state_path

from querycast.files import write_private


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
        self._path = _folder() / f"{client_id}.json"

    def read(self) -> Tokens | None:
        """The sign-in, or None where nobody has signed in or the file is not ours."""
        try:
            return Tokens(**json.loads(self._path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, tokens: Tokens) -> None:
        """Keep the sign-in: a whole file or none, never readable by others."""
        write_private(self._path, asdict(tokens))

    def forget(self) -> bool:
        """Whether there was a sign-in to forget."""
        with suppress(FileNotFoundError):
            self._path.unlink()
            return True
        return False


def _folder() -> Path:
    return user_state_path("querycast", appauthor=False)
