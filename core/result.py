"""Results: the Data API's typed fields as JSON values, a page at a time.

Redshift chooses how many rows one GetStatementResult answers; a page of ours is a slice of that.
Its `next_token` says which answer of Redshift's to fetch again and how many of its rows were had.
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_GetStatementResult.html
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import Any, NewType

from core.errors import InvalidNextToken

MAX_PAGE_BYTES = 2 * 1024 * 1024  # AppSync takes 5 MB from a resolver, and escapes the rows
PREVIEW_BYTES = 100 * 1024  # of a push, which AppSync drops above 240 KB
PREVIEW_ROWS = 100
MAX_SAFE_INTEGER = 2**53 - 1

Row = list[Any]
Rows = NewType("Rows", list[Row])
Count = NewType("Count", int)  # of rows or bytes: a Float in GraphQL, whose Int ends at 2^31


@dataclass(frozen=True)
class Column:
    """A column of a result. `type`: Redshift's name of the type, such as int8, numeric or date."""

    name: str
    type: str


@dataclass(frozen=True)
class ResultPage:
    """Some rows of a result, and the token that continues after them.

    rows: a JSON array of arrays in the order of `columns`. Integers and floating-point numbers are
        numbers, booleans are booleans, NULL is null; numeric, dates and times are texts, and so
        are integers beyond 2^53, which JavaScript would round.
    """

    columns: list[Column]
    rows: Rows
    next_token: str | None = None


@dataclass(frozen=True)
class StatementResult:
    """What one GetStatementResult answers. `records`: rows of fields such as {"longValue": 3}."""

    columns: list[Column]
    records: Sequence[Sequence[Mapping[str, Any]]]
    next_token: str | None


@dataclass(frozen=True)
class Position:
    """Where a page begins: after `offset` rows of the answer that Redshift's `token` fetches."""

    token: str | None = None
    offset: int = 0

    def written(self) -> str:
        """As a `next_token`."""
        return base64.urlsafe_b64encode(json.dumps([self.token, self.offset]).encode()).decode()


def position(next_token: str | None) -> Position:
    """The position a `next_token` was written from; the beginning for None.

    Raises:
        InvalidNextToken: it was not written by `Position.written`.
    """
    if next_token is None:
        return Position()
    try:
        token, offset = json.loads(base64.b64decode(next_token, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError):
        raise refused_token(next_token) from None
    if not isinstance(token, str | None) or not isinstance(offset, int) or not 0 <= offset < 2**31:
        raise refused_token(next_token)
    return Position(token, offset)


def refused_token(next_token: str) -> InvalidNextToken:
    return InvalidNextToken(
        f"nextToken {next_token[:80]!a} was not given by an earlier page of this list; "
        "begin again without a nextToken."
    )


def page(
    result: StatementResult, start: Position, limit: int, max_bytes: int = MAX_PAGE_BYTES
) -> ResultPage:
    """At most `limit` rows from `start` on, at least one, and no more than `max_bytes` of them."""
    rows = _slice(result, start, limit)
    fitting = max(len(_fitting(rows, max_bytes)), 1)
    return _page(result, start, Rows(rows[:fitting]))


def preview(result: StatementResult) -> ResultPage:
    """The first rows, as many as a push may carry, be it none."""
    rows = _slice(result, Position(), PREVIEW_ROWS)
    return _page(result, Position(), _fitting(rows, PREVIEW_BYTES))


def value(field: Mapping[str, Any]) -> Any:
    """A field's value as JSON has it; bytes as base64.

    On its way it is a number of JavaScript's, in AppSync's resolvers and in browsers.
    """
    ((kind, content),) = field.items()
    if kind == "isNull":
        return None
    if kind == "longValue" and abs(content) > MAX_SAFE_INTEGER:
        return str(content)
    return base64.b64encode(content).decode() if kind == "blobValue" else content


def _slice(result: StatementResult, start: Position, limit: int) -> list[Row]:
    records = result.records[start.offset : start.offset + limit]
    return [[value(field) for field in record] for record in records]


def _page(result: StatementResult, start: Position, rows: Rows) -> ResultPage:
    had = start.offset + len(rows)
    if had < len(result.records):
        following = Position(start.token, had).written()
    elif result.next_token:
        following = Position(result.next_token).written()
    else:
        following = None
    return ResultPage(result.columns, rows, following)


def _fitting(rows: Sequence[Row], max_bytes: int) -> Rows:
    """The first of the rows that together, as AWSJSON carries them, stay within `max_bytes`."""
    sizes = accumulate(_size(row) for row in rows)
    return Rows(
        [
            row
            for row, _ in takewhile(
                lambda pair: pair[1] <= max_bytes, zip(rows, sizes, strict=True)
            )
        ]
    )


def _size(row: Row) -> int:
    """Bytes of a row inside a JSON text that is itself a JSON string."""
    return len(json.dumps(json.dumps(row, ensure_ascii=False), ensure_ascii=False).encode())
