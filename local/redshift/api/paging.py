"""Tokens that say where the next page of an answer begins."""

import base64
import binascii
from typing import Any

import orjson

from local.redshift.errors import ValidationException


def token(value: Any) -> str:
    """The NextToken of a place."""
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode()


def place(token: str) -> Any:
    """What a NextToken was made of; raises ValidationException if it is none of ours."""
    try:
        return orjson.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError):
        raise invalid_token(token) from None


def page(items: list[Any], next_token: str | None, size: int) -> tuple[list[Any], str | None]:
    """A page of a list that is at hand, and the token of the next one; None after the last."""
    start = 0 if next_token is None else place(next_token)
    if not isinstance(start, int) or not 0 <= start < max(len(items), 1):
        raise invalid_token(next_token or "")
    end = start + size
    return items[start:end], token(end) if end < len(items) else None


def invalid_token(token: str) -> ValidationException:
    """The refusal of a token."""
    return ValidationException(f"NextToken {token[:100]!r} is not one that this server gave.")
