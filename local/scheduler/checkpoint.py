"""Which slots of a schedule are done with, kept on disk: a restart neither repeats nor forgets one.

A slot is taken before it is handed over and ends after. A crash between the two hands it over
again: at least once, as AWS promises. What ended is remembered longer than its schedule, which an
emulator that crashed may bring back.
"""

import hashlib
import time
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from local.files import read_json, write_json
from local.scheduler.stored import MOMENT, StoredSchedule

KEPT = 86_400  # seconds after the last change; older slots are too old to be fired again


def checkpoint_file(directory: Path, schedule: StoredSchedule) -> Path:
    """One for each schedule; one that is created again is another."""
    identity = f"{schedule.arn} {schedule.created.isoformat()}"
    return directory / f"{hashlib.sha256(identity.encode()).hexdigest()[:32]}.json"


def forget_old(directory: Path, still_used: Collection[Path]) -> None:
    """Remove the files of schedules that are long gone."""
    for file in set(directory.glob("*.json")) - set(still_used):
        if time.time() - file.stat().st_mtime > KEPT:
            file.unlink()


class Checkpoint:
    """
    after: slots up to then have been taken.
    waiting: those of them that have not ended: how often each was tried.
    timing, modified: of the schedule, when the slots were last reckoned.
    """

    def __init__(self, file: Path, schedule: StoredSchedule) -> None:
        self.file = file
        saved = read_json(file) or {}
        after = saved.get("after")
        self.after = datetime.fromisoformat(after) if after else schedule.created - MOMENT
        self.waiting: dict[datetime, int] = {
            datetime.fromisoformat(slot): tries for slot, tries in saved.get("waiting", {}).items()
        }
        self.timing: str = saved.get("timing", schedule.timing)
        self.modified = datetime.fromisoformat(saved.get("modified", schedule.modified.isoformat()))
        self.arn = schedule.arn
        self.save()

    def is_of(self, schedule: StoredSchedule) -> bool:
        """Whether the schedule is as it was when the slots were last reckoned."""
        return (self.timing, self.modified) == (schedule.timing, schedule.modified)

    def reckon(self, schedule: StoredSchedule, now: datetime) -> None:
        """A change of the times counts from when it was made; if that is unknown, from now."""
        if self.timing != schedule.timing:
            changed = schedule.modified if schedule.modified > self.modified else now
            self.after = max(self.after, changed)
        self.timing, self.modified = schedule.timing, schedule.modified
        self.save()

    def take(self, slot: datetime) -> None:
        self.after = slot
        self.waiting[slot] = 0
        self.save()

    def pass_over(self, until: datetime) -> None:
        """The slots up to then are not to be fired."""
        self.after = until
        self.save()

    def tried(self, slot: datetime) -> None:
        self.waiting[slot] += 1
        self.save()

    def end(self, slot: datetime) -> None:
        del self.waiting[slot]
        self.save()

    def save(self) -> None:
        write_json(
            self.file,
            {
                "arn": self.arn,
                "after": self.after.isoformat(),
                "waiting": {slot.isoformat(): tries for slot, tries in self.waiting.items()},
                "timing": self.timing,
                "modified": self.modified.isoformat(),
            },
        )
