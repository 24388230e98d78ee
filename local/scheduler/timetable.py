"""One schedule at work: which slot comes next, and which are still to be handed over.

EventBridge Scheduler is never down. One machine is, or sleeps: of the slots that it missed only the
latest is fired, late, if it is younger than the schedule's MaximumEventAgeInSeconds; what it is for
can tell by its scheduled time. The same holds for slots missed while the machine could not keep up.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from local.scheduler.checkpoint import Checkpoint
from local.scheduler.delivery import Attempt, Outcome
from local.scheduler.stored import StoredSchedule, iso_time


@dataclass
class Firing:
    """A slot that has been taken and has not ended; not to be tried before `due`."""

    slot: datetime
    due: datetime
    is_in_hand: bool = False


class Timetable:
    def __init__(
        self, schedule: StoredSchedule, checkpoint: Checkpoint, report: Callable[[str], None]
    ) -> None:
        self.schedule = schedule
        self.checkpoint = checkpoint
        self.report = report
        self.firings = {slot: Firing(slot, slot) for slot in checkpoint.waiting}
        self.next_slot = self.coming()

    def change(self, schedule: StoredSchedule, now: datetime) -> None:
        """From here on it is this schedule; attempts in hand end as they began."""
        if schedule == self.schedule and self.checkpoint.is_of(schedule):
            return
        self.schedule = schedule
        self.checkpoint.reckon(schedule, now)
        self.next_slot = self.coming()

    def coming(self) -> datetime | None:
        after = self.checkpoint.after
        return self.schedule.next_slot(after) if self.schedule.is_enabled else None

    def attempts(self, now: datetime) -> Iterator[Attempt]:
        """Those that are to be made now, oldest slot first."""
        if self.next_slot is not None and self.next_slot <= now:
            self.take(self.next_slot, now)
        for firing in sorted(self.firings.values(), key=lambda each: each.slot):
            if not firing.is_in_hand and firing.due <= now:
                firing.is_in_hand = True
                yield Attempt(self.schedule, firing.slot, self.checkpoint.waiting[firing.slot] + 1)

    def take(self, first: datetime, now: datetime) -> None:
        following = self.schedule.next_slot(first)
        is_only = following is None or following > now
        if is_only and first > now - self.schedule.target.policy.max_age:
            self.begin(first, now)
            self.next_slot = following
        else:
            self.catch_up(first, now)

    def begin(self, slot: datetime, now: datetime) -> None:
        self.checkpoint.take(slot)
        self.firings[slot] = Firing(slot, now)

    def catch_up(self, first: datetime, now: datetime) -> None:
        """Fire the latest of the slots since the first, and none of the others."""
        slot = self.schedule.latest_slot(self.checkpoint.after, now)
        if slot is None:
            self.checkpoint.pass_over(now)
        else:
            self.begin(slot, now)
        fired = f"fired is only {iso_time(slot)}" if slot else "they are too old to be fired"
        self.report(f"{self.schedule.label} missed slots from {iso_time(first)} on: {fired}")
        self.next_slot = self.coming()

    def end(self, attempt: Attempt, outcome: Outcome) -> None:
        firing = self.firings[attempt.slot]
        firing.is_in_hand = False
        if outcome.again is None:
            del self.firings[attempt.slot]
            self.checkpoint.end(attempt.slot)
            return
        firing.due = outcome.again
        if outcome.counts:
            self.checkpoint.tried(attempt.slot)

    @property
    def is_complete(self) -> bool:
        """Whether it has fired for the last time."""
        return self.schedule.is_enabled and self.next_slot is None and not self.firings
