"""What schedules need from outside: AWS (core/aws), or fakes in memory (tests/fakes.py)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Protocol

from core.agenda.schedule import ScheduleRecord
from core.report import ID


class Schedules(Protocol):
    """The records of schedules, by id. Writes are conditional: of racing writers one wins."""

    def put_new(self, record: ScheduleRecord) -> bool:
        """Store the record; False where its id is taken, be it by a deleted one."""

    def replace(self, record: ScheduleRecord, expected_version: int) -> bool:
        """Store the next version of a record; False where the stored one has another version."""

    def remove(self, schedule_id: str, expected_version: int) -> bool:
        """Delete the record; False where the stored one has another version, or there is none."""

    def get(self, schedule_id: str) -> ScheduleRecord | None:
        """The record as last written."""

    def of_owner(self, owner: str) -> list[ScheduleRecord]:
        """The owner's, in the order in which they were made; the latest writes may be missing."""


class Holidays(Protocol):
    """Which days are holidays where; the module core/agenda/holidays.py knows."""

    def name_of(self, country: str, subdivision: str | None, day: date) -> str | None:
        """The holiday's name; None where the day is none.

        Raises:
            HolidaysNotFound: there is no such region, or nothing is known of that year.
        """


@dataclass(frozen=True)
class Firing:
    """That a schedule is to be run for a time; `version`: of the schedule that says so."""

    schedule: ID
    version: int
    slot: datetime


@dataclass(frozen=True)
class Timer:
    """What fires a schedule.

    version: of the schedule, which each firing tells.
    start: the first time of a rate, from which it counts; None for all others.
    ends: whether it fires once, and is not needed then.
    """

    schedule: ID
    version: int
    expression: str
    timezone: str
    is_on: bool
    start: datetime | None
    ends: bool


class Timers(Protocol):
    """EventBridge Scheduler: it calls for a run at each time of a schedule."""

    def set(self, timer: Timer) -> None:
        """Have the schedule fired like this from now on, whatever was before.

        Raises:
            TimerRefused: it never will be.
        """

    def remove(self, schedule_id: str) -> None:
        """Have the schedule fired no more; of one that is not, nothing."""

    def fire(self, firing: Firing) -> None:
        """Call for a run now; the same may be called for once more."""


class Standing(Enum):
    """What has become of a user."""

    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"
    GONE = "GONE"


@dataclass(frozen=True)
class Scheduling:
    """What schedules need.

    standing: of a user, by their id.
    """

    schedules: Schedules
    timers: Timers
    holidays: Holidays
    standing: Callable[[ID], Standing]
