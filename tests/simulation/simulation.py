"""One seed's run: the services, the Lambdas and the clients, from the first query until all rest.

All chances come from one generator, and everything happens in one virtual loop: the same seed is
the same history, to the last event.
"""

import asyncio
import uuid
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from unittest.mock import patch

import core.submit
import querycast.follow
from core.aws.query_table import record_from_item
from core.catalogue import Catalogue
from core.coercion import timestamp
from core.context import Context
from core.pipelines.pipeline import CompiledPipeline, Overlap
from core.submit import own_id
from streams import publish
from tests.fakes import LOAD, SHARED_BY_DAY
from tests.simulation import clock
from tests.simulation.appsync import AppSync
from tests.simulation.clients import Client
from tests.simulation.dynamodb import Item, Table
from tests.simulation.faults import Faults
from tests.simulation.history import (
    FINAL,
    Called,
    Event,
    Fault,
    FaultsEnded,
    Rested,
    StatementEnded,
    StatementStarted,
    Stored,
    Withheld,
)
from tests.simulation.invocation import running
from tests.simulation.lambdas import Lambdas
from tests.simulation.redshift import REFUSED, Redshift, RunningStatement
from tests.simulation.session import API_KEY_OWNER, Session, asked
from tests.simulation.wiring import Publisher, contexts, installed

QUERIES = 10
SUBMIT_WITHIN = 300.0  # seconds
FAULTS_FOR = (400.0, 400.0, 600.0, 1000.0, 4500.0)  # seconds
LATE = (60.0, 600.0, 600.0, 600.0, 3 * 3600.0)  # seconds, the most that an event is
WITHHELD_FOR = 400.0  # longer than what else must happen once the faults have ended
SWEEP_EVERY = 60.0  # infra/events.py
REST_WITHIN = 8 * 3600.0  # after the faults: a query may wait an hour, an event be three late
SLOTS = (0, 1, 4, 6)  # of the pipeline's schedule
MONTHS = ("2015-06", "2015-06", "2015-07")  # few, so that queries share statements
MAX_AGES = (None, None, 0, 100, 10_000)  # seconds
OWNERS = ("ana", "ben", API_KEY_OWNER)
LOOK_EVERY = 30.0


def simulate(seed: int) -> list[Event]:
    """The seed's history."""
    with asyncio.Runner(loop_factory=clock.VirtualLoop) as runner:
        return runner.run(Simulation(seed).run())


class Simulation:
    """Everything of one run."""

    lambdas_kind: type[Lambdas] = Lambdas
    watching: Sequence[str] = OWNERS  # who has a subscription to all changes, throughout

    def __init__(self, seed: int) -> None:
        self.history: list[Event] = []
        self.rng = Random(seed)
        self.faults = Faults(seed, self.rng, lambda what: self.record(Fault(clock.seconds(), what)))
        self._faults_end = self.rng.choice(FAULTS_FOR)
        self._pipeline = pipeline(self.rng.choice(tuple(Overlap)))
        self.catalogue = Catalogue({"taxi_by_day": SHARED_BY_DAY}, {"load": self._pipeline})
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._lasting: list[asyncio.Task[None]] = []  # the run does not wait for these
        self._timers = 0
        self._broken: BaseException | None = None  # the simulator itself, which must not be
        self.lambdas = self.lambdas_kind(
            self.faults, self.record, lambda work: self.spawn("stream", work)
        )
        self.table = Table(self._written, self._index_lag, self.later)
        self.redshift = Redshift(self.rng, self.later, self._started, self._ended)
        self.appsync = AppSync(lambda payload: self.lambdas.invoke("resolvers", payload))

    async def run(self) -> list[Event]:
        with (
            installed(self._contexts(), self.record, self.rng),
            patch.object(publish, "appsync", lambda: Publisher(self.appsync)),
            patch.object(core.submit, "new_id", lambda: running().observe("id", self._new_id)),
            patch.object(querycast.follow, "random", self.rng),
        ):
            self._lasting.append(asyncio.create_task(self._sweep()))
            for owner in self.watching:
                watcher = self._client(f"{owner}-watches", owner)
                self._lasting.append(asyncio.create_task(watcher.watch()))
            self._plan()
            await asyncio.sleep(self._faults_end)
            self.faults.stop()
            self.record(FaultsEnded(clock.seconds()))
            await self._rest()
            at_work = self._at_work
            for task in [*self._lasting, *self._tasks]:
                task.cancel()
            await asyncio.gather(*self._lasting, *self._tasks, return_exceptions=True)
            if self._broken:
                raise self._broken
            self.record(Rested(clock.seconds(), (*at_work, *self._left_over)))
        return self.history

    def _contexts(self) -> dict[str, Context]:
        return contexts(self.table, self.redshift, lambda: self.catalogue, self._send_message)

    def _send_message(self, delay: float, body: str) -> None:
        self.later(delay, lambda: self.spawn("message", self.lambdas.deliver(body)))

    def record(self, event: Event) -> None:
        self.history.append(event)

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Have something done that the run waits for."""
        task = asyncio.create_task(work)
        self._tasks[task] = name
        task.add_done_callback(self._done)

    def later(self, delay: float, action: Callable[[], None]) -> None:
        """Have something done then; the run waits for it."""
        self._timers += 1
        asyncio.get_running_loop().call_later(delay, self._act, action)

    def _act(self, action: Callable[[], None]) -> None:
        self._timers -= 1
        action()

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        if not task.cancelled() and (error := task.exception()):
            self._broken = self._broken or error

    def _plan(self) -> None:
        """Who submits what, when; who else meddles."""
        if self.faults.are_any and self.rng.random() < 0.1:
            self.later(self.rng.uniform(0, SUBMIT_WITHIN), self._republish)
        for _ in range(self.rng.choice(SLOTS)):
            self._schedule(self.rng.uniform(0, SUBMIT_WITHIN))
        for number in range(QUERIES):
            query_id = self._new_id()
            owner = self.rng.choice(OWNERS)
            parameters = {"month": self.rng.choice(MONTHS)}
            max_age = self.rng.choice(MAX_AGES)
            if self.rng.random() < 0.1:
                parameters["vendor"] = REFUSED
            begin = self.rng.uniform(0, SUBMIT_WITHIN)
            for copy in range(self.rng.choices((1, 2, 3), (8, 3, 1))[0]):
                client = self._client(f"{owner}{number}.{copy}", owner)
                after = copy * self.rng.choice((0.02, 1))
                self._at(
                    begin + self.rng.uniform(0, after), client.follow(query_id, parameters, max_age)
                )
            if self.rng.random() < 0.25:
                client = self._client(f"{owner}{number}.c", owner)
                soon = self.rng.uniform(0, self.rng.choice((0.1, 0.5, 5, 200)))
                self._at(begin + soon, client.cancel(query_id))
            if self.rng.random() < 0.4:
                self._meddle(number, query_id, begin)

    def _meddle(self, number: int, query_id: str, begin: float) -> None:
        """The same id with another input, or in another's hands."""
        owner = self.rng.choice(OWNERS)
        client = self._client(f"{owner}{number}.x", owner)
        other = {"month": self.rng.choice(("2015-06", "2015-07"))}
        self._at(begin + self.rng.uniform(-1, 2), client.intrude(query_id, other))
        self._lasting.append(asyncio.create_task(client.listen(query_id)))

    def _schedule(self, at: float) -> None:
        """EventBridge Scheduler calls for a run of the pipeline."""
        slot = timestamp(clock.BEGIN + timedelta(seconds=int(at)))
        run_id = own_id("run", "load", slot)
        times = 2 if self.faults.befalls("schedule calls twice", slot) else 1
        for _ in range(times):
            self._at(at + self.rng.uniform(0, 1), self._call(slot, run_id))

    async def _call(self, slot: str, run_id: str) -> None:
        self.record(Called(clock.seconds(), run_id))
        await self.lambdas.call({"pipeline": "load", "scheduledAt": slot}, run_id)

    def _at(self, seconds: float, work: Coroutine[Any, Any, None]) -> None:
        async def waited() -> None:
            await asyncio.sleep(max(seconds, 0))
            await work

        self.spawn("client", waited())

    def _client(self, name: str, owner: str) -> Client:
        session = Session(name, owner, self.appsync, self.faults, self.record)
        return Client(session, self.rng, self.record)

    def _republish(self) -> None:
        """The report and the pipeline are changed while queries of them wait."""
        changed = replace(SHARED_BY_DAY, version="2")
        pipeline = replace(self._pipeline, version="2")
        self.catalogue = Catalogue({"taxi_by_day": changed}, {"load": pipeline})

    async def _sweep(self) -> None:
        """EventBridge's schedule; one sweep that does not start or dies is not repeated."""
        number = 0
        while True:
            await asyncio.sleep(SWEEP_EVERY)
            number += 1
            if not self.faults.befalls("sweep does not start", str(number)):
                self.spawn("sweep", self._sweep_once())

    async def _sweep_once(self) -> None:
        with suppress(Exception):  # the next one goes on
            await self.lambdas.invoke("sweep", {})

    async def _rest(self) -> None:
        """Until nothing is under way and every query has ended, or for too long."""
        ends_at = clock.seconds() + REST_WITHIN
        while (
            not self._broken
            and (self._timers or self._tasks or self._unfinished or self._held)
            and (clock.seconds() < ends_at)
        ):
            await asyncio.sleep(LOOK_EVERY)

    @property
    def _unfinished(self) -> list[str]:
        items = [item for item in self.table.items.values() if "status" in item]
        return [item["id"]["S"] for item in items if item["status"]["S"] not in FINAL]

    @property
    def _held(self) -> list[str]:
        """The places that are taken."""
        items = [item for item in self.table.items.values() if "running" in item]
        return [key for item in items for key in (*item["running"]["M"], *item["waiting"]["M"])]

    @property
    def _at_work(self) -> list[str]:
        return [f"a {name} at work" for name in self._tasks.values()]

    @property
    def _left_over(self) -> list[str]:
        subscriptions = [f"subscription {name}" for name in self.appsync.subscriptions]
        places = [f"a place of query {query_id}" for query_id in self._held]
        unfinished = [f"unfinished query {query_id}" for query_id in self._unfinished]
        return subscriptions + places + unfinished

    def _new_id(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def _index_lag(self) -> float:
        return self.rng.uniform(1, 40) if self.faults.befalls("index late", "a write") else 0.05

    def _written(self, item: Item) -> None:
        if "status" not in item:  # an owner's places, or a report's durations
            return
        self.record(_stored(item))
        self.lambdas.stream(item)
        if self.faults.befalls("poison", "the stream"):
            self.lambdas.stream({"id": {"S": item["id"]["S"][:4] + "-poison"}})

    def _started(self, statement: RunningStatement) -> None:
        self.record(StatementStarted(clock.seconds(), statement.name, statement.id))
        if self.faults.befalls("event untrue", statement.name):
            for share in (0.2, 0.9):  # so that Redshift is asked before it has ended
                soon = statement.duration * share
                self.later(soon, lambda: self._send(statement, "FINISHED"))
        if self.faults.befalls("statement withheld", statement.name):
            until = self._faults_end + WITHHELD_FOR
            self.redshift.withheld[statement.name] = until
            self.record(Withheld(clock.seconds(), statement.name, until))

    def _ended(self, statement: RunningStatement) -> None:
        state = (statement.id, statement.status, statement.rows, statement.is_stopped)
        self.record(StatementEnded(clock.seconds(), statement.name, *state))
        if self.faults.befalls("event lost", statement.name):
            return
        self._send(statement, statement.status)
        if self.faults.befalls("event doubled", statement.name):
            self._send(statement, statement.status)
        if self.faults.befalls("poison", "events"):
            self._send_poison(statement)

    def _send(self, statement: RunningStatement, state: str) -> None:
        late = self.faults.befalls("event late", statement.name)
        delay = self.rng.uniform(1, self.rng.choice(LATE)) if late else self.faults.delay(0.3)
        event = _event(statement.name, statement.id, state)
        self.later(delay, lambda: self.spawn("event", self.lambdas.hand_over(event)))

    def _send_poison(self, statement: RunningStatement) -> None:
        """Of a statement that is not ours, of another's statement under our name, and half one."""
        strange = [
            _event("nightly-load", "0", "FINISHED"),
            _event(statement.name, "a-statement-of-others", "FINISHED"),
            {"detail": {"statementId": statement.id}},
        ]
        for event in strange:
            handing_over = self.lambdas.hand_over(event, is_poison=True)
            self.spawn("event", handing_over)


def pipeline(overlap: Overlap) -> CompiledPipeline:
    """Nobody watches what it fills."""
    return replace(LOAD, pipeline=replace(LOAD.pipeline, overlap=overlap, feeds=[]))


def _event(name: str, statement_id: str, state: str) -> dict[str, Any]:
    return {"detail": {"statementName": name, "statementId": statement_id, "state": state}}


def _stored(item: Item) -> Stored:
    record = record_from_item(item)
    query = record.query
    given = {parameter.name: parameter.value for parameter in query.parameters}
    input = asked(query.report or f"{query.pipeline} at {query.scheduled_for}", given)
    question = None if record.max_age is None else f"{input} of version {record.report_version}"
    return Stored(
        clock.seconds(),
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
