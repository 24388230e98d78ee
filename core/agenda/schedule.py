"""A scheduled report: what its owner wants to be run, and when.

`Schedule` is what its owner sees. `ScheduleRecord` adds what the server keeps to fire it. A record
is never changed: each change answers a new one with the next version.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from core.exports.export import Compression, Export, ExportFormat
from core.parameters import Parameter, ParameterInput
from core.query import QueryExecution
from core.report import ID


@dataclass(frozen=True)
class ScheduledExport:
    """What each run writes, as `exportQuery` does."""

    format: ExportFormat
    single_file: bool
    formula_safe: bool
    compression: Compression | None = None

    def new(self) -> Export:
        """The export of one run."""
        return Export(self.format, self.single_file, self.formula_safe, self.compression)


@dataclass(frozen=True)
class HolidayRegion:
    """Whose public holidays count.

    country: its two letters of ISO 3166-1, such as DE.
    subdivision: the letters that ISO 3166-2 has for a part of it, such as BY; only what is a
        holiday everywhere counts when null.
    """

    country: str
    subdivision: str | None = None


@dataclass(frozen=True)
class Schedule:
    """A report that runs by itself; `version` grows by one with each change.

    parameters: as they were given: words such as last_month are resolved for each run.
    expression: EventBridge Scheduler's: cron(...), rate(...) or at(...), in the time zone.
    notify: whether its owner gets a mail at the end of each run.
    export: what each run writes; null where it is only run.
    skipHolidays: no run on public holidays there; null where it runs on these, too.
    pausedAt: since when nothing runs; null where it is not paused.
    problem: why EventBridge Scheduler does not take it; null where all is well.
    nextRunAt: null where it is paused, has a problem, or never runs again.
    runs: the latest, the newest first; `listQueries` has all of 30 days.
    """

    id: ID
    report: ID
    parameters: list[Parameter]
    expression: str
    timezone: str
    notify: bool
    owner: ID
    version: int
    created_at: datetime
    updated_at: datetime
    export: ScheduledExport | None = None
    skip_holidays: HolidayRegion | None = None
    paused_at: datetime | None = None
    problem: str | None = None
    next_run_at: datetime | None = None
    runs: list[QueryExecution] | None = None


@dataclass(frozen=True)
class ScheduledExportInput:
    """How the files of each run are to be, as of `exportQuery`."""

    format: ExportFormat
    compression: Compression | None = None
    single_file: bool | None = None
    formula_safe: bool | None = None


@dataclass(frozen=True)
class HolidayRegionInput:
    """Whose public holidays are to be left out: DE, or DE and BY."""

    country: str
    subdivision: str | None = None


@dataclass(frozen=True)
class ScheduleReportInput:
    """A report, values for its parameters, and when to run it.

    expression: cron(0 7 ? * MON-FRI *), rate(15 minutes) or at(2026-12-24T18:00:00).
    id: a lower-case UUID of the caller's choice; the server makes one when left out. The same id
        with the same input is the same schedule.
    parameters: a date, month or timestamp may be a word that is resolved for each run: today,
        last_month, last_week.start.
    timezone: an IANA name such as Europe/Berlin; UTC when left out.
    notify: a mail at the end of each run.
    export: have each run write files.
    skipHolidays: have nothing run on public holidays there.
    """

    report: ID
    expression: str
    id: ID | None = None
    parameters: list[ParameterInput] | None = None
    timezone: str | None = None
    notify: bool | None = None
    export: ScheduledExportInput | None = None
    skip_holidays: HolidayRegionInput | None = None


@dataclass(frozen=True)
class UpdateScheduleInput:
    """The whole schedule as it is to be: what is left out is as if it had been left out at first.

    version: the one that this changes; where there is a later one, nothing is changed.
    """

    id: ID
    version: int
    report: ID
    expression: str
    parameters: list[ParameterInput] | None = None
    timezone: str | None = None
    notify: bool | None = None
    export: ScheduledExportInput | None = None
    skip_holidays: HolidayRegionInput | None = None


@dataclass(frozen=True)
class ScheduleRecord:
    """A schedule as it is stored.

    timed_at: when its expression or time zone was set last, to the second; a rate counts from then.
    timed_in: the version in which that was. What an earlier version called for is not run.
    """

    schedule: Schedule
    timed_at: datetime
    timed_in: int

    def changed(self, now: datetime, **changes: object) -> "ScheduleRecord":
        """Its next version."""
        schedule = self.schedule
        changes |= {"version": schedule.version + 1, "updated_at": now}
        return replace(self, schedule=replace(schedule, **changes))  # type: ignore[arg-type]  # fields of Schedule, by name

    @property
    def is_on(self) -> bool:
        """Whether it is to run at its times."""
        return self.schedule.paused_at is None


class ScheduleChangeKind(Enum):
    """What became of a schedule."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    DELETED = "DELETED"


@dataclass(frozen=True)
class ScheduleChange:
    """What the owner of a schedule is pushed; `schedule`: null where it is DELETED."""

    id: ID
    owner: ID
    version: int
    kind: ScheduleChangeKind
    schedule: Schedule | None = None
