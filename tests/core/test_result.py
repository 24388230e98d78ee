"""Typed fields as JSON values, cut to what a push and a page may carry."""

import json

import pytest

from core.result import (
    PREVIEW_BYTES,
    PREVIEW_ROWS,
    Column,
    Position,
    StatementResult,
    page,
    position,
    preview,
    value,
)

COLUMNS = [Column("c", "varchar")]


def result(texts: list[str], token: str | None = None) -> StatementResult:
    return StatementResult(COLUMNS, [[{"stringValue": text}] for text in texts], token)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ({"isNull": True}, None),
        ({"booleanValue": False}, False),
        ({"longValue": 9_007_199_254_740_991}, 9_007_199_254_740_991),
        ({"longValue": 9_007_199_254_740_993}, "9007199254740993"),
        ({"longValue": -(2**63)}, "-9223372036854775808"),
        ({"doubleValue": 0.5}, 0.5),
        ({"stringValue": "12.30"}, "12.30"),
        ({"blobValue": b"\x00\xff"}, "AP8="),
    ],
)
def test_a_field_is_its_value(field: dict[str, object], expected: object) -> None:
    assert value(field) == expected


def test_a_page_goes_on_where_it_was_cut() -> None:
    first = page(result(["a", "b", "c"]), Position(), limit=2)
    assert position(first.next_token) == Position(None, 2)


def test_a_page_goes_on_in_redshifts_next_answer() -> None:
    last = page(result(["a"], token="t2"), Position("t1"), limit=10)
    assert position(last.next_token) == Position("t2", 0)


def test_a_row_larger_than_a_page_is_a_page() -> None:
    assert page(result(["x" * 100, "y"]), Position(), limit=10, max_bytes=10).rows == [["x" * 100]]


def test_a_preview_has_the_first_rows() -> None:
    shown = preview(result([str(n) for n in range(1_000)]))
    assert len(shown.rows) == PREVIEW_ROWS
    assert position(shown.next_token) == Position(None, PREVIEW_ROWS)


def test_a_preview_stays_within_what_a_push_may_carry() -> None:
    shown = preview(result(['"\\\n€' * 2_000] * 50))
    carried = json.dumps(json.dumps(shown.rows, ensure_ascii=False), ensure_ascii=False)
    assert 0 < len(carried.encode()) <= PREVIEW_BYTES


def test_a_row_too_large_for_a_push_is_read_instead() -> None:
    shown = preview(result(["x" * 200_000]))
    assert shown.rows == []
    assert position(shown.next_token) == Position(None, 0)
