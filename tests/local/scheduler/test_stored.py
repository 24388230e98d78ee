"""A schedule's slots: time zones, start and end dates, rates."""

from datetime import UTC, datetime

import pytest

from core.schedule import InvalidSchedule
from tests.local.scheduler.machine import CREATED, moment, stored

BERLIN = {"ScheduleExpressionTimezone": "Europe/Berlin"}


def test_a_wall_clock_time_moves_in_utc_when_clocks_go_forward() -> None:
    schedule = stored(ScheduleExpression="cron(0 7 * * ? *)", **BERLIN)
    before = schedule.next_slot(moment("2026-03-27T12:00:00"))
    assert before == moment("2026-03-28T06:00:00")
    assert schedule.next_slot(moment("2026-03-28T12:00:00")) == moment("2026-03-29T05:00:00")


def test_a_time_that_clocks_leave_out_is_skipped() -> None:
    schedule = stored(ScheduleExpression="cron(30 2 * * ? *)", **BERLIN)
    assert schedule.next_slot(moment("2026-03-28T12:00:00")) == moment("2026-03-30T00:30:00")


def test_a_time_that_comes_twice_is_one_slot() -> None:
    schedule = stored(ScheduleExpression="cron(30 2 * * ? *)", **BERLIN)
    first = schedule.next_slot(moment("2026-10-24T12:00:00"))
    assert first == moment("2026-10-25T00:30:00")
    assert schedule.next_slot(first) == moment("2026-10-26T01:30:00")


def test_at_names_a_time_of_its_zone() -> None:
    schedule = stored(
        ScheduleExpression="at(2026-03-01T23:00:00)", ScheduleExpressionTimezone="Asia/Kathmandu"
    )
    assert schedule.next_slot(CREATED) == moment("2026-03-01T17:15:00")
    assert schedule.next_slot(moment("2026-03-01T17:15:00")) is None


def test_at_knows_no_start_and_no_end() -> None:
    schedule = stored(
        ScheduleExpression="at(2026-03-02T10:00:00)",
        StartDate=datetime(2026, 3, 3, tzinfo=UTC),
        EndDate=datetime(2026, 3, 1, tzinfo=UTC),
    )
    assert schedule.next_slot(CREATED) == moment("2026-03-02T10:00:00")


def test_a_rate_begins_when_it_is_created() -> None:
    schedule = stored(ScheduleExpression="rate(2 hours)")
    assert schedule.next_slot(moment("2026-03-01T07:59:59")) == CREATED
    assert schedule.next_slot(CREATED) == moment("2026-03-01T10:00:00")


def test_a_rate_with_a_start_date_begins_then() -> None:
    schedule = stored(ScheduleExpression="rate(1 day)", StartDate=moment("2026-03-05T06:30:00"))
    first = schedule.next_slot(CREATED)
    assert first == moment("2026-03-05T06:30:00")
    assert schedule.next_slot(first) == moment("2026-03-06T06:30:00")


def test_nothing_is_fired_before_the_start_date_or_after_the_end_date() -> None:
    start, end = moment("2026-03-05T09:00:00"), moment("2026-03-06T09:00:00")
    schedule = stored(StartDate=start, EndDate=end)
    assert schedule.next_slot(CREATED) == start
    assert schedule.next_slot(start) == end
    assert schedule.next_slot(end) is None


def test_the_latest_of_many_missed_slots_is_found() -> None:
    schedule = stored(ScheduleExpression="cron(* * * * ? *)")
    latest = schedule.latest_slot(CREATED, moment("2027-03-01T12:34:56"))
    assert latest == moment("2027-03-01T12:34:00")


def test_the_latest_of_rare_slots_is_found() -> None:
    schedule = stored()
    assert schedule.latest_slot(CREATED, moment("2026-04-01T08:59:00")) == moment(
        "2026-03-31T09:00:00"
    )


def test_a_slot_that_has_grown_too_old_is_none() -> None:
    schedule = stored(Target={"RetryPolicy": {"MaximumEventAgeInSeconds": 3600}})
    assert schedule.latest_slot(CREATED, moment("2026-03-01T10:00:01")) is None


def test_a_time_zone_that_is_none_is_an_error() -> None:
    with pytest.raises(InvalidSchedule, match="Mars/Olympus"):
        stored(ScheduleExpressionTimezone="Mars/Olympus")


def test_a_rate_of_nothing_is_an_error() -> None:
    with pytest.raises(InvalidSchedule, match=r"rate\(0 minutes\)"):
        stored(ScheduleExpression="rate(0 minutes)")
