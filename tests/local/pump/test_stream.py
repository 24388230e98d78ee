"""A table's changes reach the function with the promises of an event source mapping."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.pump.stream import Stream
from tests.local.conftest import Emulator, wait_until
from tests.local.pump.streaming import Source

Sources = Callable[..., Source]


@pytest.fixture
def source(shared_emulator: Emulator, tmp_path: Path) -> Sources:
    """Makes a table with a function, and a mapping with these settings."""
    return lambda **mapping: Source(shared_emulator, tmp_path).create(**mapping)


@pytest.fixture
def run() -> Iterator[Callable[[Source], Stream]]:
    """Starts the pump for a mapping; it stops with the test."""
    running: list[Stream] = []

    def start(source: Source) -> Stream:
        stream = source.stream()
        stream.start()
        running.append(stream)
        return stream

    yield start
    for stream in running:
        stream.stop(timeout=1)


Run = Callable[[Source], Stream]
POISON: dict[str, Any] = {"poison": {"BOOL": True}}
FAIL: dict[str, Any] = {"fail": {"BOOL": True}}


def test_every_change_arrives_in_order(source: Sources, run: Run) -> None:
    changes = source(BatchSize=3)
    ids = [str(number) for number in range(10)]
    for item_id in ids:
        changes.put(item_id)
    run(changes)
    wait_until(lambda: changes.journal.ids() == ids, "all ten, in order")
    assert all(len(batch) <= 3 for batch in changes.journal.batches())


def test_a_poison_record_ends_in_the_queue_and_its_siblings_arrive(
    source: Sources, run: Run
) -> None:
    changes = source(BisectBatchOnFunctionError=True, MaximumRetryAttempts=1, BatchSize=10)
    for item_id in ("a", "b"):
        changes.put(item_id)
    changes.put("bad", **POISON)
    for item_id in ("c", "d"):
        changes.put(item_id)
    run(changes)
    wait_until(lambda: changes.journal.batches()[-1:] == [["c", "d"]], "the others go on")
    [letter] = changes.dead_letters()
    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert letter["requestContext"]["approximateInvokeCount"] == 2
    assert letter["DDBStreamBatchInfo"]["batchSize"] == 1
    assert letter["DDBStreamBatchInfo"]["streamArn"] == changes.stream_arn


def test_a_reported_failure_is_tried_again(source: Sources, run: Run) -> None:
    changes = source(FunctionResponseTypes=["ReportBatchItemFailures"], MaximumRetryAttempts=1)
    changes.put("good")
    changes.put("bad", **FAIL)
    run(changes)
    wait_until(lambda: changes.journal.batches() == [["good", "bad"], ["bad"]], "a retry of `bad`")
    wait_until(changes.dead_letters, "a dead letter")


def test_what_the_filter_refuses_never_arrives(source: Sources, run: Run) -> None:
    pattern = '{"dynamodb": {"NewImage": {"kind": {"S": ["wanted"]}}}}'
    changes = source(FilterCriteria={"Filters": [{"Pattern": pattern}]})
    changes.put("no", kind={"S": "other"})
    changes.put("yes", kind={"S": "wanted"})
    run(changes)
    wait_until(lambda: changes.journal.ids() == ["yes"], "the wanted one, alone")


def test_a_slow_function_holds_up_no_other_stream(
    source: Sources, run: Run, tmp_path: Path
) -> None:
    slow, quick, gate = source(), source(), tmp_path / "gate"
    slow.put("slow", until={"S": str(gate)})
    run(slow)
    wait_until(slow.journal.ids, "the slow function is at work")
    run(quick)
    quick.put("quick")
    wait_until(lambda: quick.journal.ids() == ["quick"], "the quick one", deadline=5)
    gate.touch()


def test_parallel_lanes_pass_a_slow_item_by_and_keep_its_order(
    source: Sources, run: Run, tmp_path: Path
) -> None:
    changes, gate = source(ParallelizationFactor=4, BatchSize=1), tmp_path / "gate"
    changes.put("stuck", until={"S": str(gate)})
    changes.put("stuck", last={"BOOL": True})
    for item_id in "abcdefgh":
        changes.put(item_id)
    run(changes)
    wait_until(lambda: "stuck" in changes.journal.ids(), "it is stuck")
    wait_until(lambda: len(changes.journal.ids()) >= 5, "others pass it by")
    assert changes.journal.ids().count("stuck") == 1
    gate.touch()
    wait_until(lambda: changes.journal.ids().count("stuck") == 2, "its second change")
    wait_until(lambda: len(changes.journal.ids()) == 10, "all ten")


def test_a_pump_that_starts_again_goes_on_where_it_was(source: Sources, run: Run) -> None:
    changes = source(StartingPosition="LATEST")
    run(changes).stop(timeout=5)
    for item_id in ("while", "away"):
        changes.put(item_id)
    again = run(changes)
    wait_until(lambda: changes.journal.ids() == ["while", "away"], "what came meanwhile")
    again.stop(timeout=5)
    changes.put("new")
    run(changes)
    wait_until(lambda: changes.journal.ids() == ["while", "away", "new"], "nothing twice")


def test_stopping_delivers_what_is_on_the_stream(source: Sources) -> None:
    changes = source()
    for number in range(20):
        changes.put(str(number))
    stream = changes.stream()
    stream.start()
    stream.stop(timeout=10)
    assert len(changes.journal.ids()) == 20


def test_a_restarted_emulator_has_forgotten_the_stream_and_the_pump_goes_on(
    own_emulator: Emulator, tmp_path: Path, run: Run
) -> None:
    changes = Source(own_emulator, tmp_path).create()
    for number in range(3):
        changes.put(f"old{number}")
    run(changes).stop(timeout=10)
    own_emulator.end(signal.SIGTERM)
    own_emulator.start()
    changes.put("new")
    run(changes)
    wait_until(lambda: changes.journal.ids()[3:] == ["new"], "the new one, once")
