"""The one detached process of a local stack: it starts the others, and starts them again.

It holds no state that matters. Its lock says that a stack runs here; its children hold another, so
that a new stack waits for the last of an old one. When it is killed its children end by themselves
(Linux; elsewhere the next `up` names those left over).
"""

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from local.files import write_json
from local.lock import Locked, take_lock
from local.programs import Program, programs
from local.settings import HOST, ROOT, Settings, settings_from
from local.sources import fingerprint

FIRST_PAUSE = 0.2  # seconds before a program is started again, doubled each time it ends early
LONGEST_PAUSE = 10.0
EARLY = 10.0  # seconds; who lived longer starts with the first pause again
STOP_DEADLINE = 20.0  # seconds; the emulator alone takes 2 to save its state
LARGE_LOG = 10_000_000  # bytes, at which a program's log moves aside when it starts

PR_SET_PDEATHSIG = 1


class Supervisor:
    def __init__(self, settings: Settings, programs: Iterable[Program], lock: IO[str]) -> None:
        self.settings = settings
        self.programs = {program.name: program for program in programs}
        self.lock = lock
        self.processes: dict[str, asyncio.subprocess.Process] = {}
        self.restarts = dict.fromkeys(self.programs, 0)
        self.keepers: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Start, watch, and at SIGTERM stop."""
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        for name in self.programs:
            self.keepers[name] = asyncio.create_task(self.keep(self.programs[name]))
        waiting = asyncio.create_task(stop.wait())
        tasks = [waiting, *self.keepers.values()]
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        await self.stop()
        for task in ended:
            task.result()  # a keeper ends only by a defect; better no stack than a half watched one

    async def keep(self, program: Program) -> None:
        pause = FIRST_PAUSE
        while True:
            started = time.monotonic()
            process = await self.start(program)
            code = await process.wait()
            report(f"{program.name} (process {process.pid}) ended: {outcome(code)}")
            await self.end_dependents(program)
            pause = FIRST_PAUSE if time.monotonic() - started > EARLY else pause
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            self.restarts[program.name] += 1

    async def start(self, program: Program) -> asyncio.subprocess.Process:
        with open_log(self.settings.logs / f"{program.name}.log") as log:
            process = await asyncio.create_subprocess_exec(
                *program.command,
                cwd=ROOT,
                env=program.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C or a hang-up is the supervisor's to handle
                pass_fds=(self.lock.fileno(), *program.files),
                preexec_fn=end_with_parent,
            )
        self.processes[program.name] = process
        self.write_status()
        return process

    async def end_dependents(self, program: Program) -> None:
        """Before the program starts again, whatever must not outlive it has ended."""
        for other in self.programs.values():
            if other.ends_with == program.name and (process := self.processes.get(other.name)):
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    async def stop(self) -> None:
        """End all, the last started first: the emulator saves what the others have told it."""
        for keeper in self.keepers.values():
            keeper.cancel()
        for name in reversed(self.programs):
            if process := self.processes.get(name):
                await end(process)

    def write_status(self) -> None:
        write_json(
            status_file(self.settings),
            {
                "pid": os.getpid(),
                "sources": fingerprint(),
                "settings": describe(self.settings),
                "programs": {
                    name: {"pid": process.pid, "restarts": self.restarts[name]}
                    for name, process in self.processes.items()
                },
            },
        )


async def end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_DEADLINE)
    except TimeoutError:
        report(f"process {process.pid} does not stop; killing it")
        process.kill()
        await process.wait()


def supervisor_lock(settings: Settings) -> Path:
    """Held while the supervisor runs."""
    return settings.state / "supervisor.lock"


def programs_lock(settings: Settings) -> Path:
    """Held while anything that the supervisor started still runs."""
    return settings.state / "programs.lock"


def status_file(settings: Settings) -> Path:
    return settings.state / "supervisor.json"


def describe(settings: Settings) -> dict[str, str]:
    """The settings that a running stack cannot change."""
    return {
        "port": str(settings.port),
        "tls_port": str(settings.tls_port),
        "redshift_port": str(settings.redshift_port),
        "function_urls_port": str(settings.function_urls_port),
        "aws_port": str(settings.aws_port),
        "emulator_python": str(settings.emulator_python),
    }


def open_log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists() and path.stat().st_size > LARGE_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def end_with_parent() -> None:
    """In a child before it becomes its program; SIGTERM, so that it can still save its state."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def outcome(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"


def report(message: str) -> None:
    print(time.strftime("%Y-%m-%dT%H:%M:%S"), message, flush=True)


def main() -> None:
    settings = settings_from()
    try:
        running = take_lock(supervisor_lock(settings), patience=1)  # who looks holds it briefly
        alive = take_lock(programs_lock(settings), patience=1)
    except Locked as error:
        sys.exit(str(error))
    with socket.create_server((HOST, 0)) as smtp, running, alive:
        table = programs(settings, smtp_socket=smtp.fileno(), smtp_port=smtp.getsockname()[1])
        asyncio.run(Supervisor(settings, table, alive).run())


if __name__ == "__main__":
    main()
