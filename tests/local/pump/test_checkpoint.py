"""A checkpoint never passes a record that is not done with."""

from pathlib import Path

import pytest

from local.pump.checkpoint import Checkpoint, Progress


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "checkpoint.json"


@pytest.fixture
def progress(file: Path) -> Progress:
    progress = Progress(file, Checkpoint())
    for number in ("1", "2", "3"):
        progress.begin(number)
    return progress


def reached(file: Path) -> str | None:
    return Progress(file, Checkpoint()).checkpoint.sequence_number


def test_it_waits_for_the_first_record_in_hand(progress: Progress, file: Path) -> None:
    progress.end(["2", "3"])
    assert reached(file) is None


def test_it_passes_all_that_have_ended(progress: Progress, file: Path) -> None:
    progress.end(["3"])
    progress.end(["1"])
    assert reached(file) == "1"
    progress.end(["2"])
    assert reached(file) == "3"


def test_a_later_start_does_not_move_it(file: Path) -> None:
    Progress(file, Checkpoint(since=100))
    assert Progress(file, Checkpoint(since=200)).checkpoint.since == 100


def test_records_up_to_it_are_past() -> None:
    checkpoint = Checkpoint("9")
    assert checkpoint.is_past("9", 0)
    assert not checkpoint.is_past("10", 0)


def test_records_from_before_the_mapping_are_past() -> None:
    checkpoint = Checkpoint(since=100)
    assert checkpoint.is_past("1", 99)
    assert not checkpoint.is_past("1", 100)


def test_there_is_room_once_enough_has_ended(progress: Progress) -> None:
    assert not progress.wait_for_room(3, timeout=0)
    progress.end(["1"])
    assert progress.wait_for_room(3, timeout=0)
