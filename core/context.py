"""What core needs from outside, as seams: AWS (core/aws), or fakes in memory (tests/fakes.py)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.agenda.schedule_services import Scheduling
from core.agenda.services import Agenda
from core.catalogue import Catalogue
from core.exports.join import Manifest, Piece
from core.exports.unload import TableColumn, UnloadPlace
from core.parameters import Parameter
from core.pipelines.state import PipelineState
from core.places import Limits, OwnerPlaces
from core.query import QueryRecord, QueryStatus
from core.report import ID
from core.result import StatementResult
from core.statement import Statement


@dataclass(frozen=True)
class QueryFilter:
    """Which queries to list: those that are all of what is given.

    pipeline: its runs, instead of the caller's own queries.
    schedule: those that this schedule of the caller's had run.
    submittedAfter, submittedBefore: the first moment that is in, and the first that is not.
    """

    report: ID | None = None
    status: QueryStatus | None = None
    submitted_after: datetime | None = None
    submitted_before: datetime | None = None
    pipeline: ID | None = None
    schedule: ID | None = None


@dataclass(frozen=True)
class After:
    """The query that a page of a list begins after."""

    id: str
    submitted_at: datetime


class Queries(Protocol):
    """The records of queries, by id. Writes are conditional, so that of racing writers one wins."""

    def put_new(self, record: QueryRecord) -> bool:
        """Store the record; False where its id is taken."""

    def replace(self, record: QueryRecord, expected_version: int) -> bool:
        """Store the next version of a record; False where the stored one has another version."""

    def get(self, query_id: str) -> QueryRecord | None:
        """The record as last written."""

    def of_owner(
        self,
        owner: str,
        wanted: QueryFilter,
        limit: int,
        after: After | None,
    ) -> tuple[list[QueryRecord], After | None]:
        """The owner's queries, newest first, and where to go on `after` if there may be more."""

    def unfinished(self, before: datetime) -> Iterator[QueryRecord]:
        """The queries that need sweeping and were not updated since `before`, oldest first."""

    def in_line(self) -> Iterator[str]:
        """The ids of the queries that Redshift had no room for, the longest in line first."""


class Places(Protocol):
    """The places of each owner (core/places.py). Each change is one atomic write."""

    def of(self, owner: str) -> OwnerPlaces:
        """The owner's places as last written; none where there never were any, or were lost."""

    def take(self, owner: str, query_id: str, now: datetime, limits: Limits) -> OwnerPlaces:
        """Give the query a place, unless it has one; it is in the answer unless there was none.

        A running place where one is free and nobody waits, else a waiting place.
        """

    def promote(
        self, owner: str, query_id: str, now: datetime, limits: Limits
    ) -> OwnerPlaces | None:
        """Move the query from waiting to running; None where it does not wait or none is free."""

    def restore(self, owner: str, query_id: str, now: datetime) -> None:
        """Give the query, which runs already, a running place beyond all limits."""

    def free(self, owner: str, query_id: str) -> OwnerPlaces:
        """Take the query's place back, if it has one; what the owner then has."""

    def held(self) -> Iterator[OwnerPlaces]:
        """The places of all owners who may have any."""

    def close(self, owner: str) -> None:
        """Leave the owner out of `held` until the next place is taken, if none is held."""


class Sharing(Protocol):
    """Who shares a statement (core/sharing.py). Each change is one atomic write."""

    def leader(self, question: str) -> str | None:
        """The query that leads those who ask the question, or did last."""

    def lead(self, question: str, query_id: str, instead_of: str | None, now: datetime) -> str:
        """Have the query lead where nobody does, or the one `instead_of` whom; who then leads."""

    def join(self, leader_id: str, query_id: str, now: datetime) -> bool:
        """Add the query to the leader's followers; False where all have left, or they are many."""

    def leave(self, leader_id: str, query_id: str) -> bool:
        """Note that the query, a follower or the leader, has left; whether now all have."""

    def followers(self, leader_id: str) -> list[str]:
        """The queries that have joined the leader and have not left."""


class Pipelines(Protocol):
    """What is known of pipelines besides their files. Each change is one atomic write."""

    def state(self, name: str) -> PipelineState:
        """As last written; of one that was never heard of, nothing."""

    def pause(self, name: str, by: str, now: datetime) -> PipelineState:
        """Pause it, unless it is; the state then."""

    def resume(self, name: str) -> PipelineState:
        """Pause it no longer; the state then."""

    def scheduled(self, name: str, slot: datetime) -> PipelineState:
        """Note that its schedule has called for that time; the state then."""

    def finished(self, name: str, run_id: str, at: datetime) -> None:
        """Note a run that went well, unless a later one did."""


@dataclass(frozen=True)
class Watch:
    """That somebody wants a report's new results, until they no longer say so."""

    id: ID
    owner: ID
    report: ID
    parameters: list[Parameter]
    expires_at: datetime


class Watches(Protocol):
    """Who watches which report (core/live/watch.py)."""

    def keep(self, watch: Watch) -> None:
        """Begin the watch, or have it last longer."""

    def of_report(
        self, report: str, limit: int, after: After | None
    ) -> tuple[list[Watch], After | None]:
        """Some who watch the report, and where to go on `after` if there may be more."""


class Refreshes(Protocol):
    """Messages that have a report run again for those who watch it (core/live/refresh.py)."""

    def ask(self, report: str, run_id: str, after: After | None) -> None:
        """Have it done for those who come `after`; asked twice, it is done once."""


class Durations(Protocol):
    """How long recent runs of each report took."""

    def add(self, report: str, query_id: str, duration_ms: int) -> None:
        """Note one, in the place of an older one; noted again, it is still one."""

    def of(self, report: str) -> list[int]:
        """Those of some twenty recent runs, in no order."""


class Revisits(Protocol):
    """Asks for a query to be looked at again (core/revisit.py) before the sweeper would."""

    def ask(self, query_id: str, after: timedelta, attempt: int) -> None:
        """Best effort: what is lost, the sweeper makes good."""


class Warehouse(Protocol):
    """Redshift, as its Data API offers it."""

    def execute(self, query_id: str, sql: str, parameters: list[Parameter]) -> str:
        """Start the query's statement and answer its id; repeated, it is still the one statement.

        Raises:
            WarehouseBusy: it could not be started now.
            StatementRefused: it never will be.
        """

    def execute_all(self, query_id: str, sqls: Sequence[str], parameters: list[Parameter]) -> str:
        """As `execute`, of several statements in one transaction; the one id that they have.

        Raises:
            WarehouseBusy, StatementRefused: as `execute`.
        """

    def columns(self, query_id: str, sql: str, parameters: list[Parameter]) -> list[TableColumn]:
        """The columns of a statement that gives no rows; asked again, the same.

        Raises:
            WarehouseBusy: they are not known yet.
            StatementRefused: they never will be.
        """

    def describe(self, statement_id: str) -> Statement | None:
        """The statement as it is now; None where Redshift does not know it (any more).

        Raises:
            WarehouseBusy: Redshift does not answer now.
        """

    def find(self, query_id: str) -> str | None:
        """The id of the statement that was started for the query; None where none was.

        Raises:
            WarehouseBusy: Redshift does not answer now.
        """

    def cancel(self, statement_id: str) -> bool:
        """Ask for the statement to be stopped; its end comes as any other does.

        False where it cannot be stopped, mostly because it has ended.

        Raises:
            WarehouseBusy: Redshift does not answer now.
        """

    def result(self, statement_id: str, token: str | None) -> StatementResult | None:
        """A part of the statement's result; None where Redshift does not keep it (any more).

        Raises:
            WarehouseBusy: Redshift does not answer now.
        """


class WorkQueue(Protocol):
    """Messages that have something done for a query, by a Lambda of its own."""

    def ask(self, query_id: str) -> None:
        """Have it done; asked twice, it is done once."""


class ExportFiles(Protocol):
    """The objects of exports, by key."""

    def manifest(self, key: str) -> Manifest:
        """What Redshift's manifest of that key says."""

    def join(self, pieces: Sequence[Piece], key: str) -> None:
        """Make an object of pieces of others; it is there as a whole, or not at all."""

    def read(self, key: str) -> Iterator[bytes]:
        """The object's bytes, a few at a time."""

    def delete(self, keys: Sequence[str]) -> None:
        """Best effort: what stays, S3 removes in its time."""

    def address(self, key: str, name: str, valid: timedelta) -> str:
        """A URL that gives the object under that name to whoever has it, while it is valid."""


@dataclass(frozen=True)
class Exports:
    """What exports need.

    place: where Redshift is to write, and as whom.
    kept: how long S3 keeps what is written there.
    links_valid: how long the address of a file may be used.
    queue: has the files of an export made, once its rows lie in S3.
    """

    place: UnloadPlace
    files: ExportFiles
    queue: WorkQueue
    kept: timedelta
    links_valid: timedelta


@dataclass(frozen=True)
class Context:
    """The services of one environment.

    groups: the groups that a user has now, or had half a minute ago; raises GroupsUnavailable.
    notices: has a notice of a query's end sent (core/notices).
    sends_mail: whether this deployment sends mails at all.
    """

    queries: Queries
    warehouse: Warehouse
    catalogue: Callable[[], Catalogue]
    now: Callable[[], datetime]
    places: Places
    sharing: Sharing
    durations: Durations
    revisits: Revisits
    limits: Limits
    groups: Callable[[ID], frozenset[str]]
    exports: Exports
    notices: WorkQueue
    sends_mail: bool
    pipelines: Pipelines
    watches: Watches
    refreshes: Refreshes
    scheduling: Scheduling
    agenda: Agenda
