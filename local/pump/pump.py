"""The stream pump: DynamoDB streams to Lambda with the retries, splits and dead letters of AWS.

The emulator's own poller retries without end, drops what ReportBatchItemFailures reports, never
splits a batch and lets one slow function hold up all others. So `local.mend` disables its event
source mappings and lists them here, in `mappings.json`; this process serves them.
"""

import argparse
import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local.files import read_json
from local.pump.bell import Bell, bell_pipe
from local.pump.lane import Clients
from local.pump.mapping import stream_mapping
from local.pump.stream import Stream

LOOK_EVERY = 0.5  # seconds between two looks at the list of mappings
DRAIN = 5.0  # seconds given to what is still on the streams when the pump stops


def mappings_file(directory: Path) -> Path:
    return directory / "mappings.json"


def checkpoint_file(directory: Path, mapping_uuid: str) -> Path:
    return directory / f"{mapping_uuid}.json"


class Pump:
    def __init__(self, directory: Path, clients: Clients) -> None:
        self.directory = directory
        self.clients = clients
        self.bell = Bell()
        self.streams: dict[str, tuple[Any, Stream]] = {}  # by mapping, with its description

    def follow(self, stop: threading.Event) -> None:
        """Serve what the list says, until told to stop."""
        self.bell.listen(bell_pipe(self.directory))
        while not stop.wait(LOOK_EVERY):
            self.serve(read_json(mappings_file(self.directory)) or [])
        for _, stream in self.streams.values():
            stream.stop(DRAIN)

    def serve(self, descriptions: list[Any]) -> None:
        wanted = {description["UUID"]: description for description in descriptions}
        for mapping_uuid, (description, stream) in list(self.streams.items()):
            if wanted.get(mapping_uuid) != description:
                stream.stop(DRAIN)
                del self.streams[mapping_uuid]
        for mapping_uuid, description in wanted.items():
            if mapping_uuid not in self.streams:
                self.streams[mapping_uuid] = (description, self.start(description))

    def start(self, description: Any) -> Stream:
        mapping = stream_mapping(description)
        checkpoint = checkpoint_file(self.directory, mapping.uuid)
        stream = Stream(mapping, self.clients, checkpoint, report, self.bell)
        stream.start()
        report(f"serving {mapping.function_name}")
        return stream


def clients() -> Clients:
    # A batch must not be sent twice because its function takes long.
    patient = Config(retries={"total_max_attempts": 1}, read_timeout=900, max_pool_connections=100)
    return Clients(
        streams=boto3.client("dynamodbstreams", config=patient),
        functions=boto3.client("lambda", config=patient),
        queues=boto3.client("sqs"),
    )


def report(message: str) -> None:
    print(time.strftime("%Y-%m-%dT%H:%M:%S"), message, flush=True)


def end_process(defect: threading.ExceptHookArgs) -> None:
    """A stream without its thread would stall in silence; the supervisor starts us again."""
    traceback.print_exception(defect.exc_type, defect.exc_value, defect.exc_traceback)
    sys.stderr.flush()
    os._exit(1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.pump", description=__doc__)
    parser.add_argument("--directory", type=Path, required=True)
    directory = parser.parse_args().directory
    stop = threading.Event()
    threading.excepthook = end_process
    for number in (signal.SIGTERM, signal.SIGINT):
        # By a thread: the signal may come while this one has the event's lock.
        signal.signal(number, lambda *_: threading.Thread(target=stop.set).start())
    Pump(directory, clients()).follow(stop)
