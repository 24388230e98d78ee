"""The upgrade request: by which of three ways its authorization headers came.

https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
"""

import base64
import binascii
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

import orjson

PROTOCOL = "graphql-ws"
_HEADER_PREFIX = "header-"


class ProtocolRefused(Exception):
    """The client offers no protocol that this endpoint speaks; the message is the service's."""


def check_protocol(offered: list[str]) -> None:
    """The client must offer `graphql-ws`.

    Raises:
        ProtocolRefused: it offers none, or others only.
    """
    protocols = [name for name in offered if not name.startswith(_HEADER_PREFIX)]
    if not protocols:
        raise ProtocolRefused("NoProtocolError")
    if PROTOCOL not in protocols:
        raise ProtocolRefused("SubProtocolNotSupportedError")


def authorization_headers(
    query: bytes, offered: list[str], headers: Iterable[tuple[bytes, bytes]]
) -> dict[str, str]:
    """The headers to authorize with: of the query, of a subprotocol, or of the request itself."""
    for name in offered:
        if name.startswith(_HEADER_PREFIX):
            return _decoded(name.removeprefix(_HEADER_PREFIX))
    if given := parse_qs(query.decode("latin-1")).get("header"):
        return _decoded(given[0])
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def lower_case(headers: Any) -> dict[str, str]:
    """Headers of a JSON object, by lower-case names; anything but strings is dropped."""
    if not isinstance(headers, dict):
        return {}
    return {str(name).lower(): value for name, value in headers.items() if isinstance(value, str)}


def _decoded(text: str) -> dict[str, str]:
    """Base64 of a JSON object, in either alphabet, padded or not, a `+` read as a space or not."""
    plain = text.replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return lower_case(orjson.loads(base64.b64decode(plain + "=" * (-len(plain) % 4))))
    except (binascii.Error, ValueError):
        return {}
