"""The emulator rings the pump's bell when items change."""

import threading
from functools import partial
from pathlib import Path

from local.pump.bell import Bell, bell_pipe
from tests.local.conftest import Emulator
from tests.local.pump.streaming import Source

SOON = 10.0  # seconds


def test_a_changed_item_rings_and_one_that_is_read_does_not(
    shared_emulator: Emulator, tmp_path: Path
) -> None:
    bell, source = Bell(), Source(shared_emulator, tmp_path)
    source.create_table()
    read = partial(
        source.client("dynamodb").get_item, TableName=source.name, Key={"id": {"S": "a"}}
    )
    read()  # what comes before has rung by then
    bell.listen(bell_pipe(shared_emulator.settings.pump))
    source.put("a")
    heard = bell.wait(0, SOON)
    assert heard == 1
    read()
    source.put("b")
    assert bell.wait(heard, SOON) == 2


def test_what_rang_before_the_waiting_began_is_not_waited_for() -> None:
    bell = Bell()
    bell.ring()
    assert bell.wait(0, timeout=SOON) == 1


def test_who_waits_hears_it_and_silence_ends_by_itself() -> None:
    bell = Bell()
    threading.Timer(0.05, bell.ring).start()
    assert bell.wait(0, SOON) == 1
    assert bell.wait(1, timeout=0) == 1
