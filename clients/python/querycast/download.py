"""A file fetched to disk: as it comes, on from where a connection broke, and whole or not at all.

Until its sum is right the file has another name, so that nobody takes a part of it for the file.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path

import aiohttp
from yarl import URL  # of aiohttp

from querycast.errors import BadDownload, Unavailable
from querycast.export import Download
from querycast.follow import Pace

CHUNK_BYTES = 1024**2
ATTEMPTS = 8  # one after the other without a byte; half a minute, as Pace has it
TIMEOUT_SECONDS = 60  # without a byte

Again = Callable[[], Awaitable[Download]]


async def save_all(
    files: Sequence[Download],
    paths: Sequence[Path],
    again: Callable[[], Awaitable[Sequence[Download]]],
    on_progress: Callable[[int, int], None] | None,
    pace: Pace,
) -> None:
    """Fetch each file to its path, one after the other.

    again: the same files with fresh addresses. on_progress: called with how many bytes have come,
        and how many there are in all. Raises as `save`.
    """
    had, of_all = 0, sum(file.bytes for file in files)

    def on_bytes(count: int) -> None:
        nonlocal had
        had += count
        if on_progress:
            on_progress(had, of_all)

    async def fresh(place: int) -> Download:
        return (await again())[place]

    for place, (file, path) in enumerate(zip(files, paths, strict=True)):
        await save(file, path, partial(fresh, place), on_bytes, pace)


async def save(
    download: Download, target: Path, again: Again, on_bytes: Callable[[int], None], pace: Pace
) -> Path:
    """Fetch the file to `target`, which is replaced at the end.

    again: the same file with a fresh address. on_bytes: called with how many more have come.
    pace: where a connection breaks, its growing pauses come before the next attempt.

    Raises:
        Unavailable: it could not be fetched: no byte came in 8 attempts.
        BadDownload: what came is not what the service has.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        await _fetch(download, part, again, on_bytes, pace)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target


async def _fetch(
    download: Download, part: Path, again: Again, on_bytes: Callable[[int], None], pace: Pace
) -> None:
    digest, size = hashlib.sha256(), 0
    with part.open("wb") as file:
        async with aclosing(_chunks(download, again, pace)) as chunks:
            async for chunk in chunks:
                await asyncio.to_thread(file.write, chunk)
                digest.update(chunk)
                size += len(chunk)
                on_bytes(len(chunk))
    if size != download.bytes or digest.hexdigest() != download.sha256:
        raise BadDownload(
            f"{download.name} came with {size:,} of {download.bytes:,} bytes, or with others than "
            "the service has; nothing was kept, fetch it again."
        )


async def _chunks(download: Download, again: Again, pace: Pace) -> AsyncGenerator[bytes]:
    """The file's bytes, on from where a connection broke."""
    url: str | None = download.url
    had, failures, delays = 0, 0, pace.delays()
    while had < download.bytes:
        try:
            url = url or (await again()).url
            async with aclosing(_received(url, had)) as received:
                async for chunk in received:
                    had += len(chunk)
                    failures, delays = 0, pace.delays()
                    yield chunk
            if had < download.bytes:
                raise ConnectionError
        except (OSError, aiohttp.ClientError, TimeoutError, Unavailable) as error:
            failures += 1
            if failures == ATTEMPTS:
                raise Unavailable(f"{download.name} cannot be fetched: {_words(error)}.") from None
            await asyncio.sleep(next(delays))
            url = None


async def _received(url: str, first: int) -> AsyncGenerator[bytes]:
    """What the address gives from that byte on."""
    timeout = aiohttp.ClientTimeout(
        total=None, sock_connect=TIMEOUT_SECONDS, sock_read=TIMEOUT_SECONDS
    )
    headers = {"Range": f"bytes={first}-", "Accept-Encoding": "identity"}
    async with (
        aiohttp.ClientSession(timeout=timeout, trust_env=True, auto_decompress=False) as http,
        http.get(URL(url, encoded=True), headers=headers) as response,  # as it was signed
    ):
        response.raise_for_status()
        if first and response.status != 206:
            raise ConnectionError
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            yield chunk


def _words(error: Exception) -> str:
    """What happened, without the address, which is a secret."""
    if isinstance(error, aiohttp.ClientResponseError):
        return f"the answer is {error.status}"
    if isinstance(error, Unavailable):
        return str(error).rstrip(".")
    return type(error).__name__
