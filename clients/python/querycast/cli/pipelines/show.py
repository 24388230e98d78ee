"""`querycast pipelines show`."""

from itertools import islice
from typing import Annotated

import typer

from querycast.cli.options import OutputFile, OutputFormat, OutputsFile
from querycast.cli.output import Output, Writer, writer
from querycast.cli.pipelines.options import PipelineName, moment
from querycast.cli.table import UUID
from querycast.cli.terminal import plain
from querycast.client import Client
from querycast.pipelines.pipeline import Pipeline
from querycast.query import QueryExecution
from querycast.result import Column, Row

COLUMNS = [
    Column("run", UUID),
    *(Column(name, "varchar") for name in ("status", "scheduled_for", "submitted")),
    Column("seconds", "float8"),
    Column("error", "varchar"),
]


def show(
    name: PipelineName,
    limit: Annotated[int, typer.Option(min=1, help="How many runs at most.")] = 20,
    output: OutputFormat = None,
    file: OutputFile = None,
    outputs: OutputsFile = None,
) -> None:
    """Show a pipeline and its runs, newest first; files, and all formats but the table, have the
    runs alone."""
    writing = writer(output, file, null="")
    with Client.from_outputs(outputs) as client:
        pipeline = client.pipelines.get(name)
        if writing.format is Output.TABLE and writing.file is None:
            print(f"{_description(pipeline, writing)}\n")
        runs = islice(client.pipelines.runs(name, limit=limit), limit)
        writing.write(COLUMNS, (_row(run, writing) for run in runs))


def _description(pipeline: Pipeline, writing: Writer) -> str:
    when = f"{pipeline.schedule}, {pipeline.timezone}" if pipeline.schedule else "when asked"
    lines = [
        ("pipeline", f"{pipeline.name}: {pipeline.title}"),
        ("", " ".join((pipeline.description or "").split())),
        ("runs", when if pipeline.enabled else f"{when}; not enabled"),
        ("next run", moment(pipeline.next_run_at, writing)),
        ("paused", moment(pipeline.paused_at, writing)),
        ("feeds", ", ".join(pipeline.feeds)),
        ("for", ", ".join(pipeline.groups)),
    ]
    return "\n".join(f"{name:<10} {plain(value)}" for name, value in lines if value)


def _row(run: QueryExecution, writing: Writer) -> Row:
    return [
        run.id,
        run.status.value,
        moment(run.scheduled_for, writing),
        moment(run.submitted_at, writing),
        None if run.duration_ms is None else run.duration_ms / 1000,
        run.error.message if run.error else None,
    ]
