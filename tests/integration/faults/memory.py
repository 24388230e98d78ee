"""What the processes of the local stack take of memory, from the kernel's own account."""

from pathlib import Path

from tests.integration.faults.machinery import Machinery

PROGRAMS = ("appsync", "redshift", "pump")
MIB = 1024


def resident(machinery: Machinery) -> dict[str, int]:
    """MiB that each of our programs holds."""
    return {program: _resident(machinery.pid(program)) for program in PROGRAMS}


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) // MIB
