"""Cognito user pool tokens: RS256 against the pool's published keys, nothing taken on trust.

The rules of RFC 8725: one algorithm, the issuer we expect, keys only from the configured pool.
https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
"""

import asyncio
import re
import time
from typing import Any

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK

from local.appsync.auth.caller import Caller
from local.appsync.definition import AuthMode, UserPool
from local.appsync.errors import RequestError, Unauthorized
from local.appsync.http_client import HttpClient

CLOCK_SKEW_SECONDS = 60
KEYS_SECONDS = 3600.0  # how long fetched keys are believed without asking again
REFETCH_SECONDS = 5.0  # an unknown key id asks again, but not more often than this
MAX_KEYS = 16


class UserPoolKeys:
    """The public keys of one pool by key id."""

    def __init__(self, http: HttpClient, pool_id: str) -> None:
        self._http = http
        self._pool_id = pool_id
        self._keys: dict[str, RSAPublicKey] = {}
        self._fetched_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def get(self, key_id: str) -> RSAPublicKey | None:
        """The key, fetched again when it is unknown or old; None if the pool has none of that id.

        Raises:
            RequestError: 503; no key is known and the pool cannot be asked.
        """
        age = time.monotonic() - self._fetched_at
        if age > KEYS_SECONDS or (key_id not in self._keys and age > REFETCH_SECONDS):
            async with self._fetching:
                if time.monotonic() - self._fetched_at >= age:
                    await self._fetch()
        return self._keys.get(key_id)

    async def _fetch(self) -> None:
        try:
            response = await self._http.request("GET", f"/{self._pool_id}/.well-known/jwks.json")
            self._keys = _rsa_keys(orjson.loads(response.body)["keys"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            if not self._keys:
                text = f"The keys of user pool {self._pool_id} cannot be read."
                raise RequestError(503, "ServiceUnavailableException", text) from error
        self._fetched_at = time.monotonic()


class UserPoolTokens:
    """Verifies the tokens of one pool."""

    def __init__(self, http: HttpClient, pool: UserPool) -> None:
        self._pool = pool
        self._keys = UserPoolKeys(http, pool.id)
        self.issuer = f"https://cognito-idp.{pool.region}.amazonaws.com/{pool.id}"

    async def verify(self, token: str, source_ip: str) -> Caller:
        """The caller whom a token names.

        Raises:
            RequestError: 401; the token is not this pool's, not for this client, or expired.
        """
        header = jwt.get_unverified_header(token)
        if header.get("alg") != "RS256" or not isinstance(header.get("kid"), str):
            raise Unauthorized
        key = await self._keys.get(header["kid"])
        if key is None:
            raise Unauthorized
        claims = self._claims(token, key)
        self._check_client(claims)
        return _caller(claims, source_ip)

    def _claims(self, token: str, key: RSAPublicKey) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=self.issuer,
                leeway=CLOCK_SKEW_SECONDS,
                options={"require": ["exp", "iss", "sub"], "verify_aud": False},
            )
        except jwt.ExpiredSignatureError as error:
            raise Unauthorized("Token has expired.") from error
        except jwt.InvalidTokenError as error:
            raise Unauthorized from error

    def _check_client(self, claims: dict[str, Any]) -> None:
        use = claims.get("token_use")
        if use not in ("id", "access"):
            raise Unauthorized
        client = claims.get("aud" if use == "id" else "client_id")
        pattern = self._pool.client_id_regex
        if pattern and not (isinstance(client, str) and re.fullmatch(pattern, client)):
            raise Unauthorized


def issuer_of(token: str) -> str:
    """The issuer that a token claims, to choose who verifies it.

    Raises:
        RequestError: 401; it is not a JWT.
    """
    try:
        claims = jwt.decode(token, options={"verify_signature": False, "verify_exp": False})
    except jwt.InvalidTokenError as error:
        raise Unauthorized("Unable to parse JWT token.") from error
    return str(claims.get("iss", ""))


def _rsa_keys(published: list[dict[str, Any]]) -> dict[str, RSAPublicKey]:
    keys = {}
    for entry in published[:MAX_KEYS]:
        if entry.get("kty") == "RSA" and entry.get("alg", "RS256") == "RS256" and "kid" in entry:
            key = PyJWK.from_dict(entry, algorithm="RS256").key
            if isinstance(key, RSAPublicKey):
                keys[str(entry["kid"])] = key
    return keys


def _caller(claims: dict[str, Any], source_ip: str) -> Caller:
    groups = claims.get("cognito:groups")
    groups = [str(group) for group in groups] if isinstance(groups, list) else None
    identity = {
        "sub": claims["sub"],
        "issuer": claims["iss"],
        "username": claims.get("cognito:username") or claims.get("username") or claims["sub"],
        "claims": claims,
        "sourceIp": [source_ip],
        "defaultAuthStrategy": "ALLOW",
        "groups": groups,
    }
    return Caller(AuthMode.AMAZON_COGNITO_USER_POOLS, identity, frozenset(groups or ()))
