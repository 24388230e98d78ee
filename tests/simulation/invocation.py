"""One run of a Lambda, which can stop at every call of a service while all others go on.

A handler is plain synchronous code. To let it wait without threads, it is run as durable execution
engines run workflows: at a call that has no outcome yet it is left by an exception, and once there
is one it is run again from its beginning, answered from the outcomes that were recorded so far.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol


class Killed(Exception):
    """The Lambda is gone: out of time, out of memory, or its machine was lost."""


class Suspended(BaseException):
    """The handler cannot go on yet. No `except Exception` of its own may hold it."""


@dataclass(frozen=True)
class Outcome:
    """What a call came to."""

    value: Any = None
    error: Exception | None = None

    def get(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value


Effect = Callable[[], Any]  # what a call does in the service, at once and whole


class Network(Protocol):
    """What becomes of calls on their way to a service and back."""

    def at_once(self, name: str, effect: Effect) -> Outcome | None:
        """The outcome of a call that takes no time; None of one that does."""

    async def perform(self, name: str, effect: Effect) -> Outcome:
        """The outcome, some time later; raises Killed where the Lambda does not live so long."""


@dataclass
class Strand:
    """Code that makes one call after the other: the handler, or one item of a pool of its own."""

    outcomes: list[tuple[str, Outcome]] = field(default_factory=list)
    read: int = 0
    waits: bool = False
    pools: list[list["Strand"]] = field(default_factory=list)
    pools_read: int = 0
    result: Outcome | None = None

    def rewind(self) -> None:
        self.read = self.pools_read = 0


class Invocation:
    """One run: from the event to the answer, the error, or the end by force."""

    current: ClassVar["Invocation | None"] = None

    def __init__(self, network: Network) -> None:
        self._network = network
        self._strand = Strand()
        self._woken = asyncio.Event()
        self._pending: dict[asyncio.Task[None], None] = {}
        self._killed: Killed | None = None

    async def run(self, handler: Callable[[], Any]) -> Any:
        """What the handler answers; raises what it raises, or Killed."""
        try:
            while True:
                self._woken.clear()
                try:
                    return self._rerun(handler)
                except Suspended:
                    await self._woken.wait()
                if self._killed:
                    raise self._killed
        finally:
            for task in self._pending:
                task.cancel()

    def _rerun(self, handler: Callable[[], Any]) -> Any:
        self._strand.rewind()
        Invocation.current = self
        try:
            return handler()
        finally:
            Invocation.current = None

    def call(self, name: str, effect: Effect) -> Any:
        """The service's answer to a call."""
        recorded = self._recorded(name)
        if recorded is not None:
            return recorded.get()
        if not self._strand.waits:
            outcome = self._network.at_once(name, effect)
            if outcome is not None:
                return self._keep(name, outcome).get()
            self._strand.waits = True
            task = asyncio.create_task(self._answer(self._strand, name, effect))
            self._pending[task] = None
            task.add_done_callback(self._pending.pop)
        raise Suspended

    def observe(self, name: str, value: Callable[[], Any]) -> Any:
        """Something the handler looks at, such as the clock: the same each time it is run again."""
        recorded = self._recorded(name)
        if recorded is None:
            recorded = self._keep(name, Outcome(value()))
        return recorded.get()

    def pool(self, function: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        """Every item's result; while one waits for a service, the others go on."""
        parent, arguments = self._strand, list(items)
        if parent.pools_read == len(parent.pools):
            parent.pools.append([Strand() for _ in arguments])
        strands = parent.pools[parent.pools_read]
        parent.pools_read += 1
        for strand, argument in zip(strands, arguments, strict=True):
            if strand.result is None:
                self._advance(strand, function, argument)
        self._strand = parent
        results = [strand.result for strand in strands]
        if any(result is None for result in results):
            raise Suspended
        return [result.get() for result in results if result is not None]

    def _advance(self, strand: Strand, function: Callable[[Any], Any], argument: Any) -> None:
        self._strand = strand
        strand.rewind()
        try:
            strand.result = Outcome(function(argument))
        except Suspended:
            return
        except Exception as error:
            strand.result = Outcome(error=error)

    def _recorded(self, name: str) -> Outcome | None:
        strand = self._strand
        if strand.read == len(strand.outcomes):
            return None
        recorded, outcome = strand.outcomes[strand.read]
        assert recorded == name, f"run again, the handler calls {name} where it called {recorded}"
        strand.read += 1
        return outcome

    def _keep(self, name: str, outcome: Outcome) -> Outcome:
        self._strand.outcomes.append((name, outcome))
        self._strand.read += 1
        return outcome

    async def _answer(self, strand: Strand, name: str, effect: Effect) -> None:
        try:
            strand.outcomes.append((name, await self._network.perform(name, effect)))
        except Killed as error:
            self._killed = error
        strand.waits = False
        self._woken.set()


class Pool:
    """Stands in for ThreadPoolExecutor in a handler."""

    def __init__(self, _: int) -> None:
        """However many at once: never more than one can be told apart from all."""

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left to wait for: `map` has answered it all."""

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        return running().pool(function, items)


def running() -> Invocation:
    """The invocation whose handler runs now."""
    assert Invocation.current is not None, "a service was called outside of an invocation"
    return Invocation.current
