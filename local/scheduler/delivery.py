"""One attempt to hand a slot over to a schedule's target, and what is to become of the slot then.

AWS tries again with growing pauses until the retry policy is exhausted, whatever the target's error
was, and then tells the dead-letter queue. What a function makes of its event is Lambda's to retry.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from local.scheduler.senders import NoSender, NotReached, Refused, Senders
from local.scheduler.stored import RetryPolicy, StoredSchedule, iso_time

FIRST_PAUSE = 1.0  # seconds before the first retry, doubled before each further one
LONGEST_PAUSE = 480.0  # so that the 185 retries of AWS's default last about its 24 hours
UNREACHED_PAUSE = timedelta(seconds=1)


@dataclass(frozen=True)
class Attempt:
    """number: 1 for the first of a slot; each has an execution id of its own, as on AWS."""

    schedule: StoredSchedule
    slot: datetime
    number: int
    execution_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def payload(self) -> str:
        """What the target receives: the schedule's input with its context attributes filled in."""
        if self.schedule.target.input is None:
            return self.notification()
        filled = self.schedule.target.input
        for name, value in {
            "schedule-arn": self.schedule.arn,
            "scheduled-time": iso_time(self.slot),
            "execution-id": self.execution_id,
            "attempt-number": str(self.number),
        }.items():
            filled = filled.replace(f"<aws.scheduler.{name}>", value)
        return filled

    def notification(self) -> str:
        """What AWS sends for a schedule without input."""
        region, account = self.schedule.arn.split(":")[3:5]
        event = {
            "version": "0",
            "id": self.execution_id,
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": account,
            "time": iso_time(self.slot),
            "region": region,
            "resources": [self.schedule.arn],
            "detail": "{}",
        }
        return json.dumps(event)

    def __str__(self) -> str:
        to = f"{self.schedule.label} of {iso_time(self.slot)} to {self.schedule.target.arn}"
        return f"{to}, attempt {self.number}"


@dataclass(frozen=True)
class Outcome:
    """
    again: when to try the slot once more; None where it is done with.
    counts: as one of the attempts that the policy limits.
    words: for the log.
    """

    again: datetime | None
    counts: bool
    words: str


def deliver(attempt: Attempt, senders: Senders, now: Callable[[], datetime]) -> Outcome:
    """Hand it over, or see to it that it is tried again or its end is told."""
    try:
        try:
            check_age(attempt, now())
            senders.send(attempt.schedule.target, attempt.payload())
            return Outcome(None, True, f"fired {attempt}")
        except Refused as error:
            return refused(attempt, error, senders, now())
    except NotReached as error:
        return Outcome(now() + UNREACHED_PAUSE, False, f"no answer for {attempt}: {error}")


def check_age(attempt: Attempt, now: datetime) -> None:
    """What waited for a retry while the machine was off may have grown too old."""
    max_age = attempt.schedule.target.policy.max_age
    if now > attempt.slot + max_age:
        raise Refused("EventTooOld", f"it was not handed over within {max_age}")


def refused(attempt: Attempt, error: Refused, senders: Senders, now: datetime) -> Outcome:
    again = now + pause_after(attempt.number)
    exhausted = exhausted_condition(attempt, attempt.schedule.target.policy, again)
    words = f"refused {attempt}: {error}"
    if exhausted is None and not isinstance(error, NoSender):
        return Outcome(again, True, f"{words}; again at {iso_time(again)}")
    return Outcome(None, True, f"{words}; {bury(attempt, error, exhausted, senders)}")


def exhausted_condition(attempt: Attempt, policy: RetryPolicy, again: datetime) -> str | None:
    """What of the policy forbids another attempt at that time; None where nothing does."""
    if attempt.number > policy.retries:
        return "MaximumRetryAttempts"
    return "MaximumEventAgeInSeconds" if again > attempt.slot + policy.max_age else None


def bury(attempt: Attempt, error: Refused, exhausted: str | None, senders: Senders) -> str:
    """Tell the dead-letter queue; what became of that."""
    queue_arn = attempt.schedule.target.dead_letter_queue
    if queue_arn is None:
        return "given up"
    try:
        senders.bury(
            queue_arn, attempt.payload(), dead_letter_attributes(attempt, error, exhausted)
        )
    except Refused as refusal:
        return f"given up, and {queue_arn} was not told: {refusal}"
    return f"given up to {queue_arn}"


def dead_letter_attributes(
    attempt: Attempt, error: Refused, exhausted: str | None
) -> dict[str, str]:
    """Of the message; its body is what the target was to receive."""
    condition = {"EXHAUSTED_RETRY_CONDITION": exhausted} if exhausted else {}
    return condition | {
        "ERROR_CODE": error.code,
        "ERROR_MESSAGE": error.message,
        "EXECUTION_ID": attempt.execution_id,
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": str(attempt.number - 1),
        "SCHEDULED_TIME": iso_time(attempt.slot),
        "SCHEDULE_ARN": attempt.schedule.arn,
        "TARGET_ARN": attempt.schedule.target.arn,
    }


def pause_after(attempts: int) -> timedelta:
    return timedelta(seconds=min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE))
