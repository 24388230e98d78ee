"""Records that nobody can push, and records that come twice: all others are pushed, in order."""

import asyncio
import json
import uuid
import zlib
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from core.aws.query_table import item_from_record
from core.query import QueryError, QueryExecution, QueryKind, QueryRecord, QueryStatus, failed
from core.report import ID
from querycast import documents
from tests.integration.conftest import Person
from tests.integration.faults.machinery import Item, Machinery
from tests.integration.faults.recorder import Recorder
from tests.integration.faults.scale import sized
from tests.integration.faults.session import Follows, connected, watching
from tests.integration.wait import until
from tests.simulation.history import DeadLettered, Delivered

BATCH = 10  # records, as infra/ configures it
LANES = 10
BATCHES = sized(1, 170)  # for each place of the poison


def ids_of_one_lane(count: int) -> list[str]:
    """Ids whose records the pump hands over one after the other, as one shard's are."""
    ids: dict[int, list[str]] = defaultdict(list)
    while True:
        query_id = str(uuid.uuid4())
        lane = ids[zlib.crc32(json.dumps({"S": query_id}).encode()) % LANES]
        lane.append(query_id)
        if len(lane) == count:
            return lane


def queued(query_id: str, owner: str) -> QueryRecord:
    """A query that will end without a statement."""
    now = datetime.now(UTC)
    query = QueryExecution(
        ID(query_id), QueryKind.REPORT, ID("instant"), [], ID(owner), QueryStatus.QUEUED, 1, now
    )
    return QueryRecord(query, report_version="0", updated_at=now)


def ended(record: QueryRecord) -> QueryRecord:
    """The same query a moment later."""
    changed = failed(record, QueryError("NotStarted", "No room."), datetime.now(UTC))
    assert changed is not None
    return replace(changed, updated_at=datetime.now(UTC))


def write(machinery: Machinery, items: list[Item]) -> None:
    """All at once, so that they are one page of the stream."""
    requests = [{"PutRequest": {"Item": item}} for item in items]
    machinery.dynamodb.batch_write_item(RequestItems={machinery.table: requests})


@pytest.mark.parametrize("place", [0, BATCH // 2, BATCH - 1], ids=["first", "middle", "last"])
def test_a_poison_record_holds_up_nobody(
    machinery: Machinery, recorder: Recorder, ana: Person, place: int
) -> None:
    """It is split off, tried six times and kept; the records around it are pushed meanwhile."""

    async def poisoned() -> None:
        async with (
            connected(recorder, ana) as session,
            watching(session, documents.ON_QUERY_CHANGE),
        ):
            recorder.fault("poison on the stream")
            for _ in range(BATCHES):
                await asyncio.to_thread(write_batch, machinery, recorder, ana, place)
            await asyncio.to_thread(recorder.judge)

    asyncio.run(poisoned())
    letters = recorder.of(DeadLettered)
    assert sorted(letter.query_id for letter in letters) == sorted(recorder.poisons)
    assert_first_pushes_in_order(recorder)
    remove(machinery, [*recorder.poisons, *recorder.query_ids])
    until(recorder.is_delivered)
    recorder.read_dead_letters()
    assert recorder.of(DeadLettered) == letters, "what was removed was given up"


def write_batch(machinery: Machinery, recorder: Recorder, owner: Person, place: int) -> None:
    """A batch of new queries with a poison in one place, and one of their ends."""
    poison, *siblings = ids_of_one_lane(BATCH)
    recorder.poisons.add(poison)
    recorder.query_ids.update(siblings)
    records = [queued(query_id, owner.id) for query_id in siblings]
    items = [item_from_record(record) for record in records]
    items.insert(place, {"id": {"S": poison}, "status": {"S": "?"}, "version": {"N": "1"}})
    write(machinery, items)
    write(machinery, [item_from_record(ended(record)) for record in records])


def assert_first_pushes_in_order(recorder: Recorder) -> None:
    """Records after a failed one come again; the first time they come in order."""
    heard: dict[tuple[str, str], dict[int, None]] = defaultdict(dict)
    for push in recorder.of(Delivered):
        heard[push.query_id, push.subscriber].setdefault(push.version)
    assert all(list(versions) == sorted(versions) for versions in heard.values())


def remove(machinery: Machinery, query_ids: list[str]) -> None:
    """As DynamoDB does when their time is over."""
    for query_id in query_ids:
        machinery.dynamodb.delete_item(TableName=machinery.table, Key={"id": {"S": query_id}})


def test_a_batch_that_comes_twice_is_pushed_twice_and_told_once(
    machinery: Machinery, recorder: Recorder, ana: Person
) -> None:
    """With a poison and a removed record among it: only the poison is reported as failed."""

    async def doubled() -> Any:
        async with (
            connected(recorder, ana) as session,
            watching(session, documents.ON_QUERY_CHANGE),
        ):
            scripts = [Follows(session, "instant", number=number) for number in range(3)]
            recorder.fault("a batch is delivered again and again")
            await asyncio.gather(*(script.run(changes=True) for script in scripts))
            await asyncio.to_thread(until, recorder.is_delivered)
            batch = [
                record
                for record in recorder.stream_records
                if record["dynamodb"]["Keys"]["id"]["S"] in recorder.query_ids
            ]
            answers = [await asyncio.to_thread(machinery.publish, batch) for _ in range(2)]
            await asyncio.to_thread(recorder.judge)
        return answers

    assert asyncio.run(doubled()) == [{"batchItemFailures": []}] * 2
