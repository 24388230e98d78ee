"""Which pipelines fill what which reports read: said in the files of either, known to both."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from core.pipelines.pipeline import CompiledPipeline
from core.report import ID, CompiledReport
from sql.front_matter import Problem
from sql.sql_file import read_sql_file, refusal

Reports = Mapping[Path, CompiledReport]
Pipelines = Mapping[Path, CompiledPipeline]


def unknown_names(
    reports: Reports, pipelines: Pipelines, report_names: set[str], pipeline_names: set[str]
) -> list[str]:
    """The problems of files that name what is not there, given all names, also of broken files."""
    found: list[str] = []
    for file, report in reports.items():
        names = report.report.refreshed_by or []
        found += _unknown(file, "refreshedBy", names, "pipeline", pipeline_names)
    for file, pipeline in pipelines.items():
        found += _unknown(file, "feeds", pipeline.pipeline.feeds, "report", report_names)
    return found


def _unknown(
    file: Path, key: str, names: Iterable[str], kind: str, known: set[str]
) -> Iterable[str]:
    section = None
    problems = []
    for name in names:
        if name not in known:
            section = section or read_sql_file(file)[0]
            advice = f"there are {', '.join(sorted(known)) or 'none'}"
            message = f"{key}: no {kind} {name!r}; {advice}"
            problems.append(Problem(section.item_line(key, name), message))
    return [str(refusal(file, problems))] if problems else []


def joined(
    reports: Iterable[CompiledReport], pipelines: Iterable[CompiledPipeline]
) -> tuple[list[CompiledReport], list[CompiledPipeline]]:
    """Each with what the other side says of it."""
    reports, pipelines = list(reports), list(pipelines)
    pairs = {
        (name, each.report.name) for each in reports for name in each.report.refreshed_by or ()
    }
    pairs |= {(each.pipeline.name, name) for each in pipelines for name in each.pipeline.feeds}
    return (
        [_refreshed(report, pairs) for report in reports],
        [_feeding(pipeline, pairs) for pipeline in pipelines],
    )


def _refreshed(compiled: CompiledReport, pairs: set[tuple[ID, ID]]) -> CompiledReport:
    names = sorted(pipeline for pipeline, report in pairs if report == compiled.report.name)
    return replace(compiled, report=replace(compiled.report, refreshed_by=names or None))


def _feeding(compiled: CompiledPipeline, pairs: set[tuple[ID, ID]]) -> CompiledPipeline:
    names = sorted(report for pipeline, report in pairs if pipeline == compiled.pipeline.name)
    return replace(compiled, pipeline=replace(compiled.pipeline, feeds=names))
