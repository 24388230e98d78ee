"""The body of a request: read within limits, and understood as a GraphQL request.

AWS does not tell how large a request may be; 5 MB is what a resolver may answer with.
https://graphql.org/learn/serving-over-http/
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import orjson

from local.appsync.errors import BadRequest, MalformedRequest, RequestError
from local.appsync.json_limits import (
    MAX_NESTING,
    MAX_VALUES,
    has_too_many_values,
    nests_too_deeply,
)

MAX_BODY_BYTES = 5 * 1024 * 1024
BODY_SECONDS = 30.0
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UNCOMPRESSED = ("", "identity", "amz-1.0")  # the last is what AWS's own clients sign

Receive = Callable[[], Awaitable[Any]]


async def read_body(receive: Receive, length: bytes | None) -> bytes | None:
    """The whole body; None when the client left before it was whole.

    Raises:
        RequestError: 413, without reading on; it is too large. 408; it does not come.
    """
    if length is not None and int(length) > MAX_BODY_BYTES:
        raise _too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                body += message.get("body", b"")
                if len(body) > MAX_BODY_BYTES:
                    raise _too_large()
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        text = f"The body was not whole after {BODY_SECONDS:.0f} s."
        raise RequestError(408, "RequestTimeoutException", text) from None


def parse_body(body: bytes | str) -> dict[str, Any]:
    """A GraphQL request from JSON; unknown keys are ignored.

    Raises:
        MalformedRequest: it is no JSON object with a text `query`.
    """
    if not body:
        raise MalformedRequest("Request body is empty.")
    if isinstance(body, bytes):
        body = body.removeprefix(_BYTE_ORDER_MARK)
    return _checked(_json(body))


def parse_query_string(query: str) -> dict[str, Any]:
    """A GraphQL request from the parameters of a GET; `variables` are JSON.

    Raises:
        MalformedRequest: there is no `query`, or `variables` are no JSON object.
    """
    parameters = {name: values[-1] for name, values in parse_qs(query).items()}
    if "query" not in parameters:
        raise MalformedRequest("Invalid request, `query` can't be null.")
    given: dict[str, Any] = dict(parameters)
    if "variables" in parameters:
        given["variables"] = _json(parameters["variables"])
    return _checked(given)


def check_encoding(encoding: str) -> None:
    """Bodies come as they are: a compressed one could grow without bound.

    Raises:
        RequestError: 415; it is compressed.
    """
    if encoding.strip().lower() not in _UNCOMPRESSED:
        text = f"Content-Encoding '{encoding}' is not served; send the body uncompressed."
        raise RequestError(415, "UnsupportedMediaTypeException", text)


def _json(text: bytes | str) -> Any:
    try:
        value = orjson.loads(text)
    except ValueError as error:
        raise MalformedRequest from error
    if nests_too_deeply(text, value):
        raise MalformedRequest(f"The JSON is over {MAX_NESTING} levels deep; send a flatter one.")
    if has_too_many_values(text, value):
        raise MalformedRequest(f"The JSON holds over {MAX_VALUES:,} values; send fewer at once.")
    return value


def _checked(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or not isinstance(given.get("query"), str):
        raise MalformedRequest
    if not given["query"].strip():
        raise MalformedRequest("Invalid request, `query` can't be empty.")
    if not isinstance(given.get("variables"), dict | None):
        raise MalformedRequest("Invalid request, `variables` must be an object.")
    if not isinstance(given.get("operationName"), str | None):
        raise BadRequest("Invalid request, `operationName` must be a string.")
    return given


def _too_large() -> RequestError:
    text = f"The body is over {MAX_BODY_BYTES:,} bytes."
    return RequestError(413, "RequestEntityTooLargeException", text)
