"""Runs MiniStack, saves its state every few seconds while it changes, rings the bell of the pump
when items change, and fires its schedules not.

MiniStack saves only when it stops gracefully: a crash would cost everything since. It tells nobody
that a stream has a new record, so that whoever waits for one had to ask without end. And it fires
the schedules of EventBridge Scheduler wrongly, which local/scheduler does right. It offers no other
way to change that, so this one file uses its private API, for the version on the command line.
It runs in MiniStack's own virtual environment and imports nothing of ours.

A forked child does the saving: it sees all services at one instant, whatever the server goes on to
change, and the server waits only for the fork. It writes into a draft directory and renames the
files at the end; if it is killed before, the previous state stands. A file's time is the moment of
the fork: everything that happened until then is in it.
"""

import asyncio
import contextlib
import ctypes
import functools
import importlib.metadata
import json
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from pathlib import Path
from typing import IO, Any

from hypercorn import asyncio as hypercorn  # type: ignore[import-not-found]  # its own environment
from ministack import app as ministack  # type: ignore[import-not-found]  # its own environment
from ministack.core import lambda_runtime, persistence  # type: ignore[import-not-found]  # as above
from ministack.services import scheduler  # type: ignore[import-not-found]  # its own environment

SAVE_EVERY = 3.0  # seconds
SAVE_SHARE = 0.03  # of a core, at most: the more there is to save, the longer the pauses
LONGEST_PAUSE = 10.0  # seconds
SAVE_LOGS_EVERY = 60.0  # seconds; they only grow, and no product reads them
SAVE_DEADLINE = 5.0  # seconds; a child that inherited a locked lock would wait forever
LONGEST_DEADLINE = 160.0  # doubled up to here while saving takes longer, for then it is no lock
DEPLOYMENT_GRACE = 3.0  # seconds; see `Saver.save`
FUNCTION_GRACE = 1.0  # seconds
LOGS = ("cloudwatch_logs", "cloudwatch")

PR_SET_PDEATHSIG = 1

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

logger = logging.getLogger("emulator")
background: set[asyncio.Task[None]] = set()  # held, for the loop alone does not


def main(version: str, bell: str) -> None:
    installed = importlib.metadata.version("ministack")
    if installed != version:
        sys.exit(f"MiniStack {installed} is installed, but {version} is needed: run `make up`.")
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)  # what workers of the last run left
    os.makedirs(os.environ["TMPDIR"])
    leave_schedules_alone()
    hypercorn.serve = functools.partial(hypercorn.serve, shutdown_trigger=told_to_stop)
    ministack.app = ringing(saving(ministack.app, Saver()), bell)
    sys.argv = sys.argv[:1]
    ministack.main()


def leave_schedules_alone() -> None:
    """Those of EventBridge Scheduler are stored only; rules with a schedule go on firing."""
    scheduler.start_scheduler = lambda: None


def ringing(app: App, bell: str) -> App:
    """The app, writing into the named pipe when the items of a table may have changed."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)
        if changes(scope) and target(scope).startswith(b"DynamoDB_"):
            ring(bell)

    return serve


def ring(bell: str) -> None:
    with contextlib.suppress(OSError):  # nobody listens, or has heard already
        pipe = os.open(bell, os.O_WRONLY | os.O_NONBLOCK)
        try:
            os.write(pipe, b".")
        finally:
            os.close(pipe)


def saving(app: App, saver: "Saver") -> App:
    """The app, telling the saver when it starts, when it may have changed and when it stops."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await serve_lifespan(scope, receive, send)
            return
        await app(scope, receive, send)
        if changes(scope):
            saver.note_change()

    async def serve_lifespan(scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_or_stop() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                await saver.stop()  # else its older state could overwrite the final one
            return message

        async def send_and_start(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                saver.start()
            if message["type"] == "lifespan.shutdown.complete":
                end_at_once()

        await app(scope, receive_or_stop, send_and_start)

    return serve


async def told_to_stop() -> None:
    """Until a signal; then functions have a moment to end, too.

    MiniStack's stop waits for each that runs, and most that do wait for MiniStack in vain.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    background.add(asyncio.create_task(end_functions()))


async def end_functions() -> None:
    """Again and again, for requests that came before the stop may call further ones."""
    while True:
        await asyncio.sleep(FUNCTION_GRACE)
        await asyncio.to_thread(lambda_runtime.reset)


def end_at_once() -> None:
    """All is saved; what was called without waiting for its end runs on no longer than we do."""
    lambda_runtime.reset()
    logging.shutdown()
    os._exit(0)


def changes(scope: Scope) -> bool:
    """Whether the request may change something; when in doubt it does."""
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
        return False
    reads = (b"Get", b"List", b"Describe", b"Query", b"Scan", b"BatchGet")
    return not target(scope).rpartition(b".")[2].startswith(reads)


def target(scope: Scope) -> bytes:
    """What an AWS JSON request asks for, such as DynamoDB_20120810.PutItem; else nothing."""
    headers = scope.get("headers", ())
    return next((value for name, value in headers if name == b"x-amz-target"), b"")


class Saver:
    """Saves what changed, at most every SAVE_EVERY seconds."""

    def __init__(self) -> None:
        self.directory = Path(persistence.STATE_DIR)
        self.draft = self.directory / "draft"
        self.unsaved_rounds = 0
        self.logs_tried = -SAVE_LOGS_EVERY
        self.deadline = SAVE_DEADLINE
        self.pause = SAVE_EVERY
        self.task: asyncio.Task[None] | None = None

    def note_change(self) -> None:
        self.unsaved_rounds = 2  # the second saves what the request set going in the background

    def start(self) -> None:
        self.task = asyncio.create_task(self.keep_saving())

    async def stop(self) -> None:
        if self.task:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.task

    async def keep_saving(self) -> None:
        while True:
            await asyncio.sleep(self.pause)
            if self.unsaved_rounds and await self.save():
                self.unsaved_rounds -= 1

    async def save(self) -> bool:
        """Save now; False when it did not succeed.

        A stack that is being deployed is saved before or after, not in the middle, if that does not
        take long: restored in the middle it would stay IN_PROGRESS for good.
        """
        patience = time.monotonic() + DEPLOYMENT_GRACE
        while is_deploying() and time.monotonic() < patience:
            await asyncio.sleep(0.1)
        with_logs = time.monotonic() - self.logs_tried >= SAVE_LOGS_EVERY
        if with_logs:
            self.logs_tried = time.monotonic()  # if they take too long, the rest is saved without
        moment = time.time()
        child = os.fork()
        if child == 0:
            self.save_and_exit(moment, with_logs)
        try:
            worked = await worked_for(child, self.deadline)
        except TimeoutError:
            logger.error("Saving the state took over %.0f s; trying again", self.deadline)
            self.deadline = min(2 * self.deadline, LONGEST_DEADLINE)
            return False
        self.deadline = SAVE_DEADLINE
        self.pause = min(max(SAVE_EVERY, (worked or 0) / SAVE_SHARE), LONGEST_PAUSE)
        return worked is not None

    def save_and_exit(self, moment: float, with_logs: bool) -> None:
        """In the child: save what the fork saw, and never return into the server."""
        status = 1
        try:
            end_with_parent()
            os.nice(5)
            self.write_files(moment, with_logs)
            status = 0
        except Exception:  # nothing above this frame may run in the child
            logger.exception("The state could not be saved")
        finally:
            os._exit(status)

    def write_files(self, moment: float, with_logs: bool) -> None:
        services = ministack._build_persistence_save_dict()
        if not with_logs:
            services = {name: state for name, state in services.items() if name not in LOGS}
        keep_old_code()
        persistence.json.dump = dump  # in this child only
        shutil.rmtree(self.draft, ignore_errors=True)
        persistence.STATE_DIR = str(self.draft)
        persistence.save_all(services)
        for file in self.draft.iterdir():
            os.utime(file, (moment, moment))
            file.replace(self.directory / file.name)


def is_deploying() -> bool:
    module: Any = sys.modules.get("ministack.services.cloudformation")
    stacks: Iterable[tuple[Any, dict[str, Any]]] = module._stacks.all_items() if module else ()
    return any(stack["StackStatus"].endswith("_IN_PROGRESS") for _, stack in stacks)


def keep_old_code() -> None:
    """Until the new files are in place, the old ones still refer to code that is used no more."""
    module: Any = sys.modules.get("ministack.services.lambda_svc")
    if module:
        module._prune_orphan_code_blobs = lambda referenced: None


def dump(value: Any, file: IO[str], **options: Any) -> None:
    """json.dump as one text, which Python encodes in a third of the time."""
    file.write(json.dumps(value, **options))


async def worked_for(child: int, deadline: float) -> float | None:
    """Wait for the child: the seconds of processor that it took; None where it failed.

    Raises:
        TimeoutError: it did not end in so many seconds, and was ended.
    """
    until = time.monotonic() + deadline
    try:
        while True:
            pid, status, used = os.wait4(child, os.WNOHANG)
            if pid:
                return used.ru_utime + used.ru_stime if status == 0 else None
            if time.monotonic() > until:
                raise TimeoutError
            await asyncio.sleep(0.02)
    except (TimeoutError, asyncio.CancelledError):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise


def end_with_parent() -> None:
    """Else the child would hold the server's port when the server is killed (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
