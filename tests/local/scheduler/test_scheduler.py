"""The scheduler at work: what is fired when, across restarts, changes and missed time."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from local import aws
from local.scheduler.checkpoint import KEPT
from local.scheduler.scheduler import has_read_schedules
from local.settings import ROOT
from tests.local.conftest import Emulator, wait_until
from tests.local.scheduler.machine import NO_ANSWER, QUEUE, REFUSAL, Machine, Never, moment

NINE = "2026-03-01T09:00:00Z"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_slot_is_fired_once_within_a_second(machine: Machine) -> None:
    machine.api.put()
    machine.run("2026-03-01T08:59:59")
    assert machine.targets.times == []
    machine.run("2026-03-01T09:00:00")
    assert machine.targets.times == [NINE]
    machine.run("2026-03-01T12:00:00")
    assert machine.targets.times == [NINE]


def test_a_schedule_of_a_zone_follows_its_clocks(machine: Machine) -> None:
    machine.now = moment("2026-03-28T00:00:00")
    machine.api.put(CreationDate=machine.now, ScheduleExpressionTimezone="Europe/Berlin")
    machine.run("2026-03-29T12:00:00", timedelta(minutes=10))
    assert machine.targets.times == ["2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z"]


def test_a_restart_fires_nothing_twice(machine: Machine) -> None:
    machine.api.put(ScheduleExpression="at(2026-03-01T09:00:00)")
    machine.run("2026-03-01T09:00:30")
    machine.restart()
    machine.run("2026-03-01T10:00:00")
    assert machine.targets.times == [NINE]


def test_of_the_slots_missed_while_down_the_latest_is_fired(machine: Machine) -> None:
    machine.api.put(ScheduleExpression="rate(1 hour)")
    machine.run("2026-03-01T09:30:00")
    machine.sleep("2026-03-01T18:10:00")
    machine.restart()
    machine.step()
    assert machine.targets.times[2:] == ["2026-03-01T18:00:00Z"]
    assert "missed slots from 2026-03-01T10:00:00Z on" in "\n".join(machine.log)


def test_a_slot_missed_for_too_long_is_not_fired(machine: Machine) -> None:
    machine.api.put(ScheduleExpression="at(2026-03-01T09:00:00)")
    machine.step()
    machine.sleep("2026-03-02T09:00:01")
    machine.restart()
    machine.run("2026-03-02T10:00:00")
    assert machine.targets.times == []
    assert "too old" in "\n".join(machine.log)


def test_a_machine_that_was_asleep_fires_the_latest_slot_only(machine: Machine) -> None:
    machine.api.put()
    machine.step()
    machine.sleep("2026-03-04T09:30:00")
    machine.run("2026-03-04T10:00:00")
    assert machine.targets.times == ["2026-03-04T09:00:00Z"]


def test_a_disabled_schedule_is_not_fired(machine: Machine) -> None:
    machine.api.put(State="DISABLED")
    machine.run("2026-03-01T12:00:00")
    assert machine.targets.times == []


def test_what_a_schedule_missed_while_disabled_is_not_fired(machine: Machine) -> None:
    machine.api.put(State="DISABLED")
    machine.run("2026-03-01T09:30:00")
    machine.api.put(LastModificationDate=machine.now)
    machine.run("2026-03-02T09:30:00")
    assert machine.targets.times == ["2026-03-02T09:00:00Z"]


def test_a_deleted_schedule_is_not_fired(machine: Machine) -> None:
    machine.api.put()
    machine.run("2026-03-01T08:59:00")
    machine.api.schedules.clear()
    machine.run("2026-03-01T12:00:00")
    assert machine.targets.times == []


def test_a_changed_expression_counts_from_its_change(machine: Machine) -> None:
    machine.api.put()
    machine.run("2026-03-01T08:30:00")
    machine.api.put(
        ScheduleExpression="cron(15 8 * * ? *)", LastModificationDate=moment("2026-03-01T08:30:00")
    )
    machine.run("2026-03-02T09:30:00")
    assert machine.targets.times == ["2026-03-02T08:15:00Z"]


def test_a_change_without_a_new_date_is_noticed(machine: Machine) -> None:
    """So CloudFormation of the emulator makes it."""
    machine.api.put()
    machine.run("2026-03-01T08:30:00")
    machine.api.put(ScheduleExpression="cron(15 8 * * ? *)")
    machine.run("2026-03-02T09:30:00")
    assert machine.targets.times == ["2026-03-02T08:15:00Z"]


def test_a_change_while_it_was_down_counts_from_its_change(machine: Machine) -> None:
    machine.api.put()
    machine.run("2026-03-01T08:30:00")
    machine.sleep("2026-03-01T08:50:00")
    machine.api.put(
        ScheduleExpression="cron(40 8 * * ? *)", LastModificationDate=moment("2026-03-01T08:45:00")
    )
    machine.restart()
    machine.run("2026-03-02T08:45:00")
    assert machine.targets.times == ["2026-03-02T08:40:00Z"]


def test_a_new_input_changes_no_slot(machine: Machine) -> None:
    machine.api.put(ScheduleExpression="rate(1 hour)")
    machine.run("2026-03-01T08:30:00")
    machine.api.put(
        ScheduleExpression="rate(1 hour)",
        LastModificationDate=machine.now,
        Target={"Input": '{"at": "new"}'},
    )
    machine.run("2026-03-01T09:30:00")
    assert machine.targets.times == ["2026-03-01T08:00:00Z", "new"]


def test_a_schedule_that_is_created_again_begins_anew(machine: Machine) -> None:
    machine.api.put(ScheduleExpression="at(2026-03-01T09:00:00)")
    machine.run("2026-03-01T09:30:00")
    machine.api.put(
        ScheduleExpression="at(2026-03-01T10:00:00)",
        CreationDate=machine.now,
        LastModificationDate=machine.now,
    )
    machine.run("2026-03-01T10:30:00")
    assert machine.targets.times == [NINE, "2026-03-01T10:00:00Z"]


def test_nothing_is_fired_after_the_end_date(machine: Machine) -> None:
    machine.api.put(ScheduleExpression="rate(1 hour)", EndDate=moment("2026-03-01T09:00:00"))
    machine.run("2026-03-01T12:00:00")
    assert machine.targets.times == ["2026-03-01T08:00:00Z", NINE]
    assert "daily" in machine.api.schedules


def test_a_schedule_deletes_itself_after_its_last_slot(machine: Machine) -> None:
    machine.api.put(ScheduleExpression="at(2026-03-01T09:00:00)", ActionAfterCompletion="DELETE")
    machine.run("2026-03-01T08:59:30")
    assert "daily" in machine.api.schedules
    machine.run("2026-03-01T09:00:30")
    assert machine.targets.times == [NINE]
    assert machine.api.schedules == {}


def test_a_schedule_that_a_crash_brings_back_is_not_fired_again(machine: Machine) -> None:
    machine.api.put(ScheduleExpression="at(2026-03-01T09:00:00)", ActionAfterCompletion="DELETE")
    before = dict(machine.api.schedules)
    machine.run("2026-03-01T09:00:30")
    machine.api.schedules.update(before)
    machine.run("2026-03-01T09:30:00")
    assert machine.targets.times == [NINE]
    assert machine.api.schedules == {}


def test_a_schedule_with_retries_to_come_does_not_delete_itself(machine: Machine) -> None:
    machine.api.put(ScheduleExpression="at(2026-03-01T09:00:00)", ActionAfterCompletion="DELETE")
    machine.targets.failure = REFUSAL
    machine.run("2026-03-01T09:01:00")
    assert "daily" in machine.api.schedules
    machine.targets.failure = None
    machine.run("2026-03-01T09:10:00")
    assert json.loads(machine.targets.sent[0])["attempt"] > 1
    assert machine.api.schedules == {}


def test_retries_go_on_after_a_restart_and_end_in_a_dead_letter(machine: Machine) -> None:
    policy = {"RetryPolicy": {"MaximumRetryAttempts": 3}, "DeadLetterConfig": {"Arn": QUEUE}}
    machine.api.put(Target=policy)
    machine.targets.failure = REFUSAL
    machine.run("2026-03-01T09:00:00")
    machine.run("2026-03-01T09:00:01", timedelta(seconds=1))
    machine.restart()
    machine.run("2026-03-01T09:30:00")
    [(_, body, attributes)] = machine.targets.dead
    assert json.loads(body) == {"at": NINE, "attempt": 4}
    assert attributes["RETRY_ATTEMPTS"] == "3"


def test_a_slot_that_is_retried_does_not_hold_up_the_next(machine: Machine) -> None:
    machine.api.put(ScheduleExpression="rate(1 hour)")
    machine.targets.failure = REFUSAL
    machine.run("2026-03-01T08:59:59")
    machine.targets.failure = None
    machine.run("2026-03-01T09:00:00")
    assert NINE in machine.targets.times


def test_what_got_no_answer_is_fired_when_there_is_one(machine: Machine) -> None:
    machine.api.put(Target={"RetryPolicy": {"MaximumRetryAttempts": 0}})
    machine.targets.failure = NO_ANSWER
    machine.run("2026-03-01T09:10:00")
    machine.targets.failure = None
    machine.run("2026-03-01T09:10:02")
    assert [json.loads(payload) for payload in machine.targets.sent] == [{"at": NINE, "attempt": 1}]


def test_an_attempt_that_takes_long_is_made_once_and_holds_up_nothing(tmp_path: Path) -> None:
    machine = Machine(tmp_path, Never())
    machine.api.put()
    machine.api.put("other", ScheduleExpression="cron(5 9 * * ? *)")
    machine.run("2026-03-01T10:00:00")
    assert len(machine.scheduler.in_hand) == 2


def test_a_crash_between_taking_and_ending_fires_the_slot_again(tmp_path: Path) -> None:
    crashed = Machine(tmp_path, Never())
    crashed.api.put()
    crashed.run("2026-03-01T09:00:00")
    machine = Machine(tmp_path)
    machine.api.put()
    machine.sleep("2026-03-01T09:00:05")
    machine.step()
    assert machine.targets.times == [NINE]


def test_schedules_that_cannot_be_read_stay_in_force(machine: Machine) -> None:
    machine.api.put()
    machine.step()
    machine.api.failure = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
    machine.run("2026-03-01T09:00:00")
    assert machine.targets.times == [NINE]
    assert len([line for line in machine.log if "cannot be read" in line]) == 1


def test_an_expression_that_is_none_is_told_once_and_stops_no_other(machine: Machine) -> None:
    machine.api.put("silly", ScheduleExpression="rate(0 minutes)")
    machine.api.put()
    machine.run("2026-03-01T09:00:00")
    assert machine.targets.times == [NINE]
    [told] = [line for line in machine.log if "silly" in line]
    assert "never fired" in told


def test_only_what_has_changed_is_read_and_a_few_others(machine: Machine) -> None:
    for number in range(20):
        machine.api.put(f"s{number}")
    machine.step()
    machine.api.reads.clear()
    machine.api.put("s7", LastModificationDate=moment("2026-03-01T08:00:01"))
    machine.run("2026-03-01T08:00:01")
    assert len(machine.api.reads) == 6
    assert machine.api.reads[0] == "s7"


def test_a_clock_that_is_set_back_fires_nothing_twice(machine: Machine) -> None:
    machine.api.put()
    machine.run("2026-03-01T09:00:30")
    machine.now = moment("2026-03-01T08:00:00")
    machine.run("2026-03-01T09:30:00")
    assert machine.targets.times == [NINE]


def test_the_files_of_schedules_long_gone_are_removed(machine: Machine, tmp_path: Path) -> None:
    machine.api.put()
    machine.api.put("other")
    machine.step()
    for file in tmp_path.glob("*.json"):
        os.utime(file, (time.time() - KEPT - 1,) * 2)
    del machine.api.schedules["other"]
    machine.run("2026-03-01T08:01:00")
    assert len(list(tmp_path.glob("*.json"))) == 1


def test_it_says_when_it_has_read_the_schedules(machine: Machine, tmp_path: Path) -> None:
    machine.api.failure = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
    machine.step()
    assert not has_read_schedules(tmp_path, os.getpid())
    machine.api.failure = None
    machine.run("2026-03-01T08:00:30")
    assert has_read_schedules(tmp_path, os.getpid())
    assert not has_read_schedules(tmp_path, os.getpid() + 1)


def test_the_process_stops_when_it_is_told_to(shared_emulator: Emulator, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "local.scheduler", "--directory", str(tmp_path)],
        cwd=ROOT,
        env=aws.environment(shared_emulator.settings, os.environ),
        stdout=subprocess.DEVNULL,
    )
    wait_until(lambda: has_read_schedules(tmp_path, process.pid), "it has read the schedules")
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
