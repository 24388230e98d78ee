"""One event source mapping at work: reads the stream, and hands each wanted record to its lane.

A mapping has threads of its own, so a slow function holds up nothing but its own stream.
"""

import base64
import datetime
import json
import threading
import time
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.pump.batch import Record, created, sequence_number
from local.pump.bell import Bell
from local.pump.checkpoint import Checkpoint, Progress
from local.pump.lane import Clients, Lane
from local.pump.mapping import StreamMapping

BUSY_PAUSE = 0.02  # seconds between two reads while records flow
IDLE_PAUSE = 2.0  # while the bell is silent: what expires changes without a ring
ERROR_PAUSE = 0.5
MOST_IN_HAND = 2000  # records read and not yet done with


class Stream:
    """Delivers one mapping's records until it is told to stop."""

    def __init__(
        self,
        mapping: StreamMapping,
        clients: Clients,
        checkpoint: Path,
        report: Callable[[str], None],
        bell: Bell,
    ) -> None:
        self.mapping = mapping
        self.bell = bell
        self.client = clients.streams
        self.report = report
        latest = mapping.starting_position == "LATEST"
        start = Checkpoint(since=int(time.time()) if latest else 0)
        self.progress = Progress(checkpoint, start)
        self.read_up_to = self.progress.checkpoint
        self.stopping = threading.Event()
        self.is_drained = threading.Event()
        self.lanes = [Lane(mapping, clients, self.progress, report) for _ in range(mapping.lanes)]

    def start(self) -> None:
        for lane in self.lanes:
            lane.start()
        threading.Thread(target=self.read, daemon=True).start()

    def stop(self, timeout: float) -> None:
        """Read what is there, deliver it, and end; or give up waiting and leave it for later."""
        deadline = time.monotonic() + timeout
        self.stopping.set()
        self.bell.ring()
        self.is_drained.wait(timeout)
        self.progress.wait_for_room(1, max(0.0, deadline - time.monotonic()))
        for lane in self.lanes:
            lane.stop()

    def read(self) -> None:
        """Until stopped; what goes wrong with the emulator is reported and tried again."""
        while True:
            try:
                self.read_shard()
                break
            except (ClientError, BotoCoreError) as error:
                self.report(f"stream of {self.mapping.function_name}: {error}")
                if self.stopping.wait(ERROR_PAUSE):
                    break
        self.is_drained.set()

    def read_shard(self) -> None:
        shard_id, partition_key = self.describe()
        iterator = self.iterator(shard_id)
        heard = self.bell.heard
        while iterator:
            if not self.progress.wait_for_room(MOST_IN_HAND, timeout=IDLE_PAUSE):
                continue
            page = self.client.get_records(ShardIterator=iterator, Limit=1000)
            arn = self.mapping.stream_arn
            self.take((lambda_record(record, arn) for record in page["Records"]), partition_key)
            iterator = page.get("NextShardIterator", "")
            if self.stopping.is_set() and not page["Records"]:
                return
            self.stopping.wait(BUSY_PAUSE)
            heard = self.bell.wait(heard, 0 if page["Records"] else IDLE_PAUSE)

    def describe(self) -> tuple[str, str]:
        """The stream's only shard (the emulator never splits one) and the table's partition key."""
        stream = self.client.describe_stream(StreamArn=self.mapping.stream_arn)
        description = stream["StreamDescription"]
        hash_key = next(key for key in description["KeySchema"] if key["KeyType"] == "HASH")
        return description["Shards"][0]["ShardId"], hash_key["AttributeName"]

    def iterator(self, shard_id: str) -> str:
        """After the last record read; the oldest where the emulator no longer knows that one."""
        place: dict[str, Any] = {"StreamArn": self.mapping.stream_arn, "ShardId": shard_id}
        get = self.client.get_shard_iterator
        if last := self.read_up_to.sequence_number:
            try:
                after = get(**place, ShardIteratorType="AFTER_SEQUENCE_NUMBER", SequenceNumber=last)
                return after["ShardIterator"]
            except self.client.exceptions.TrimmedDataAccessException:
                self.report(
                    f"stream of {self.mapping.function_name}: starting again from its oldest record"
                )
        return get(**place, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]

    def take(self, records: Iterable[Record], partition_key: str) -> None:
        """Give each lane its share of a page at once, so that it can make a batch of it."""
        shares: list[list[Record]] = [[] for _ in self.lanes]
        for record in records:
            number = sequence_number(record)
            if self.read_up_to.is_past(number, created(record)):
                continue
            self.read_up_to = Checkpoint(number, self.read_up_to.since)
            self.progress.begin(number)
            if self.mapping.wants(record):
                key = json.dumps(record["dynamodb"]["Keys"][partition_key]).encode()
                shares[zlib.crc32(key) % len(shares)].append(record)
            else:
                self.progress.end([number])
        for lane, share in zip(self.lanes, shares, strict=True):
            if share:
                lane.arriving.put(share)


def lambda_record(record: Any, stream_arn: str) -> Record:
    """A record of GetRecords as a Lambda function receives it: plain JSON."""
    plain: Record = json.loads(json.dumps(record, default=plain_value))
    return plain | {"eventSourceARN": stream_arn}


def plain_value(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"a stream record has a {type(value).__name__}")
