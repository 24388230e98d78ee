"""Python's values as the texts that the service takes."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from core.parameters import check_value
from core.report import ParameterType, ReportParameter
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


# Of each type: values that it has, and how they are read from the text that the service binds.
TYPES: dict[ParameterType, tuple[st.SearchStrategy[Value], Callable[[str], Value]]] = {
    ParameterType.TEXT: (st.text(st.characters(exclude_categories=["Cs"]), min_size=1), str),
    ParameterType.ENUM: (st.sampled_from(["red", "it's", "\N{GRINNING FACE}"]), str),
    ParameterType.INTEGER: (st.integers(-(2**63), 2**63 - 1), int),
    ParameterType.DECIMAL: (
        st.decimals(-(10**12), 10**12, places=4) | st.integers(-(10**12), 10**12),
        Decimal,
    ),
    ParameterType.BOOLEAN: (st.booleans(), lambda text: text == "true"),
    ParameterType.DATE: (st.dates(), date.fromisoformat),
    ParameterType.MONTH: (st.dates().map(lambda day: day.isoformat()[:7]), str),
    ParameterType.TIMESTAMP: (st.datetimes(), datetime.fromisoformat),
}


def test_values_of_every_type_are_tried() -> None:
    assert set(TYPES) == set(ParameterType)


@given_any(st.data(), st.sampled_from(ParameterType))
def test_a_value_of_every_type_is_to_the_service_what_it_was(
    data: st.DataObject, kind: ParameterType
) -> None:
    values, read = TYPES[kind]
    declared = ReportParameter(
        "p", kind, required=True, scale=4, options=["red", "it's", "\N{GRINNING FACE}"]
    )
    value = data.draw(values.filter(lambda it: it is not None and "\0" not in str(it)))

    assert read(check_value(declared, texts({"p": value})["p"])) == value


@given_any(st.floats(-1e9, 1e9))
def test_a_float_is_sent_with_all_its_digits(value: float) -> None:
    text = texts({"p": value})["p"]

    assert float(text) == value
    assert "e" not in text
