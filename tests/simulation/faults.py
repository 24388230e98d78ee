"""What goes wrong, and how long everything takes: all drawn from the seed.

A seed first draws how bad each kind of trouble is, often not at all, so that seeds differ in kind;
then every step asks whether trouble befalls it. Every tenth seed has no faults at all.
"""

from collections.abc import Callable
from random import Random

NEVER = 0.0
KINDS = {  # how likely one step is befallen, in a seed that has the kind
    "event lost": (0.1, 0.5, 1.0),
    "event doubled": (0.1, 0.9),
    "event late": (0.1, 0.5),
    "event untrue": (0.5, 1.0),
    "event handed over again": (0.1, 0.5),
    "schedule calls twice": (0.2, 0.9),
    "record streamed twice": (0.1, 0.5),
    "message delivered twice": (0.1, 0.5),
    "push dropped": (0.1, 0.5, 1.0),
    "connection lost": (0.01, 0.05),
    "killed before a call": (0.02, 0.1),
    "killed after a call": (0.02, 0.1),
    "answer lost": (0.02, 0.2),
    "answer late": (0.2, 0.6),
    "statement withheld": (0.1, 0.3),
    "dynamodb throttles": (0.05, 0.3, 0.9),
    "redshift throttles": (0.05, 0.3, 0.9),
    "appsync throttles": (0.05, 0.3, 0.9),
    "sqs throttles": (0.05, 0.9),
    "client gets no answer": (0.05, 0.3),
    "sweep does not start": (0.1, 0.9),
    "slow": (0.05,),
    "index late": (0.5,),
    "poison": (0.2,),
}
FAULT_FREE_SEEDS = 10  # one in so many


class Faults:
    """One seed's troubles. `record`: where to note those that happen."""

    def __init__(self, seed: int, rng: Random, record: Callable[[str], None]) -> None:
        self._rng = rng
        self._record = record
        self._chances = dict.fromkeys(KINDS, NEVER)
        if seed % FAULT_FREE_SEEDS:
            share = rng.choice((0.15, 0.3, 0.6))
            for kind, chances in KINDS.items():
                if rng.random() < share:
                    self._chances[kind] = rng.choice(chances)

    @property
    def are_any(self) -> bool:
        return any(self._chances.values())

    def stop(self) -> None:
        self._chances = dict.fromkeys(KINDS, NEVER)

    def befalls(self, kind: str, whom: str) -> bool:
        """Whether this kind of trouble happens here and now."""
        chance = self._chances[kind]
        if not chance or self._rng.random() >= chance:
            return False
        self._record(f"{kind}: {whom}")
        return True

    def is_spared(self) -> bool:
        """Whether a call is spared all trouble."""
        return self._rng.random() < 0.5

    def delay(self, typical: float) -> float:
        """Seconds that something takes: around `typical`, rarely ten times as long."""
        most = typical * 10 if self.befalls("slow", "a step") else typical
        return self._rng.uniform(0.1 * most, most)
