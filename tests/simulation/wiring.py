"""The real handlers with simulated services, and without what a simulation must not have.

That is: threads, logs that nobody reads, signatures that cost more than all the rest, and the wall
clock. What a handler looks at is observed, so that it sees the same when it is run again.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import core.aws.query_table
import core.cancel
import core.start
import querycast.follow
from core.aws.appsync import AppSync as AppSyncAdapter
from core.aws.query_table import QueryTable, record_from_item
from core.aws.redshift_data import RedshiftData
from core.catalogue import Catalogue
from core.context import Context
from core.query import QueryRecord
from streams import publish
from tests.simulation import clock
from tests.simulation.appsync import AppSync
from tests.simulation.dynamodb import DynamoDBClient, Item, Table
from tests.simulation.history import Logged
from tests.simulation.invocation import Pool, running
from tests.simulation.lambdas import MODULES, Record
from tests.simulation.redshift import Redshift, RedshiftDataClient

READ_CATALOGUE = ("resolvers", "sweep")  # the Lambdas that may: infra/functions.py


def contexts(
    table: Table, redshift: Redshift, catalogue: Callable[[], Catalogue]
) -> dict[str, Context]:
    """The services of each Lambda."""
    return {
        name: Context(
            queries=QueryTable(DynamoDBClient(table), "queries"),  # type: ignore[arg-type]  # stubs
            warehouse=RedshiftData(RedshiftDataClient(redshift), {}),  # type: ignore[arg-type]  # stubs
            catalogue=observed_catalogue(catalogue) if name in READ_CATALOGUE else denied,
            now=lambda: running().observe("now", clock.moment),
        )
        for name in MODULES
    }


def observed_catalogue(catalogue: Callable[[], Catalogue]) -> Callable[[], Catalogue]:
    return lambda: running().observe("catalogue", catalogue)


def denied() -> Catalogue:
    raise AssertionError("This Lambda may not read the catalogue.")


@contextmanager
def installed(contexts: Mapping[str, Context], record: Record) -> Iterator[None]:
    """The handlers with these services instead of AWS's."""
    with ExitStack() as stack:
        for name, (module, _) in MODULES.items():
            context = contexts[name]
            stack.enter_context(patch.object(module, "context", lambda found=context: found))
            stack.enter_context(patch.object(module, "metrics", Silence()))
            stack.enter_context(patch.object(module, "logger", Log(record)))
        for silent in (core.cancel, core.start, querycast.follow):
            stack.enter_context(patch.object(silent, "log", Silence()))
        for reader in (core.aws.query_table, publish):
            stack.enter_context(patch.object(reader, "record_from_item", RecordsOnce()))
        stack.enter_context(patch.object(publish, "ThreadPoolExecutor", Pool))
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
