"""EventBridge Scheduler on one machine: fires what the emulator only stores.

The emulator's own firing knows no time zones, retries, dead letters or context attributes, looks
every ten seconds, and fires `at()` again after a restart; local/emulator_main.py turns it off. This
process reads the schedules through the ordinary API and fires each within a second of its time.
"""

import argparse
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.files import read_json, write_json
from local.scheduler.checkpoint import Checkpoint, checkpoint_file, forget_old
from local.scheduler.delivery import Attempt, Outcome, deliver
from local.scheduler.register import Register
from local.scheduler.senders import Senders
from local.scheduler.stored import StoredSchedule
from local.scheduler.timetable import Timetable

STEP = 0.1  # seconds between two looks at the clock
LOOK_EVERY = timedelta(seconds=1)  # at the schedules
AT_ONCE = 8  # attempts

Deliver = Callable[[Attempt], Outcome]


def ready_file(directory: Path) -> Path:
    """Names the process that has read the schedules."""
    return directory / "process"


def has_read_schedules(directory: Path, pid: int) -> bool:
    return bool(read_json(ready_file(directory)) == {"pid": pid})


class Scheduler:
    """
    client: boto3's for the scheduler.
    deliver: makes an attempt; called in the pool.
    report: takes a line for the log.
    """

    def __init__(
        self,
        client: Any,
        directory: Path,
        *,
        deliver: Deliver,
        pool: Executor,
        report: Callable[[str], None],
    ) -> None:
        self.client = client
        self.directory = directory
        self.deliver = deliver
        self.pool = pool
        self.report = report
        self.register = Register(client, report)
        self.timetables: dict[str, Timetable] = {}  # by ARN
        self.in_hand: dict[Future[Outcome], tuple[Timetable, Attempt]] = {}
        self.looks_at = datetime.min.replace(tzinfo=UTC)
        self.trouble = ""

    def follow(self, stop: threading.Event) -> None:
        """Fire what is due, until told to stop; then note what became of what is in hand."""
        while not stop.wait(STEP):
            self.step(utc_now())
        self.pool.shutdown(cancel_futures=True)
        self.collect()

    def step(self, now: datetime) -> None:
        self.collect()
        if now >= self.looks_at or now < self.looks_at - LOOK_EVERY:  # a clock can be set back
            self.looks_at = now + LOOK_EVERY
            self.look(now)
        for timetable in self.timetables.values():
            for attempt in timetable.attempts(now):
                self.in_hand[self.pool.submit(self.deliver, attempt)] = timetable, attempt

    def look(self, now: datetime) -> None:
        """Read the schedules; while that fails, those known stay in force."""
        try:
            schedules = self.register.look()
            self.serve(schedules, now)
            self.delete_complete()
        except (BotoCoreError, ClientError) as error:
            self.tell_trouble(f"the schedules cannot be read: {error}")
            return
        self.tell_trouble("")
        if not has_read_schedules(self.directory, os.getpid()):
            write_json(ready_file(self.directory), {"pid": os.getpid()})
            self.report(f"serving {len(schedules)} schedules")

    def serve(self, schedules: dict[str, StoredSchedule], now: datetime) -> None:
        gone = self.timetables.keys() - schedules.keys()
        for arn in gone:
            del self.timetables[arn]
        for arn, schedule in schedules.items():
            timetable = self.timetables.get(arn)
            if timetable is None or timetable.schedule.created != schedule.created:
                checkpoint = Checkpoint(checkpoint_file(self.directory, schedule), schedule)
                timetable = Timetable(schedule, checkpoint, self.report)
                self.timetables[arn] = timetable
            timetable.change(schedule, now)
        if gone:
            forget_old(self.directory, [each.checkpoint.file for each in self.timetables.values()])

    def delete_complete(self) -> None:
        for timetable in self.timetables.values():
            schedule = timetable.schedule
            if schedule.deletes_itself and timetable.is_complete:
                try:
                    self.client.delete_schedule(Name=schedule.name, GroupName=schedule.group)
                    self.report(f"deleted {schedule.label}, which is complete")
                except self.client.exceptions.ResourceNotFoundException:
                    continue  # somebody else did

    def collect(self) -> None:
        """Note what became of the attempts that have ended."""
        for future in [each for each in self.in_hand if each.done()]:
            timetable, attempt = self.in_hand.pop(future)
            if future.cancelled():  # by the end of this process: the next one makes it
                continue
            outcome = future.result()
            timetable.end(attempt, outcome)
            self.report(outcome.words)

    def tell_trouble(self, words: str) -> None:
        """Once, however long it lasts."""
        if words and words != self.trouble:
            self.report(words)
        self.trouble = words


def utc_now() -> datetime:
    return datetime.now(UTC)


def report(message: str) -> None:
    print(time.strftime("%Y-%m-%dT%H:%M:%S"), message, flush=True)


def senders(config: Config) -> Senders:
    return Senders(
        functions=boto3.client("lambda", config=config),
        queues=boto3.client("sqs", config=config),
        buses=boto3.client("events", config=config),
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.scheduler", description=__doc__)
    parser.add_argument("--directory", type=Path, required=True)
    directory = parser.parse_args().directory
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        # By a thread: the signal may come while this one has the event's lock.
        signal.signal(number, lambda *_: threading.Thread(target=stop.set).start())
    # Once each: how often a slot is tried is the schedule's to say.
    once = Config(
        retries={"total_max_attempts": 1},
        connect_timeout=2,
        read_timeout=10,
        max_pool_connections=AT_ONCE,
    )
    to = senders(once)
    Scheduler(
        boto3.client("scheduler", config=once),
        directory,
        deliver=lambda attempt: deliver(attempt, to, utc_now),
        pool=ThreadPoolExecutor(AT_ONCE),
        report=report,
    ).follow(stop)
