"""The reports that TAB offers: kept for some minutes, and asked for by a process of its own.

Whoever presses TAB waits for WAIT_SECONDS at most, and not at all where an older list is there;
the process goes on, and next time its list is there.
"""

import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from querycast.errors import QuerycastError
from querycast.files import write_private
from querycast.outputs import outputs_file, read_outputs
from querycast.report import Report

WAIT_SECONDS = 1.5
FRESH_SECONDS = 300
RETRY_SECONDS = 30  # after an attempt that may have come to nothing


def known_reports(outputs: Path | None) -> list[Report]:
    """Those that the caller may run; none where they are not known by now."""
    try:
        path = outputs_file(outputs)
        cache = cache_file(read_outputs(path).user_pool_client_id)
    except QuerycastError:
        return []
    kept = _read(cache)
    if kept["tried_at"] + RETRY_SECONDS < time.time() > kept["fetched_at"] + FRESH_SECONDS:
        write_private(cache, {**kept, "tried_at": time.time()})
        _refresh(path, wait=not kept["reports"])
        kept = _read(cache)
    return [Report.from_json(document) for document in kept["reports"]]


def cache_file(client_id: str) -> Path:
    """Where they are kept, by the client of a user pool that one signs in with."""
    from platformdirs import user_cache_path

    return user_cache_path("querycast", appauthor=False) / f"{client_id}.json"


def keep(cache: Path, documents: list[Any]) -> None:
    """The reports as GraphQL answers them."""
    now = time.time()
    write_private(cache, {"fetched_at": now, "tried_at": now, "reports": documents})


def forget(client_id: str) -> None:
    """Somebody else may have others."""
    cache_file(client_id).unlink(missing_ok=True)


def _read(cache: Path) -> dict[str, Any]:
    empty: dict[str, Any] = {"fetched_at": 0, "tried_at": 0, "reports": []}
    with suppress(OSError, ValueError, TypeError):
        return {**empty, **json.loads(cache.read_text(encoding="utf-8"))}
    return empty


def _refresh(outputs: Path, wait: bool) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "querycast.cli.completion.refresh", str(outputs)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is meant for the command line that is being written
    )
    with suppress(subprocess.TimeoutExpired):
        process.wait(WAIT_SECONDS if wait else 0)
