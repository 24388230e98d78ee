"""Schedules of EventBridge Scheduler are fired at their time: one message each, in a queue."""

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.integration.conftest import clients
from tests.integration.stack import LocalStack
from tests.integration.wait import until

ROLE = "arn:aws:iam::000000000000:role/any"  # of AWS's scheduler; the local one needs none
ZONE = "Pacific/Kiritimati"  # 14 hours ahead of UTC
INPUT = {
    "arn": "<aws.scheduler.schedule-arn>",
    "at": "<aws.scheduler.scheduled-time>",
    "attempt": "<aws.scheduler.attempt-number>",
}

Aws = Callable[[str], Any]


@pytest.fixture
def local(local_stack: LocalStack) -> Aws:
    return clients(local_stack.outputs())


class Queue:
    """Keeps every message that it has received."""

    def __init__(self, sqs: Any) -> None:
        self.sqs = sqs
        self.url = sqs.create_queue(QueueName=f"test-{uuid.uuid4().hex}")["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        self.arn = attributes["Attributes"]["QueueArn"]
        self.messages: list[Any] = []

    def receive(self) -> list[Any]:
        answer = self.sqs.receive_message(QueueUrl=self.url, MessageAttributeNames=["All"])
        self.messages += answer.get("Messages", [])
        return self.messages


@pytest.fixture
def queue(local: Aws) -> Iterator[Queue]:
    queue = Queue(local("sqs"))
    yield queue
    queue.sqs.delete_queue(QueueUrl=queue.url)


@pytest.fixture
def schedule(local: Aws) -> Iterator[Callable[..., str]]:
    """Makes a schedule that is due at a time, and deletes itself then; its ARN."""
    scheduler, names = local("scheduler"), []

    def create(due: datetime, target: Any) -> str:
        names.append(f"test-{uuid.uuid4().hex}")
        created = scheduler.create_schedule(
            Name=names[-1],
            ScheduleExpression=f"at({due.astimezone(ZoneInfo(ZONE)):%Y-%m-%dT%H:%M:%S})",
            ScheduleExpressionTimezone=ZONE,
            ActionAfterCompletion="DELETE",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"RoleArn": ROLE, "Input": json.dumps(INPUT), **target},
        )
        return str(created["ScheduleArn"])

    yield create
    for name in names:
        if is_there(scheduler, name):
            scheduler.delete_schedule(Name=name)


def is_there(scheduler: Any, name: str) -> bool:
    return bool(scheduler.list_schedules(NamePrefix=name)["Schedules"])


def soon() -> datetime:
    """In two to three seconds, on the second."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)


def test_a_schedule_is_fired_once_at_its_time(
    local: Aws, queue: Queue, schedule: Callable[..., str]
) -> None:
    due = soon()
    arn = schedule(due, {"Arn": queue.arn})
    until(queue.receive)
    assert due <= datetime.now(UTC) < due + timedelta(seconds=2)
    until(lambda: not is_there(local("scheduler"), arn.rpartition("/")[2]))
    [message] = queue.receive()
    at = f"{due:%Y-%m-%dT%H:%M:%SZ}"
    assert json.loads(message["Body"]) == {"arn": arn, "at": at, "attempt": "1"}


def test_what_no_target_takes_ends_as_a_dead_letter(
    queue: Queue, schedule: Callable[..., str]
) -> None:
    arn = schedule(
        soon(),
        {
            "Arn": "arn:aws:lambda:us-east-1:000000000000:function:missing",
            "RetryPolicy": {"MaximumRetryAttempts": 1},
            "DeadLetterConfig": {"Arn": queue.arn},
        },
    )
    [message] = until(queue.receive)
    attributes = {name: v["StringValue"] for name, v in message["MessageAttributes"].items()}
    assert attributes["SCHEDULE_ARN"] == arn
    assert attributes["ERROR_CODE"] == "ResourceNotFoundException"
    assert attributes["RETRY_ATTEMPTS"] == "1"
    assert json.loads(message["Body"])["attempt"] == "2"
