"""What ended in a dead-letter queue is made good by one command, and stays there until it is."""

import asyncio
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.integration.agenda import CHANGES, Agenda, change_of
from tests.integration.conftest import Person
from tests.integration.stack import LocalStack
from tests.integration.subscriber import COMPLETE, subscribed
from tests.integration.test_lifecycle import ended
from tests.integration.wait import until


@pytest.fixture
def redrive(local_stack: LocalStack) -> Callable[[], Any]:
    return lambda: local_stack.run("infra.redrive")


@pytest.fixture
def waiting(aws: Callable[[str], Any]) -> Callable[[str], int]:
    """How many messages a queue has."""
    name = "ApproximateNumberOfMessages"

    def count(url: str) -> int:
        sqs = aws("sqs")
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
        return int(answer["Attributes"][name])

    return count


@pytest.fixture
def put_item(outputs: Any, aws: Callable[[str], Any]) -> Callable[[Any], None]:
    return lambda item: aws("dynamodb").put_item(TableName=outputs["queryTable"], Item=item)


@pytest.fixture
def item(outputs: Any, aws: Callable[[str], Any], ana: Person) -> Any:
    """The item of a finished query of Ana's, under an id that nobody has had."""
    query_id = ended(ana, ana.api.submitted("taxi_by_day"))["id"]
    key = {"id": {"S": query_id}}
    found = aws("dynamodb").get_item(TableName=outputs["queryTable"], Key=key)["Item"]
    return found | {"id": {"S": str(uuid.uuid4())}}


def test_a_poison_stays_and_once_mended_is_pushed(
    outputs: Any,
    ana: Person,
    item: Any,
    put_item: Callable[[Any], None],
    waiting: Callable[[str], int],
    redrive: Callable[[], Any],
) -> None:
    queue, query_id = outputs["publishDeadLetterQueueUrl"], item["id"]["S"]
    before = waiting(queue)
    put_item({name: value for name, value in item.items() if name != "version"})
    until(lambda: waiting(queue) > before, 60)

    failed = redrive()
    assert failed.returncode == 1
    assert f"fails again for {query_id}" in failed.stderr
    assert waiting(queue) == before + 1

    async def pushed() -> Any:
        async with subscribed(outputs, ana.token, COMPLETE, id=query_id) as first:
            put_item(item)  # which pushes it, and is not what is looked at
            await asyncio.wait_for(first.get(), 30)
        async with subscribed(outputs, ana.token, COMPLETE, id=query_id) as second:
            done = await asyncio.to_thread(redrive)
            assert done.returncode == 0, done.stderr
            return await asyncio.wait_for(second.get(), 30)

    push = asyncio.run(pushed())
    assert (push["id"], push["status"]) == (query_id, "FINISHED")
    assert push["result"]["rows"] != "[]"
    assert waiting(queue) == 0


@pytest.fixture
def without_events(outputs: Any, aws: Callable[[str], Any]) -> Iterator[None]:
    """No event arrives, and no sweep begins."""
    events = aws("events")
    rules = [rule["Name"] for rule in events.list_rules()["Rules"]]
    for name in rules:
        events.disable_rule(Name=name)
    yield
    for name in rules:
        events.enable_rule(Name=name)


@pytest.mark.parametrize("is_from_lambda", [False, True])
def test_a_lost_event_is_made_good(
    outputs: Any,
    ana: Person,
    aws: Callable[[str], Any],
    without_events: None,
    redrive: Callable[[], Any],
    is_from_lambda: bool,
) -> None:
    query_id = ana.api.submitted("taxi_by_day")
    key = {"id": {"S": query_id}}
    item = aws("dynamodb").get_item(TableName=outputs["queryTable"], Key=key)["Item"]
    detail = {"statementName": query_id, "statementId": item["statementId"]["S"]}
    event = {"detail-type": "Redshift Data Statement Status Change", "detail": detail}
    sweep = {"detail-type": "Scheduled Event", "detail": {}}

    def redriven() -> Any:
        for lost in (event, sweep):
            body = json.dumps({"requestPayload": lost} if is_from_lambda else lost)
            aws("sqs").send_message(QueueUrl=outputs["eventDeadLetterQueueUrl"], MessageBody=body)
        done = redrive()
        assert done.returncode == 0, done.stderr
        assert f"asked about statement {detail['statementId']} again" in done.stdout
        assert "a sweep was missed" in done.stdout
        return ana.api.get(query_id)

    assert ana.api.get(query_id)["status"] == "SUBMITTED"
    until(lambda: redriven()["status"] == "FINISHED")


def test_a_change_of_the_agenda_is_pushed_again(
    outputs: Any, ana: Person, aws: Callable[[str], Any], redrive: Callable[[], Any]
) -> None:
    """The message is what Lambda would have written, had it been refused every time."""
    event = Agenda(ana).create(title="told twice")

    async def pushed() -> Any:
        async with subscribed(outputs, ana.token, CHANGES) as changes:
            body = json.dumps({"DDBStreamBatchInfo": place(outputs, aws, event["id"])})
            url = outputs["agendaDeadLetterQueueUrl"]
            aws("sqs").send_message(QueueUrl=url, MessageBody=body)
            done = await asyncio.to_thread(redrive)
            assert done.returncode == 0, done.stderr
            assert "told of 1 changes of the agenda again" in done.stdout
            return await change_of(changes, event["id"])

    change = asyncio.run(pushed())
    assert (change["kind"], change["event"]) == ("CREATED", event)


def place(outputs: Any, aws: Callable[[str], Any], event_id: str) -> dict[str, str]:
    """Where in the agenda's stream the event was created."""
    table = aws("dynamodb").describe_table(TableName=outputs["agendaTable"])["Table"]
    streams, arn = aws("dynamodbstreams"), table["LatestStreamArn"]
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        found = {"streamArn": arn, "shardId": shard["ShardId"]}
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while iterator and (page := streams.get_records(ShardIterator=iterator))["Records"]:
            for record in page["Records"]:
                if record["dynamodb"]["Keys"]["id"]["S"] == f"event#{event_id}":
                    number = record["dynamodb"]["SequenceNumber"]
                    return found | {"startSequenceNumber": number, "endSequenceNumber": number}
            iterator = page.get("NextShardIterator")
    raise AssertionError(f"the stream does not have {event_id}")


def test_what_nobody_understands_stays(
    outputs: Any, aws: Callable[[str], Any], redrive: Callable[[], Any]
) -> None:
    sqs, url = aws("sqs"), outputs["eventDeadLetterQueueUrl"]
    for body in ("no JSON", "{}", '{"detail-type": "Another", "detail": {}}'):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    refused = redrive()
    assert (refused.returncode, refused.stderr.count("stays")) == (1, 3)
    sqs.purge_queue(QueueUrl=url)


def test_empty_queues_are_no_error(redrive: Callable[[], Any]) -> None:
    done = redrive()
    assert done.returncode == 0, done.stderr
    assert "publishDeadLetter: 0 made good, 0 stay" in done.stdout
