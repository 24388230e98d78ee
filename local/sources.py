"""Which code of the servers is running: a change of it needs a restart to show."""

import hashlib

from local.settings import ROOT


def fingerprint() -> str:
    """Of the time and size of every source file below local/, and of what it uses of core/."""
    digest = hashlib.sha256()
    for file in [*sorted((ROOT / "local").rglob("*.py")), ROOT / "core" / "schedule.py"]:
        stat = file.stat()
        digest.update(f"{file.relative_to(ROOT)} {stat.st_mtime_ns} {stat.st_size}\n".encode())
    return digest.hexdigest()
