"""The emulator saves its state while it runs."""

import contextlib
import io
import itertools
import signal
import subprocess
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError

from local import emulator
from local.settings import settings_from
from tests.local.conftest import Emulator, wait_until

MOST_LOST = 10.0  # seconds
SLOW_LOGS = """
import asyncio, sys, time
sys.path.insert(0, sys.argv[1])
import emulator_main
emulator_main.SAVE_EVERY, emulator_main.SAVE_DEADLINE = 0.05, 0.5
emulator_main.ministack._build_persistence_save_dict = lambda: {
    "dynamodb": lambda: {"items": 1}, "cloudwatch_logs": lambda: time.sleep(60)
}

async def save_until_it_is_saved():
    saver = emulator_main.Saver()
    saver.note_change()
    saver.start()
    async with asyncio.timeout(20):
        while not (saver.directory / "dynamodb.json").exists():
            await asyncio.sleep(0.05)
    await saver.stop()

asyncio.run(save_until_it_is_saved())
"""

LEAVE_SCHEDULES_ALONE = """
import sys, threading
sys.path.insert(0, sys.argv[1])
import emulator_main
from ministack.services import eventbridge, scheduler
emulator_main.leave_schedules_alone()
scheduler.start_scheduler()
eventbridge.start_scheduler()
print(sorted(thread.name for thread in threading.enumerate()))
"""

ENDLESS = """
import pathlib, time

def handler(event, context):
    pathlib.Path({file!r}).touch()
    time.sleep(300)
"""


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


def call_and_give_up(functions: Any, name: str) -> None:
    with contextlib.suppress(BotoCoreError):  # the connection breaks
        functions.invoke(FunctionName=name)["Payload"].read()


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


def test_logs_that_take_too_long_do_not_keep_the_state_from_being_saved(tmp_path: Path) -> None:
    python, folder = settings_from().emulator_python, emulator.MAIN.parent
    saving = subprocess.run(
        [str(python), "-I", "-c", SLOW_LOGS, str(folder)],
        env={"PERSIST_STATE": "1", "STATE_DIR": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert saving.returncode == 0, saving.stderr


def test_a_graceful_stop_loses_nothing(own_emulator: Emulator, table: Any) -> None:
    put(table, 1)
    own_emulator.end(signal.SIGTERM)
    own_emulator.start()
    assert count(table) == 1


def test_what_a_function_still_does_does_not_hold_its_end(
    own_emulator: Emulator, table: Any, tmp_path: Path
) -> None:
    """It waits for an answer of the emulator, which gives none any more."""
    began = tmp_path / "began"
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("endless.py", ENDLESS.format(file=str(began)))
    functions = own_emulator.client("lambda")
    functions.create_function(
        FunctionName="endless",
        Runtime="python3.13",
        Role="arn:aws:iam::000000000000:role/endless",
        Handler="endless.handler",
        Code={"ZipFile": code.getvalue()},
        Timeout=300,
    )
    threading.Thread(target=call_and_give_up, args=(functions, "endless"), daemon=True).start()
    wait_until(began.exists, "the function runs")
    put(table, 1)
    own_emulator.end(signal.SIGTERM)
    own_emulator.start()
    assert count(table) == 1


def test_it_fires_rules_but_leaves_schedules_to_our_scheduler(tmp_path: Path) -> None:
    python, folder = settings_from().emulator_python, emulator.MAIN.parent
    started = subprocess.run(
        [str(python), "-I", "-c", LEAVE_SCHEDULES_ALONE, str(folder)],
        env={"STATE_DIR": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert started.stdout == "['MainThread', 'eb-scheduler']\n", started.stderr
