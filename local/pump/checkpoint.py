"""How far a stream has been delivered, kept on disk: every record up to there is done with.

Records are begun in the stream's order and end in any; a restart repeats what had not ended, and
never skips.
"""

import itertools
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from local.files import read_json, write_json


@dataclass(frozen=True)
class Checkpoint:
    """
    sequence_number: of the last record done with; None before the first.
    since: seconds since 1970; records created before are none of this mapping's.
    """

    sequence_number: str | None = None
    since: int = 0

    def is_past(self, sequence_number: str, created: float) -> bool:
        done = self.sequence_number is not None and int(sequence_number) <= int(
            self.sequence_number
        )
        return done or created < self.since


class Progress:
    """The checkpoint of one stream mapping, and the records after it that are in hand."""

    def __init__(self, file: Path, start: Checkpoint) -> None:
        """`start` holds unless the file knows of an earlier run."""
        self.file = file
        saved = read_json(file)
        self.checkpoint = Checkpoint(**saved) if saved else start
        self.changed = threading.Condition()
        self.in_hand: dict[str, bool] = {}  # in the stream's order; the value: has it ended?
        self.save()

    def begin(self, sequence_number: str) -> None:
        with self.changed:
            self.in_hand[sequence_number] = False

    def end(self, sequence_numbers: Iterable[str]) -> None:
        with self.changed:
            for sequence_number in sequence_numbers:
                self.in_hand[sequence_number] = True
            if self.advance():
                self.save()
            self.changed.notify_all()

    def advance(self) -> bool:
        ended = list(itertools.takewhile(self.in_hand.__getitem__, self.in_hand))
        for sequence_number in ended:
            del self.in_hand[sequence_number]
        if ended:
            self.checkpoint = Checkpoint(ended[-1], self.checkpoint.since)
        return bool(ended)

    def wait_for_room(self, limit: int, timeout: float) -> bool:
        """Until fewer than so many records are in hand; False when the time was too short."""
        with self.changed:
            return self.changed.wait_for(lambda: len(self.in_hand) < limit, timeout)

    def save(self) -> None:
        write_json(self.file, asdict(self.checkpoint))
