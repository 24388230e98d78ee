"""Signing in with an authenticator app, against the user pool of a deployed stack."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from querycast.async_client import AsyncClient
from querycast.auth import BearerToken
from querycast.cognito import Answers, UserPool, user_pool
from querycast.errors import NotSignedIn, Refused
from querycast.outputs import read_outputs
from tests.integration.conftest import PASSWORD, Person
from tests.totp import code, wrong_code


@pytest.fixture
def pool(outputs: Any, tmp_path: Path) -> UserPool:
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps(outputs))
    return user_pool(read_outputs(file))


async def set_up(pool: UserPool, email: str) -> str:
    """An app; its secret."""
    app = pool.authenticator(await pool.sign_in(email, PASSWORD))
    secret = (await app.new_secret()).text
    with pytest.raises(Refused, match="not the code that the app shows now"):
        await app.confirm(wrong_code(secret))
    await app.confirm(code(secret))
    await app.turn_on()
    return secret


def test_who_turned_it_on_signs_in_with_a_code_until_they_turn_it_off(
    pool: UserPool, person: Callable[..., Person], outputs: Any
) -> None:
    careful = person("analysts").email

    async def run() -> None:
        secret = await set_up(pool, careful)
        with pytest.raises(NotSignedIn, match="authenticator app is needed"):
            await pool.sign_in(careful, PASSWORD)
        with pytest.raises(NotSignedIn, match="not the code that the app shows now"):
            await pool.sign_in(careful, PASSWORD, Answers(code=lambda: wrong_code(secret)))
        tokens = await pool.sign_in(careful, PASSWORD, Answers(code=lambda: code(secret, 1)))
        renewed = await pool.renew(tokens)
        await ask(outputs, renewed.access_token)
        app = pool.authenticator(renewed)
        assert await app.is_on()
        await app.turn_off()
        assert not await app.is_on()
        await pool.sign_in(careful, PASSWORD)

    asyncio.run(run())


async def ask(outputs: Any, token: str) -> None:
    """Something of the API."""
    to = (outputs["graphqlUrl"], outputs["realtimeUrl"])
    async with AsyncClient.connect(*to, BearerToken(token)) as client:
        assert await client.reports()
