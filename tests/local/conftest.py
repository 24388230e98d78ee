"""A MiniStack of one's own, started as the local stack starts it, and clients for it."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from local import aws, emulator
from local.health import servers
from local.settings import Settings, settings_from
from tests.ports import stack_ports

DEADLINE = 20.0  # seconds


def wait_until(is_so: Callable[[], object], what: str, deadline: float = DEADLINE) -> None:
    end = time.monotonic() + deadline
    while not is_so():
        assert time.monotonic() < end, f"not within {deadline} s: {what}"
        time.sleep(0.02)


@dataclass
class Emulator:
    """MiniStack as a process, with the state directory that outlives it."""

    settings: Settings
    process: "subprocess.Popen[bytes] | None" = None
    clients: dict[str, Any] = field(default_factory=dict)

    def start(self, smtp_port: int = 1) -> None:
        self.settings.logs.mkdir(parents=True, exist_ok=True)
        with (self.settings.logs / "aws.log").open("ab") as log:
            self.process = subprocess.Popen(
                emulator.command(self.settings),
                env=emulator.environment(
                    self.settings, path=os.environ["PATH"], smtp_port=smtp_port
                ),
                stdout=log,
                stderr=log,
            )
        wait_until(servers(self.settings)["aws"].answers, "the emulator answers")

    def end(self, number: signal.Signals) -> None:
        if self.process:
            self.process.send_signal(number)
            self.process.wait(DEADLINE)
            self.process = None

    def restart(self, smtp_port: int) -> None:
        self.end(signal.SIGTERM)
        self.start(smtp_port)

    def client(self, service: str) -> Any:
        if service not in self.clients:
            self.clients[service] = self.new_client(service)
        return self.clients[service]

    def new_client(self, service: str) -> Any:
        return boto3.session.Session().client(
            service,  # type: ignore[call-overload]  # the service is only known at run time
            endpoint_url=self.settings.aws_url,
            region_name="us-east-1",
            aws_access_key_id="000000000000",
            aws_secret_access_key=aws.secret_access_key(self.settings),
        )


def settings_in(state: Path) -> Settings:
    return settings_from(
        stack_ports()
        | {
            "QUERYCAST_STATE_DIR": str(state),
            "QUERYCAST_MINISTACK_PYTHON": os.environ.get("QUERYCAST_MINISTACK_PYTHON", ""),
        }
    )


def new_emulator(state: Path) -> Iterator[Emulator]:
    settings = settings_in(state)
    if not settings.emulator_python.exists():
        pytest.skip(f"MiniStack is not installed: there is no {settings.emulator_python}")
    aws.ensure_credentials(settings)
    emulator = Emulator(settings)
    emulator.start()
    yield emulator
    emulator.end(signal.SIGTERM)


@pytest.fixture(scope="module")
def shared_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """One for a module whose tests do not get in each other's way."""
    yield from new_emulator(tmp_path_factory.mktemp("stack"))


@pytest.fixture
def own_emulator(tmp_path: Path) -> Iterator[Emulator]:
    """One to kill."""
    yield from new_emulator(tmp_path / "stack")


@pytest.fixture
def local_aws(shared_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The shared emulator, and boto3's clients finding it by the environment, as local/ does."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in aws.environment(shared_emulator.settings, {}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return shared_emulator
