"""Who listens on a port: as much of it as the system tells an ordinary user.

Linux keeps the listening sockets in /proc/net/tcp, and each process's sockets among its open files.
https://docs.kernel.org/networking/proc_net_tcp.html
"""

from collections.abc import Iterator
from pathlib import Path

LISTENING = "0A"


def holder(port: int) -> str:
    """Such as `process 4242 (python -m http.server 4000)`."""
    sockets = {f"socket:[{inode}]" for inode in listening_inodes(port)}
    for process in Path("/proc").glob("[0-9]*"):
        if sockets & set(open_files(process)):
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
            return f"process {process.name} ({command[:100]})"
    return "another program (perhaps of another user, or in a container)"


def listening_inodes(port: int) -> Iterator[str]:
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if table.exists():
            for line in table.read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    yield fields[9]


def open_files(process: Path) -> Iterator[str]:
    try:
        for file in (process / "fd").iterdir():
            yield str(file.readlink())
    except OSError:  # it has ended, or is another user's
        return
