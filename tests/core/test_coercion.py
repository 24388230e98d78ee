"""Days, from and to GraphQL's JSON."""

from datetime import UTC, date, datetime

import pytest

from core.coercion import from_json, to_json
from core.errors import InvalidTime

DAY = date(2026, 11, 20)


@pytest.mark.parametrize("text", ["2026-11-20", "2026-11-20Z", "2026-11-20+05:30"])
def test_a_day_is_the_same_in_every_zone(text: str) -> None:
    assert from_json(date, text) == from_json(date | None, text) == DAY


@pytest.mark.parametrize(
    "text",
    ["2026-11-31", "20261120", "2026-W47-5", "2026-11-20T12:00", "2026-11-20 ", "\ud800"],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidTime, match="cannot be read; give one such as 2026-11-20"):
        from_json(date, text)


def test_a_day_and_a_moment_are_written_as_graphql_has_them() -> None:
    assert to_json([DAY, datetime(2026, 11, 20, tzinfo=UTC)]) == [
        "2026-11-20",
        "2026-11-20T00:00:00.000Z",
    ]
