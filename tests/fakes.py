"""Small real implementations of core's seams, in memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from core.catalogue import Catalogue
from core.coercion import timestamp
from core.context import After, Context, QueryFilter
from core.parameters import Parameter
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
)
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

    def _write(self, record: QueryRecord) -> bool:
        self.records[record.query.id] = record
        self.history.append(record)
        return True


def _is_wanted(wanted: QueryFilter, record: QueryRecord) -> bool:
    """Times are compared in milliseconds, as they are stored."""
    query, begin, end = record.query, wanted.submitted_after, wanted.submitted_before
    submitted_at = timestamp(query.submitted_at)
    return (
        wanted.report in (None, query.report)
        and wanted.status in (None, query.status)
        and (begin is None or timestamp(begin) <= submitted_at)
        and (end is None or submitted_at < timestamp(end))
    )


@dataclass
class FakeWarehouse:
    """Redshift with a switch for what it does next.

    after_execute: called when a statement is started, before its starter hears of it.
    """

    now: datetime
    statements: dict[str, Statement] = field(default_factory=dict)
    started: list[tuple[str, str, list[Parameter]]] = field(default_factory=list)
    results: dict[tuple[str, str | None], StatementResult] = field(default_factory=dict)
    trouble: BaseException | None = None
    after_execute: Callable[[], object] = lambda: None

    def execute(self, query_id: str, sql: str, parameters: list[Parameter]) -> str:
        if self.trouble is not None:
            raise self.trouble
        statement_id = f"statement-of-{query_id}"
        if statement_id not in self.statements:
            self.started.append((query_id, sql, parameters))
            self.set(statement_id, StatementStatus.SUBMITTED)
        self.after_execute()
        return statement_id

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
        default_factory=lambda: Catalogue({"audit": AUDIT, "taxi_by_day": BY_DAY})
    )

    groups: dict[str, frozenset[str]] = field(
        default_factory=lambda: {
            "ana": frozenset({"analysts"}),
            "ben": frozenset({"analysts"}),
            "ada": frozenset({"administrators"}),
        }
    )

    def __post_init__(self) -> None:
        self.warehouse = FakeWarehouse(self.clock())
        self.context = Context(
            self.queries,
            self.warehouse,
            lambda: self.catalogue,
            self.clock,
            lambda user_id: self.groups.get(user_id, frozenset()),
        )
