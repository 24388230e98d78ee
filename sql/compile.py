"""The catalogue that the Lambdas read, from report and pipeline files: `python -m sql.compile`.

One file each (sql/report_file.py, sql/pipeline_file.py); the catalogue is refused whole, with every
problem of every file, so that what is live is always something that compiled.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from core.pipelines.pipeline import CompiledPipeline, pipeline_to_json
from core.report import CompiledReport, report_to_json
from sql.command import exit_code
from sql.errors import CatalogueProblems
from sql.feeds import joined, unknown_names
from sql.pipeline_file import compile_pipeline
from sql.report_file import compile_report

T = TypeVar("T")

ROOT = Path(__file__).parents[1]
REPORTS = ROOT / "sql" / "reports"
PIPELINES = ROOT / "sql" / "pipelines"
CATALOGUE = ROOT / "build" / "catalogue.json"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m sql.compile", description="Compile reports and pipelines."
    )
    add_folders(parser)
    parser.add_argument("--output", type=Path, default=CATALOGUE, help="where the catalogue goes")
    options = parser.parse_args(arguments)
    return exit_code(lambda: write_catalogue(options.reports, options.pipelines, options.output))


def add_folders(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reports", type=Path, default=REPORTS, help="folder of report files")
    parser.add_argument("--pipelines", type=Path, default=PIPELINES, help="folder of pipelines")


def write_catalogue(reports: Path, pipelines: Path, output: Path) -> None:
    catalogue = compile_catalogue(reports, pipelines)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(catalogue_bytes(catalogue))
    print(f"Compiled {counted(catalogue)} into {os.path.relpath(output)}")


def counted(catalogue: dict[str, Any]) -> str:
    """How many there are, as a person says it."""
    numbers = {"report": len(catalogue["reports"]), "pipeline": len(catalogue["pipelines"])}
    return " and ".join(f"{n} {word}{'' if n == 1 else 's'}" for word, n in numbers.items() if n)


def compile_catalogue(reports: Path, pipelines: Path) -> dict[str, Any]:
    """The catalogue of all files of both folders; there may be no pipeline.

    Raises:
        CatalogueProblems: with every problem of every file.
    """
    report_files, pipeline_files = _files(reports), _files(pipelines)
    if not report_files:
        raise CatalogueProblems(f"{reports}: there is no report file (NAME.sql) here; add one")
    compiled_reports, refused = _compiled(report_files, compile_report)
    compiled_pipelines, refused_pipelines = _compiled(pipeline_files, compile_pipeline)
    refused += refused_pipelines
    refused += unknown_names(
        compiled_reports,
        compiled_pipelines,
        {file.stem for file in report_files},
        {file.stem for file in pipeline_files},
    )
    if refused:
        raise CatalogueProblems("\n".join(refused))
    return _catalogue(*joined(compiled_reports.values(), compiled_pipelines.values()))


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise CatalogueProblems(f"{folder}: no folder; name the one with the files")
    return sorted(folder.glob("*.sql"))


def _compiled(
    files: Iterable[Path], compile_file: Callable[[Path], T]
) -> tuple[dict[Path, T], list[str]]:
    """What compiles of the files, and the problems of the others."""
    compiled, refused = {}, []
    for file in files:
        try:
            compiled[file] = compile_file(file)
        except CatalogueProblems as problems:
            refused.append(str(problems))
    return compiled, refused


def _catalogue(reports: list[CompiledReport], pipelines: list[CompiledPipeline]) -> dict[str, Any]:
    content = {
        "reports": [report_to_json(report) for report in reports],
        "pipelines": [pipeline_to_json(pipeline) for pipeline in pipelines],
    }
    return {"version": _hash(content), "schedules": schedules_hash(pipelines), **content}


def schedules_hash(pipelines: Iterable[CompiledPipeline]) -> str:
    """Changes when what a deployment makes of the pipelines does: a schedule for each that has one.

    The stack puts it out as PipelineSchedules, so that a catalogue that needs other schedules than
    those deployed is not published (sql/publish.py).
    """
    return _hash(
        [
            [each.name, each.schedule, each.timezone, each.enabled, compiled.sample_data]
            for compiled in pipelines
            if (each := compiled.pipeline).schedule
        ]
    )


def _hash(content: Any) -> str:
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def catalogue_bytes(catalogue: dict[str, Any]) -> bytes:
    return json.dumps(catalogue, ensure_ascii=False, indent=1).encode()


if __name__ == "__main__":
    raise SystemExit(main())
