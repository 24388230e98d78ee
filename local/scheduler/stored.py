"""A schedule as EventBridge Scheduler stores it, and when it is to be fired: its slots.

A flexible time window is not made use of: a schedule is fired where its window begins.
https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from core.schedule import Schedule

FIRST_WIDTH = timedelta(minutes=1)  # no expression names two slots of one minute
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class RetryPolicy:
    """For how long and how often a slot is tried again; the defaults are those of AWS."""

    max_age: timedelta = timedelta(days=1)
    retries: int = 185


@dataclass(frozen=True)
class Target:
    """
    input: None where a schedule leaves it to AWS what its target receives.
    dead_letter_queue: the ARN of the queue that learns of what was given up; None to drop it.
    parameters: what the kind of target needs beside its ARN.
    """

    arn: str
    input: str | None = None
    policy: RetryPolicy = RetryPolicy()
    dead_letter_queue: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StoredSchedule:
    """
    start, end: what a recurring schedule's slots lie between; None where they do not end there.
    deletes_itself: when it has fired for the last time.
    """

    arn: str
    name: str
    group: str
    created: datetime
    modified: datetime
    schedule: Schedule
    is_enabled: bool
    start: datetime | None
    end: datetime | None
    deletes_itself: bool
    target: Target

    @property
    def label(self) -> str:
        return f"{self.group}/{self.name}"

    @property
    def timing(self) -> str:
        """All that its slots depend on."""
        parts = (self.schedule.expression, self.schedule.timezone, self.is_enabled)
        return " ".join(str(part) for part in (*parts, self.start, self.end))

    def next_slot(self, after: datetime) -> datetime | None:
        """The first after a moment; None where there is none any more.

        A rate has its first slot at its start date; without one, when it was created.
        """
        expression = self.schedule.expression.strip()
        if expression.startswith("at("):
            return self.schedule.next_after(after)
        begin = self.start or self.created
        if after < begin and expression.startswith("rate("):
            found: datetime | None = begin
        else:
            found = self.schedule.next_after(max(after, begin - MOMENT), since=begin)
        return None if found and self.end and found > self.end else found

    def latest_slot(self, after: datetime, now: datetime) -> datetime | None:
        """The last one up to now that is not too old to be fired; None where all are.

        Looks back in ever longer steps, for a schedule of every minute may have missed thousands.
        """
        oldest = max(after, now - self.target.policy.max_age)
        width = FIRST_WIDTH
        while True:
            begin = max(oldest, now - width)
            if found := self._last_between(begin, now):
                return found
            if begin == oldest:
                return None
            width *= 2

    def _last_between(self, begin: datetime, now: datetime) -> datetime | None:
        last, slot = None, self.next_slot(begin)
        while slot is not None and slot <= now:
            last, slot = slot, self.next_slot(slot)
        return last


def stored_schedule(description: Mapping[str, Any]) -> StoredSchedule:
    """
    Raises:
        InvalidSchedule: its expression or its time zone is none.
    """
    zone = description.get("ScheduleExpressionTimezone") or "UTC"
    return StoredSchedule(
        arn=description["Arn"],
        name=description["Name"],
        group=description["GroupName"],
        created=utc(description["CreationDate"]),
        modified=utc(description["LastModificationDate"]),
        schedule=Schedule(description["ScheduleExpression"], zone),
        is_enabled=description.get("State", "ENABLED") == "ENABLED",
        start=utc(description["StartDate"]) if description.get("StartDate") else None,
        end=utc(description["EndDate"]) if description.get("EndDate") else None,
        deletes_itself=description.get("ActionAfterCompletion") == "DELETE",
        target=target(description["Target"]),
    )


def target(description: Mapping[str, Any]) -> Target:
    parameters = ("SqsParameters", "EventBridgeParameters")
    return Target(
        arn=description["Arn"],
        input=description.get("Input"),
        policy=retry_policy(description.get("RetryPolicy") or {}),
        dead_letter_queue=(description.get("DeadLetterConfig") or {}).get("Arn"),
        parameters=next((description[key] for key in parameters if key in description), {}),
    )


def retry_policy(description: Mapping[str, Any]) -> RetryPolicy:
    default = RetryPolicy()
    seconds = description.get("MaximumEventAgeInSeconds")
    retries = description.get("MaximumRetryAttempts")
    return RetryPolicy(
        max_age=default.max_age if seconds is None else timedelta(seconds=int(seconds)),
        retries=default.retries if retries is None else int(retries),
    )


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def iso_time(moment: datetime) -> str:
    """As AWS writes a scheduled time: 2026-03-22T18:59:43Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
