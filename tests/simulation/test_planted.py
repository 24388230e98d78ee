"""The checker can see: every planted bug is told within so many seeds."""

import pytest

from tests.simulation.checker import violations
from tests.simulation.planted import BUGS, Bug
from tests.simulation.simulation import simulate

SEEDS = range(100)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_told(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    bug.plant(monkeypatch)
    told = {violation.invariant for violation in _first_violations()}
    assert told.intersection(bug.invariants)


def _first_violations():
    for seed in SEEDS:
        found = violations(simulate(seed))
        if found:
            return found
    return []
