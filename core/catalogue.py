"""The reports there are, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.access import Caller, may_run, owns
from core.errors import ReportNotFound
from core.query import QueryRecord
from core.report import CompiledReport, report_from_json


@dataclass(frozen=True)
class Catalogue:
    """All compiled reports, in the order of their names."""

    reports: Mapping[str, CompiledReport]

    def visible_to(self, caller: Caller) -> list[CompiledReport]:
        """The reports that the caller may run."""
        reports = self.reports.values()
        return [compiled for compiled in reports if may_run(caller, compiled.report.groups)]

    def runnable(self, name: str, caller: Caller) -> CompiledReport:
        """The report of that name.

        Raises:
            ReportNotFound: there is none, or the caller may not run it.
        """
        compiled = self.reports.get(name)
        if compiled is None or not may_run(caller, compiled.report.groups):
            raise ReportNotFound(
                f"There is no report {name[:80]!a} for you; listReports names those you may run."
            )
        return compiled

    def may_read(self, record: QueryRecord, caller: Caller) -> bool:
        """Whether the query is the caller's, and would still be answered as it was.

        So its report is theirs to run, or was for a group of theirs before it went; and they have
        every group that it was bound to.
        """
        compiled = self.reports.get(record.query.report or "")
        groups = record.report_groups if compiled is None else compiled.report.groups
        has_bound = all(group in caller.groups for group in record.bound_groups or ())
        return owns(caller, record) and may_run(caller, groups) and has_bound


def catalogue_from_json(document: Mapping[str, Any]) -> Catalogue:
    """The content of catalogue.json."""
    compiled = map(report_from_json, document["reports"])
    return Catalogue(dict(sorted((entry.report.name, entry) for entry in compiled)))
