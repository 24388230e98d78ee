"""The target that `make test` runs against: MiniStack's control plane and Lambda, and local/appsync
as the process that a user starts.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import boto3
import httpx

from local import aws
from local.settings import REGION, ROOT, Settings
from tests.conformance.appsync.deploy import deploy
from tests.conformance.appsync.issuer import Issuer
from tests.conformance.appsync.target import Target
from tests.local.conftest import wait_until
from tests.ports import free_port

LOCAL_OFFERS = ["expired-key", "local"]


@contextmanager
def local_target(settings: Settings, log: Path) -> Iterator[Target]:
    """Everything deployed to a running MiniStack and served by local/appsync."""
    issuer = Issuer()
    environment = aws.environment(settings, {})
    try:
        with patch.dict("os.environ", environment):
            target = deploy(boto3.Session(region_name=REGION), issuer.url, issuer.credentials())
            target = _with_expired_key(boto3.Session(region_name=REGION), target)
        _know(settings, target)
        with _served(settings, log) as url:
            yield replace(target.at(url), offers=[*target.offers, *LOCAL_OFFERS])
    finally:
        issuer.close()


@contextmanager
def _served(settings: Settings, log: Path) -> Iterator[str]:
    """`python -m local.appsync`, until the end; the address where it answers."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "local.appsync", "--endpoint-url", settings.aws_url]
    command += ["--port", str(port), "--credentials", str(settings.credentials)]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=aws.environment(settings), stdout=output, stderr=output
        )
    try:
        wait_until(lambda: _is_healthy(url), f"local/appsync answers; see {log}")
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _is_healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.TransportError:
        return False


def _with_expired_key(session: boto3.Session, target: Target) -> Target:
    """A key that expired: AWS makes none, one would have to wait for a day."""
    made = session.client("appsync").create_api_key(apiId=target.apis["main"].id, expires=1)
    main = target.apis["main"]
    main.credentials["expiredKey"] = {"x-api-key": made["apiKey"]["id"]}
    return target


def _know(settings: Settings, target: Target) -> None:
    """The secret of the IAM user, which no API tells again, where local/appsync looks for it."""
    key = target.access_keys["iamLimited"]
    with settings.credentials.open("a") as file:
        file.write(
            f"\n[limited]\naws_access_key_id = {key['id']}\n"
            f"aws_secret_access_key = {key['secret']}\n"
        )
