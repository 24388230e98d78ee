"""Other ways than a sign-in: a token of one's own, and signatures of AWS; never printed."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from local.aws_http.sigv4 import KnownCredentials
from querycast import ApiKey, AsyncClient, Auth, AwsCredentials, BearerToken
from querycast.errors import InvalidArgument, NotSignedIn
from tests.clients.appsync_server import AppSyncServer
from tests.clients.service import FakeService


def fresh() -> str:
    return "mine"


async def fresh_in_time() -> str:
    return "mine"


class Provider:
    """Gives a token that has expired, until it is asked again."""

    def __init__(self) -> None:
        self.tokens = ["expired", "mine"]

    def __call__(self) -> str:
        return self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]


def reports(auth: Auth) -> list[str]:
    async def act() -> list[str]:
        async with AsyncClient.from_outputs(auth=auth) as client:
            return [report.name for report in await client.reports()]

    return asyncio.run(act())


@pytest.mark.parametrize("token", ["mine", fresh, fresh_in_time, Provider()])
def test_a_token_of_ones_own_is_shown(
    stack: AppSyncServer, token: str | Callable[[], str | Awaitable[str]]
) -> None:
    stack.valid_tokens = {"mine"}

    assert reports(BearerToken(token)) == ["taxi_by_day"]
    assert stack.sign_ins == []


def test_a_connection_shows_it_too(stack: AppSyncServer, service: FakeService) -> None:
    stack.valid_tokens = {"mine"}
    service.on_submit = service.finish

    async def act() -> None:
        async with AsyncClient.from_outputs(auth=BearerToken(fresh)) as client:
            await client.run("taxi_by_day")

    asyncio.run(act())

    assert [each["Authorization"] for each in stack.connections + stack.starts] == ["mine", "mine"]


@pytest.mark.parametrize("token", ["expired", lambda: "expired"])
def test_one_that_is_refused_is_told(stack: AppSyncServer, token: str | Callable[[], str]) -> None:
    with pytest.raises(NotSignedIn):
        reports(BearerToken(token))


def test_no_secret_is_printed() -> None:
    assert "secret" not in f"{BearerToken('secret')!r} {ApiKey('secret')!r}"


@pytest.fixture
def credentials(home: Path, stack: AppSyncServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of AWS's, whose keys the service knows; nothing else is found."""
    path = home / "credentials"
    path.write_text(
        "[default]\naws_access_key_id = AKIA1\naws_secret_access_key = s/e+cret\n"
        "[other]\naws_access_key_id = ASIA2\naws_secret_access_key = other\n"
        "aws_session_token = session\n"
    )
    stack.signers = KnownCredentials(path, {})
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "config"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return path


@pytest.mark.parametrize("profile", [None, "other"])
def test_requests_connections_and_subscriptions_are_signed(
    stack: AppSyncServer, service: FakeService, credentials: Path, profile: str | None
) -> None:
    service.on_submit = service.finish

    async def act() -> int:
        auth = AwsCredentials("us-east-1", profile)
        async with AsyncClient.from_outputs(auth=auth) as client:
            result = await client.run("taxi_by_day", name="naïve 😀")
            return len([row async for row in result.rows()])

    assert asyncio.run(act()) == 3
    for shown in stack.connections + stack.starts:
        assert "SignedHeaders=accept;content-encoding;content-type;host;" in shown["Authorization"]
        assert shown.get("X-Amz-Security-Token") == ("session" if profile else None)


def test_credentials_that_were_replaced_are_read_again(
    stack: AppSyncServer, credentials: Path
) -> None:
    async def act() -> None:
        async with AsyncClient.from_outputs(auth=AwsCredentials("us-east-1")) as client:
            await client.reports()
            credentials.write_text(credentials.read_text().replace("s/e+cret", "newer"))
            os.utime(credentials, (1, 1))  # changed, whatever the clock of the files
            await client.reports()

    asyncio.run(act())


def test_a_signature_that_is_refused_is_told(stack: AppSyncServer, credentials: Path) -> None:
    with pytest.raises(NotSignedIn):
        reports(AwsCredentials("eu-west-1"))


def test_who_has_no_credentials_is_told(stack: AppSyncServer, credentials: Path) -> None:
    credentials.write_text("")

    with pytest.raises(NotSignedIn, match="There are no credentials of AWS; set AWS_PROFILE"):
        reports(AwsCredentials("us-east-1"))


def test_a_profile_that_is_none_is_told(stack: AppSyncServer, credentials: Path) -> None:
    with pytest.raises(NotSignedIn, match=r"profile .*nobody.* could not be found"):
        reports(AwsCredentials("us-east-1", "nobody"))


def test_without_botocore_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "botocore", None)

    with pytest.raises(InvalidArgument, match=r"pip install 'querycast\[iam\]'"):
        AwsCredentials("us-east-1")
