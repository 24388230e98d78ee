"""JSON Web Tokens: nothing in one is believed before its signature, and little of its header after.

The rules of RFC 8725: the key decides which algorithms count, never the token; headers that bring
keys of their own are not looked at; extensions that must be understood are refused.
https://www.rfc-editor.org/rfc/rfc8725
"""

from typing import Any

import jwt

from local.appsync.auth.keys import PublishedKeys
from local.appsync.errors import Unauthorized

CLOCK_SKEW_SECONDS = 60
MAX_TOKEN_CHARACTERS = 16 * 1024

Claims = dict[str, Any]


def bare_token(header: str) -> str:
    """The token of an Authorization header, with or without `Bearer`."""
    scheme, _, rest = header.strip().partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else header.strip()


def unverified_issuer(token: str) -> str | None:
    """The issuer that a token claims, to choose who verifies it; None: it is no JWT."""
    if len(token) > MAX_TOKEN_CHARACTERS or token.count(".") != 2:
        return None
    try:
        claims = jwt.decode(token, options={"verify_signature": False, "verify_exp": False})
    except jwt.InvalidTokenError:
        return None
    return str(claims.get("iss", ""))


async def verified_claims(
    token: str, keys: PublishedKeys, algorithms: frozenset[str], issuer: str | None
) -> Claims:
    """What a token says, once its signature, times and issuer are right.

    algorithms: what the provider accepts, of those that go with the key. issuer: None does not ask.

    Raises:
        RequestError: 401; the token is malformed, forged, another issuer's, or out of its time.
            503; the issuer's keys cannot be read.
    """
    header = _header(token)
    key = await keys.get(header["kid"])
    if key is None or header.get("alg") not in key.algorithms & algorithms:
        raise Unauthorized
    try:
        claims: Claims = jwt.decode(
            token,
            key.key,
            algorithms=[header["alg"]],
            issuer=issuer,
            leeway=CLOCK_SKEW_SECONDS,
            options={"require": ["exp", "iss", "sub"], "verify_aud": False},
        )
    except jwt.ExpiredSignatureError as error:
        raise Unauthorized("Token has expired.") from error
    except jwt.InvalidTokenError as error:
        raise Unauthorized from error
    return claims


def _header(token: str) -> dict[str, Any]:
    try:
        header: dict[str, Any] = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise Unauthorized("Unable to parse JWT token.") from error
    if "crit" in header or not isinstance(header.get("kid"), str):
        raise Unauthorized
    return header
