"""A token of one's own: shown before each request, got anew where it is refused, never printed."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from querycast import ApiKey, AsyncClient, BearerToken
from querycast.errors import NotSignedIn
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


def reports(auth: BearerToken) -> list[str]:
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
