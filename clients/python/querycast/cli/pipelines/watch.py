"""`querycast pipelines watch`: a line for each change of a run, as it comes."""

from contextlib import closing
from typing import Any

from querycast.cli.options import LineFormat, Lines, OutputsFile
from querycast.cli.pipelines.options import PipelineName
from querycast.cli.terminal import plain
from querycast.cli.values import json_text
from querycast.client import Client
from querycast.query import QueryExecution


def watch(
    name: PipelineName,
    output: LineFormat = Lines.TEXT,
    outputs: OutputsFile = None,
) -> None:
    """Print each change of any run of a pipeline from now on; Ctrl-C ends it.

    What changes while the connection is lost is printed when it is there again.
    """
    with (
        Client.from_outputs(outputs) as client,
        closing(client.pipelines.watch(name)) as changes,
    ):
        for run in changes:
            print(json_text(_document(run)) if output is Lines.JSON else _text(run), flush=True)


def _text(run: QueryExecution) -> str:
    error = f"  {run.error.message}" if run.error else ""
    return plain(f"{run.id}  {run.status}{error}")


def _document(run: QueryExecution) -> dict[str, Any]:
    """With the names that it has in the GraphQL API."""
    return {
        "id": run.id,
        "pipeline": run.pipeline,
        "status": run.status.value,
        "version": run.version,
        "scheduledFor": run.scheduled_for.isoformat() if run.scheduled_for else None,
        "submittedAt": run.submitted_at.isoformat(),
        "durationMs": run.duration_ms,
        "error": run.error.message if run.error else None,
    }
