"""What a function returned as the HTTP response that it describes, or is.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
"""

import base64
import re
from dataclasses import dataclass
from typing import Any

import orjson

from local.function_urls.errors import Refused, bad_gateway

JSON = "application/json"
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token of RFC 9110, section 5.6.2
_OURS = {"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"}


@dataclass(frozen=True)
class Response:
    """An HTTP response; header names are lower-case."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def response(returned: bytes) -> Response:
    """Of what a function returned, as JSON.

    Raises:
        Refused: 502; it describes no response.
    """
    try:
        described = orjson.loads(returned or b"null")
    except ValueError as error:
        raise bad_gateway() from error
    if not isinstance(described, dict) or "statusCode" not in described:
        return Response(200, _encoded({"content-type": JSON}), returned or b"null")
    headers = {"content-type": JSON} | _headers(described.get("headers"))
    cookies = [(b"set-cookie", _value(cookie)) for cookie in _list(described.get("cookies"))]
    status = _status(described["statusCode"])
    return Response(status, _encoded(headers) + cookies, _body(described))


def refusal(refused: Refused) -> Response:
    """Of what does not get so far."""
    headers = {"content-type": JSON, "x-amzn-errortype": refused.error_type}
    body = orjson.dumps({refused.key: refused.message})
    return Response(refused.status, _encoded(headers), body)


def _status(given: Any) -> int:
    text = str(given)
    if isinstance(given, bool) or not re.fullmatch(r"[2-5]\d\d", text):
        raise bad_gateway()
    return int(text)


def _headers(given: Any) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(_NAME.fullmatch(name) for name in given):
        raise bad_gateway()
    texts = {name.lower(): _text(value) for name, value in given.items()}
    return {name: text for name, text in texts.items() if name not in _OURS}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return orjson.dumps(value).decode()
    raise bad_gateway()


def _list(given: Any) -> list[str]:
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise bad_gateway()
    return given


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), _value(value)) for name, value in headers.items()]


def _value(text: str) -> bytes:
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", text):
        raise bad_gateway()  # it would end the header, and begin another
    return text.encode()


def _body(described: dict[str, Any]) -> bytes:
    body = described.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise bad_gateway()
    if not described.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except ValueError as error:
        raise bad_gateway() from error
