"""One lane of a stream mapping: the records of some partition keys, batch after batch, in order."""

import datetime
import json
import queue
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local.pump.batch import (
    Delivery,
    FunctionError,
    GivenUp,
    NotInvoked,
    Record,
    created,
    pause_before,
    sequence_number,
)
from local.pump.checkpoint import Progress
from local.pump.mapping import StreamMapping

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_lambda import LambdaClient


@dataclass(frozen=True)
class Clients:
    streams: "DynamoDBStreamsClient"
    functions: "LambdaClient"
    queues: Any  # boto3's SQS client, of which the type stubs are not installed


class Lane:
    def __init__(
        self,
        mapping: StreamMapping,
        clients: Clients,
        progress: Progress,
        report: Callable[[str], None],
    ) -> None:
        self.mapping = mapping
        self.clients = clients
        self.progress = progress
        self.report = report
        self.arriving: queue.SimpleQueue[Sequence[Record] | None] = queue.SimpleQueue()
        self.waiting: deque[Record] = deque()  # arrived, and not yet in a batch
        self.stopping = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self.run, daemon=True).start()

    def stop(self) -> None:
        """End before the next batch; what this one still needs is left for a later run."""
        self.stopping.set()
        self.arriving.put(None)

    def run(self) -> None:
        delivery = Delivery(
            self.mapping.policy,
            invoke=self.invoke,
            give_up=self.give_up,
            pause=self.pause,
            now=time.time,
        )
        while not self.stopping.is_set() and (records := self.next_batch()):
            try:
                delivery.deliver(records)
            except Stopped:
                return
            self.progress.end([sequence_number(record) for record in records])

    def next_batch(self) -> list[Record]:
        """One record, and more if they are there or come within the window; none at the end."""
        closes = time.monotonic() + self.mapping.window if self.waiting else None
        while len(self.waiting) < self.mapping.batch_size:
            try:
                records = self.arriving.get(timeout=closes and max(0.0, closes - time.monotonic()))
            except queue.Empty:
                break
            if records is None:
                return []
            self.waiting.extend(records)
            closes = closes or time.monotonic() + self.mapping.window
        count = min(len(self.waiting), self.mapping.batch_size)
        return [self.waiting.popleft() for _ in range(count)]

    def invoke(self, records: Sequence[Record]) -> Any:
        try:
            answer = self.clients.functions.invoke(
                FunctionName=self.mapping.function_arn,
                Payload=json.dumps({"Records": records}).encode(),
            )
            response = json.loads(answer["Payload"].read() or b"null")
        except (ClientError, BotoCoreError) as error:
            self.report(f"{self.mapping.function_name} was not invoked: {error}")
            raise NotInvoked(str(error)) from error
        if answer.get("FunctionError"):
            name = self.mapping.function_name
            self.report(f"{name} failed on {len(records)} records: {response}")
            raise FunctionError(str(response))
        return response

    def give_up(self, given_up: GivenUp) -> None:
        """Tell the on-failure queue, however often that takes."""
        count = len(given_up.records)
        self.report(f"{self.mapping.function_name}: {count} records, {given_up.condition}")
        attempt = 0
        while self.mapping.on_failure:
            try:
                self.send(self.mapping.on_failure, failure_record(given_up, self.mapping))
                return
            except (ClientError, BotoCoreError) as error:
                self.report(f"{self.mapping.on_failure} was not told: {error}")
                attempt += 1
                self.pause(pause_before(attempt))

    def send(self, name: str, message: dict[str, Any]) -> None:
        url = self.clients.queues.get_queue_url(QueueName=name)["QueueUrl"]
        self.clients.queues.send_message(QueueUrl=url, MessageBody=json.dumps(message))

    def pause(self, seconds: float) -> None:
        if self.stopping.wait(seconds):
            raise Stopped


class Stopped(Exception):
    """The lane ends in the middle of a batch, which stays undone."""


def failure_record(given_up: GivenUp, mapping: StreamMapping) -> dict[str, Any]:
    """What an on-failure queue receives: where the records are, not what they hold.

    https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
    """
    first, last = given_up.records[0], given_up.records[-1]
    return {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": mapping.function_arn,
            "condition": given_up.condition,
            "approximateInvokeCount": given_up.attempts,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"}
        | ({"functionError": "Unhandled"} if given_up.raised else {}),
        "version": "1.0",
        "timestamp": iso_time(time.time()),
        "DDBStreamBatchInfo": {
            "shardId": "shardId-00000000000000000000-00000000",
            "startSequenceNumber": sequence_number(first),
            "endSequenceNumber": sequence_number(last),
            "approximateArrivalOfFirstRecord": iso_time(created(first)),
            "approximateArrivalOfLastRecord": iso_time(created(last)),
            "batchSize": len(given_up.records),
            "streamArn": mapping.stream_arn,
        },
    }


def iso_time(seconds: float) -> str:
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
