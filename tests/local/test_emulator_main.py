"""The emulator saves its state while it runs."""

import itertools
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.local.conftest import Emulator, wait_until

MOST_LOST = 10.0  # seconds


@pytest.fixture
def table(own_emulator: Emulator) -> Any:
    client = own_emulator.client("dynamodb")
    client.create_table(
        TableName="items",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return client


def put(client: Any, number: int) -> None:
    client.put_item(TableName="items", Item={"id": {"S": str(number)}})


def count(client: Any) -> int:
    return int(client.scan(TableName="items", Select="COUNT")["Count"])


def test_a_saved_file_has_the_time_of_the_state_in_it(own_emulator: Emulator, table: Any) -> None:
    put(table, 1)
    written = time.time()
    wait_until(
        lambda: saved(own_emulator).exists() and saved(own_emulator).stat().st_mtime > written,
        "a state from after the write is saved",
    )
    own_emulator.end(signal.SIGKILL)
    own_emulator.start()
    assert count(table) == 1


def saved(emulator: Emulator) -> Path:
    return emulator.settings.state / "aws" / "state" / "dynamodb.json"


def test_killing_it_loses_at_most_the_last_ten_seconds(own_emulator: Emulator, table: Any) -> None:
    for number in range(50):
        put(table, number)
    wait_until(
        lambda: saved(own_emulator).exists() and '"49"' in saved(own_emulator).read_text(),
        "the items are saved",
        deadline=MOST_LOST,
    )
    own_emulator.end(signal.SIGKILL)
    own_emulator.start()
    assert count(table) == 50


def test_a_kill_while_it_saves_leaves_a_whole_state(own_emulator: Emulator, table: Any) -> None:
    put(table, 0)
    draft = saved(own_emulator).parent / "draft"
    wait_until(lambda: saved(own_emulator).exists(), "a first state is saved")
    for number in range(1, 300):  # the more there is, the longer a save takes
        put(table, number)
    numbers = itertools.count(300)

    def is_saving() -> bool:
        """A save may be over before anyone looks, so there is always another change to save."""
        put(table, next(numbers))
        return any(draft.glob("*"))

    wait_until(is_saving, "it is saving again", deadline=90)
    own_emulator.end(signal.SIGKILL)
    own_emulator.start()
    assert count(table) >= 1


def test_a_graceful_stop_loses_nothing(own_emulator: Emulator, table: Any) -> None:
    put(table, 1)
    own_emulator.end(signal.SIGTERM)
    own_emulator.start()
    assert count(table) == 1
