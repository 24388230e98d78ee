"""The reports and the pipelines there are, by name."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.access import API_KEY_OWNER, Caller, administers, may_run, owns
from core.errors import PipelineNotFound, ReportNotFound
from core.pipelines.pipeline import CompiledPipeline, pipeline_from_json
from core.query import QueryRecord
from core.report import ID, CompiledReport, report_from_json


@dataclass(frozen=True)
class Catalogue:
    """All compiled reports and pipelines, in the order of their names."""

    reports: Mapping[str, CompiledReport]
    pipelines: Mapping[str, CompiledPipeline] = field(default_factory=dict)

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

    def pipeline(self, name: str, caller: Caller) -> CompiledPipeline:
        """The pipeline of that name.

        Raises:
            PipelineNotFound: there is none, or the caller has nothing to do with it.
        """
        compiled = self.pipelines.get(name)
        if compiled is None or not _has_part_in(caller, compiled.pipeline.groups):
            raise PipelineNotFound(
                f"There is no pipeline {name[:80]!a} for you; listPipelines names those you may "
                "run."
            )
        return compiled

    def pipelines_of(self, caller: Caller) -> list[CompiledPipeline]:
        """The pipelines that the caller may see, run and pause."""
        return [
            compiled
            for compiled in self.pipelines.values()
            if _has_part_in(caller, compiled.pipeline.groups)
        ]

    def compiled(self, record: QueryRecord) -> CompiledReport | CompiledPipeline | None:
        """What the query runs, as it is now; None where that is gone."""
        query = record.query
        if query.pipeline is not None:
            return self.pipelines.get(query.pipeline)
        return self.reports.get(query.report or "")

    def may_read(self, record: QueryRecord, caller: Caller) -> bool:
        """Whether the query is the caller's, and would still be answered as it was.

        So its report is theirs to run, or was for a group of theirs before it went; and they have
        every group that it was bound to. A run of a pipeline is for all who may run that.
        """
        if record.query.pipeline is not None:
            run = self.pipelines.get(record.query.pipeline)
            return _has_part_in(caller, run.pipeline.groups if run else record.report_groups or ())
        if not record.report_version:  # nothing of the report is in it
            return owns(caller, record)
        compiled = self.reports.get(record.query.report or "")
        groups = record.report_groups if compiled is None else compiled.report.groups
        has_bound = all(group in caller.groups for group in record.bound_groups or ())
        return owns(caller, record) and may_run(caller, groups) and has_bound

    def owner_may_read(self, record: QueryRecord, groups: Callable[[ID], frozenset[str]]) -> bool:
        """Whether the query's owner may read it now, whatever a token of theirs says.

        A run of a pipeline is nobody's own: who follows it, AppSync is told (core/members.py).

        groups: those that a user has now, asked only where they matter.
        """
        if record.query.pipeline is not None:
            return True
        owner = record.query.owner
        if self.may_read(record, Caller(owner)):
            return True
        return owner != API_KEY_OWNER and self.may_read(record, Caller(owner, groups(owner)))


def _has_part_in(caller: Caller, groups: Iterable[str]) -> bool:
    return may_run(caller, groups) or administers(caller)


def catalogue_from_json(document: Mapping[str, Any]) -> Catalogue:
    """The content of catalogue.json."""
    reports = map(report_from_json, document["reports"])
    # A catalogue that was published before there were pipelines has none.
    pipelines = map(pipeline_from_json, document.get("pipelines", ()))
    return Catalogue(
        {
            entry.report.name: entry
            for entry in sorted(reports, key=lambda entry: entry.report.name)
        },
        {
            entry.pipeline.name: entry
            for entry in sorted(pipelines, key=lambda entry: entry.pipeline.name)
        },
    )
