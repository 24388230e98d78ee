"""A report: fixed SQL under a name, the parameters it takes, and who may run it.

`Report` is what callers see; `CompiledReport` adds what only the server knows. Reports are files in
sql/reports, compiled at build time and read at run time as JSON (core/catalogue.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, NewType

from core.coercion import from_json, from_seconds, to_json, whole_seconds

ID = NewType("ID", str)
MAX_WAIT = timedelta(hours=1)  # where the report says nothing


class ParameterType(Enum):
    """The types a report's parameter may have."""

    TEXT = "TEXT"
    INTEGER = "INTEGER"
    DECIMAL = "DECIMAL"
    BOOLEAN = "BOOLEAN"
    DATE = "DATE"
    MONTH = "MONTH"
    TIMESTAMP = "TIMESTAMP"
    ENUM = "ENUM"


@dataclass(frozen=True)
class ReportParameter:
    """One value a report takes. Bounds and defaults are texts, as a caller would write them."""

    name: str
    type: ParameterType
    required: bool
    title: str | None = None
    description: str | None = None
    default: str | None = None
    min: str | None = None
    max: str | None = None
    max_length: int | None = None
    scale: int | None = None
    options: list[str] | None = None


@dataclass(frozen=True)
class Chart:
    """How a client may draw the result: the kind of chart and the columns of its axes."""

    type: str
    x: str
    y: list[str]


@dataclass(frozen=True)
class Report:
    """What can be asked. `groups`: who may run it; everyone signed in when null."""

    name: ID
    title: str
    parameters: list[ReportParameter]
    description: str | None = None
    groups: list[str] | None = None
    chart: Chart | None = None


@dataclass(frozen=True)
class CompiledReport:
    """A report with its statement.

    sql: the statement, with a `:name` placeholder wherever a value is bound.
    nulls: for each parameter that may be left out, the [start, end) offsets of its placeholders in
        `sql`; the Data API cannot bind NULL, so it is put there instead (`statement`).
    version: changes when the statement or the parameters do.
    timeout: how long its statement may take; None where only Redshift's own limits count.
    max_wait: how long a query may wait before Redshift has it, well inside the 8 hours for which
        Redshift knows a ClientToken.
    max_age: how old a result may be that answers a query; None where only what runs is shared, and
        nothing at all where it is zero.
    row_values: which of the server's own values the statement asks for (core/row_values.py).
    """

    report: Report
    sql: str
    nulls: Mapping[str, list[tuple[int, int]]]
    version: str
    timeout: timedelta | None = None
    max_wait: timedelta = MAX_WAIT
    row_values: tuple[str, ...] = ()
    max_age: timedelta | None = None

    def statement(self, given: set[str]) -> str:
        """The SQL to run when only the `given` parameters have a value: NULL for the others."""
        sql = self.sql
        absent = (spans for name, spans in self.nulls.items() if name not in given)
        for start, end in sorted((span for spans in absent for span in spans), reverse=True):
            sql = f"{sql[:start]}NULL{sql[end:]}"
        return sql


def report_from_json(document: Mapping[str, Any]) -> CompiledReport:
    """One entry of catalogue.json (flat, camelCase) as a report."""
    return CompiledReport(
        report=from_json(Report, document),
        sql=document["sql"],
        nulls={
            name: [(start, end) for start, end in spans]
            for name, spans in document["nulls"].items()
        },
        version=document["version"],
        timeout=from_seconds(document.get("timeoutSeconds")),
        max_wait=from_seconds(document.get("maxWaitSeconds")) or MAX_WAIT,
        row_values=tuple(document.get("rowValues", ())),
        max_age=from_seconds(document.get("maxAgeSeconds")),
    )


def report_to_json(compiled: CompiledReport) -> dict[str, Any]:
    """The entry of catalogue.json that `report_from_json` reads."""
    return {
        **to_json(compiled.report),
        "sql": compiled.sql,
        "nulls": {name: [list(span) for span in spans] for name, spans in compiled.nulls.items()},
        "version": compiled.version,
        "timeoutSeconds": whole_seconds(compiled.timeout),
        "maxWaitSeconds": whole_seconds(compiled.max_wait),
        "rowValues": list(compiled.row_values),
        "maxAgeSeconds": whole_seconds(compiled.max_age),
    }
