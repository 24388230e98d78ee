"""Values of parameters: one spelling a value, and a refusal that says what to give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidParameter
from core.parameters import Parameter, ParameterInput, bound_value, check_parameters, check_value
from core.report import ParameterType, ReportParameter

T = ParameterType


def declared(type: ParameterType, **more: object) -> ReportParameter:
    return ReportParameter("p", type, required=False, **more)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("parameter", "text", "expected"),
    [
        (declared(T.TEXT), "it's; drop table --", "it's; drop table --"),
        (declared(T.INTEGER), "+007", "7"),
        (declared(T.INTEGER), str(2**63 - 1), str(2**63 - 1)),
        (declared(T.DECIMAL), "12.50", "12.5"),
        (declared(T.DECIMAL), "-0.00", "0"),
        (declared(T.DECIMAL), "1000", "1000"),
        (declared(T.DECIMAL, scale=0), "3.0", "3"),
        (declared(T.BOOLEAN), "true", "true"),
        (declared(T.DATE), "2016-02-29", "2016-02-29"),
        (declared(T.MONTH), "2015-06", "2015-06"),
        (declared(T.TIMESTAMP), "2015-06-01T10:30", "2015-06-01 10:30:00"),
        (declared(T.TIMESTAMP), "2015-06-01 10:30:00.5", "2015-06-01 10:30:00.500000"),
        (declared(T.ENUM, options=["cash", "card"]), "cash", "cash"),
    ],
)
def test_a_value_has_one_spelling(parameter: ReportParameter, text: str, expected: str) -> None:
    assert check_value(parameter, text) == expected
    assert check_value(parameter, expected) == expected


@pytest.mark.parametrize(
    ("parameter", "text", "reason"),
    [
        (declared(T.TEXT), "", "is empty"),
        (declared(T.TEXT), "a\0b", "contains a NUL character"),
        (declared(T.TEXT), "\ud800", "is not well-formed Unicode"),
        (declared(T.TEXT, max_length=3), "abcd", "has 4 characters, more than 3"),
        (declared(T.INTEGER), "1.0", "is not a whole number; give a whole number"),
        (declared(T.INTEGER), "1e3", "is not a whole number"),
        (declared(T.INTEGER), "\u0661", "is not a whole number"),
        (declared(T.INTEGER), str(2**63), "does not fit into 64 bits"),
        (declared(T.INTEGER, min="1", max="10"), "11", "is out of range; .* from 1 up to 10"),
        (declared(T.DECIMAL), "1.234", "has more than 2 digits after the point"),
        (declared(T.DECIMAL), "1" * 17, "has more than 16 digits before the point"),
        (declared(T.DECIMAL), "NaN", "is not a decimal number"),
        (declared(T.DECIMAL, max="9.5"), "9.51", "is out of range"),
        (declared(T.BOOLEAN), "yes", "is neither true nor false"),
        (declared(T.DATE), "2015-02-30", "is not a day of the calendar"),
        (declared(T.DATE), "20150201", "is not a date; give a date as YYYY-MM-DD"),
        (declared(T.MONTH), "2015-13", "is not a month of the calendar"),
        (declared(T.MONTH), "June 2015", "is not a month; give a month as YYYY-MM"),
        (declared(T.MONTH, min="2015-01", max="2015-12"), "2016-01", "from 2015-01 up to 2015-12"),
        (declared(T.TIMESTAMP), "2015-06-01T10:00Z", "is not a timestamp without a time zone"),
        (declared(T.ENUM, options=["cash", "card"]), "CASH", "give one of cash, card"),
    ],
)
def test_a_refusal_names_value_rule_and_next_step(
    parameter: ReportParameter, text: str, reason: str
) -> None:
    with pytest.raises(InvalidParameter, match=f"^Parameter p: .*{reason}") as refused:
        check_value(parameter, text)
    assert "; give " in str(refused.value)


def test_a_refused_value_is_shown_cut_and_without_control_characters() -> None:
    with pytest.raises(InvalidParameter) as refused:
        check_value(declared(T.INTEGER), "\x1b[31m" + "x" * 10_000)
    assert "\x1b" not in str(refused.value)
    assert len(str(refused.value)) < 250


def test_a_month_binds_its_first_day() -> None:
    assert bound_value(declared(T.MONTH), "2015-06") == "2015-06-01"


def test_a_default_stands_in_for_a_value() -> None:
    parameter = declared(T.MONTH, default="2015-06")
    assert check_parameters([parameter], []) == [Parameter("p", "2015-06")]


def test_an_optional_parameter_may_be_left_out() -> None:
    assert check_parameters([declared(T.TEXT)], []) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "Parameter p is missing; give a month as YYYY-MM."),
        ([("q", "1")], "Parameter 'q' is unknown; this report takes: p."),
        ([("p", "2015-06"), ("p", "2015-07")], "Parameter p is given twice; give it once."),
    ],
)
def test_parameters_must_be_those_declared(given: list[tuple[str, str]], message: str) -> None:
    required = ReportParameter("p", T.MONTH, required=True)
    with pytest.raises(InvalidParameter) as refused:
        check_parameters([required], [ParameterInput(*pair) for pair in given])
    assert str(refused.value) == message


@given(st.text(max_size=50), st.sampled_from(ParameterType))
def test_any_text_is_checked_or_refused(text: str, type: ParameterType) -> None:
    parameter = declared(type, options=["a"])
    try:
        spelling = check_value(parameter, text)
    except InvalidParameter:
        return
    assert spelling
    assert check_value(parameter, spelling) == spelling
