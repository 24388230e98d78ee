"""A local Redshift in a process of its own, for as long as a `with` lasts."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 30


@contextmanager
def redshift(data: Path, s3_url: str) -> Iterator[str]:
    """Starts it on a free port; gives the URL of its Data API."""
    port = free_port()
    arguments = ["--data", str(data), "--port", str(port), "--s3-endpoint", s3_url]
    credentials = {"AWS_ACCESS_KEY_ID": "000000000000", "AWS_SECRET_ACCESS_KEY": "secret"}
    server = subprocess.Popen(
        [sys.executable, "-m", "local.redshift", *arguments],
        cwd=ROOT,
        env={**os.environ, **credentials},
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(server, url)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait_until_healthy(server: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise AssertionError(f"local.redshift ended with {server.returncode} at its start")
        try:
            with urlopen(f"{url}/health", timeout=5):
                return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer after {START_SECONDS} s")
