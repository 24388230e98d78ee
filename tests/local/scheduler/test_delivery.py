"""One attempt: what the target receives, when it is tried again, what the dead letter says."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from local.scheduler.delivery import Attempt, Outcome, deliver, pause_after
from local.scheduler.senders import NoSender
from tests.local.scheduler.machine import (
    ARN,
    FUNCTION,
    NO_ANSWER,
    QUEUE,
    REFUSAL,
    Targets,
    moment,
    stored,
)

SLOT = moment("2026-03-22T18:59:43")
DEAD_LETTERS: dict[str, Any] = {"DeadLetterConfig": {"Arn": QUEUE}}


@pytest.fixture
def targets() -> Targets:
    return Targets()


def attempt(number: int = 1, **target: Any) -> Attempt:
    return Attempt(stored(Target=target), SLOT, number)


def outcome(attempt: Attempt, targets: Targets, now: datetime = SLOT) -> Outcome:
    return deliver(attempt, targets, lambda: now)


def retries(count: int) -> dict[str, Any]:
    return {"RetryPolicy": {"MaximumRetryAttempts": count, "MaximumEventAgeInSeconds": 3600}}


def test_the_context_attributes_are_filled_in(targets: Targets) -> None:
    names = ("schedule-arn", "scheduled-time", "execution-id", "attempt-number")
    made = attempt(3, Input=json.dumps([f"<aws.scheduler.{name}>" for name in names] * 2))
    outcome(made, targets)
    expected = [f"{ARN}daily", "2026-03-22T18:59:43Z", made.execution_id, "3"]
    assert json.loads(targets.sent[0]) == expected * 2
    assert str(uuid.UUID(made.execution_id)) == made.execution_id


def test_what_is_no_context_attribute_is_left_alone(targets: Targets) -> None:
    outcome(attempt(Input='"<aws.scheduler.nothing> <b>"'), targets)
    assert targets.sent == ['"<aws.scheduler.nothing> <b>"']


def test_without_input_the_target_gets_the_default_notification(targets: Targets) -> None:
    outcome(attempt(Input=None), targets)
    event = json.loads(targets.sent[0])
    assert event["source"] == "aws.scheduler"
    assert event["time"] == "2026-03-22T18:59:43Z"
    assert event["resources"] == [f"{ARN}daily"]


def test_the_log_names_schedule_slot_and_target_but_not_the_input(targets: Targets) -> None:
    words = outcome(attempt(Input='"secret"'), targets).words
    assert words == f"fired default/daily of 2026-03-22T18:59:43Z to {FUNCTION}, attempt 1"


def test_a_refusal_is_tried_again_after_growing_pauses(targets: Targets) -> None:
    targets.failure = REFUSAL
    pauses = [outcome(attempt(number), targets).again for number in (1, 2, 3)]
    assert pauses == [SLOT + timedelta(seconds=seconds) for seconds in (1, 2, 4)]


def test_the_retries_of_the_default_policy_fill_its_day() -> None:
    together = sum((pause_after(number) for number in range(1, 186)), timedelta())
    assert timedelta(hours=23) < together < timedelta(hours=25)


def test_the_dead_letter_has_the_payload_and_the_attributes_of_aws(targets: Targets) -> None:
    targets.failure = REFUSAL
    made = attempt(3, Input="{}", **retries(2), **DEAD_LETTERS)
    assert outcome(made, targets).again is None
    assert targets.dead == [
        (
            QUEUE,
            "{}",
            {
                "ERROR_CODE": "TooManyRequestsException",
                "ERROR_MESSAGE": "Rate exceeded.",
                "EXECUTION_ID": made.execution_id,
                "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
                "IS_PAYLOAD_TRUNCATED": "false",
                "RETRY_ATTEMPTS": "2",
                "SCHEDULED_TIME": "2026-03-22T18:59:43Z",
                "SCHEDULE_ARN": f"{ARN}daily",
                "TARGET_ARN": FUNCTION,
            },
        )
    ]


def test_a_slot_that_would_be_too_old_is_given_up(targets: Targets) -> None:
    targets.failure = REFUSAL
    outcome(attempt(5, **retries(185), **DEAD_LETTERS), targets, SLOT + timedelta(seconds=3590))
    [(_, _, attributes)] = targets.dead
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"


def test_a_slot_that_has_grown_too_old_is_not_fired(targets: Targets) -> None:
    outcome(attempt(2, **retries(185), **DEAD_LETTERS), targets, SLOT + timedelta(hours=2))
    assert targets.sent == []
    assert len(targets.dead) == 1


def test_no_retries_means_one_attempt(targets: Targets) -> None:
    targets.failure = REFUSAL
    assert outcome(attempt(**retries(0)), targets).again is None


def test_without_a_dead_letter_queue_it_is_given_up(targets: Targets) -> None:
    targets.failure = REFUSAL
    assert outcome(attempt(**retries(0)), targets).words.endswith("Rate exceeded.; given up")


def test_a_dead_letter_queue_that_refuses_is_logged(targets: Targets) -> None:
    targets.failure = targets.deaf = REFUSAL
    done = outcome(attempt(**retries(0), **DEAD_LETTERS), targets)
    assert done.again is None
    assert f"{QUEUE} was not told" in done.words


def test_a_target_that_cannot_be_reached_here_is_not_tried_again(targets: Targets) -> None:
    targets.failure = NoSender("UnsupportedTarget", "not arn:aws:states:x")
    done = outcome(attempt(**DEAD_LETTERS), targets)
    assert done.again is None
    [(_, _, attributes)] = targets.dead
    assert "EXHAUSTED_RETRY_CONDITION" not in attributes


def test_no_answer_does_not_count_as_an_attempt(targets: Targets) -> None:
    targets.failure = NO_ANSWER
    done = outcome(attempt(**retries(0)), targets)
    assert done.again == SLOT + timedelta(seconds=1)
    assert not done.counts


def test_a_dead_letter_that_is_not_answered_is_not_lost(targets: Targets) -> None:
    targets.failure, targets.deaf = REFUSAL, NO_ANSWER
    assert outcome(attempt(**retries(0), **DEAD_LETTERS), targets).again is not None
