"""The checker on histories written by hand: a good one, and each that breaks one invariant."""

from dataclasses import replace

import pytest

from tests.simulation.checker import Bounds, violations
from tests.simulation.history import (
    Called,
    CancelAnswered,
    DeadLettered,
    Delivered,
    Event,
    Fault,
    FaultsEnded,
    Following,
    Read,
    Rested,
    StatementEnded,
    StatementStarted,
    Stored,
    Submitted,
    Subscribed,
    Told,
    Unseen,
)

ROWS = ((1, "2.50"), (2, None))
FOLLOWING = Following(0, "q", "ana#1")
SUBSCRIBED = Subscribed(0.5, "ana#1", "ana", "q")
QUEUED = Stored(1, "q", 1, "QUEUED", "ana", "june", None, None, False)
STARTED = StatementStarted(1.1, "q", "s")
SUBMITTED = replace(QUEUED, at=1.2, version=2, status="SUBMITTED", statement_id="s")
ANSWERED = Submitted(1.3, "q", "ana", "june", "SUBMITTED", "ana")
ENDED = StatementEnded(2, "q", "s", "FINISHED", ROWS)
FINISHED = replace(SUBMITTED, at=2.1, version=3, status="FINISHED", has_result=True)
DELIVERED = Delivered(2.2, "q", "ana#1", "ana", 3, "FINISHED", ROWS)
TOLD = Told(2.2, "q", "ana#1", 3, "FINISHED")
READ = Read(3, "q", "ana", "ana", 3, "FINISHED", ROWS, is_whole=True)
RESTED = Rested(100)

GOOD: list[Event] = [
    *(FOLLOWING, SUBSCRIBED, QUEUED, STARTED, SUBMITTED, ANSWERED),
    *(ENDED, FINISHED, DELIVERED, TOLD, READ, RESTED),
]


OTHER = replace(QUEUED, at=1.05, query_id="r")
OTHER_STARTED = StatementStarted(1.5, "r", "t")


def test_more_than_may_run_at_once_are_told() -> None:
    history = sorted([QUEUED, STARTED, OTHER, OTHER_STARTED, ENDED], key=lambda event: event.at)
    (violation,) = violations(history, Bounds(running=1))
    assert violation.invariant == "I8"
    assert violations(history, Bounds(running=2)) == []
    after = [QUEUED, STARTED, OTHER, ENDED, replace(OTHER_STARTED, at=2.5)]
    assert violations(after, Bounds(running=1)) == []


def without(*events: Event) -> list[Event]:
    return [event for event in GOOD if event not in events]


def put(old: Event, *new: Event) -> list[Event]:
    """The good history with other events in the place of one."""
    at = GOOD.index(old)
    return [*GOOD[:at], *new, *GOOD[at + 1 :]]


BAD: dict[str, tuple[str, list[Event]]] = {
    "no end": ("I1", without(ENDED, FINISHED, DELIVERED, TOLD, READ)),
    "no record": ("I1", without(QUEUED, SUBMITTED, FINISHED)),
    "a version twice": ("I1", put(FINISHED, replace(FINISHED, version=2))),
    "a second end": ("I1", put(TOLD, TOLD, replace(FINISHED, version=4, status="FAILED"))),
    "a status going back": ("I1", put(FINISHED, replace(FINISHED, status="QUEUED"))),
    "another owner": ("I1", put(FINISHED, replace(FINISHED, owner="ben"))),
    "a late end": ("I1", put(FINISHED, replace(FINISHED, at=60.0))),
    "a long wait": ("I1", put(SUBMITTED, replace(SUBMITTED, at=1_000.0))),
    "success of a failure": ("I2", put(ENDED, replace(ENDED, status="FAILED"))),
    "success before the end": ("I2", put(FINISHED, replace(FINISHED, at=1.9))),
    "a lost result": ("I2", put(FINISHED, replace(FINISHED, has_result=False))),
    "given up in vain": ("I2", put(FINISHED, replace(FINISHED, error="NotStarted"))),
    "news that are not stored": ("I2", put(DELIVERED, replace(DELIVERED, version=4))),
    "news before it is stored": ("I2", put(DELIVERED, replace(DELIVERED, at=2.05))),
    "a follower told late": ("I3", put(TOLD, replace(TOLD, at=4.0))),
    "a follower never told": ("I3", without(TOLD)),
    "a follower told two ends": ("I3", put(TOLD, TOLD, replace(TOLD, version=4))),
    "a subscriber forgotten": ("I3", without(DELIVERED)),
    "a push to another": ("I4", put(DELIVERED, DELIVERED, replace(DELIVERED, caller="ben"))),
    "an answer to another": ("I4", put(READ, replace(READ, caller="ben"))),
    "an id answered to another": ("I4", put(ANSWERED, replace(ANSWERED, caller="ben"))),
    "an id answered for another input": ("I4", put(ANSWERED, replace(ANSWERED, input="july"))),
    "two statements": ("I5", put(STARTED, STARTED, replace(STARTED, statement_id="t"))),
    "a statement before its record": ("I5", put(STARTED, replace(STARTED, at=0.9))),
    "old news": ("I6", put(TOLD, TOLD, replace(TOLD, status="STARTED"))),
    "other rows": ("I7", put(READ, replace(READ, rows=((1, "2.50"), (2, "0"))))),
    "rows missing": ("I7", put(READ, replace(READ, rows=ROWS[:1]))),
    "an end without its rows": ("I7", put(DELIVERED, replace(DELIVERED, rows=None))),
    "a cancel that does nothing": ("I9", put(READ, CancelAnswered(-200, "q", "ana"))),
    "a statement of no query": ("I11", put(STARTED, STARTED, StatementStarted(5, "r", "t"))),
    "a dead letter for nothing": ("I11", put(READ, DeadLettered(3, "q", 3, False))),
    "something left over": ("I11", put(RESTED, Rested(100, ("a socket",)))),
}


def test_a_good_history_has_no_violation() -> None:
    assert violations(GOOD) == []


@pytest.mark.parametrize("name", BAD)
def test_a_bad_history_has_one(name: str) -> None:
    invariant, history = BAD[name]
    assert invariant in {violation.invariant for violation in violations(history)}


def test_a_violation_shows_its_query_and_its_events() -> None:
    (violation,) = violations(put(TOLD, replace(TOLD, at=4.0)))
    assert str(violation).startswith("I3 of query q: a follower learnt the end later than 3.100")
    assert "FINISHED" in str(violation)


def test_time_is_given_from_the_end_of_the_faults() -> None:
    late = put(TOLD, Fault(2.2, "push dropped"), FaultsEnded(50), replace(TOLD, at=110.0))
    assert violations(late) == []


def test_what_is_stored_again_as_it_was_is_no_change() -> None:
    assert violations(put(FINISHED, FINISHED, replace(FINISHED, at=90.0))) == []


@pytest.mark.parametrize(("last", "unseen"), [(1, (QUEUED,)), (2, (QUEUED, SUBMITTED))])
def test_what_nobody_saw_being_stored_is_not_missed(last: int, unseen: tuple[Event, ...]) -> None:
    assert violations(without(*unseen)) != []
    assert violations([Unseen(0, "q", 1, last), *without(*unseen)]) == []


RUN = replace(QUEUED, owner="pipeline:load", input="load at six")


def test_two_runs_of_a_pipeline_at_once_are_told() -> None:
    runs = [RUN, STARTED, replace(RUN, query_id="r", input="load at seven"), OTHER_STARTED]
    found = violations(sorted(runs, key=lambda event: event.at), Bounds(running=5))
    assert [violation.invariant for violation in found] == ["I8"]


def test_two_runs_of_a_slot_are_told() -> None:
    found = violations([RUN, replace(RUN, at=1.1, query_id="r")])
    assert [violation.invariant for violation in found] == ["I5"]


def test_a_call_of_which_nothing_comes_is_told() -> None:
    found = violations([Called(1, "q"), RESTED])
    assert [violation.invariant for violation in found] == ["I1"]
    lost = DeadLettered(9, "q", None, is_poison=False)
    assert violations([Fault(0, "all is lost"), Called(1, "q"), lost, RESTED]) == []


@pytest.mark.parametrize(("is_stopped", "told"), [(True, []), (False, ["I11"])])
def test_who_starts_what_another_has_answered_must_stop_it(
    is_stopped: bool, told: list[str]
) -> None:
    follower = [replace(each, query_id="r", follows="q") for each in (QUEUED, SUBMITTED, FINISHED)]
    started = replace(OTHER_STARTED, at=3.5)
    ended = StatementEnded(4, "r", "t", "ABORTED", None, is_stopped)
    history = sorted([*GOOD, *follower, started, ended], key=lambda event: event.at)
    assert [violation.invariant for violation in violations(history)] == told
