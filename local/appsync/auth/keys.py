"""Public keys by key id, from where an issuer publishes them: kept for an hour, rotated in seconds.

Only the configured address is asked; a token cannot name another. Symmetric keys are refused: what
is published is no secret.
https://www.rfc-editor.org/rfc/rfc7517
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from local.appsync.errors import RequestError

KEYS_SECONDS = 3600.0  # how long fetched keys are believed without asking again
REFETCH_SECONDS = 5.0  # an unknown key id asks again, but not more often than this
MAX_KEYS = 16
MAX_DOCUMENT_BYTES = 256 * 1024
FETCH_SECONDS = 5.0

_OF_RSA = frozenset({"RS256", "RS384", "RS512"})
_OF_CURVE = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}

Fetch = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True)
class PublicKey:
    """A key, and the algorithms that a token signed by it may name."""

    key: RSAPublicKey | EllipticCurvePublicKey
    algorithms: frozenset[str]


class PublishedKeys:
    """The keys of one issuer."""

    def __init__(self, issuer: str, fetch: Fetch) -> None:
        self._issuer = issuer
        self._fetch = fetch
        self._keys: dict[str, PublicKey] = {}
        self._fetched_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def get(self, key_id: str) -> PublicKey | None:
        """The key, fetched again when it is unknown or old; None if there is none of that id.

        Raises:
            RequestError: 503; no key is known and the issuer cannot be asked.
        """
        age = time.monotonic() - self._fetched_at
        if age > KEYS_SECONDS or (key_id not in self._keys and age > REFETCH_SECONDS):
            async with self._fetching:
                if time.monotonic() - self._fetched_at >= age:
                    await self._refresh()
        return self._keys.get(key_id)

    async def _refresh(self) -> None:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                document = await self._fetch()
            self._keys = _keys(orjson.loads(document)["keys"])
        except (OSError, TimeoutError, ValueError, KeyError, TypeError) as error:
            if not self._keys:
                text = f"The keys of {self._issuer} cannot be read."
                raise RequestError(503, "ServiceUnavailableException", text) from error
        self._fetched_at = time.monotonic()


def _keys(published: list[dict[str, Any]]) -> dict[str, PublicKey]:
    keys = {}
    for entry in published[:MAX_KEYS]:
        key = _public_key(entry)
        if key is not None and isinstance(entry.get("kid"), str):
            keys[entry["kid"]] = key
    return keys


def _public_key(entry: dict[str, Any]) -> PublicKey | None:
    """One published key; None for a kind that is not for signatures, or not supported."""
    if entry.get("kty") not in ("RSA", "EC") or entry.get("use", "sig") != "sig":
        return None
    try:
        key = jwt.PyJWK.from_dict(entry).key
    except jwt.PyJWTError:
        return None
    if isinstance(key, RSAPublicKey):
        algorithms = _OF_RSA
    elif isinstance(key, EllipticCurvePublicKey) and key.curve.name in _OF_CURVE:
        algorithms = frozenset({_OF_CURVE[key.curve.name]})
    else:
        return None
    named = entry.get("alg")
    return PublicKey(key, algorithms if named is None else algorithms & {named})
