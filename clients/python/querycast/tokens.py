"""Where a sign-in is kept between two commands: a file only its owner can read, one a user pool.

On Linux ~/.local/state/querycast/; platformdirs knows the folder of each system.
"""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile

from platformdirs import user_state_path


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
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(  # made with mode 0600
            "w", dir=self._path.parent, delete=False, encoding="utf-8"
        ) as file:
            json.dump(asdict(tokens), file)
        os.replace(file.name, self._path)

    def forget(self) -> bool:
        """Whether there was a sign-in to forget."""
        with suppress(FileNotFoundError):
            self._path.unlink()
            return True
        return False


def _folder() -> Path:
    return user_state_path("querycast", appauthor=False)
