"""What the processes of the local stack take of processor and memory, by the kernel's own account.

A Lambda function runs in child processes of the emulator. Other children save the emulator's state;
they end soon, and what they took is what all ended children took less what was seen of functions.
https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
"""

import os
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.integration.faults.machinery import Machinery

PROGRAMS = {
    "appsync": "AppSync server",
    "redshift": "Redshift server",
    "pump": "stream pump",
    "scheduler": "scheduler",
    "aws": "emulator",
}
EMULATOR = PROGRAMS["aws"]
OURS = tuple(group for group in PROGRAMS.values() if group != EMULATOR)
FUNCTIONS = "Lambda functions"
SAVING = "emulator's saving"
WORKER = "ministack-lambda-"  # what the folder of a function's process is named after
CLIENTS = "this test's clients"
OTHERS = "others on this machine"
LOOK_EVERY = 0.5  # seconds
TICKS = os.sysconf("SC_CLK_TCK")  # a second
PAGES = 2**20 // os.sysconf("SC_PAGE_SIZE")  # a MiB

CORES = len(os.sched_getaffinity(0))
# Python uses one core at a time; functions run in many processes.
USABLE = {FUNCTIONS: CORES} | dict.fromkeys((*PROGRAMS.values(), CLIENTS), 1)
OF_THE_STACK = (*PROGRAMS.values(), SAVING, FUNCTIONS, CLIENTS)

Key = tuple[int, int]  # a process: its id, and when it began, for ids are used again


@dataclass(frozen=True)
class Process:
    """Seconds of processor, its own and those of its ended children; MiB that it holds."""

    group: str
    parent: int
    seconds: float
    of_ended: float
    resident: int


@dataclass
class Meter:
    """Seconds of processor since it was made, by group, and the MiB of each group at each look."""

    machinery: Machinery
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    memory: list[Counter[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._last, self._busy = self._processes(), machine_busy()
        self._began = time.monotonic()

    @property
    def took(self) -> float:
        """Seconds until the last look."""
        return self._looked_at - self._began

    def look(self) -> None:
        """Count what was taken since the last look."""
        before, self._last = self._last, self._processes()
        taken: dict[str, float] = defaultdict(float)
        for key, process in self._last.items():
            earlier = before.get(key)
            taken[process.group] += process.seconds - (earlier.seconds if earlier else 0)
            if process.group == EMULATOR:
                taken[SAVING] += process.of_ended - (earlier.of_ended if earlier else 0)
        ended = (before[key] for key in before.keys() - self._last.keys())
        taken[SAVING] -= sum(each.seconds for each in ended if each.group in (FUNCTIONS, SAVING))
        busy = machine_busy()
        taken[OTHERS] = busy - self._busy - sum(taken.values())
        self._busy = busy
        for group, seconds in taken.items():
            self.seconds[group] += seconds
        self.memory.append(self._resident())
        self._looked_at = time.monotonic()

    def _resident(self) -> Counter[str]:
        held: Counter[str] = Counter()
        for process in self._last.values():
            held[process.group] += process.resident
        return held

    def _processes(self) -> dict[Key, Process]:
        programs = {self.machinery.pid(name): group for name, group in PROGRAMS.items()}
        programs[os.getpid()] = CLIENTS
        emulator = self.machinery.pid("aws")
        found = {}
        for directory in Path("/proc").glob("[0-9]*"):
            with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
                pid, fields = int(directory.name), stat(directory)
                if group := programs.get(pid) or child(directory, fields, emulator):
                    found[pid, fields[19]] = process(group, fields)
        return found


def child(directory: Path, fields: list[int], emulator: int) -> str | None:
    """The group of a child of the emulator's."""
    if fields[1] != emulator:
        return None
    return FUNCTIONS if WORKER.encode() in (directory / "cmdline").read_bytes() else SAVING


def workers(machinery: Machinery, function: str) -> list[int]:
    """The stack's processes of a Lambda function, each of which one invocation at most has.

    function: its output. Another stack on this machine has functions of the same names.
    """
    path = f"{WORKER}{machinery.outputs[function]}-".encode()
    emulator = machinery.pid("aws")
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            is_of_the_stack = stat(directory)[1] == emulator
            if is_of_the_stack and path in (directory / "cmdline").read_bytes():
                found.append(int(directory.name))
    return found


def unread(pid: int) -> int:
    """Bytes that have come for a process by TCP, and that it has not taken yet.

    https://docs.kernel.org/networking/proc_net_tcp.html
    """
    sockets = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since
            sockets.add(file.readlink().name.removeprefix("socket:[").removesuffix("]"))
    lines = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    connections = (line.split() for line in lines)
    return sum(int(each[4].partition(":")[2], 16) for each in connections if each[9] in sockets)


def process(group: str, fields: list[int]) -> Process:
    own, of_ended = sum(fields[11:13]) / TICKS, sum(fields[13:15]) / TICKS
    return Process(group, fields[1], own, of_ended, fields[21] // PAGES)


def stat(directory: Path) -> list[int]:
    """The fields after the name of the program, counted from 0; the first is a letter: 0 here."""
    text = (directory / "stat").read_text().rpartition(")")[2]
    return [0, *map(int, text.split()[1:])]


def machine_busy() -> float:
    """Seconds that the cores have worked since the machine started."""
    user, nice, system, _, _, *interrupts = Path("/proc/stat").read_text().split()[1:8]
    return sum(map(int, (user, nice, system, *interrupts))) / TICKS


@contextmanager
def metered(machinery: Machinery) -> Iterator[Meter]:
    """Looks again and again, until the end."""
    meter, is_over = Meter(machinery), threading.Event()

    def watch() -> None:
        while not is_over.wait(LOOK_EVERY):
            meter.look()

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield meter
    finally:
        is_over.set()
        watching.join()
        meter.look()


def growth(meter: Meter) -> dict[str, float]:
    """By which share each of our servers holds more at the end than after a tenth of the time."""
    settled, end = meter.memory[len(meter.memory) // 10], meter.memory[-1]
    return {group: end[group] / settled[group] - 1 for group in OURS}


def usage(meter: Meter, what: str, count: int) -> Iterator[str]:
    """What each part took for each of so many, and how many a second that lets it do."""
    yield f"| | ms of a core a {what} | cores busy | at most a second | MiB settled, at the end |"
    yield "|---|---|---|---|---|"
    settled, end = meter.memory[len(meter.memory) // 10], meter.memory[-1]
    for group in (*OF_THE_STACK, OTHERS):
        memory = f"{settled[group]}, {end[group]}" if end[group] and group != SAVING else ""
        yield row(group, meter.seconds[group], meter.took, count, USABLE.get(group), memory)
    together = sum(meter.seconds[group] for group in OF_THE_STACK)
    yield row("all but others", together, meter.took, count, CORES, "")


def row(name: str, seconds: float, took: float, count: int, usable: int | None, memory: str) -> str:
    is_at_work = seconds > took / 100
    most = f"{usable * count / seconds:,.0f}" if usable and is_at_work else ""
    each = f"{1000 * seconds / count:.1f}"
    return f"| {name} | {each} | {seconds / took:.2f} | {most} | {memory} |"
