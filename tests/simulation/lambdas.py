"""The Lambdas as AWS runs them: invoked, killed, and invoked again as infra/ says.

The handlers are the real ones, without Powertools' decorators, whose state is one a process: here
many invocations of one process overlap.
"""

import asyncio
import inspect
from collections import deque
from collections.abc import Callable, Mapping
from types import ModuleType, SimpleNamespace
from typing import Any

from botocore.exceptions import ReadTimeoutError

from resolvers import handler as resolvers_handler
from streams import ended, pipeline, publish, revisit, statement_changed, sweep
from tests.simulation import clock
from tests.simulation.dynamodb import Item, throttled
from tests.simulation.faults import Faults
from tests.simulation.history import FINAL, DeadLettered, Event, Logged
from tests.simulation.invocation import Effect, Invocation, Killed, Outcome, running

MODULES: dict[str, tuple[ModuleType, float]] = {  # by name, with its timeout in infra/functions.py
    "resolvers": (resolvers_handler, 25),
    "statement_changed": (statement_changed, 30),
    "publish": (publish, 60),
    "ended": (ended, 60),
    "revisit": (revisit, 60),
    "sweep": (sweep, 60),
    "pipeline": (pipeline, 30),
}
ATTEMPTS = 3  # of one call, by boto3: CONFIG in core/aws/environment.py
READ_TIMEOUT = 8.0  # seconds
LATE = 4.0
EVENT_ATTEMPTS = 3
EVENT_AGE = 3600.0  # seconds, as all below: infra/events.py
RECORD_ATTEMPTS = 6
RECORD_AGE = 3600.0
BATCH = 10
LANES = 3  # of the stream: less than in infra/, for queries to meet in a batch
CONSUMERS = ("publish", "ended")  # of the stream; `ended` is told of ends only
MESSAGE_ATTEMPTS = 5
MESSAGE_INVISIBLE = 360.0  # seconds: infra/revisits.py

Record = Callable[[Event], None]
Lane = tuple[str, int]  # of a consumer's


class Lambdas:
    """Runs them. `spawn`: has something done that the run is to wait for."""

    def __init__(self, faults: Faults, record: Record, spawn: Callable[[Any], None]) -> None:
        self._faults = faults
        self._record = record
        self._spawn = spawn
        lanes = [(consumer, lane) for consumer in CONSUMERS for lane in range(LANES)]
        self._lanes: dict[Lane, deque[Item]] = {lane: deque() for lane in lanes}
        self._busy: dict[Lane, bool] = dict.fromkeys(lanes, False)
        self._streamed = 0

    async def invoke(self, name: str, event: Mapping[str, Any]) -> Any:
        """What the handler answers; raises what it raises, or Killed."""
        module, timeout = MODULES[name]
        handler = inspect.unwrap(module.handler)
        ends_at = clock.seconds() + timeout
        loop = asyncio.get_running_loop()
        left = lambda: running().observe("left", lambda: int((ends_at - loop.time()) * 1000))  # noqa: E731  # it names a method
        context = SimpleNamespace(get_remaining_time_in_millis=left)
        try:
            async with asyncio.timeout(timeout):
                return await Invocation(self).run(lambda: handler(event, context))
        except TimeoutError:
            raise Killed(f"{name} timed out after {timeout} s") from None

    def at_once(self, name: str, effect: Effect) -> Outcome | None:
        """Half of the calls, for speed: in no time nothing else happens."""
        return _outcome(effect) if self._faults.is_spared() else None

    async def perform(self, name: str, effect: Effect) -> Outcome:
        """One call of a service, as boto3 makes it: tried again where no answer comes."""
        attempts = 1 if name.startswith("appsync") else ATTEMPTS
        for _ in range(attempts):
            outcome = await self._attempt(name, effect)
            if not isinstance(outcome.error, ReadTimeoutError) and not _is_throttled(outcome):
                break
        return outcome

    async def _attempt(self, name: str, effect: Effect) -> Outcome:
        service = name.partition(".")[0]
        if self._faults.befalls("killed before a call", name):
            raise Killed(f"before {name}")
        await asyncio.sleep(self._faults.delay(0.02))
        if self._faults.befalls(f"{service} throttles", name):
            return Outcome(error=throttled(name))
        outcome = _outcome(effect)
        if self._faults.befalls("killed after a call", name):
            raise Killed(f"after {name}")
        if self._faults.befalls("answer lost", name):
            await asyncio.sleep(READ_TIMEOUT)
            return Outcome(error=ReadTimeoutError(endpoint_url=service))
        late = self._faults.befalls("answer late", name)
        await asyncio.sleep(self._faults.delay(LATE if late else 0.01))
        return outcome

    async def hand_over(self, event: Mapping[str, Any], *, is_poison: bool = False) -> None:
        """EventBridge's asynchronous invocation of statement_changed."""
        query_id = event["detail"].get("statementName", "none")
        await self._hand_over("statement_changed", event, query_id, is_poison)

    async def call(self, event: Mapping[str, Any], run_id: str) -> None:
        """EventBridge Scheduler's call for a run of a pipeline."""
        await self._hand_over("pipeline", event, run_id, is_poison=False)

    async def _hand_over(
        self, name: str, event: Mapping[str, Any], query_id: str, is_poison: bool
    ) -> None:
        began = clock.seconds()
        for attempt in range(EVENT_ATTEMPTS):
            if clock.seconds() - began > EVENT_AGE:
                break
            try:
                await self.invoke(name, event)
            except Exception as error:
                self._record(Logged(clock.seconds(), f"{name}: {error!r}"))
            else:
                if self._faults.befalls("event handed over again", str(event)):
                    continue
                return
            await asyncio.sleep(60 * (attempt + 1))
        else:
            self._record(DeadLettered(clock.seconds(), query_id, None, is_poison))

    async def deliver(self, body: str) -> None:
        """SQS hands a message over until it is handled, or too often."""
        for attempt in range(MESSAGE_ATTEMPTS):
            message = {"messageId": str(attempt), "body": body}
            try:
                answer = await self.invoke("revisit", {"Records": [message]})
            except Exception as error:
                self._record(Logged(clock.seconds(), f"revisit: {error!r}"))
            else:
                is_again = self._faults.befalls("message delivered twice", body)
                if not answer["batchItemFailures"] and not is_again:
                    return
            await asyncio.sleep(MESSAGE_INVISIBLE)

    def stream(self, item: Item) -> None:
        """A write of the table: to those it concerns, in order for each item."""
        self._streamed += 1
        number = int(item["id"]["S"][:4], 16) % LANES
        record = {
            "eventName": "INSERT" if item.get("version") == {"N": "1"} else "MODIFY",
            "dynamodb": {
                "Keys": {"id": item["id"]},
                "NewImage": item,
                "SequenceNumber": str(self._streamed),
            },
            "streamedAt": clock.seconds(),
        }
        is_end = item.get("status", {"S": ""})["S"] in FINAL
        for consumer in CONSUMERS if is_end else ("publish",):
            lane = (consumer, number)
            self._lanes[lane].append(record)
            if not self._busy[lane]:
                self._busy[lane] = True
                self._spawn(self._drain(lane))

    async def _drain(self, lane: Lane) -> None:
        waiting = self._lanes[lane]
        while waiting:
            await asyncio.sleep(self._faults.delay(0.1))
            batch = [waiting.popleft() for _ in range(min(len(waiting), BATCH))]
            await self._consume(lane[0], batch)
        self._busy[lane] = False

    async def _consume(self, consumer: str, batch: list[Item], attempts: int = 0) -> None:
        """A batch until all of it is done or given up: bisected when it fails as a whole."""
        while batch:
            failed = await self._failures(consumer, batch)
            if failed is None and len(batch) > 1 and attempts < RECORD_ATTEMPTS:
                half = len(batch) // 2
                await self._consume(consumer, batch[:half], attempts + 1)
                batch = batch[half:]
            elif failed is not None and not failed:
                if not self._faults.befalls("record streamed twice", f"{len(batch)} records"):
                    return
            elif failed:
                batch = [r for r in batch if _number(r) >= min(failed)]
            attempts += 1
            is_old = bool(batch) and clock.seconds() - batch[0]["streamedAt"] > RECORD_AGE
            if attempts >= RECORD_ATTEMPTS or is_old:
                if consumer == "publish":  # of the others' work the sweeper makes good
                    self._give_up(batch, failed)
                return
            await asyncio.sleep(self._faults.delay(2**attempts))

    async def _failures(self, consumer: str, batch: list[Item]) -> list[int] | None:
        """The sequence numbers that the handler reports as failed; None where it failed itself."""
        try:
            answer = await self.invoke(consumer, {"Records": batch})
        except Exception as error:
            self._record(Logged(clock.seconds(), f"{consumer}: {error!r}"))
            return None
        return [int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]

    def _give_up(self, batch: list[Item], failed: list[int] | None) -> None:
        """To the dead-letter queue; told of those that were not pushed."""
        first: dict[str, int] = {}
        for record in batch:
            query_id = record["dynamodb"]["Keys"]["id"]["S"]
            if failed is None or _number(record) in failed:
                first.setdefault(query_id, _number(record))
            if query_id in first:
                version = record["dynamodb"]["NewImage"].get("version", {"N": "0"})
                is_poison = "status" not in record["dynamodb"]["NewImage"]
                letter = DeadLettered(clock.seconds(), query_id, int(version["N"]), is_poison)
                self._record(letter)


def _outcome(effect: Effect) -> Outcome:
    try:
        return Outcome(effect())
    except Exception as error:
        return Outcome(error=error)


def _is_throttled(outcome: Outcome) -> bool:
    answer = getattr(outcome.error, "response", {})
    return bool(answer.get("Error", {}).get("Code") == "ThrottlingException")


def _number(record: Item) -> int:
    return int(record["dynamodb"]["SequenceNumber"])
