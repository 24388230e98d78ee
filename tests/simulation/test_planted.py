"""The checker can see: every planted bug is told within so many seeds."""

import pytest

from tests.simulation.checker import Violation, violations
from tests.simulation.planted import BUGS, Bug
from tests.simulation.run import BOUNDS
from tests.simulation.simulation import simulate

SEEDS = range(150)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_told(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    bug.plant(monkeypatch)
    told = {violation.invariant for violation in first_violations()}
    assert told.intersection(bug.invariants)


def first_violations() -> list[Violation]:
    """Those of the first seed that has any."""
    found = (violations(simulate(seed), BOUNDS) for seed in SEEDS)
    return next(filter(None, found), [])
