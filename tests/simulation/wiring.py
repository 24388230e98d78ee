"""The real handlers with simulated services, and without what a simulation must not have.

That is: threads, logs that nobody reads, signatures that cost more than all the rest, and the wall
clock. What a handler looks at is observed, so that it sees the same when it is run again.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import core.again
import core.aws.query_table
import core.cancel
import core.line
import core.pipelines.run
import core.sharing
import core.start
import querycast.follow
from core.aws import revisit_queue
from core.aws.appsync import AppSync as AppSyncAdapter
from core.aws.owner_places import OwnerPlacesTable
from core.aws.pipeline_states import PipelineStates
from core.aws.query_table import QueryTable, record_from_item
from core.aws.redshift_data import RedshiftData
from core.aws.report_durations import ReportDurations
from core.aws.revisit_queue import RevisitQueue
from core.aws.shared_statements import SharedStatements
from core.catalogue import Catalogue
from core.context import Context
from core.places import Limits
from core.query import QueryRecord
from streams import publish
from tests.simulation import clock
from tests.simulation.appsync import AppSync
from tests.simulation.dynamodb import DynamoDBClient, Item, Table
from tests.simulation.history import Logged
from tests.simulation.invocation import Pool, running
from tests.simulation.lambdas import MODULES, Record
from tests.simulation.redshift import Redshift, RedshiftDataClient

Send = Callable[[float, str], None]
NOT_HERE: Any = None  # nothing is exported or watched here, and nobody has an agenda

READ_CATALOGUE = (  # infra/functions.py
    *("resolvers", "publish", "ended", "revisit", "sweep"),
    "pipeline",
)
LIMITS = Limits(running=2, waiting=20)  # few, so that queries wait, and none is refused


def contexts(
    table: Table, redshift: Redshift, catalogue: Callable[[], Catalogue], send: Send
) -> dict[str, Context]:
    """The services of each Lambda. `send`: has a message delivered so many seconds later."""
    dynamodb: Any = DynamoDBClient(table)
    sqs: Any = SqsClient(send)
    return {
        name: Context(
            queries=QueryTable(dynamodb, "queries"),
            warehouse=RedshiftData(RedshiftDataClient(redshift), {}),  # type: ignore[arg-type]  # stubs
            catalogue=observed_catalogue(catalogue) if name in READ_CATALOGUE else denied,
            now=lambda: running().observe("now", clock.moment),
            places=OwnerPlacesTable(dynamodb, "queries"),
            sharing=SharedStatements(dynamodb, "queries"),
            durations=ReportDurations(dynamodb, "queries"),
            revisits=RevisitQueue(lambda: sqs, "revisits"),
            limits=LIMITS,
            groups=lambda _: frozenset(),  # no report of the simulation asks for one
            exports=NOT_HERE,
            notices=NoticeQueue(),
            sends_mail=False,
            pipelines=PipelineStates(dynamodb, "queries"),
            watches=NOT_HERE,
            refreshes=NOT_HERE,
            agenda=NOT_HERE,
            scheduling=NOT_HERE,
        )
        for name in MODULES
    }


def observed_catalogue(catalogue: Callable[[], Catalogue]) -> Callable[[], Catalogue]:
    return lambda: running().observe("catalogue", catalogue)


def denied() -> Catalogue:
    raise AssertionError("This Lambda may not read the catalogue.")


class SqsClient:
    """What a Lambda holds of the queue."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def send_message(self, QueueUrl: str, MessageBody: str, DelaySeconds: int) -> None:
        running().call("sqs.send_message", lambda: self._send(DelaySeconds, MessageBody))


class NoticeQueue:
    """Takes what is to be told of a pipeline's end; tests/core/notices tests the telling."""

    def ask(self, query_id: str) -> None:
        running().call("sqs.send_message", lambda: None)


class Chances:
    """Stands in for `random` in a handler, which sees the same when it is run again."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def random(self) -> float:
        drawn: float = running().observe("random", self._rng.random)
        return drawn


@contextmanager
def installed(contexts: Mapping[str, Context], record: Record, rng: Random) -> Iterator[None]:
    """The handlers with these services instead of AWS's."""
    with ExitStack() as stack:
        for name, (module, _) in MODULES.items():
            context = contexts[name]
            stack.enter_context(patch.object(module, "context", lambda found=context: found))
            stack.enter_context(patch.object(module, "metrics", Silence()))
            stack.enter_context(patch.object(module, "logger", Log(record)))
        stack.enter_context(patch.object(core.again, "random", Chances(rng)))
        logging = (core.cancel, core.line, core.pipelines.run, core.sharing, core.start)
        for silent in (*logging, revisit_queue, querycast.follow):
            stack.enter_context(patch.object(silent, "log", Silence()))
        for reader in (core.aws.query_table, publish):
            stack.enter_context(patch.object(reader, "record_from_item", RecordsOnce()))
        stack.enter_context(patch.object(publish, "ThreadPoolExecutor", Pool))
        stack.enter_context(patch.object(publish, "members_told", Silence))  # nobody follows runs
        yield


class Publisher(AppSyncAdapter):
    """The adapter of publish.py without its signature, which costs more than all the rest."""

    def __init__(self, appsync: AppSync) -> None:
        self._http = _Http(appsync)  # type: ignore[assignment]  # of it only `send` is used

    def _signed(self, body: str) -> Any:
        return body


class _Http:
    def __init__(self, appsync: AppSync) -> None:
        self._appsync = appsync

    def send(self, body: str) -> Any:
        return running().call("appsync.publish", lambda: _response(self._appsync, body))


def _response(appsync: AppSync, body: str) -> Any:
    request = json.loads(body)
    answer = json.dumps(appsync.publish(request["query"], request["variables"]))
    return SimpleNamespace(status_code=200, text=answer, content=answer.encode())


class Silence:
    """Stands in for metrics, and for logs that nobody reads here."""

    def __getattr__(self, _: str) -> Callable[..., None]:
        return lambda *args, **more: None


class RecordsOnce:
    """Reads each item once: it is never changed, and reading it is a sixth of a run's time."""

    def __init__(self) -> None:
        self._records: dict[int, tuple[Item, QueryRecord]] = {}

    def __call__(self, item: Item) -> QueryRecord:
        if id(item) not in self._records:
            self._records[id(item)] = (item, record_from_item(item))
        return self._records[id(item)][1]


class Log(Silence):
    """Stands in for a logger: what went wrong is noted once, however often it is run again."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def exception(self, words: str, *_: object, **__: object) -> None:
        line = Logged(clock.seconds(), words)
        running().observe("log", lambda: self._record(line))
