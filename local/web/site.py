"""The built application, a file at a time.

A path that names no file and has no extension is a page of the application, which reads the path
by itself. Files below `assets/` carry a hash of their content in their name: browsers keep them.
"""

import json
import mimetypes
from pathlib import Path

from local.appsync.graphql_http import HttpAnswer
from local.files import read_json
from local.web.config import web_config
from local.web.headers import ALWAYS, FRESH, IMMUTABLE, TYPES, content_security_policy

PAGE = "index.html"
NOT_BUILT = b"The web application is not built: run `make up`."
NO_OUTPUTS = b"The stack is not deployed yet: wait until `make up` has ended, then load this again."
NOT_FOUND = b"There is no such file."


class Site:
    """A folder of files, and the stack's outputs, which may come later."""

    def __init__(self, folder: Path, outputs: Path) -> None:
        self._folder = folder.resolve()
        self._outputs = outputs

    def answer(self, path: str, *, is_tls: bool) -> HttpAnswer:
        """What a GET of that path is answered."""
        if path == "/config.json":
            return self._config(is_tls)
        file = self._file(path)
        if file is None and "." not in path.rsplit("/", 1)[-1]:
            file = self._file(f"/{PAGE}")
            if file is None:
                return _text(404, NOT_BUILT)
        if file is None:
            return _text(404, NOT_FOUND)
        return self._sent(file, is_tls)

    def _config(self, is_tls: bool) -> HttpAnswer:
        outputs = read_json(self._outputs)
        if outputs is None:
            return _text(503, NO_OUTPUTS)
        body = json.dumps(web_config(outputs, is_tls=is_tls)).encode()
        return HttpAnswer(200, body, [(b"content-type", b"application/json"), FRESH, *ALWAYS])

    def _file(self, path: str) -> Path | None:
        """The file that a path names; None where it names none, or one outside of the folder."""
        if "\0" in path:
            return None
        file = (self._folder / path.lstrip("/")).resolve()
        return file if file.is_relative_to(self._folder) and file.is_file() else None

    def _sent(self, file: Path, is_tls: bool) -> HttpAnswer:
        kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
        is_hashed = file.parent == self._folder / "assets"
        headers = [
            (b"content-type", (kind or "application/octet-stream").encode()),
            IMMUTABLE if is_hashed else FRESH,
            *ALWAYS,
        ]
        if file.suffix == ".html":
            headers.append((b"content-security-policy", self._policy(is_tls).encode()))
        return HttpAnswer(200, file.read_bytes(), headers)

    def _policy(self, is_tls: bool) -> str:
        outputs = read_json(self._outputs)
        return content_security_policy(outputs and web_config(outputs, is_tls=is_tls))


def _text(status: int, body: bytes) -> HttpAnswer:
    return HttpAnswer(status, body, [(b"content-type", b"text/plain; charset=utf-8"), *ALWAYS])
