"""A run of the deployed stack as a history, for the checker of the simulator.

Clients put on record what they send and hear (session.py). The rest is read: the versions of the
records from the table's stream, statements from the Data API, and dead letters. All processes run
on this machine, so all times are of one clock.
"""

import asyncio
import threading
import time
from datetime import datetime
from typing import Any, TypeVar

from core.aws.query_table import record_from_item
from tests.integration.faults.machinery import AT_ONCE, Item, Machinery, TableStream, at_once
from tests.integration.faults.scale import sized
from tests.integration.test_cancel import LONG_AGO
from tests.integration.wait import INTERVAL, until
from tests.simulation.checker import Bounds, Violation, violations
from tests.simulation.history import (
    DeadLettered,
    Event,
    Fault,
    FaultsEnded,
    OfQuery,
    Rested,
    StatementEnded,
    StatementStarted,
    Stored,
    Unseen,
)
from tests.simulation.session import asked

# What is stuck and not what is slow: the machine has other work, and its Lambdas start cold.
BOUNDS = Bounds(notice=60, ending=sized(90, 300), notice_after_faults=sized(120, 300))
ENDED_WITHIN = float(sized(150, 600))  # seconds, by events and the sweeper
ARRIVED_WITHIN = 10.0  # seconds, for what is on its way to a subscriber

E = TypeVar("E", bound=Event)


class Recorder:
    """Records from when it is made, and of the queries that clients tell it of."""

    def __init__(self, machinery: Machinery) -> None:
        self.machinery = machinery
        self.query_ids: set[str] = set()
        self.poisons: set[str] = set()  # ids that stand in records or events nobody can handle
        self.stream_records: list[Any] = []
        self.requests = asyncio.Semaphore(AT_ONCE)  # of all clients together
        self._stream = TableStream(machinery)
        self._written: dict[str, Any] = {}  # by sequence number
        self._seen: dict[str, int] = {}  # the last version of each query
        self._events: list[Event] = []
        self._lock = threading.Lock()
        self._began = time.time()

    def now(self) -> float:
        """Seconds since the beginning."""
        return time.time() - self._began

    def record(self, event: Event) -> None:
        """Put it on record, unless it is of a query of an earlier test; from any thread."""
        if isinstance(event, OfQuery) and event.query_id not in self.query_ids | self.poisons:
            return
        with self._lock:
            self._events.append(event)

    def of(self, kind: type[E]) -> list[E]:
        """What is on record of a kind."""
        with self._lock:
            return [event for event in self._events if isinstance(event, kind)]

    def fault(self, what: str) -> None:
        """From here on something goes wrong."""
        self.record(Fault(self.now(), what))

    def faults_ended(self) -> None:
        """From here on nothing does any more."""
        self.record(FaultsEnded(self.now()))

    def judge(self, bounds: Bounds = BOUNDS, ended_within: float = ENDED_WITHIN) -> None:
        """Wait until every query has ended and all is delivered, and check what must hold."""
        until(lambda: not self.machinery.unfinished(self.query_ids), ended_within)
        until(self.is_delivered, ENDED_WITHIN)
        self._read_statements()
        self.read_dead_letters()
        deadline = time.monotonic() + ARRIVED_WITHIN
        while (found := self._violations(bounds)) and time.monotonic() < deadline:
            time.sleep(INTERVAL)
        assert not found, "\n".join(map(str, found))

    def _violations(self, bounds: Bounds) -> list[Violation]:
        left = [f"unfinished {one}" for one in self.machinery.unfinished(self.query_ids)]
        events = [*self.of(Event), Rested(self.now(), tuple(left))]
        return violations(sorted(events, key=lambda event: event.at), bounds)

    def read_stream(self) -> None:
        """What was written since the last time."""
        for record in self._stream.read():
            if "#" in record["dynamodb"]["Keys"]["id"]["S"]:
                continue  # an owner's places, or a report's durations
            self.stream_records.append(record)
            self._written[record["dynamodb"]["SequenceNumber"]] = record["dynamodb"]
            item = record["dynamodb"].get("NewImage")
            if item and item["id"]["S"] not in self.poisons:
                self._stored(item)

    def begin_again(self) -> None:
        """The emulator started anew and forgot its stream; the records are as they are stored."""
        self._stream.begin_again()
        self.stream_records.clear()
        for item in self.machinery.items(self.query_ids):
            seen, version = self._seen.get(item["id"]["S"], 0), int(item["version"]["N"])
            if seen + 1 < version:
                self.record(Unseen(self.now(), item["id"]["S"], seen + 1, version - 1))
            self._stored(item)

    def _stored(self, item: Item) -> None:
        """Put a version on record; an item that was only made to look old is the same version."""
        query_id, written = item["id"]["S"], item["updatedAt"]["S"]
        if query_id in self.query_ids and written != LONG_AGO:
            self._seen[query_id] = int(item["version"]["N"])
            self.record(stored(item, self._at(written)))

    def is_delivered(self) -> bool:
        self.read_stream()
        if not self.stream_records:
            return True
        last = int(self.stream_records[-1]["dynamodb"]["SequenceNumber"])
        return self.machinery.delivered_up_to() >= last

    def _read_statements(self) -> None:
        for query_id, statements in zip(
            self.query_ids, at_once(self.machinery.statements, list(self.query_ids)), strict=True
        ):
            for statement in statements:
                self._statement(query_id, statement)

    def _statement(self, query_id: str, statement: Any) -> None:
        statement_id, status = statement["Id"], statement["Status"]
        self.record(StatementStarted(self._at(statement["CreatedAt"]), query_id, statement_id))
        if status in ("FINISHED", "FAILED", "ABORTED"):
            rows = self.machinery.rows(statement)
            at = self._at(statement["UpdatedAt"])
            self.record(StatementEnded(at, query_id, statement_id, status, rows))

    def read_dead_letters(self) -> None:
        """Those that came since the last time."""
        for letter in self.machinery.dead_letters("publishDeadLetterQueueUrl"):
            number = letter["DDBStreamBatchInfo"]["startSequenceNumber"]
            if first := self._written.get(number):
                version = int(first["NewImage"]["version"]["N"])
                self._dead_letter(first["Keys"]["id"]["S"], version)
        for letter in self.machinery.dead_letters("eventDeadLetterQueueUrl"):
            detail = letter["requestPayload"].get("detail") or {}
            self._dead_letter(str(detail.get("statementName")), None)

    def _dead_letter(self, query_id: str, version: int | None) -> None:
        self.record(DeadLettered(self.now(), query_id, version, query_id in self.poisons))

    def _at(self, moment: datetime | str) -> float:
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment)
        return moment.timestamp() - self._began


def stored(item: Item, at: float) -> Stored:
    """A version of a record as the history has it."""
    record = record_from_item(item)
    query = record.query
    input = asked(query.report or "", {given.name: given.value for given in query.parameters})
    question = None if record.max_age is None else f"{input} of version {record.report_version}"
    return Stored(
        at,
        query.id,
        query.version,
        query.status.value,
        query.owner,
        input,
        record.statement_id,
        query.error.type if query.error else None,
        record.has_result,
        record.cancelled_by is not None,
        record.is_in_line,
        record.follows,
        question,
    )
