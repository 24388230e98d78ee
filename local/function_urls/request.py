"""A request of ASGI as function URLs see it: which URL it is for, and what was asked of that."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from local.function_urls.errors import MAX_PAYLOAD_BYTES, Refused, too_large

BODY_SECONDS = 30.0
_OWN_HOST = re.compile(r"([a-z0-9]+)\.lambda-url\.")

Receive = Callable[[], Awaitable[Any]]


@dataclass(frozen=True)
class Request:
    """A request to one function URL.

    headers: lower-case names; of a name that came twice, the values with commas between.
    path: as sent, below the URL. signed_path: as sent, whole.
    """

    url_id: str
    method: str
    path: str
    signed_path: str
    query: str
    headers: dict[str, str]
    cookies: list[str]
    body: bytes
    source_ip: str
    protocol: str


async def read_request(scope: Any, receive: Receive) -> Request | None:
    """The whole request; None when the client left before it was whole.

    Raises:
        Refused: 408, 413; the body does not come, or is too large.
    """
    headers, cookies = _headers(scope["headers"])
    signed_path = scope["raw_path"].decode("latin-1")
    url_id, path = addressed(headers.get("host", ""), signed_path)
    body = await _body(receive, headers.get("content-length"))
    if body is None:
        return None
    return Request(
        url_id=url_id,
        method=scope["method"],
        path=path,
        signed_path=signed_path,
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        cookies=cookies,
        body=body,
        source_ip=(scope.get("client") or ("127.0.0.1",))[0],
        protocol=f"HTTP/{scope['http_version']}",
    )


def addressed(host: str, path: str) -> tuple[str, str]:
    """The id of the URL, by its own host or else as the path's first segment; the path below it."""
    own = _OWN_HOST.match(host)
    if own is not None:
        return own[1], path
    url_id, _, rest = path.removeprefix("/").partition("/")
    return url_id, f"/{rest}"


def _headers(given: list[tuple[bytes, bytes]]) -> tuple[dict[str, str], list[str]]:
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for raw_name, raw_value in given:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name == "cookie":
            cookies += [cookie.strip() for cookie in value.split(";") if cookie.strip()]
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers, cookies


async def _body(receive: Receive, length: str | None) -> bytes | None:
    if length is not None and int(length) > MAX_PAYLOAD_BYTES:
        raise too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                body += message.get("body", b"")
                if len(body) > MAX_PAYLOAD_BYTES:
                    raise too_large()
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        text = f"The body was not whole after {BODY_SECONDS:.0f} s."
        raise Refused(408, "RequestTimeoutException", text) from None
