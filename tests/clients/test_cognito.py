"""Signing in with e-mail and password, and staying signed in."""

import asyncio
import json
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest

from querycast.auth import Post
from querycast.cognito import Answers, CognitoAuth, UserPool
from querycast.errors import NotSignedIn, Unavailable
from querycast.outputs import read_outputs
from querycast.tokens import Tokens, TokenStore
from tests.clients.appsync_server import PASSWORD, POOL_ID, AppSyncServer
from tests.clients.conftest import write_outputs

ANA = "ana@example.com"
POST = Post("http://localhost/graphql", "{}", {})


@pytest.fixture
def pool(stack: AppSyncServer) -> UserPool:
    return UserPool(stack.outputs["awsEndpointUrl"], POOL_ID, "client0demo")


@pytest.fixture
def store(home: Path) -> TokenStore:
    return TokenStore("client0demo")


@pytest.fixture
def signed_in(pool: UserPool, store: TokenStore) -> Tokens:
    tokens = asyncio.run(pool.sign_in(ANA, PASSWORD))
    store.write(tokens)
    return tokens


def headers(auth: CognitoAuth) -> dict[str, str]:
    return asyncio.run(auth.headers(POST))


def auth() -> CognitoAuth:
    """As a new process has it."""
    return CognitoAuth.from_outputs(read_outputs())


def test_a_password_gives_tokens(pool: UserPool) -> None:
    tokens = asyncio.run(pool.sign_in(ANA, PASSWORD))

    assert tokens.access_token == "access-1"
    assert 3_500 < tokens.expires_at - time.time() <= 3_600


def test_a_wrong_password_is_refused_in_cognitos_words(pool: UserPool) -> None:
    with pytest.raises(
        NotSignedIn, match=r"Incorrect username or password. \(NotAuthorizedException\)"
    ):
        asyncio.run(pool.sign_in(ANA, "guess"))


def test_a_first_password_says_what_to_do(pool: UserPool, stack: AppSyncServer) -> None:
    stack.challenge = "NEW_PASSWORD_REQUIRED"

    with pytest.raises(NotSignedIn, match="temporary password; `querycast login`"):
        asyncio.run(pool.sign_in(ANA, PASSWORD))


def test_a_password_of_ones_own_takes_the_place_of_the_first(
    pool: UserPool, stack: AppSyncServer
) -> None:
    stack.challenge = "NEW_PASSWORD_REQUIRED"
    mine = "horse correct battery"

    asyncio.run(pool.sign_in(ANA, PASSWORD, Answers(lambda: mine)))

    assert asyncio.run(pool.sign_in(ANA, mine)).access_token == "access-2"


def test_a_new_password_that_the_pool_does_not_take_is_told(
    pool: UserPool, stack: AppSyncServer
) -> None:
    stack.challenge = "NEW_PASSWORD_REQUIRED"

    with pytest.raises(NotSignedIn, match=r"not long enough \(InvalidPasswordException\)"):
        asyncio.run(pool.sign_in(ANA, PASSWORD, Answers(lambda: "short")))


def test_an_unknown_challenge_is_named(pool: UserPool, stack: AppSyncServer) -> None:
    stack.challenge = "SMS_MFA"

    with pytest.raises(NotSignedIn, match="asks for SMS_MFA"):
        asyncio.run(pool.sign_in(ANA, PASSWORD))


@pytest.mark.parametrize("path", ["/nothing", "/graphql"])
def test_what_is_no_cognito_is_unavailable(stack: AppSyncServer, path: str) -> None:
    with pytest.raises(Unavailable):
        asyncio.run(UserPool(f"{stack.url}{path}", POOL_ID, "client0demo").sign_in(ANA, PASSWORD))


def test_nobody_there_is_unavailable() -> None:
    with pytest.raises(Unavailable, match=r"127.0.0.1:1 does not answer.*Is the stack up"):
        asyncio.run(UserPool("http://127.0.0.1:1", POOL_ID, "client0demo").sign_in(ANA, PASSWORD))


def test_who_has_signed_in_stays_so(signed_in: Tokens, stack: AppSyncServer) -> None:
    assert headers(auth()) == {"Authorization": "access-1"}
    assert stack.sign_ins == ["USER_SRP_AUTH", "PASSWORD_VERIFIER"]


def test_a_token_is_renewed_before_it_expires(signed_in: Tokens, store: TokenStore) -> None:
    store.write(replace(signed_in, expires_at=time.time() + 30))

    assert headers(auth()) == {"Authorization": "access-2"}
    fresh = store.read()
    assert fresh is not None
    assert fresh.refresh_token == signed_in.refresh_token
    assert fresh.expires_at > time.time() + 3_000


def test_a_token_that_the_service_refuses_is_renewed(signed_in: Tokens) -> None:
    async def run() -> dict[str, str]:
        cognito = auth()
        await cognito.headers(POST)
        await cognito.renew()
        return await cognito.headers(POST)

    assert asyncio.run(run()) == {"Authorization": "access-2"}


def test_a_sign_in_that_cannot_be_renewed_says_to_log_in(
    signed_in: Tokens, store: TokenStore, stack: AppSyncServer
) -> None:
    store.write(replace(signed_in, expires_at=0))
    stack.refresh_tokens.clear()

    with pytest.raises(NotSignedIn, match=f"{ANA} is no longer signed in.*querycast login"):
        headers(auth())


def test_on_a_local_stack_the_demo_user_asks_where_nobody_has_signed_in(
    stack: AppSyncServer, store: TokenStore
) -> None:
    assert headers(auth()) == {"Authorization": "access-1"}
    assert store.read() is None


def test_on_aws_nobody_asks_where_nobody_has_signed_in(home: Path, stack: AppSyncServer) -> None:
    write_outputs(home, stack, awsEndpointUrl=None)

    with pytest.raises(NotSignedIn, match="querycast login"):
        headers(auth())


def test_many_requests_sign_in_once(stack: AppSyncServer) -> None:
    async def run() -> None:
        cognito = auth()
        await asyncio.gather(*(cognito.headers(POST) for _ in range(10)))

    asyncio.run(run())

    assert stack.sign_ins == ["USER_SRP_AUTH", "PASSWORD_VERIFIER"]


def test_a_sign_in_is_readable_by_its_owner_alone(signed_in: Tokens, home: Path) -> None:
    path = home / "state" / "querycast" / "client0demo.json"

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert json.loads(path.read_text())["email"] == ANA


def test_a_file_that_is_no_sign_in_is_none(
    store: TokenStore, signed_in: Tokens, home: Path
) -> None:
    (home / "state" / "querycast" / "client0demo.json").write_text('{"email": 3}')

    assert store.read() is None


def test_tokens_are_never_printed(signed_in: Tokens) -> None:
    assert "access-1" not in repr(signed_in)
    assert "refresh-1" not in repr(signed_in)
