"""`querycast pipelines list`."""

from querycast.cli.options import OutputFile, OutputFormat, OutputsFile
from querycast.cli.output import Writer, writer
from querycast.cli.pipelines.options import moment
from querycast.client import Client
from querycast.pipelines.pipeline import Pipeline
from querycast.result import Column, Row

COLUMNS = [
    Column(name, "varchar")
    for name in ("pipeline", "title", "schedule", "timezone", "next_run", "paused", "last_run")
]


def list_pipelines(
    output: OutputFormat = None, file: OutputFile = None, outputs: OutputsFile = None
) -> None:
    """List the pipelines that you may run: when they run next, and how they last ended."""
    writing = writer(output, file, null="")
    with Client.from_outputs(outputs) as client:
        writing.write(COLUMNS, [_row(each, writing) for each in client.pipelines.list()])


def _row(pipeline: Pipeline, writing: Writer) -> Row:
    return [
        pipeline.name,
        pipeline.title,
        pipeline.schedule,
        pipeline.timezone if pipeline.schedule else None,
        moment(pipeline.next_run_at, writing),
        moment(pipeline.paused_at, writing),
        pipeline.runs[0].status.value if pipeline.runs else None,
    ]
