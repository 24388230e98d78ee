"""Signing in to a Cognito user pool with e-mail and password, and staying signed in.

The password proves itself and never travels (querycast.srp); the first of one's own must. Plain
HTTPS with aiohttp: two calls need no AWS SDK.
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import aiohttp

from querycast.auth import Post
from querycast.errors import NotSignedIn, Unavailable
from querycast.outputs import DemoUser, Outputs
from querycast.srp import Ephemeral, PasswordChallenge, password_claim
from querycast.tokens import Tokens, TokenStore

CALL_SECONDS = 20
RENEW_SECONDS = 60  # before a token expires it is renewed

SIGN_IN_AGAIN = "sign in with `querycast login`"
CHALLENGES = {
    "NEW_PASSWORD_REQUIRED": "the account still has its first, temporary password; "
    "`querycast login` in a terminal asks for one of your own",
}


class UserPool:
    """One client of one user pool."""

    def __init__(self, cognito_url: str, pool_id: str, client_id: str) -> None:
        self._url = cognito_url
        self._pool_id = pool_id
        self._client_id = client_id

    async def sign_in(
        self, email: str, password: str, new_password: Callable[[], str] | None = None
    ) -> Tokens:
        """Tokens for the user.

        new_password: asked for one of the user's own where the account still has its first,
            temporary one; None: such an account cannot sign in.

        Raises:
            NotSignedIn: a wrong password, one that the pool does not take as a new one, or an
                account that needs more than a password.
            Unavailable: no answer.
        """
        ours = Ephemeral()
        given = {"USERNAME": email, "SRP_A": f"{ours.public_value:x}"}
        answer = await self._initiate_auth("USER_SRP_AUTH", given)
        user_id = email
        if answer.get("ChallengeName") == "PASSWORD_VERIFIER":
            challenge = PasswordChallenge.from_json(answer["ChallengeParameters"])
            user_id = challenge.user_id
            claim = password_claim(self._pool_id, password, ours, challenge, datetime.now(UTC))
            answer = await self._respond(answer, claim)
        if answer.get("ChallengeName") == "NEW_PASSWORD_REQUIRED" and new_password:
            chosen = {"USERNAME": user_id, "NEW_PASSWORD": new_password()}
            answer = await self._respond(answer, chosen)
        if "AuthenticationResult" not in answer:
            raise NotSignedIn(f"{email} cannot sign in here: {_challenge(answer)}.")
        return _tokens(email, answer["AuthenticationResult"])

    async def renew(self, tokens: Tokens) -> Tokens:
        """New tokens for one that expires; errors as those of `sign_in`."""
        secrets = {"REFRESH_TOKEN": tokens.refresh_token}
        try:
            answer = await self._initiate_auth("REFRESH_TOKEN_AUTH", secrets)
        except NotSignedIn as error:
            raise NotSignedIn(
                f"{tokens.email} is no longer signed in; {SIGN_IN_AGAIN}. ({error})"
            ) from None
        fresh: Mapping[str, Any] = answer["AuthenticationResult"]
        return _tokens(tokens.email, {"RefreshToken": tokens.refresh_token, **fresh})

    async def _initiate_auth(self, flow: str, secrets: Mapping[str, str]) -> dict[str, Any]:
        return await self._call("InitiateAuth", {"AuthFlow": flow, "AuthParameters": secrets})

    async def _respond(
        self, asked: Mapping[str, Any], responses: Mapping[str, str]
    ) -> dict[str, Any]:
        given = {
            "ChallengeName": asked["ChallengeName"],
            "ChallengeResponses": responses,
            "Session": asked.get("Session"),
        }
        return await self._call("RespondToAuthChallenge", given)

    async def _call(self, action: str, given: Mapping[str, Any]) -> dict[str, Any]:
        body = {"ClientId": self._client_id, **given}
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{action}",
        }
        timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, trust_env=True) as http,
                http.post(self._url, data=json.dumps(body), headers=headers) as response,
            ):
                answer = await response.json(content_type=None)
                status = response.status
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise Unavailable(f"{self._url} does not answer: {reason}. Is the stack up?") from None
        if status != 200 or not isinstance(answer, dict):
            raise _error(status, answer)
        return answer


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


def _error(status: int, answer: Any) -> NotSignedIn | Unavailable:
    """`{"__type": "NotAuthorizedException", "message": "..."}`, or what no Cognito answers."""
    document = answer if isinstance(answer, dict) else {}
    kind = str(document.get("__type", f"HTTP {status}")).rpartition("#")[2]
    message = f"{document.get('message', 'no reason given')} ({kind})"
    throttled = kind in ("TooManyRequestsException", "LimitExceededException")
    return Unavailable(message) if throttled or status != 400 else NotSignedIn(message)


def _nobody() -> NotSignedIn:
    return NotSignedIn(f"Nobody is signed in; {SIGN_IN_AGAIN}.")
