"""The data plane as its own process, to kill and to start again on the same ports."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from local import aws
from local.settings import HOST, ROOT, Settings
from tests.local.conftest import wait_until


@dataclass
class Server:
    settings: Settings
    api_id: str
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.settings.port}/graphql"

    @property
    def tls_url(self) -> str:
        return f"https://localhost:{self.settings.tls_port}/graphql"

    @property
    def authority(self) -> Path:
        return self.settings.ca_certificate

    def start(self) -> None:
        command = [
            *(sys.executable, "-m", "local.appsync", "--endpoint-url", self.settings.aws_url),
            *("--api-id", self.api_id, "--port", str(self.settings.port)),
            *("--tls-port", str(self.settings.tls_port)),
            *("--tls-directory", str(self.settings.tls)),
        ]
        with (self.settings.logs / "appsync.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=aws.environment(self.settings), stdout=log, stderr=log
            )
        wait_until(lambda: self.health().get("status") == "ok", "the API is served")

    def kill(self) -> None:
        """No client is told."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """Every client is told."""
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def health(self) -> Any:
        try:
            return httpx.get(f"http://{HOST}:{self.settings.port}/health").json()
        except httpx.HTTPError:
            return {}

    def wait_for(self, what: str, count: int) -> None:
        """Until there are so many `connections` or `subscriptions`; gql tells nobody of its own."""
        wait_until(lambda: self.health().get(what) == count, f"{count} {what}", 30)

    def log(self) -> str:
        return (self.settings.logs / "appsync.log").read_text()
