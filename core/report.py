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
    """What can be asked. `groups`: who may run it; everyone signed in when null.

    refreshedBy: the pipelines that fill what it reads: when one has finished, results are renewed.
    """

    name: ID
    title: str
    parameters: list[ReportParameter]
    description: str | None = None
    groups: list[str] | None = None
    chart: Chart | None = None
    refreshed_by: list[ID] | None = None


@dataclass(frozen=True)
class SortTerm:
    """What rows are sorted by: a column by its name, or by its position from 1, and the direction.

    direction: empty, or as SQL has it after the column, such as ` desc nulls last`.
    """

    direction: str
    name: str | None = None
    position: int | None = None


@dataclass(frozen=True)
class SortedTable:
    """What keeps the order of a report's rows in a table, which has none itself.

    sql: the statement with further columns, where it is sorted by what is no column of its result.
    nulls: as those of the report, but in this `sql`.
    terms: how a query of such a table gives the rows in their order.
    """

    sql: str
    nulls: Mapping[str, list[tuple[int, int]]]
    terms: list[SortTerm]


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
    sorted_table: None where the rows come in no order.
    """

    report: Report
    sql: str
    nulls: Mapping[str, list[tuple[int, int]]]
    version: str
    timeout: timedelta | None = None
    max_wait: timedelta = MAX_WAIT
    row_values: tuple[str, ...] = ()
    max_age: timedelta | None = None
    sorted_table: SortedTable | None = None

    def statement(self, given: set[str]) -> str:
        """The SQL to run when only the `given` parameters have a value: NULL for the others."""
        return _with_nulls(self.sql, self.nulls, given)

    def table_statement(self, given: set[str]) -> str:
        """The SQL whose rows a table is to keep, with what they are sorted by."""
        if self.sorted_table is None:
            return self.statement(given)
        return _with_nulls(self.sorted_table.sql, self.sorted_table.nulls, given)

    @property
    def order(self) -> list[SortTerm]:
        """What the rows of that table are sorted by; nothing where they come in no order."""
        return self.sorted_table.terms if self.sorted_table else []


def _with_nulls(sql: str, nulls: Mapping[str, list[tuple[int, int]]], given: set[str]) -> str:
    absent = (spans for name, spans in nulls.items() if name not in given)
    for start, end in sorted((span for spans in absent for span in spans), reverse=True):
        sql = f"{sql[:start]}NULL{sql[end:]}"
    return sql


def report_from_json(document: Mapping[str, Any]) -> CompiledReport:
    """One entry of catalogue.json (flat, camelCase) as a report."""
    return CompiledReport(
        report=from_json(Report, document),
        sql=document["sql"],
        nulls=_spans(document["nulls"]),
        version=document["version"],
        timeout=from_seconds(document.get("timeoutSeconds")),
        max_wait=from_seconds(document.get("maxWaitSeconds")) or MAX_WAIT,
        row_values=tuple(document.get("rowValues", ())),
        max_age=from_seconds(document.get("maxAgeSeconds")),
        sorted_table=_sorted_table(document.get("sortedTable")),
    )


def _sorted_table(document: Mapping[str, Any] | None) -> SortedTable | None:
    if document is None:
        return None
    terms = [from_json(SortTerm, term) for term in document["terms"]]
    return SortedTable(document["sql"], _spans(document["nulls"]), terms)


def _spans(document: Mapping[str, Any]) -> dict[str, list[tuple[int, int]]]:
    return {name: [(start, end) for start, end in spans] for name, spans in document.items()}


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
        "sortedTable": _sorted_table_json(compiled.sorted_table),
    }


def _sorted_table_json(table: SortedTable | None) -> dict[str, Any] | None:
    if table is None:
        return None
    nulls = {name: [list(span) for span in spans] for name, spans in table.nulls.items()}
    return {"sql": table.sql, "nulls": nulls, "terms": to_json(table.terms)}
