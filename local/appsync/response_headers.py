"""Headers that resolver code adds to the HTTP answer: `util.http.addResponseHeader`.

https://docs.aws.amazon.com/appsync/latest/devguide/http-helpers-in-utils-http-js.html
"""

import re
from typing import Any

import orjson

from local.appsync.errors import FieldError

MAX_BYTES = 4 * 1024  # of all names and values
ERROR_TYPE = "ResponseHeaderError"

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token of RFC 9110, section 5.6.2
_REFUSED = {
    "transfer-encoding", "connection", "host", "expect", "keep-alive", "upgrade",
    "proxy-authenticate", "proxy-authorization", "te", "content-length", "content-type", "vary",
}  # fmt: skip
_REFUSED_PREFIXES = ("access-control-", "x-amzn-", "x-amz-")


class ResponseHeaders:
    """What one request's resolvers added; of a name that is given twice, the last."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}

    def add(self, name: str, value: Any) -> None:
        """Set a header.

        Raises:
            FieldError: the service sets this header itself, it is no header, or it is too much.
        """
        lower = name.strip().lower()
        if not _NAME.fullmatch(lower):
            raise _refused(f"'{name}' is no name of a header.")
        if lower in _REFUSED or lower.startswith(_REFUSED_PREFIXES):
            raise _refused(f"The header '{lower}' may not be set.")
        if value is None:
            raise _refused(f"The header '{lower}' has no value.")
        text = value if isinstance(value, str) else orjson.dumps(value).decode()
        if not text.isprintable() or not text.isascii():
            raise _refused(f"The value of the header '{lower}' is no printable ASCII.")
        given = {**self._given, lower: text}
        if sum(len(key) + len(one) for key, one in given.items()) > MAX_BYTES:
            raise _refused(f"The headers are over {MAX_BYTES:,} bytes with '{lower}'.")
        self._given = given

    def encoded(self) -> list[tuple[bytes, bytes]]:
        """As the answer takes them."""
        return [(name.encode(), value.encode()) for name, value in self._given.items()]


def _refused(message: str) -> FieldError:
    return FieldError(message, ERROR_TYPE)
