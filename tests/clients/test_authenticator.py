"""Signing in with a code of an authenticator app; setting one up, and doing without."""

import asyncio

import pytest
from typer.testing import CliRunner

from querycast.authenticator import AuthenticatorSecret
from querycast.cli.app import app
from querycast.cognito import Answers, UserPool
from querycast.errors import NotSignedIn, Refused
from querycast.tokens import Tokens
from tests.clients.appsync_server import PASSWORD, POOL_ID, AppSyncServer
from tests.clients.command import read_until, type_line, typed_in_a_terminal
from tests.totp import code, wrong_code

ANA = "ana@example.com"
LOGIN = ["login", ANA]


@pytest.fixture
def pool(stack: AppSyncServer) -> UserPool:
    return UserPool(stack.outputs["awsEndpointUrl"], POOL_ID, "client0demo")


@pytest.fixture
def secret(pool: UserPool) -> str:
    """That of Ana's app, which is set up."""
    return asyncio.run(set_up(pool))


async def set_up(pool: UserPool) -> str:
    authenticator = pool.authenticator(await pool.sign_in(ANA, PASSWORD))
    secret = await authenticator.new_secret()
    await authenticator.confirm(code(secret.text))
    await authenticator.turn_on()
    return secret.text


def sign_in(pool: UserPool, given: str) -> Tokens:
    return asyncio.run(pool.sign_in(ANA, PASSWORD, Answers(code=lambda: given)))


def test_a_secret_is_an_address_that_apps_read() -> None:
    secret = AuthenticatorSecret("ana+1@example.com", "JBSWY3DPEHPK3PXP")

    assert secret.address == (
        "otpauth://totp/Querycast:ana%2B1%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Querycast"
    )
    assert "JBSWY3DPEHPK3PXP" not in repr(secret)


def test_a_code_is_needed_besides_the_password(pool: UserPool, secret: str) -> None:
    with pytest.raises(NotSignedIn, match="authenticator app is needed; `querycast login` asks"):
        asyncio.run(pool.sign_in(ANA, PASSWORD))

    assert sign_in(pool, code(secret, 1)).access_token == "access-2"


def test_a_code_may_have_a_blank_in_the_middle(pool: UserPool, secret: str) -> None:
    now = code(secret, 1)

    assert sign_in(pool, f" {now[:3]} {now[3:]}\n").access_token == "access-2"


@pytest.mark.parametrize("given", ["12345", "１２３４５６", "", "abcdef"])  # noqa: RUF001 # digits that are no ASCII
def test_what_is_no_code_is_not_sent(
    pool: UserPool, secret: str, stack: AppSyncServer, given: str
) -> None:
    with pytest.raises(NotSignedIn, match="six digits"):
        sign_in(pool, given)

    assert stack.sign_ins[-1] == "PASSWORD_VERIFIER"


def test_a_wrong_code_is_told_without_the_code(pool: UserPool, secret: str) -> None:
    wrong = wrong_code(secret)

    with pytest.raises(NotSignedIn, match="not the code that the app shows now") as refusal:
        sign_in(pool, wrong)

    assert wrong not in str(refusal.value)
    assert "try again with the next one" in str(refusal.value)


def test_a_code_that_was_used_is_told_like_a_wrong_one(pool: UserPool, secret: str) -> None:
    now = code(secret, 1)
    sign_in(pool, now)

    with pytest.raises(NotSignedIn, match=r"is good once.*ExpiredCodeException"):
        sign_in(pool, now)


def test_a_code_that_comes_late_says_to_begin_again(
    pool: UserPool, secret: str, stack: AppSyncServer
) -> None:
    stack.is_late = True

    with pytest.raises(NotSignedIn, match=r"has taken too long.*Sign in again"):
        sign_in(pool, code(secret, 1))


def test_a_renewal_asks_for_no_code(pool: UserPool, secret: str, stack: AppSyncServer) -> None:
    tokens = sign_in(pool, code(secret, 1))

    assert asyncio.run(pool.renew(tokens)).access_token == "access-3"
    assert stack.sign_ins[-1] == "REFRESH_TOKEN_AUTH"


def test_who_must_have_an_app_sets_one_up_to_sign_in(pool: UserPool, stack: AppSyncServer) -> None:
    stack.challenge = "MFA_SETUP"
    answers = Answers(set_up=lambda secret: code(secret.text))

    assert asyncio.run(pool.sign_in(ANA, PASSWORD, answers)).access_token == "access-1"
    assert stack.token.secret


def test_who_must_have_an_app_and_cannot_set_one_up_is_told(
    pool: UserPool, stack: AppSyncServer
) -> None:
    stack.challenge = "MFA_SETUP"

    with pytest.raises(NotSignedIn, match=r"requires an authenticator app.*in a terminal"):
        asyncio.run(pool.sign_in(ANA, PASSWORD))


def test_an_app_is_set_up_too_late(pool: UserPool, stack: AppSyncServer) -> None:
    stack.challenge, stack.is_late = "MFA_SETUP", True

    with pytest.raises(NotSignedIn, match="has taken too long"):
        asyncio.run(pool.sign_in(ANA, PASSWORD, Answers(set_up=lambda secret: code(secret.text))))


def test_a_wrong_first_code_may_be_followed_by_a_right_one(
    pool: UserPool, stack: AppSyncServer
) -> None:
    async def run() -> None:
        authenticator = pool.authenticator(await pool.sign_in(ANA, PASSWORD))
        secret = await authenticator.new_secret()
        with pytest.raises(Refused, match="not the code that the app shows now"):
            await authenticator.confirm(wrong_code(secret.text))
        await authenticator.confirm(code(secret.text))

    asyncio.run(run())

    assert stack.token.secret


def test_a_sign_in_that_was_revoked_says_to_sign_in(pool: UserPool, stack: AppSyncServer) -> None:
    authenticator = pool.authenticator(asyncio.run(pool.sign_in(ANA, PASSWORD)))
    stack.expire_tokens()

    with pytest.raises(Refused, match="no longer good; sign in with `querycast login`"):
        asyncio.run(authenticator.is_on())


def test_login_reads_the_code_after_the_password(secret: str) -> None:
    shown = CliRunner().invoke(app, LOGIN, input=f"{PASSWORD}\n{code(secret, 1)}\n")

    assert shown.output == f"Signed in as {ANA}.\n"


def test_login_without_a_code_says_how_to_give_it(secret: str) -> None:
    shown = CliRunner().invoke(app, LOGIN, input=f"{PASSWORD}\n")

    assert shown.exit_code == 6
    assert "next line of stdin" in shown.stderr


def test_a_secret_is_not_shown_to_a_log(stack: AppSyncServer) -> None:
    stack.challenge = "MFA_SETUP"

    shown = CliRunner().invoke(app, LOGIN, input=f"{PASSWORD}\n123456\n")

    assert shown.exit_code == 6
    assert "in a terminal" in shown.stderr
    assert stack.token.pending not in shown.output


def test_login_in_a_terminal_sets_the_app_up(stack: AppSyncServer) -> None:
    stack.challenge = "MFA_SETUP"

    with typed_in_a_terminal(*LOGIN) as terminal:
        read_until(terminal, "Password: ")
        type_line(terminal, PASSWORD)
        read_until(terminal, "issuer=Querycast")
        type_line(terminal, code(stack.token.pending))
        read_until(terminal, f"Signed in as {ANA}.")

    assert stack.token.secret


def test_it_is_turned_on_and_off(stack: AppSyncServer) -> None:
    CliRunner().invoke(app, LOGIN, input=f"{PASSWORD}\n")
    assert CliRunner().invoke(app, ["mfa", "status"]).stdout == "off\n"

    with typed_in_a_terminal("mfa", "on") as terminal:
        read_until(terminal, "Code of the app: ")
        type_line(terminal, wrong_code(stack.token.pending))
        read_until(terminal, "not the code that the app shows now")
        type_line(terminal, code(stack.token.pending))
        assert f"{ANA} signs in with the password and a code" in read_until(terminal, "the app.")

    assert CliRunner().invoke(app, ["mfa", "status"]).stdout == "on\n"
    assert "password alone" in CliRunner().invoke(app, ["mfa", "off"]).stderr
    assert not stack.token.is_on


def test_a_wrong_code_of_a_program_ends_it(stack: AppSyncServer) -> None:
    CliRunner().invoke(app, LOGIN, input=f"{PASSWORD}\n")

    shown = CliRunner().invoke(app, ["mfa", "on"], input="12345\n")

    assert (shown.exit_code, stack.token.is_on) == (6, False)
    assert shown.stdout.startswith("otpauth://totp/Querycast:ana%40example.com?secret=")


def test_the_demo_user_is_nobodys_to_change(stack: AppSyncServer) -> None:
    shown = CliRunner().invoke(app, ["mfa", "on"])

    assert shown.exit_code == 6
    assert "Nobody is signed in" in shown.stderr
