"""Signing in to a Cognito user pool, with an authenticator app where wanted, and staying signed in.

The password proves itself and never travels (querycast.srp); the first of one's own must.
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from querycast.auth import Post
from querycast.authenticator import Authenticator, AuthenticatorSecret, digits, in_our_words
from querycast.cognito_api import CognitoApi
from querycast.errors import NotSignedIn, Refused
from querycast.outputs import DemoUser, Outputs
from querycast.srp import Ephemeral, PasswordChallenge, password_claim
from querycast.tokens import Tokens, TokenStore

RENEW_SECONDS = 60  # before a token expires it is renewed

SIGN_IN_AGAIN = "sign in with `querycast login`"
CHALLENGES = {
    "NEW_PASSWORD_REQUIRED": "the account still has its first, temporary password; "
    "`querycast login` in a terminal asks for one of your own",
    "SOFTWARE_TOKEN_MFA": "the code of an authenticator app is needed; `querycast login` "
    "asks for it",
    "MFA_SETUP": "the user pool requires an authenticator app, which the account has not; "
    "`querycast login` in a terminal sets one up",
}

Challenge = dict[str, Any]  # what Cognito answers, with a ChallengeName or an AuthenticationResult


@dataclass(frozen=True)
class Answers:
    """What a person may be asked for after the password; None: who is asked for it cannot sign in.

    new_password: one of their own, where the account still has its first, temporary one.
    code: what their authenticator app shows, where the account has one.
    set_up: gives a secret to an app, and then what that shows, where the pool requires an app and
        the account has none yet.
    """

    new_password: Callable[[], str] | None = None
    code: Callable[[], str] | None = None
    set_up: Callable[[AuthenticatorSecret], str] | None = None


NOTHING_MORE = Answers()


class UserPool:
    """One client of one user pool."""

    def __init__(self, cognito_url: str, pool_id: str, client_id: str) -> None:
        self._api = CognitoApi(cognito_url)
        self._pool_id = pool_id
        self._client_id = client_id

    async def sign_in(self, email: str, password: str, answers: Answers = NOTHING_MORE) -> Tokens:
        """Tokens for the user.

        Raises:
            NotSignedIn: a wrong password or code, a password that the pool does not take as a new
                one, or an account that needs more than is given here.
            Unavailable: no answer.
        """
        try:
            user_id, asked = await self._prove(email, password)
            while "AuthenticationResult" not in asked:
                asked = await self._answer(asked, email, user_id, answers)
        except Refused as error:
            raise NotSignedIn(f"{error} ({error.type})") from None
        return _tokens(email, asked["AuthenticationResult"])

    def authenticator(self, tokens: Tokens) -> Authenticator:
        """The app of who is signed in."""
        return Authenticator(self._api, tokens.email, {"AccessToken": tokens.access_token})

    async def renew(self, tokens: Tokens) -> Tokens:
        """New tokens for one that expires; errors as those of `sign_in`."""
        secrets = {"REFRESH_TOKEN": tokens.refresh_token}
        try:
            answer = await self._initiate_auth("REFRESH_TOKEN_AUTH", secrets)
        except Refused as error:
            raise NotSignedIn(
                f"{tokens.email} is no longer signed in; {SIGN_IN_AGAIN}. ({error} ({error.type}))"
            ) from None
        fresh: Mapping[str, Any] = answer["AuthenticationResult"]
        return _tokens(tokens.email, {"RefreshToken": tokens.refresh_token, **fresh})

    async def _prove(self, email: str, password: str) -> tuple[str, Challenge]:
        """The user's id, and what Cognito says to the proof of the password."""
        ours = Ephemeral()
        given = {"USERNAME": email, "SRP_A": f"{ours.public_value:x}"}
        answer = await self._initiate_auth("USER_SRP_AUTH", given)
        if answer.get("ChallengeName") != "PASSWORD_VERIFIER":
            return email, answer
        challenge = PasswordChallenge.from_json(answer["ChallengeParameters"])
        claim = password_claim(self._pool_id, password, ours, challenge, datetime.now(UTC))
        return challenge.user_id, await self._respond(answer, claim)

    async def _answer(
        self, asked: Challenge, email: str, user_id: str, answers: Answers
    ) -> Challenge:
        """What Cognito says to the answer of its challenge.

        Raises:
            NotSignedIn: there is none.
        """
        match asked.get("ChallengeName"):
            case "NEW_PASSWORD_REQUIRED" if answers.new_password:
                given = {"USERNAME": user_id, "NEW_PASSWORD": answers.new_password()}
                return await self._respond(asked, given)
            case "SOFTWARE_TOKEN_MFA" if answers.code:
                return await self._give_code(asked, user_id, answers.code())
            case "MFA_SETUP" if answers.set_up:
                app = Authenticator(self._api, email, {"Session": asked["Session"]})
                session = await app.confirm(answers.set_up(await app.new_secret()))
                return await self._respond({**asked, "Session": session}, {"USERNAME": user_id})
        raise NotSignedIn(f"{email} cannot sign in here: {_challenge(asked)}.")

    async def _give_code(self, asked: Challenge, user_id: str, code: str) -> Challenge:
        given = {"USERNAME": user_id, "SOFTWARE_TOKEN_MFA_CODE": digits(code)}
        try:
            return await self._respond(asked, given)
        except Refused as error:
            raise in_our_words(error, is_signing_in=True) from None

    async def _initiate_auth(self, flow: str, secrets: Mapping[str, str]) -> Challenge:
        given = {"ClientId": self._client_id, "AuthFlow": flow, "AuthParameters": secrets}
        return await self._api.call("InitiateAuth", given)

    async def _respond(self, asked: Challenge, responses: Mapping[str, str]) -> Challenge:
        given = {
            "ClientId": self._client_id,
            "ChallengeName": asked["ChallengeName"],
            "ChallengeResponses": responses,
            "Session": asked.get("Session"),
        }
        return await self._api.call("RespondToAuthChallenge", given)


class CognitoAuth:
    """Who has logged in here or, on a local stack where nobody has, its first demo user."""

    def __init__(self, pool: UserPool, store: TokenStore, demo_user: DemoUser | None) -> None:
        self._pool = pool
        self._store = store
        self._demo_user = demo_user
        self._tokens: Tokens | None = None
        self._one_at_a_time = asyncio.Lock()

    @classmethod
    def from_outputs(cls, outputs: Outputs) -> "CognitoAuth":
        """The sign-in to that stack."""
        store = TokenStore(outputs.user_pool_client_id)
        return cls(user_pool(outputs), store, outputs.demo_user)

    async def headers(self, post: Post) -> dict[str, str]:
        return {"Authorization": (await self.tokens()).access_token}

    async def tokens(self) -> Tokens:
        """The sign-in, renewed where it is about to expire; errors as of `Auth.headers`."""
        async with self._one_at_a_time:
            tokens = self._tokens or await self._kept() or await self._sign_in_demo_user()
            if tokens.expires_at < time.time() + RENEW_SECONDS:
                tokens = await self._renewed(tokens)
            self._tokens = tokens
        return tokens

    async def renew(self) -> None:
        async with self._one_at_a_time:
            if self._tokens is None:
                raise _nobody()
            self._tokens = await self._renewed(self._tokens)

    async def _renewed(self, tokens: Tokens) -> Tokens:
        if await self._kept() is None:
            return await self._sign_in_demo_user()
        fresh = await self._pool.renew(tokens)
        await asyncio.to_thread(self._store.write, fresh)
        return fresh

    async def _kept(self) -> Tokens | None:
        """What is kept on this machine; a keyring may take its time, or ask its user."""
        return await asyncio.to_thread(self._store.read)

    async def _sign_in_demo_user(self) -> Tokens:
        if self._demo_user is None:
            raise _nobody()
        return await self._pool.sign_in(self._demo_user.email, self._demo_user.password)


def user_pool(outputs: Outputs) -> UserPool:
    """The pool whose users that stack knows."""
    return UserPool(outputs.cognito_url, outputs.user_pool_id, outputs.user_pool_client_id)


def _tokens(email: str, result: Mapping[str, Any]) -> Tokens:
    return Tokens(
        email=email,
        access_token=result["AccessToken"],
        refresh_token=result["RefreshToken"],
        expires_at=time.time() + result["ExpiresIn"],
    )


def _challenge(answer: Mapping[str, Any]) -> str:
    name = str(answer.get("ChallengeName"))
    unknown = f"the user pool asks for {name}, which this client does not speak; use a browser"
    return CHALLENGES.get(name, unknown)


def _nobody() -> NotSignedIn:
    return NotSignedIn(f"Nobody is signed in; {SIGN_IN_AGAIN}.")
