"""A scheduler with a clock set by hand, an API in memory and targets that note what comes."""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from local.scheduler.delivery import deliver
from local.scheduler.scheduler import Scheduler
from local.scheduler.senders import NotReached, Refused, Senders
from local.scheduler.stored import StoredSchedule, Target, stored_schedule

CREATED = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
ARN = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:report"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:dead"
INPUT = '{"at": "<aws.scheduler.scheduled-time>", "attempt": <aws.scheduler.attempt-number>}'


def described(name: str = "daily", **more: Any) -> dict[str, Any]:
    """As GetSchedule describes it."""
    target = {"Arn": FUNCTION, "Input": INPUT} | more.pop("Target", {})
    return {
        "Arn": f"{ARN}{name}",
        "Name": name,
        "GroupName": "default",
        "State": "ENABLED",
        "ScheduleExpression": "cron(0 9 * * ? *)",
        "CreationDate": CREATED,
        "LastModificationDate": CREATED,
        "Target": target,
    } | more


def stored(**more: Any) -> StoredSchedule:
    return stored_schedule(described(**more))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class NotFound(Exception):
    """No such schedule."""


@dataclass
class Api:
    """The scheduler's API, as much of it as is used."""

    schedules: dict[str, dict[str, Any]] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)
    failure: Exception | None = None

    class exceptions:  # as boto3 has it
        ResourceNotFoundException = NotFound

    def get_paginator(self, name: str) -> "Api":
        assert name == "list_schedules"
        return self

    def paginate(self, **options: Any) -> Iterator[dict[str, Any]]:
        if self.failure:
            raise self.failure
        yield {"Schedules": [dict(schedule) for schedule in self.schedules.values()]}

    def get_schedule(self, *, Name: str, GroupName: str) -> dict[str, Any]:
        self.reads.append(Name)
        if Name not in self.schedules:
            raise NotFound(Name)
        return dict(self.schedules[Name])

    def delete_schedule(self, *, Name: str, GroupName: str) -> None:
        if self.schedules.pop(Name, None) is None:
            raise NotFound(Name)

    def put(self, name: str = "daily", **more: Any) -> None:
        self.schedules[name] = described(name, **more)


class Targets(Senders):
    """Notes what is sent, unless it is to fail."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.dead: list[tuple[str, str, Mapping[str, str]]] = []
        self.failure: Exception | None = None
        self.deaf: Exception | None = None

    def send(self, target: Target, payload: str) -> None:
        if self.failure:
            raise self.failure
        self.sent.append(payload)

    def bury(self, queue_arn: str, body: str, attributes: Mapping[str, str]) -> None:
        if self.deaf:
            raise self.deaf
        self.dead.append((queue_arn, body, attributes))

    @property
    def times(self) -> list[str]:
        """The scheduled times, in the order in which they were fired."""
        documents = [json.loads(payload) for payload in self.sent]
        return [each.get("at") or each["scheduledAt"] for each in documents]


class AtOnce(Executor):
    """A pool that has done what it is given."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **more: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(work(*args, **more))
        return future


class Never(Executor):
    """A pool that is busy for ever."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **more: Any) -> "Future[Any]":
        return Future()


class Machine:
    """What goes on while the machine is on; `restart` is a new process with the same disk."""

    def __init__(self, directory: Path, pool: Executor | None = None) -> None:
        self.directory = directory
        self.pool = pool or AtOnce()
        self.now = CREATED
        self.api = Api()
        self.targets = Targets()
        self.log: list[str] = []
        self.restart()

    def restart(self) -> None:
        self.scheduler = Scheduler(
            self.api,
            self.directory,
            deliver=lambda attempt: deliver(attempt, self.targets, lambda: self.now),
            pool=self.pool,
            report=self.log.append,
        )

    def step(self) -> None:
        """Once for what is due, and once more to note what became of it."""
        self.scheduler.step(self.now)
        self.scheduler.step(self.now)

    def run(self, until: str, every: timedelta = timedelta(seconds=30)) -> None:
        """Step until a time of UTC, that included."""
        while self.now < moment(until):
            self.now = min(self.now + every, moment(until))
            self.step()

    def sleep(self, until: str) -> None:
        """Off, or asleep: nothing is done until then."""
        self.now = moment(until)


REFUSAL = Refused("TooManyRequestsException", "Rate exceeded.")
NO_ANSWER = NotReached("connection refused")
