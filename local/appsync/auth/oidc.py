"""OpenID Connect: tokens of an issuer that publishes its keys by discovery.

`iatTTL` and `authTTL` bound how long after its issue, or after the sign-in, a token is taken.
https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#openid-connect-authorization
https://openid.net/specs/openid-connect-discovery-1_0.html
"""

import re
import time
from urllib.parse import urlsplit

import orjson

from local.appsync.auth.caller import Caller
from local.appsync.auth.keys import MAX_DOCUMENT_BYTES, PublishedKeys
from local.appsync.auth.tokens import CLOCK_SKEW_SECONDS, Claims, verified_claims
from local.appsync.definition import AuthMode, OpenIdConnect
from local.appsync.errors import DefinitionError, Unauthorized
from local.aws_http.http_client import HttpClient

ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "ES256", "ES384", "ES512"})
DISCOVERY_PATH = "/.well-known/openid-configuration"


class IssuerTokens:
    """Verifies the tokens of one issuer."""

    def __init__(self, provider: OpenIdConnect, is_only_mode: bool) -> None:
        """is_only_mode: AppSync does not compare the issuer where there is no other mode."""
        _check_url(provider.issuer)
        self._provider = provider
        self._expected = None if is_only_mode else provider.issuer
        self._keys = PublishedKeys(provider.issuer, self._fetch)
        self.issuer = provider.issuer

    async def verify(self, token: str, source_ips: list[str]) -> Caller:
        """The caller whom a token names.

        Raises:
            RequestError: 401; the token is not this issuer's, not for this client, or too old.
        """
        claims = await verified_claims(token, self._keys, ALGORITHMS, self._expected)
        self._check_client(claims)
        _check_age(claims.get("iat"), self._provider.issued_ms)
        _check_age(claims.get("auth_time"), self._provider.authenticated_ms)
        identity = {"claims": claims, "issuer": claims["iss"], "sub": claims["sub"]}
        return Caller(AuthMode.OPENID_CONNECT, identity)

    async def _fetch(self) -> bytes:
        discovered = orjson.loads(await _get(self._provider.issuer.rstrip("/") + DISCOVERY_PATH))
        return await _get(str(discovered["jwks_uri"]))

    def _check_client(self, claims: Claims) -> None:
        pattern = self._provider.client_id_regex
        if not pattern:
            return
        audience = claims.get("aud")
        clients = [*(audience if isinstance(audience, list) else [audience]), claims.get("azp")]
        if not any(isinstance(one, str) and re.fullmatch(pattern, one) for one in clients):
            raise Unauthorized


def _check_age(moment: object, allowed_ms: int) -> None:
    """Refuse what happened longer ago than allowed; 0 allows any age."""
    if not allowed_ms:
        return
    if isinstance(moment, bool) or not isinstance(moment, int | float):
        raise Unauthorized
    if time.time() - moment > allowed_ms / 1000 + CLOCK_SKEW_SECONDS:
        raise Unauthorized("Token has expired.")


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise DefinitionError(f"The OpenID Connect issuer '{url}' is no http or https URL.")


async def _get(url: str) -> bytes:
    """A document of bounded size; redirects are not followed."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(url)
    client = HttpClient(f"{parts.scheme}://{parts.netloc}")
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        response = await client.request("GET", path or "/")
    finally:
        client.close()
    if response.status != 200 or len(response.body) > MAX_DOCUMENT_BYTES:
        raise ValueError(url)
    return response.body
