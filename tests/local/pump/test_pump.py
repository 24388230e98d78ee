"""The pump serves the mappings of its list, as the list changes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import aws
from local.files import write_json
from local.pump.lane import Clients
from local.pump.pump import Pump, checkpoint_file, mappings_file
from local.settings import ROOT
from tests.local.conftest import Emulator, wait_until
from tests.local.pump.streaming import Source


@pytest.fixture
def source(shared_emulator: Emulator, tmp_path: Path) -> Source:
    return Source(shared_emulator, tmp_path).create()


@pytest.fixture
def description(source: Source) -> Any:
    description = source.client("lambda").get_event_source_mapping(UUID=source.uuid)
    return {key: description[key] for key in ("UUID", "EventSourceArn", "FunctionArn")}


@pytest.fixture
def pump(source: Source, tmp_path: Path) -> Iterator[Pump]:
    clients = Clients(
        streams=source.client("dynamodbstreams"),
        functions=source.client("lambda"),
        queues=source.client("sqs"),
    )
    pump = Pump(tmp_path, clients)
    yield pump
    pump.serve([])


def test_a_mapping_that_stays_the_same_is_left_alone(pump: Pump, description: Any) -> None:
    pump.serve([description])
    [(_, before)] = pump.streams.values()
    pump.serve([dict(description)])
    [(_, after)] = pump.streams.values()
    assert after is before


def test_a_changed_mapping_goes_on_with_its_new_settings(
    pump: Pump, source: Source, description: Any
) -> None:
    pump.serve([description])
    source.put("before")
    pump.serve([description | {"BatchSize": 1}])
    for item_id in ("one", "two"):
        source.put(item_id)
    wait_until(lambda: source.journal.ids() == ["before", "one", "two"], "each once")
    [(_, stream)] = pump.streams.values()
    assert stream.mapping.batch_size == 1


def test_a_mapping_that_has_gone_is_served_no_more(pump: Pump, description: Any) -> None:
    pump.serve([description])
    pump.serve([])
    assert not pump.streams


def test_the_process_follows_the_list_and_drains_the_stream_at_its_end(
    source: Source, description: Any, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "local.pump", "--directory", str(tmp_path)],
        cwd=ROOT,
        env=aws.environment(source.emulator.settings, os.environ),
        stdout=subprocess.DEVNULL,
    )
    write_json(mappings_file(tmp_path), [description])
    wait_until(checkpoint_file(tmp_path, source.uuid).exists, "the mapping is taken up")
    source.put("last")
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert source.journal.ids() == ["last"]
