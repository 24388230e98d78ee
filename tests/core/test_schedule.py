"""Schedules run when the clocks of their zone say so: held against a search minute by minute."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.schedule import Cron, InvalidSchedule, Schedule

ZONES = (
    "UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/St_Johns",
    "America/Sao_Paulo", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe",
    "Pacific/Auckland", "Pacific/Apia", "Africa/Casablanca",
)  # fmt: skip
DAYS = 400
BEGIN = datetime(2026, 2, 1, tzinfo=UTC)
# Zones are quarters of an hour apart: no other minute shows a time of EXPRESSIONS in any of them.
MINUTES = tuple(minute for minute in range(60) if minute % 5 == 0 or minute % 15 == 14)
EXPRESSIONS = (
    "cron(0 7 ? * MON-FRI *)", "cron(30 2 * * ? *)", "cron(0/20 1-3 * * ? *)",
    "cron(15 0,12 L * ? *)", "cron(59 23 15W * ? *)", "cron(5 4 ? * 6L *)", "cron(0 3 ? * 2#2 *)",
    "cron(0 0 29 2 ? *)", "cron(0 1 31 1/2 ? 2026-2027)", "cron(45 2 ? 3,10,11 SUN *)",
)  # fmt: skip


def by_the_minute(zone: ZoneInfo) -> dict[str, list[datetime]]:
    """Every minute is looked at on a clock of the zone, and no time of the clock counts twice."""
    crons = {expression: Cron.of(expression, expression[5:-1]) for expression in EXPRESSIONS}
    assert {minute for cron in crons.values() for minute in cron.minutes} <= set(MINUTES)
    found: dict[str, list[datetime]] = {expression: [] for expression in EXPRESSIONS}
    shown: set[datetime] = set()
    days: dict[tuple[str, int, int], set[int]] = {}
    for hour, minute in product(range(DAYS * 24), MINUTES):
        moment = BEGIN + timedelta(hours=hour, minutes=minute)
        wall = moment.astimezone(zone).replace(tzinfo=None, fold=0)
        if wall in shown:
            continue
        shown.add(wall)
        for expression, cron in crons.items():
            if wall.minute not in cron.minutes or wall.hour not in cron.hours:
                continue
            month = (expression, wall.year, wall.month)
            if month not in days:
                days[month] = cron.days_of(wall.year, wall.month)
            if wall.month in cron.months and wall.year in cron.years and wall.day in days[month]:
                found[expression].append(moment)
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_it_runs_as_a_search_of_every_minute_finds(zone: str) -> None:
    expected = by_the_minute(ZoneInfo(zone))
    first = BEGIN + timedelta(hours=3)  # the search does not know what was shown before it began
    for expression in EXPRESSIONS:
        schedule = Schedule(expression, zone)
        found: list[datetime] = []
        at = schedule.next_after(first)
        while at is not None and at < BEGIN + timedelta(days=DAYS):
            found.append(at)
            at = schedule.next_after(at)
        assert found == [at for at in expected[expression] if at > first], expression


@pytest.mark.parametrize(
    ("expression", "month", "days"),
    [
        ("cron(0 0 L * ? *)", (2028, 2), {29}),
        ("cron(0 0 1W * ? *)", (2026, 8), {3}),  # a Saturday; the Friday is July's
        ("cron(0 0 31W * ? *)", (2026, 5), {29}),  # a Sunday; the Monday is June's
        ("cron(0 0 31W * ? *)", (2026, 4), set()),
        ("cron(0 0 ? * L *)", (2026, 2), {7, 14, 21, 28}),
        ("cron(0 0 ? * FRIL *)", (2026, 2), {27}),
        ("cron(0 0 ? * TUE#5 *)", (2026, 2), set()),
        ("cron(0 0 ? * TUE#5 *)", (2026, 3), {31}),
        ("cron(0 0 1,15-20/2,L * ? *)", (2026, 2), {1, 15, 17, 19, 28}),
    ],
)
def test_days_are_what_their_rules_say(
    expression: str, month: tuple[int, int], days: set[int]
) -> None:
    assert Cron.of(expression, expression[5:-1]).days_of(*month) == days


def test_a_time_that_is_left_out_is_skipped_and_one_that_comes_twice_runs_once() -> None:
    berlin = Schedule("cron(30 2 * * ? *)", "Europe/Berlin")
    spring = berlin.next_after(datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert spring == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)  # the 29th has no 02:30
    autumn = berlin.next_after(datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert berlin.next_after(autumn) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_a_rate_counts_from_when_it_began() -> None:
    rate = Schedule("rate(15 minutes)")
    since = datetime(2026, 1, 1, 0, 7, tzinfo=UTC)
    assert rate.next_after(datetime(2026, 1, 1, 1, tzinfo=UTC), since) == datetime(
        2026, 1, 1, 1, 7, tzinfo=UTC
    )
    assert rate.next_after(since, since) == since + timedelta(minutes=15)


def test_one_time_is_one_time() -> None:
    once = Schedule("at(2026-12-24T18:00:00)", "America/New_York")
    at = datetime(2026, 12, 24, 23, tzinfo=UTC)
    assert once.next_after(at - timedelta(seconds=1)) == at
    assert once.next_after(at) is None


def test_what_will_not_run_again_says_so() -> None:
    assert Schedule("cron(0 0 1 1 ? 2026)").next_after(datetime(2026, 1, 2, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("expression", "zone", "message"),
    [
        ("0 7 * * *", "UTC", "'0 7 * * *' is no schedule; write cron"),
        ("cron(0 7 * * *)", "UTC", "has 5 fields; cron takes 6"),
        ("cron(0 7 * * * *)", "UTC", "needs ? for the day of month or for the day of week"),
        ("cron(0 7 ? * ? *)", "UTC", "needs ? for the day of month or for the day of week"),
        ("cron(60 7 * * ? *)", "UTC", "'60' is no minutes; use 0 to 59"),
        ("cron(5-1 7 * * ? *)", "UTC", "'5-1' is no minutes"),
        ("cron(0/0 7 * * ? *)", "UTC", "'0/0' is no minutes"),
        ("cron(0 7 ? * MOON *)", "UTC", "'MOON' is no day of week; use 1 to 7"),
        ("cron(0 7 32 * ? *)", "UTC", "'32' is no day of month"),
        ("cron(0 7 40W * ? *)", "UTC", "'40' is no day of month"),
        ("cron(0 7 ? * MON#6 *)", "UTC", "'MON#6' is no day of week"),
        ("cron(0 7 30 2 ? *)", "UTC", "never runs; no month has such a day"),
        ("cron(0 7 1 1 ? 1969)", "UTC", "'1969' is no year; use 1970 to 2199"),
        ("rate(0 minutes)", "UTC", "is no rate; write a whole number"),
        ("rate(5 weeks)", "UTC", "is no rate; write a whole number"),
        ("at(tomorrow)", "UTC", "is no time; write at"),
        ("cron(0 7 * * ? *)", "Mars/Olympus", "Time zone 'Mars/Olympus' is unknown"),
        ("cron(0 7 * * ? *)", "../../etc/passwd", "is unknown; give an IANA name"),
        ("cron(0 7 * * ? *)", "", "is unknown; give an IANA name"),
    ],
)
def test_what_is_no_schedule_is_refused(expression: str, zone: str, message: str) -> None:
    with pytest.raises(InvalidSchedule) as refused:
        Schedule(expression, zone)
    assert message in str(refused.value)


@given(st.text(max_size=40), st.text(max_size=20))
def test_whatever_is_given_is_a_schedule_or_refused(text: str, zone: str) -> None:
    for expression in (text, f"cron({text})", f"rate({text})", f"at({text})"):
        with suppress(InvalidSchedule):
            Schedule(expression, zone).next_after(BEGIN)


def test_the_first_day_may_be_the_one_it_begins_on() -> None:
    cron = "cron(0 0 * * ? *)"
    assert next(Cron.of(cron, cron[5:-1]).days(date(2026, 5, 5))) == date(2026, 5, 5)
