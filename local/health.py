"""Whether the servers answer, and waiting until they do."""

import http.client
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.errors import NotReady
from local.files import read_json
from local.lock import is_locked
from local.settings import HOST, Settings
from local.supervisor import status_file, supervisor_lock

LOOK_EVERY = 0.05  # seconds
PATIENCE = 60.0  # seconds
MOST_RESTARTS = 3  # a program that ended so often while we wait will not come up


@dataclass(frozen=True)
class Server:
    program: str
    port: int
    path: str

    def answers(self) -> bool:
        return self.health() is not None

    def health(self) -> bytes | None:
        """What it says of itself; None where it is not well."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", self.path)
            answer = connection.getresponse()
            return answer.read() if answer.status == 200 else None
        except OSError:
            return None
        finally:
            connection.close()


def servers(settings: Settings) -> dict[str, Server]:
    """By program."""
    return {
        server.program: server
        for server in (
            Server("aws", settings.aws_port, "/_ministack/ready"),
            Server("redshift", settings.redshift_port, "/health"),
            Server("appsync", settings.port, "/health"),
            Server("function-urls", settings.function_urls_port, "/health"),
        )
    }


def wait_for_server(settings: Settings, program: str) -> None:
    """
    Raises:
        NotReady: it did not come up; the message ends with what it said last.
    """
    server = servers(settings)[program]
    wait_for(server.answers, settings, program)


def wait_for(is_ready: Callable[[], bool], settings: Settings, program: str) -> None:
    before = restarts(settings, program)
    deadline = time.monotonic() + PATIENCE
    while not is_ready():
        if not is_running(settings):
            raise NotReady(f"The supervisor has ended.{last_words(settings, 'supervisor')}")
        if restarts(settings, program) - before >= MOST_RESTARTS:
            raise NotReady(f"{program} ends as soon as it starts.{last_words(settings, program)}")
        if time.monotonic() > deadline:
            raise NotReady(
                f"{program} did not answer within {PATIENCE:.0f} s.{last_words(settings, program)}"
            )
        time.sleep(LOOK_EVERY)


def is_running(settings: Settings) -> bool:
    return is_locked(supervisor_lock(settings))


def status(settings: Settings) -> Mapping[str, Any]:
    """What the supervisor wrote; empty where none has run."""
    return read_json(status_file(settings)) or {}


def restarts(settings: Settings, program: str) -> int:
    count = status(settings).get("programs", {}).get(program, {}).get("restarts", 0)
    return int(count)


def last_words(settings: Settings, program: str, lines: int = 15) -> str:
    file: Path = settings.logs / f"{program}.log"
    if not file.exists():
        return ""
    text = file.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    return f" The end of {file}:\n" + "\n".join(f"    {line}" for line in text)
