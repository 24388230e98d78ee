"""Small real implementations of core's seams, in memory."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core.agenda.event import DeletedEvent, Event, StoredEvent
from core.agenda.schedule import ScheduleRecord
from core.agenda.schedule_services import Firing, Scheduling, Standing, Timer
from core.agenda.services import Agenda, Position
from core.catalogue import Catalogue
from core.coercion import timestamp
from core.context import After, Context, Exports, QueryFilter, Watch
from core.errors import HolidaysNotFound, TimerRefused, WarehouseBusy
from core.exports.join import Manifest, Piece, Range, StoredFile
from core.exports.unload import MANIFEST, PARTS, TableColumn, UnloadPlace
from core.parameters import Parameter
from core.pipelines.pipeline import CompiledPipeline, Overlap, Pipeline
from core.pipelines.state import PipelineState
from core.places import Limits, OwnerPlaces
from core.query import QueryRecord
from core.report import ID, CompiledReport, ParameterType, Report, ReportParameter
from core.result import Column, StatementResult
from core.statement import Statement, StatementStatus

MONTH = ReportParameter("month", ParameterType.MONTH, required=True, min="2015-01", max="2015-12")
VENDOR = ReportParameter("vendor", ParameterType.TEXT, required=False)

BY_DAY = CompiledReport(
    Report(ID("taxi_by_day"), "Taxi trips by day", [MONTH, VENDOR]),
    "select :month::date, :vendor::varchar",
    nulls={"vendor": [(21, 28)]},
    version="1",
    max_age=timedelta(0),
)
SHARED_BY_DAY = replace(BY_DAY, max_age=None)
AUDIT = CompiledReport(
    Report(ID("audit"), "Audit", [], groups=["administrators"]), "select 1", nulls={}, version="1"
)

OF_GROUPS = CompiledReport(
    Report(ID("of_groups"), "Rows of the caller's groups", []),
    "select :user_id::varchar from t where strpos(:groups::varchar, ' ' || t.g || ' ') > 0",
    nulls={},
    version="1",
    row_values=("user_id", "groups"),
)

LOAD = CompiledPipeline(
    Pipeline(
        ID("load"),
        "Load the trips",
        Overlap.SKIP,
        enabled=True,
        feeds=[ID("taxi_by_day")],
        groups=["analysts"],
        timezone="America/New_York",
        schedule="cron(0 6 * * ? *)",
    ),
    ["call load()"],
    version="1",
    max_wait=timedelta(hours=6),
)


class FakeQueries:
    """Records by id; every write checks its condition as DynamoDB does."""

    def __init__(self) -> None:
        self.records: dict[str, QueryRecord] = {}
        self.history: list[QueryRecord] = []

    def put_new(self, record: QueryRecord) -> bool:
        return record.query.id not in self.records and self._write(record)

    def replace(self, record: QueryRecord, expected_version: int) -> bool:
        stored = self.records[record.query.id]
        return stored.query.version == expected_version and self._write(record)

    def get(self, query_id: str) -> QueryRecord | None:
        return self.records.get(query_id)

    def of_owner(
        self,
        owner: str,
        wanted: QueryFilter,
        limit: int,
        after: After | None,
    ) -> tuple[list[QueryRecord], After | None]:
        found = [
            record
            for record in reversed(self.records.values())
            if record.query.owner == owner and _is_wanted(wanted, record)
        ]
        begin = [record.query.id for record in found].index(ID(after.id)) + 1 if after else 0
        page = found[begin : begin + limit]
        more = begin + limit < len(found)
        return page, After(page[-1].query.id, page[-1].query.submitted_at) if more else None

    def unfinished(self, before: datetime) -> Iterator[QueryRecord]:
        for record in list(self.records.values()):
            if record.needs_sweeping and record.updated_at < before:
                yield record

    def in_line(self) -> Iterator[str]:
        standing = [record for record in self.records.values() if record.is_in_line]
        for record in sorted(standing, key=lambda record: record.updated_at):
            yield record.query.id

    def _write(self, record: QueryRecord) -> bool:
        self.records[record.query.id] = record
        self.history.append(record)
        return True


class FakePlaces:
    """Places by owner; each change is whole, and refused as DynamoDB refuses it."""

    def __init__(self) -> None:
        self.owners: dict[str, OwnerPlaces] = {}
        self.open: set[str] = set()

    def of(self, owner: str) -> OwnerPlaces:
        return self.owners.get(owner, OwnerPlaces(owner, {}, {}))

    def take(self, owner: str, query_id: str, now: datetime, limits: Limits) -> OwnerPlaces:
        places = self.of(owner)
        if query_id in places:
            return places
        if len(places.running) < limits.running and not places.waiting:
            return self._put(owner, {**places.running, query_id: now}, {})
        if len(places.waiting) < limits.waiting:
            return self._put(owner, places.running, {**places.waiting, query_id: now})
        return places

    def promote(
        self, owner: str, query_id: str, now: datetime, limits: Limits
    ) -> OwnerPlaces | None:
        places = self.of(owner)
        if query_id not in places.waiting or len(places.running) >= limits.running:
            return None
        running = {**places.running, query_id: now}
        return self._put(owner, running, _without(query_id, places.waiting))

    def restore(self, owner: str, query_id: str, now: datetime) -> None:
        places = self.of(owner)
        running = {**places.running, query_id: now}
        self._put(owner, running, _without(query_id, places.waiting))

    def free(self, owner: str, query_id: str) -> OwnerPlaces:
        places = self.of(owner)
        if query_id not in places:
            return places
        running, waiting = (_without(query_id, held) for held in (places.running, places.waiting))
        return self._put(owner, running, waiting)

    def held(self) -> Iterator[OwnerPlaces]:
        yield from [self.of(owner) for owner in sorted(self.open)]

    def close(self, owner: str) -> None:
        places = self.of(owner)
        if not places.running and not places.waiting:
            self.open.discard(owner)

    def _put(
        self, owner: str, running: Mapping[str, datetime], waiting: Mapping[str, datetime]
    ) -> OwnerPlaces:
        self.open.add(owner)
        self.owners[owner] = OwnerPlaces(owner, running, waiting)
        return self.owners[owner]


def _without(query_id: str, held: Mapping[str, datetime]) -> dict[str, datetime]:
    return {id: taken_at for id, taken_at in held.items() if id != query_id}


class FakeSharing:
    """Leaders by question, and followers by leader; None of them once all have left."""

    def __init__(self) -> None:
        self.leaders: dict[str, str] = {}
        self.joined: dict[str, set[str]] = {}
        self.gone: set[str] = set()  # leaders that have left
        self.closed: set[str] = set()

    def leader(self, question: str) -> str | None:
        return self.leaders.get(question)

    def lead(self, question: str, query_id: str, instead_of: str | None, now: datetime) -> str:
        if self.leaders.setdefault(question, query_id) == instead_of:
            self.leaders[question] = query_id
        return self.leaders[question]

    def join(self, leader_id: str, query_id: str, now: datetime) -> bool:
        if leader_id not in self.closed:
            self.joined.setdefault(leader_id, set()).add(query_id)
        return leader_id not in self.closed

    def leave(self, leader_id: str, query_id: str) -> bool:
        if query_id == leader_id:
            self.gone.add(leader_id)
        self.joined.get(leader_id, set()).discard(query_id)
        if leader_id in self.gone and not self.joined.get(leader_id):
            self.closed.add(leader_id)
        return leader_id in self.closed

    def followers(self, leader_id: str) -> list[str]:
        return sorted(self.joined.get(leader_id, ()))


class FakeDurations:
    """Durations by report and query."""

    def __init__(self) -> None:
        self.noted: dict[str, dict[str, int]] = {}

    def add(self, report: str, query_id: str, duration_ms: int) -> None:
        self.noted.setdefault(report, {})[query_id] = duration_ms

    def of(self, report: str) -> list[int]:
        return list(self.noted.get(report, {}).values())


class FakeRevisits:
    """Keeps what is asked: (query id, after how long, attempt)."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, timedelta, int]] = []

    def ask(self, query_id: str, after: timedelta, attempt: int) -> None:
        self.asked.append((query_id, after, attempt))


def _is_wanted(wanted: QueryFilter, record: QueryRecord) -> bool:
    """Times are compared in milliseconds, as they are stored."""
    query, begin, end = record.query, wanted.submitted_after, wanted.submitted_before
    submitted_at = timestamp(query.submitted_at)
    return (
        wanted.report in (None, query.report)
        and wanted.schedule in (None, query.schedule)
        and wanted.status in (None, query.status)
        and (begin is None or timestamp(begin) <= submitted_at)
        and (end is None or submitted_at < timestamp(end))
    )


@dataclass
class FakeWarehouse:
    """Redshift with a switch for what it does next.

    room: how many statements may be unfinished at once; None: any number.
    after_execute: called when a statement is started, before its starter hears of it.
    """

    now: datetime
    statements: dict[str, Statement] = field(default_factory=dict)
    started: list[tuple[str, str, list[Parameter]]] = field(default_factory=list)
    batches: list[list[str]] = field(default_factory=list)
    table: list[TableColumn] = field(default_factory=lambda: [TableColumn("n", "int8", 19, 0)])
    results: dict[tuple[str, str | None], StatementResult] = field(default_factory=dict)
    trouble: BaseException | None = None
    room: int | None = None
    after_execute: Callable[[], object] = lambda: None

    def execute(self, query_id: str, sql: str, parameters: list[Parameter]) -> str:
        if self.trouble is not None:
            raise self.trouble
        statement_id = f"statement-of-{query_id}"
        if statement_id not in self.statements:
            if self.room is not None and self.unfinished >= self.room:
                raise WarehouseBusy(f"{self.room} statements are active")
            self.started.append((query_id, sql, parameters))
            self.set(statement_id, StatementStatus.SUBMITTED)
        self.after_execute()
        return statement_id

    def execute_all(self, query_id: str, sqls: Sequence[str], parameters: list[Parameter]) -> str:
        self.batches.append(list(sqls))
        return self.execute(query_id, ";".join(sqls), parameters)

    def columns(self, query_id: str, sql: str, parameters: list[Parameter]) -> list[TableColumn]:
        if self.trouble is not None:
            raise self.trouble
        return self.table

    @property
    def unfinished(self) -> int:
        return sum(not statement.status.is_final for statement in self.statements.values())

    def describe(self, statement_id: str) -> Statement | None:
        return self.statements.get(statement_id)

    def find(self, query_id: str) -> str | None:
        if self.trouble is not None:
            raise self.trouble
        statement_id = f"statement-of-{query_id}"
        return statement_id if statement_id in self.statements else None

    def cancel(self, statement_id: str) -> bool:
        if self.trouble is not None:
            raise self.trouble
        if self.statements[statement_id].status.is_final:
            return False
        self.set(statement_id, StatementStatus.ABORTED, "ERROR: Query cancelled on user's request")
        return True

    def result(self, statement_id: str, token: str | None) -> StatementResult | None:
        if self.trouble is not None:
            raise self.trouble
        return self.results.get((statement_id, token))

    def set(self, statement_id: str, status: StatementStatus, error: str | None = None) -> None:
        self.statements[statement_id] = Statement(statement_id, status, self.now, error)

    def finish(self, statement_id: str, records: list[list[dict[str, object]]]) -> None:
        """End a statement with a result of one column."""
        self.set(statement_id, StatementStatus.FINISHED)
        statement = self.statements[statement_id]
        self.statements[statement_id] = replace(
            statement, has_result=True, rows=len(records), duration_ms=1_500
        )
        self.results[statement_id, None] = StatementResult([Column("n", "int8")], records, None)


class FakeFiles:
    """Objects by key. `after`: called with the name of each call once its effect is there."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.calls: list[str] = []
        self.after: Callable[[str], object] = lambda call: None

    def manifest(self, key: str) -> Manifest:
        document = json.loads(self.objects[key])
        files = [StoredFile(name, len(self.objects[name])) for name in document["files"]]
        return Manifest(document["columns"], files)

    def join(self, pieces: Sequence[Piece], key: str) -> None:
        self.objects[key] = b"".join(
            self.objects[each.key][each.first : each.first + each.bytes]
            if isinstance(each, Range)
            else each
            for piece in pieces
            for each in piece.content
        )
        self._called("join")

    def read(self, key: str) -> Iterator[bytes]:
        content = self.objects[key]
        for first in range(0, len(content), 3):
            yield content[first : first + 3]
        self._called("read")

    def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.objects.pop(key, None)
            self._called("delete")

    def address(self, key: str, name: str, valid: timedelta) -> str:
        return f"https://s3/{key}?as={name}&seconds={valid.total_seconds():.0f}"

    def unload(self, prefix: str, *parts: bytes, columns: Sequence[str] = ("n",)) -> None:
        """What Redshift writes for an export."""
        keys = [f"{prefix}{PARTS}{number:03}" for number in range(len(parts))]
        self.objects |= dict(zip(keys, parts, strict=True))
        document = {"columns": list(columns), "files": keys}
        self.objects[f"{prefix}{MANIFEST}"] = json.dumps(document).encode()

    def _called(self, name: str) -> None:
        self.calls.append(name)
        self.after(name)


class FakeWorkQueue:
    """Keeps the ids of what is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask(self, query_id: str) -> None:
        self.asked.append(query_id)


class FakePipelines:
    """States by name; an earlier slot or end changes nothing, as in DynamoDB."""

    def __init__(self) -> None:
        self.states: dict[str, PipelineState] = {}

    def state(self, name: str) -> PipelineState:
        return self.states.get(name, PipelineState())

    def pause(self, name: str, by: str, now: datetime) -> PipelineState:
        if self.state(name).paused_at is not None:
            return self.state(name)
        return self._put(name, paused_at=now, paused_by=by)

    def resume(self, name: str) -> PipelineState:
        return self._put(name, paused_at=None, paused_by=None)

    def scheduled(self, name: str, slot: datetime) -> PipelineState:
        last = self.state(name).last_slot
        return self.state(name) if last and last >= slot else self._put(name, last_slot=slot)

    def finished(self, name: str, run_id: str, at: datetime) -> None:
        last = self.state(name).finished_at
        if last is None or last < at:
            self._put(name, finished_at=at, finished_run=run_id)

    def _put(self, name: str, **changes: Any) -> PipelineState:
        self.states[name] = replace(self.state(name), **changes)
        return self.states[name]


class FakeWatches:
    """Watches by id, in the order in which they began."""

    def __init__(self) -> None:
        self.watches: dict[str, Watch] = {}

    def keep(self, watch: Watch) -> None:
        self.watches[watch.id] = watch

    def of_report(
        self, report: str, limit: int, after: After | None
    ) -> tuple[list[Watch], After | None]:
        found = [watch for watch in self.watches.values() if watch.report == report]
        begin = [watch.id for watch in found].index(ID(after.id)) + 1 if after else 0
        page = found[begin : begin + limit]
        more = begin + limit < len(found)
        return page, After(page[-1].id, datetime(2026, 1, 1, tzinfo=UTC)) if more else None


class FakeRefreshes:
    """Keeps what is asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, After | None]] = []

    def ask(self, report: str, run_id: str, after: After | None) -> None:
        self.asked.append((report, run_id, after))


class FakeSchedules:
    """Records by id; every write checks its condition as DynamoDB does."""

    def __init__(self) -> None:
        self.records: dict[str, ScheduleRecord] = {}
        self.deleted: set[str] = set()
        self.before_write: Callable[[], object] = lambda: None

    def put_new(self, record: ScheduleRecord) -> bool:
        self._interrupt()
        is_new = record.schedule.id not in self.records and record.schedule.id not in self.deleted
        if is_new:
            self.records[record.schedule.id] = record
        return is_new

    def replace(self, record: ScheduleRecord, expected_version: int) -> bool:
        self._interrupt()
        is_as_expected = self._is(record.schedule.id, expected_version)
        if is_as_expected:
            self.records[record.schedule.id] = record
        return is_as_expected

    def remove(self, schedule_id: str, expected_version: int) -> bool:
        self._interrupt()
        is_as_expected = self._is(schedule_id, expected_version)
        if is_as_expected:
            del self.records[schedule_id]
            self.deleted.add(schedule_id)
        return is_as_expected

    def get(self, schedule_id: str) -> ScheduleRecord | None:
        return self.records.get(schedule_id)

    def of_owner(self, owner: str) -> list[ScheduleRecord]:
        return [record for record in self.records.values() if record.schedule.owner == owner]

    def _is(self, schedule_id: str, version: int) -> bool:
        stored = self.records.get(schedule_id)
        return stored is not None and stored.schedule.version == version

    def _interrupt(self) -> None:
        """Somebody else is faster, once."""
        before, self.before_write = self.before_write, lambda: None
        before()


class FakeTimers:
    """EventBridge Scheduler: the timers that there are, and what was called for at once.

    refusal: its words where it takes none. after_set: called once, when one has been set.
    """

    def __init__(self) -> None:
        self.timers: dict[str, Timer] = {}
        self.fired: list[Firing] = []
        self.refusal: str | None = None
        self.after_set: Callable[[], object] = lambda: None

    def set(self, timer: Timer) -> None:
        if self.refusal is not None:
            raise TimerRefused(self.refusal)
        self.timers[timer.schedule] = timer
        after, self.after_set = self.after_set, lambda: None
        after()

    def remove(self, schedule_id: str) -> None:
        self.timers.pop(schedule_id, None)

    def fire(self, firing: Firing) -> None:
        self.fired.append(firing)


class FakeHolidays:
    """One country with one holiday a year, and one more in one of its parts."""

    def name_of(self, country: str, subdivision: str | None, day: date) -> str | None:
        if country != "DE" or subdivision not in (None, "BY"):
            raise HolidaysNotFound(f"Country {country!a} is not known; give DE.")
        if (day.month, day.day) == (12, 25):
            return "Erster Weihnachtstag"
        return "Heilige Drei Könige" if subdivision and (day.month, day.day) == (1, 6) else None


class FakeEvents:
    """Events by id; every write checks its condition as DynamoDB does.

    reads: how often a part of a calendar was read.
    """

    def __init__(self) -> None:
        self.stored: dict[str, StoredEvent | DeletedEvent] = {}
        self.reads = 0

    def put_new(self, stored: StoredEvent) -> bool:
        return self.stored.setdefault(stored.event.id, stored) is stored

    def replace(self, stored: StoredEvent, expected_version: int) -> bool:
        return self._put(stored.event.id, stored, expected_version)

    def bury(self, deleted: DeletedEvent, expected_version: int) -> bool:
        return self._put(deleted.id, deleted, expected_version)

    def get(self, event_id: ID) -> StoredEvent | DeletedEvent | None:
        return self.stored.get(event_id)

    def starting(
        self, calendar: ID, is_long: bool, after: Position, before: datetime, limit: int
    ) -> tuple[list[Event], Position | None]:
        self.reads += 1
        live = (each.event for each in self.stored.values() if isinstance(each, StoredEvent))
        placed = [
            (Position(event.start, event.id), event)
            for event in live
            if (event.calendar, event.is_long) == (calendar, is_long)
        ]
        found = sorted(
            (each for each in placed if after < each[0] and each[0].start < before),
            key=lambda each: each[0],
        )
        last = found[limit - 1][0] if len(found) > limit else None
        return [event for _, event in found[:limit]], last

    def _put(
        self, event_id: str, stored: StoredEvent | DeletedEvent, expected_version: int
    ) -> bool:
        current = self.stored.get(event_id)
        if not isinstance(current, StoredEvent) or current.event.version != expected_version:
            return False
        self.stored[event_id] = stored
        return True


class Clock:
    """The time, which moves when told."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **elapsed: float) -> None:
        self.time += timedelta(**elapsed)


@dataclass
class FakeServices:
    """A context of fakes, with the fakes at hand."""

    queries: FakeQueries = field(default_factory=FakeQueries)
    clock: Clock = field(default_factory=Clock)
    catalogue: Catalogue = field(
        default_factory=lambda: Catalogue({"audit": AUDIT, "taxi_by_day": BY_DAY}, {"load": LOAD})
    )

    limits: Limits = field(default_factory=Limits)
    sends_mail: bool = True
    groups: dict[str, frozenset[str]] = field(
        default_factory=lambda: {
            "ana": frozenset({"analysts"}),
            "ben": frozenset({"analysts"}),
            "ada": frozenset({"administrators"}),
        }
    )

    def __post_init__(self) -> None:
        self.warehouse = FakeWarehouse(self.clock())
        self.places = FakePlaces()
        self.sharing = FakeSharing()
        self.durations = FakeDurations()
        self.revisits = FakeRevisits()
        self.files = FakeFiles()
        self.export_queue = FakeWorkQueue()
        self.notices = FakeWorkQueue()
        self.pipelines = FakePipelines()
        self.watches = FakeWatches()
        self.refreshes = FakeRefreshes()
        self.schedules = FakeSchedules()
        self.timers = FakeTimers()
        self.standing: dict[str, Standing] = {}
        self.events = FakeEvents()
        self.context = Context(
            self.queries,
            self.warehouse,
            lambda: self.catalogue,
            self.clock,
            self.places,
            self.sharing,
            self.durations,
            self.revisits,
            self.limits,
            lambda user_id: self.groups.get(user_id, frozenset()),
            Exports(
                UnloadPlace("exports", "arn:aws:iam::123456789012:role/unload"),
                self.files,
                self.export_queue,
                kept=timedelta(days=7),
                links_valid=timedelta(minutes=15),
            ),
            self.notices,
            self.sends_mail,
            self.pipelines,
            self.watches,
            self.refreshes,
            Scheduling(
                self.schedules,
                self.timers,
                FakeHolidays(),
                lambda user_id: self.standing.get(user_id, Standing.ACTIVE),
            ),
            Agenda(self.events, self.clock),
        )
