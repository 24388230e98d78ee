"""The scheduler's targets and its register, by the APIs of the emulator."""

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local.scheduler.register import Register
from local.scheduler.senders import NoSender, NotReached, Refused, Senders
from local.scheduler.stored import RetryPolicy, Target
from tests.local.conftest import Emulator, wait_until
from tests.local.pump.streaming import Source
from tests.ports import free_port

ACCOUNT = "us-east-1:000000000000"
OFF = {"Mode": "OFF"}
ROLE = "arn:aws:iam::000000000000:role/any"


@pytest.fixture
def senders(shared_emulator: Emulator) -> Senders:
    return Senders(*(shared_emulator.client(each) for each in ("lambda", "sqs", "events")))


@pytest.fixture
def queue(shared_emulator: Emulator) -> Any:
    """Receives: its ARN, and what is in it."""
    client, name = shared_emulator.client("sqs"), f"q{uuid.uuid4().hex[:8]}"
    return Queue(client, client.create_queue(QueueName=name)["QueueUrl"], name)


class Queue:
    def __init__(self, client: Any, url: str, name: str) -> None:
        self.client, self.url = client, url
        self.arn = f"arn:aws:sqs:{ACCOUNT}:{name}"

    def message(self) -> Any:
        answer = self.client.receive_message(
            QueueUrl=self.url, MessageAttributeNames=["All"], WaitTimeSeconds=5
        )
        [message] = answer["Messages"]
        return message


def test_a_queue_gets_the_payload(senders: Senders, queue: Queue) -> None:
    senders.send(Target(queue.arn), "hello")
    assert queue.message()["Body"] == "hello"


def test_a_dead_letter_has_its_attributes(senders: Senders, queue: Queue) -> None:
    senders.bury(queue.arn, "{}", {"ERROR_CODE": "Throttled", "RETRY_ATTEMPTS": "3"})
    attributes = queue.message()["MessageAttributes"]
    assert {name: each["StringValue"] for name, each in attributes.items()} == {
        "ERROR_CODE": "Throttled",
        "RETRY_ATTEMPTS": "3",
    }


def test_a_function_is_invoked_without_waiting_for_it(
    senders: Senders, shared_emulator: Emulator, tmp_path: Path
) -> None:
    source = Source(shared_emulator, tmp_path).create()
    go_on = tmp_path / "go on"
    image = {"id": {"S": "one"}, "until": {"S": str(go_on)}}
    payload = json.dumps({"Records": [{"dynamodb": {"NewImage": image}}]})
    senders.send(Target(f"arn:aws:lambda:{ACCOUNT}:function:{source.name}"), payload)
    assert not go_on.exists()
    go_on.touch()
    wait_until(lambda: source.journal.ids() == ["one"], "the function has run")


def test_a_bus_gets_an_event_of_the_schedule(
    senders: Senders, shared_emulator: Emulator, queue: Queue
) -> None:
    events, source = shared_emulator.client("events"), f"s{uuid.uuid4().hex[:8]}"
    events.put_rule(Name=source, EventPattern=json.dumps({"source": [source]}))
    events.put_targets(Rule=source, Targets=[{"Id": "queue", "Arn": queue.arn}])
    parameters = {"Source": source, "DetailType": "Due"}
    senders.send(
        Target(f"arn:aws:events:{ACCOUNT}:event-bus/default", parameters=parameters), '{"a": 1}'
    )
    event = json.loads(queue.message()["Body"])
    assert (event["detail-type"], event["detail"]) == ("Due", {"a": 1})


def test_a_function_that_is_missing_refuses(senders: Senders) -> None:
    with pytest.raises(Refused) as refused:
        senders.send(Target(f"arn:aws:lambda:{ACCOUNT}:function:missing"), "{}")
    assert refused.value.code == "ResourceNotFoundException"


def test_a_queue_that_is_missing_refuses(senders: Senders) -> None:
    with pytest.raises(Refused):
        senders.send(Target(f"arn:aws:sqs:{ACCOUNT}:missing"), "{}")


def test_an_event_that_boto3_does_not_take_is_refused(senders: Senders) -> None:
    bus = Target(f"arn:aws:events:{ACCOUNT}:event-bus/default", parameters={"Source": 1})
    with pytest.raises(Refused):
        senders.send(bus, "{}")


@pytest.mark.parametrize("arn", ["arn:aws:states:us-east-1:0:stateMachine:x", "nonsense"])
def test_another_target_is_named(senders: Senders, arn: str) -> None:
    with pytest.raises(NoSender, match=arn):
        senders.send(Target(arn), "{}")


def test_no_answer_is_no_refusal(senders: Senders, shared_emulator: Emulator) -> None:
    nowhere: Any = boto3.client(
        "lambda",
        region_name="us-east-1",
        endpoint_url=f"http://127.0.0.1:{free_port()}",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(retries={"total_max_attempts": 1}),
    )
    with pytest.raises(NotReached):
        Senders(nowhere, senders.queues, senders.buses).send(
            Target(f"arn:aws:lambda:{ACCOUNT}:function:any"), "{}"
        )


def test_the_register_reads_every_group_and_more_than_a_page(shared_emulator: Emulator) -> None:
    client = shared_emulator.client("scheduler")
    group = f"g{uuid.uuid4().hex[:8]}"
    client.create_schedule_group(Name=group)
    for number in range(101):
        client.create_schedule(
            Name=f"s{number}",
            GroupName=group if number % 2 else "default",
            ScheduleExpression="rate(1 hour)",
            FlexibleTimeWindow=OFF,
            Target={"Arn": f"arn:aws:sqs:{ACCOUNT}:any", "RoleArn": ROLE},
        )
    found = Register(client, print).look().values()
    assert len(found) == 101
    assert {each.group for each in found} == {"default", group}


def test_the_register_reads_all_that_a_schedule_says(shared_emulator: Emulator) -> None:
    client = shared_emulator.client("scheduler")
    name = f"s{uuid.uuid4().hex[:8]}"
    client.create_schedule(
        Name=name,
        ScheduleExpression="cron(0 7 * * ? *)",
        ScheduleExpressionTimezone="Asia/Tokyo",
        StartDate=datetime(2030, 1, 1, tzinfo=UTC),
        State="DISABLED",
        ActionAfterCompletion="DELETE",
        FlexibleTimeWindow=OFF,
        Target={
            "Arn": f"arn:aws:sqs:{ACCOUNT}:any.fifo",
            "RoleArn": ROLE,
            "Input": "due",
            "RetryPolicy": {"MaximumRetryAttempts": 0},
            "SqsParameters": {"MessageGroupId": "group"},
        },
    )
    [found] = (each for each in Register(client, print).look().values() if each.name == name)
    assert found.schedule.timezone == "Asia/Tokyo"
    assert found.start == datetime(2030, 1, 1, tzinfo=UTC)
    assert (found.is_enabled, found.deletes_itself) == (False, True)
    assert found.target.policy == RetryPolicy(retries=0)
    assert found.target.parameters == {"MessageGroupId": "group"}
