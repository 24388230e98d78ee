"""Python's values as the texts that the service takes."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from querycast.errors import InvalidArgument
from querycast.parameters import Value, given, texts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2015-06", "2015-06"),
        ("", ""),
        (7, "7"),
        (-(2**63), "-9223372036854775808"),
        (1.5, "1.5"),
        (1e20, "100000000000000000000"),
        (Decimal("12.50"), "12.50"),
        (Decimal("1E+3"), "1000"),
        (True, "true"),
        (False, "false"),
        (date(2015, 6, 1), "2015-06-01"),
        (datetime(2015, 6, 1, 10, 30), "2015-06-01 10:30:00"),
    ],
)
def test_a_value_is_sent_as_text(value: Value, text: str) -> None:
    assert texts({"p": value}) == {"p": text}


def test_none_is_left_out() -> None:
    assert texts({"p": None}) == {}


def test_a_moment_with_a_time_zone_is_refused() -> None:
    with pytest.raises(InvalidArgument, match=r"Parameter since: .* has a time zone"):
        texts({"since": datetime(2015, 6, 1, tzinfo=UTC)})


def test_what_no_parameter_can_be_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="Parameter p: a list cannot be sent"):
        texts({"p": [1]})  # type: ignore[dict-item] # the point


def test_a_mapping_and_keywords_are_as_good_as_one_another() -> None:
    assert given({"a": 1}, {"b": True}) == {"a": "1", "b": "true"}
    assert given(None) == {}


def test_a_parameter_given_both_ways_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="Parameter b is given twice"):
        given({"a": 1, "b": 2}, {"b": 2})
