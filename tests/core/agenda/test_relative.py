from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from core.agenda.relative import PERIODS, is_relative, resolved
from core.errors import InvalidParameter
from core.parameters import ParameterInput
from core.report import ParameterType, ReportParameter

DATE, MONTH, TIMESTAMP = ParameterType.DATE, ParameterType.MONTH, ParameterType.TIMESTAMP


def value(text: str, today: str, type: ParameterType = DATE) -> str:
    """What a value of that type is on a day."""
    declared = [ReportParameter("when", type, required=True)]
    [found] = resolved(declared, [ParameterInput("when", text)], date.fromisoformat(today))
    return found.value


def span(period: str, today: str) -> str:
    return f"{value(f'{period}.start', today)} {value(f'{period}.end', today)}"


@pytest.mark.parametrize(
    ("word", "today", "expected"),
    [
        ("today", "2026-11-27", "2026-11-27"),
        ("yesterday", "2026-01-01", "2025-12-31"),
        ("yesterday", "2024-03-01", "2024-02-29"),
        ("yesterday", "2026-03-01", "2026-02-28"),
        ("tomorrow", "2024-02-28", "2024-02-29"),
        ("tomorrow", "2026-12-31", "2027-01-01"),
    ],
)
def test_a_day_follows_the_calendar(word: str, today: str, expected: str) -> None:
    assert value(word, today) == expected
    assert value(word, today, TIMESTAMP) == f"{expected} 00:00:00"


@pytest.mark.parametrize(
    ("period", "today", "expected"),
    [
        ("this_week", "2026-11-27", "2026-11-23 2026-11-29"),
        ("this_week", "2026-11-23", "2026-11-23 2026-11-29"),  # a Monday
        ("this_week", "2026-11-29", "2026-11-23 2026-11-29"),  # a Sunday
        ("last_week", "2026-01-01", "2025-12-22 2025-12-28"),
        ("week_to_date", "2026-01-01", "2025-12-29 2026-01-01"),
        ("week_to_date", "2026-11-23", "2026-11-23 2026-11-23"),
        ("this_month", "2024-02-29", "2024-02-01 2024-02-29"),
        ("last_month", "2026-03-31", "2026-02-01 2026-02-28"),
        ("last_month", "2024-03-31", "2024-02-01 2024-02-29"),
        ("last_month", "2026-01-31", "2025-12-01 2025-12-31"),
        ("month_to_date", "2026-05-31", "2026-05-01 2026-05-31"),
        ("this_quarter", "2026-12-31", "2026-10-01 2026-12-31"),
        ("this_quarter", "2026-04-01", "2026-04-01 2026-06-30"),
        ("last_quarter", "2026-02-14", "2025-10-01 2025-12-31"),
        ("last_quarter", "2026-09-30", "2026-04-01 2026-06-30"),
        ("quarter_to_date", "2026-08-05", "2026-07-01 2026-08-05"),
        ("this_year", "2024-02-29", "2024-01-01 2024-12-31"),
        ("last_year", "2024-02-29", "2023-01-01 2023-12-31"),
        ("year_to_date", "2026-01-01", "2026-01-01 2026-01-01"),
        ("last_7_days", "2026-03-03", "2026-02-24 2026-03-02"),
        ("last_30_days", "2024-03-15", "2024-02-14 2024-03-14"),
        ("last_90_days", "2026-01-01", "2025-10-03 2025-12-31"),
    ],
)
def test_a_period_has_its_first_and_its_last_day(period: str, today: str, expected: str) -> None:
    assert span(period, today) == expected


@pytest.mark.parametrize("period", PERIODS)
def test_the_end_of_a_timestamp_is_the_midnight_after(period: str) -> None:
    first, last = span(period, "2024-02-29").split()
    after = value("tomorrow", last)
    start, end = (value(f"{period}.{edge}", "2024-02-29", TIMESTAMP) for edge in ("start", "end"))
    assert (start, end) == (f"{first} 00:00:00", f"{after} 00:00:00")


@pytest.mark.parametrize(
    ("word", "today", "expected"),
    [
        ("this_month", "2026-01-31", "2026-01"),
        ("last_month", "2026-01-31", "2025-12"),
        ("last_quarter.start", "2026-01-31", "2025-10"),
        ("last_quarter.end", "2026-01-31", "2025-12"),
        ("last_month.end", "2024-03-31", "2024-02"),
        ("last_7_days.start", "2026-03-03", "2026-02"),
    ],
)
def test_a_month_takes_months_and_those_of_periods(word: str, today: str, expected: str) -> None:
    assert value(word, today, MONTH) == expected


@pytest.mark.parametrize(
    ("type", "word"),
    [(DATE, "last_month"), (MONTH, "last_year"), (TIMESTAMP, "this_week"), (MONTH, "last_7_days")],
)
def test_a_bare_period_is_refused_where_one_day_is_wanted(type: ParameterType, word: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        value(word, "2026-11-27", type)
    assert str(refused.value) == (
        f"Parameter when: '{word}' is a period; add .start or .end: {word}.start, {word}.end."
    )


@pytest.mark.parametrize(
    ("type", "word"),
    [
        (DATE, "last_fortnight"),
        (DATE, "today.start"),
        (DATE, "last_month.middle"),
        (MONTH, "today"),
        (TIMESTAMP, "now"),
    ],
)
def test_what_is_no_word_of_a_type_is_refused_with_those_there_are(
    type: ParameterType, word: str
) -> None:
    with pytest.raises(InvalidParameter, match=r"is no value of its type; give a .*last_90_days"):
        value(word, "2026-11-27", type)


OTHERS = [type for type in ParameterType if type not in (DATE, MONTH, TIMESTAMP)]


@pytest.mark.parametrize("type", OTHERS)
def test_other_types_take_every_word_as_it_is(type: ParameterType) -> None:
    assert value("last_month", "2026-11-27", type) == "last_month"
    assert not is_relative(type, "last_month")


@pytest.mark.parametrize("text", ["2026-02-28", "2026-02", "2026-02-28 10:00:00", "", "Today"])
def test_what_is_no_word_is_left_to_the_check_of_parameters(text: str) -> None:
    assert value(text, "2026-11-27") == text


def test_an_unknown_parameter_is_left_to_the_check_of_parameters() -> None:
    given = [ParameterInput("other", "today")]
    assert resolved([], given, date(2026, 11, 27)) == given


@pytest.mark.parametrize(
    ("zone", "moment", "expected"),
    [
        ("Pacific/Kiritimati", "2026-12-31T10:00:00+00:00", "2027-01-01"),  # 14 hours ahead
        ("Pacific/Kiritimati", "2026-12-31T09:59:59+00:00", "2026-12-31"),
        ("America/Los_Angeles", "2027-01-01T07:59:59+00:00", "2026-12-31"),  # 8 hours behind
        ("Europe/Berlin", "2026-03-28T23:30:00+00:00", "2026-03-29"),  # the day of 23 hours
        ("Europe/Berlin", "2026-03-29T21:59:59+00:00", "2026-03-29"),
        ("Europe/Berlin", "2026-10-24T22:00:00+00:00", "2026-10-25"),  # the day of 25 hours
        ("Europe/Berlin", "2026-10-25T22:59:59+00:00", "2026-10-25"),
    ],
)
def test_today_is_that_of_the_zone(zone: str, moment: str, expected: str) -> None:
    there = datetime.fromisoformat(moment).astimezone(UTC).astimezone(ZoneInfo(zone))
    assert value("today", there.date().isoformat()) == expected
