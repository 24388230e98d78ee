"""A batch is retried, split, partly accepted and given up as AWS Lambda does it."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from local.pump.batch import Delivery, FunctionError, GivenUp, NotInvoked, Policy, Record

NOW = 1_000_000.0


def record(number: int, age: float = 0) -> Record:
    return {"dynamodb": {"SequenceNumber": str(number), "ApproximateCreationDateTime": NOW - age}}


def numbers(records: Sequence[Record]) -> list[int]:
    return [int(each["dynamodb"]["SequenceNumber"]) for each in records]


class Scene:
    """What a delivery did: the batches invoked, the records given up, the pauses."""

    def __init__(self, policy: Policy, respond: Callable[[list[int]], Any]) -> None:
        self.respond = respond
        self.invoked: list[list[int]] = []
        self.given_up: list[GivenUp] = []
        self.pauses: list[float] = []
        self.delivery = Delivery(
            policy,
            invoke=self.invoke,
            give_up=self.given_up.append,
            pause=self.pauses.append,
            now=lambda: NOW,
        )

    def invoke(self, records: Sequence[Record]) -> Any:
        self.invoked.append(numbers(records))
        return self.respond(numbers(records))

    def deliver(self, *records: Record) -> "Scene":
        self.delivery.deliver(records)
        return self

    @property
    def lost(self) -> list[int]:
        return [number for each in self.given_up for number in numbers(each.records)]


def raising_on(bad: int) -> Callable[[list[int]], Any]:
    def respond(batch: list[int]) -> Any:
        if bad in batch:
            raise FunctionError

    return respond


def reporting(*bad: int) -> Callable[[list[int]], Any]:
    def respond(batch: list[int]) -> Any:
        failed = [str(number) for number in batch if number in bad]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}

    return respond


FIVE = [record(number) for number in range(1, 6)]


def test_what_the_function_accepts_is_invoked_once() -> None:
    assert Scene(Policy(), lambda batch: None).deliver(*FIVE).invoked == [[1, 2, 3, 4, 5]]


def test_a_failing_batch_is_retried_as_often_as_the_mapping_says() -> None:
    scene = Scene(Policy(retries=2), raising_on(3)).deliver(*FIVE)
    assert scene.invoked == [[1, 2, 3, 4, 5]] * 3
    assert scene.lost == [1, 2, 3, 4, 5]


def test_retries_pause_longer_each_time() -> None:
    pauses = Scene(Policy(retries=3), raising_on(1)).deliver(FIVE[0]).pauses
    assert pauses == sorted(pauses)
    assert len(set(pauses)) == 3


def test_a_poison_record_is_isolated_by_splitting() -> None:
    scene = Scene(Policy(retries=2, bisects=True), raising_on(3)).deliver(*FIVE)
    assert scene.invoked == [[1, 2, 3, 4, 5], [1, 2], [3, 4, 5], [3], [3], [3], [4, 5]]
    assert scene.lost == [3]


def test_records_after_a_reported_failure_are_retried_with_it() -> None:
    scene = Scene(Policy(retries=1, reports_failures=True), reporting(4, 5)).deliver(*FIVE)
    assert scene.invoked == [[1, 2, 3, 4, 5], [4, 5]]
    assert scene.lost == [4, 5]


def test_a_reported_poison_record_is_isolated_by_splitting() -> None:
    policy = Policy(retries=1, bisects=True, reports_failures=True)
    scene = Scene(policy, reporting(3)).deliver(*FIVE)
    assert scene.invoked == [[1, 2, 3, 4, 5], [3, 4, 5], [3], [3], [4, 5]]
    assert scene.lost == [3]


def test_a_reported_failure_that_heals_loses_nothing() -> None:
    answers = iter([reporting(2), reporting()])
    policy = Policy(retries=1, reports_failures=True)
    scene = Scene(policy, lambda batch: next(answers)(batch)).deliver(*FIVE)
    assert scene.invoked == [[1, 2, 3, 4, 5], [2, 3, 4, 5]]
    assert scene.lost == []


@pytest.mark.parametrize(
    "response", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}]
)
def test_an_empty_report_means_success(response: Any) -> None:
    scene = Scene(Policy(retries=0, reports_failures=True), lambda batch: response)
    assert scene.deliver(*FIVE).lost == []


@pytest.mark.parametrize(
    "response",
    [
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"itemIdentifier": "unknown"}]},
        {"batchItemFailures": [{"wrong": "1"}]},
        {"failures": []},
        "nonsense",
    ],
)
def test_a_report_that_is_none_means_that_all_have_failed(response: Any) -> None:
    scene = Scene(Policy(retries=0, reports_failures=True), lambda batch: response)
    assert scene.deliver(*FIVE).lost == [1, 2, 3, 4, 5]


def test_a_report_is_ignored_where_the_mapping_does_not_ask_for_it() -> None:
    assert Scene(Policy(retries=0), reporting(1)).deliver(*FIVE).lost == []


def test_a_function_that_cannot_be_reached_costs_no_attempt() -> None:
    answers = iter([NotInvoked, NotInvoked, NotInvoked, None])

    def respond(batch: list[int]) -> None:
        if error := next(answers):
            raise error

    scene = Scene(Policy(retries=0), respond).deliver(*FIVE)
    assert len(scene.invoked) == 4
    assert scene.lost == []


def test_a_record_that_is_too_old_is_given_up_without_the_others() -> None:
    scene = Scene(Policy(max_age=60), lambda batch: None).deliver(record(1, age=61), record(2))
    assert scene.invoked == [[2]]
    assert (scene.lost, scene.given_up[0].condition) == ([1], "RecordAgeExceeded")


def test_what_is_given_up_says_why_and_after_how_many_attempts() -> None:
    [given_up] = Scene(Policy(retries=2), raising_on(1)).deliver(FIVE[0]).given_up
    assert (given_up.condition, given_up.attempts) == ("RetryAttemptsExhausted", 3)
    assert given_up.raised
