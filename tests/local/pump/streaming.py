"""A table whose stream feeds a function that writes down what it gets, and fails when told to."""

import io
import json
import textwrap
import uuid
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.pump.bell import Bell
from local.pump.lane import Clients
from local.pump.mapping import stream_mapping
from local.pump.stream import Stream
from tests.local.conftest import Emulator

FUNCTION = """
import json, os, time

def handler(event, context):
    print("log line")
    images = [record["dynamodb"]["NewImage"] for record in event["Records"]]
    with open(os.environ["JOURNAL"], "a") as journal:
        journal.write(json.dumps([image["id"]["S"] for image in images]) + "\\n")
    for image in images:
        while "until" in image and not os.path.exists(image["until"]["S"]):
            time.sleep(0.01)
    if any("poison" in image for image in images):
        raise ValueError("poison")
    failed = [r["dynamodb"]["SequenceNumber"] for r in event["Records"]
              if "fail" in r["dynamodb"]["NewImage"]]
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}
"""


@dataclass
class Journal:
    file: Path

    def batches(self) -> list[list[str]]:
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [json.loads(line) for line in lines]

    def ids(self) -> list[str]:
        return [each for batch in self.batches() for each in batch]


@dataclass
class Source:
    """A table, its function, and the mapping between them."""

    emulator: Emulator
    directory: Path
    name: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:8]}")

    def create(self, **mapping: Any) -> "Source":
        self.stream_arn = self.create_table()
        self.create_function()
        self.queue_url = self.client("sqs").create_queue(QueueName=self.name)["QueueUrl"]
        queue_arn = f"arn:aws:sqs:us-east-1:000000000000:{self.name}"
        created = self.client("lambda").create_event_source_mapping(
            EventSourceArn=self.stream_arn,
            FunctionName=self.name,
            DestinationConfig={"OnFailure": {"Destination": queue_arn}},
            **({"StartingPosition": "TRIM_HORIZON", "Enabled": False} | mapping),
        )
        self.uuid = created["UUID"]
        return self

    def client(self, service: str) -> Any:
        return self.emulator.client(service)

    @property
    def journal(self) -> Journal:
        return Journal(self.directory / f"{self.name}.journal")

    def create_table(self) -> str:
        table = self.client("dynamodb").create_table(
            TableName=self.name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )
        return str(table["TableDescription"]["LatestStreamArn"])

    def create_function(self) -> None:
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("main.py", textwrap.dedent(FUNCTION))
        self.client("lambda").create_function(
            FunctionName=self.name,
            Runtime="python3.13",
            Role="arn:aws:iam::000000000000:role/any",
            Handler="main.handler",
            Code={"ZipFile": code.getvalue()},
            Environment={"Variables": {"JOURNAL": str(self.journal.file)}},
            Timeout=30,
        )

    def put(self, item_id: str, **attributes: Any) -> None:
        item = {"id": {"S": item_id}, "at": {"S": uuid.uuid4().hex}} | attributes
        self.client("dynamodb").put_item(TableName=self.name, Item=item)

    def stream(self) -> Stream:
        """Our pump's part for this mapping, not started yet."""
        description = self.client("lambda").get_event_source_mapping(UUID=self.uuid)
        clients = Clients(
            streams=self.client("dynamodbstreams"),
            functions=self.client("lambda"),
            queues=self.client("sqs"),
        )
        checkpoint = self.directory / f"{self.uuid}.json"
        return Stream(stream_mapping(description), clients, checkpoint, print, Bell())

    def dead_letters(self) -> list[Any]:
        answer = self.client("sqs").receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=0
        )
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]
