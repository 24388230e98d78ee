"""What one query costs in calls of AWS's services, counted in a run without faults and sweeps.

One client follows it from before its submission to its end, with rows. It is its owner's second
one, as most are. docs/cost.md makes money of the counts.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.simulation import clock
from tests.simulation.history import Delivered
from tests.simulation.invocation import Effect, Outcome
from tests.simulation.lambdas import Lambdas
from tests.simulation.simulation import Simulation

SEED = 50  # without faults; the query has rows, and its follower hears every change of it
PAUSE = 60.0  # seconds, in which all that the first one caused is over
OWNER = "ana"


class CountedLambdas(Lambdas):
    """Counts invocations by Lambda, and calls by service and operation."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.counts: Counter[str] = Counter()

    async def invoke(self, name: str, event: Mapping[str, Any]) -> Any:
        self.counts[f"lambda.{name}"] += 1
        return await super().invoke(name, event)

    def at_once(self, name: str, effect: Effect) -> Outcome | None:
        outcome = super().at_once(name, effect)
        self.counts[name] += outcome is not None
        return outcome

    async def perform(self, name: str, effect: Effect) -> Outcome:
        self.counts[name] += 1
        return await super().perform(name, effect)


class TwoQueries(Simulation):
    """A run of two queries, one after the other; `first`: what was counted before the second."""

    lambdas_kind: type[Lambdas] = CountedLambdas
    watching = ()
    first: Counter[str]

    def counts(self) -> Counter[str]:
        assert isinstance(self.lambdas, CountedLambdas)
        pushes = sum(isinstance(event, Delivered) for event in self.history)
        return self.lambdas.counts + Counter({"appsync.push": pushes})

    def _plan(self) -> None:
        self._at(1.0, self._follow_both())

    async def _follow_both(self) -> None:
        client, parameters = self._client("ana0", OWNER), {"month": "2015-06"}
        await client.follow_once(self._new_id(), parameters, None)
        await asyncio.sleep(PAUSE)
        self.first = self.counts()
        await client.follow_once(self._new_id(), parameters, None)

    async def _sweep(self) -> None:
        """None: what events do not miss, no sweep finds."""


def calls_of_one_query() -> dict[str, int]:
    """How often each Lambda is invoked and each operation called, and how many pushes arrive."""
    with asyncio.Runner(loop_factory=clock.VirtualLoop) as runner:
        run = TwoQueries(SEED)
        runner.run(run.run())
    return dict(sorted((run.counts() - run.first).items()))
