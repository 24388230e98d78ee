"""An export on its way: asked for, run by Redshift, unloaded to S3."""

from dataclasses import dataclass

from core.access import Caller
from core.complete import observe_statement
from core.exports.export_query import ExportQueryInput, export_query
from core.query import QueryExecution, QueryRecord
from core.result import Column, StatementResult
from core.statement import StatementStatus
from tests.fakes import FakeServices

ROWS = 3


@dataclass(frozen=True)
class Exporting:
    """An export in a world of fakes."""

    services: FakeServices
    query: QueryExecution

    @property
    def statement_id(self) -> str:
        return f"statement-of-{self.query.id}"

    @property
    def record(self) -> QueryRecord:
        return self.services.queries.records[self.query.id]

    @property
    def prefix(self) -> str:
        assert self.record.export_prefix is not None
        return self.record.export_prefix

    def unload(self, *parts: bytes) -> None:
        """Redshift writes the parts, ends the statement, and tells so."""
        self.services.files.unload(self.prefix, *parts)
        self.services.warehouse.results[f"{self.statement_id}:3", None] = StatementResult(
            [Column("count", "int8")], [[{"longValue": ROWS}]], None
        )
        self.end(StatementStatus.FINISHED)

    def end(self, status: StatementStatus, error: str | None = None) -> None:
        self.services.warehouse.set(self.statement_id, status, error)
        observe_statement(self.services.context, self.query.id, self.statement_id)


def exporting(services: FakeServices, caller: Caller, input: ExportQueryInput) -> Exporting:
    return Exporting(services, export_query(services.context, caller, input))
