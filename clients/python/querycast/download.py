"""A file fetched to disk: as it comes, on from where a connection broke, and whole or not at all.

Until its sum is right the file has another name, so that nobody takes a part of it for the file.
"""

import hashlib
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path

from querycast.errors import BadDownload, Unavailable
from querycast.export import Download

CHUNK_BYTES = 1024**2
ATTEMPTS = 5
TIMEOUT_SECONDS = 60


def save(download: Download, target: Path, again: Callable[[], Download]) -> Path:
    """Fetch the file to `target`, which is replaced at the end.

    again: the same file with a fresh address.

    Raises:
        Unavailable: it could not be fetched.
        BadDownload: what came is not what the service has.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        _fetch(download, part, again)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target


def _fetch(download: Download, part: Path, again: Callable[[], Download]) -> None:
    digest, size = hashlib.sha256(), 0
    with part.open("wb") as file:
        for chunk in _chunks(download, again):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    if size != download.bytes or digest.hexdigest() != download.sha256:
        raise BadDownload(
            f"{download.name} came with {size:,} of {download.bytes:,} bytes, or with others than "
            "the service has; nothing was kept, fetch it again."
        )


def _chunks(download: Download, again: Callable[[], Download]) -> Iterator[bytes]:
    """The file's bytes, on from where a connection broke."""
    url, had, failures = download.url, 0, 0
    while had < download.bytes:
        try:
            for chunk in _received(url, had):
                had += len(chunk)
                yield chunk
            if had < download.bytes:
                raise ConnectionError
        except (OSError, HTTPException) as error:
            failures += 1
            if failures == ATTEMPTS:
                raise Unavailable(f"{download.name} cannot be fetched: {_words(error)}.") from None
            url = again().url


def _received(url: str, first: int) -> Iterator[bytes]:
    """What the address gives from that byte on."""
    request = urllib.request.Request(url, headers={"Range": f"bytes={first}-"})
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
        if first and response.status != 206:
            raise ConnectionError
        while chunk := response.read(CHUNK_BYTES):
            yield chunk


def _words(error: Exception) -> str:
    """What happened, without the address, which is a secret."""
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        return f"the answer is {error.code}"
    return type(error).__name__
