"""`querycast history`: the caller's queries, newest first."""

from datetime import datetime
from typing import Annotated

import typer

from querycast.cli.completion.offer import offer_reports
from querycast.cli.options import OutputFile, OutputFormat, OutputsFile
from querycast.cli.output import JSON_FORMATS, Writer, writer
from querycast.cli.table import UUID
from querycast.client import Client
from querycast.query import QueryExecution, QueryStatus
from querycast.result import Column, Row

TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M%z"]  # without a zone, in this machine's
COLUMNS = [
    Column("query", UUID),
    Column("report", "varchar"),
    Column("parameters", "varchar"),
    Column("status", "varchar"),
    Column("submitted", "timestamptz"),
    Column("seconds", "float8"),
    Column("rows", "int8"),
]


def history(
    limit: Annotated[int, typer.Option(min=1, help="How many queries at most.")] = 20,
    status: Annotated[
        QueryStatus | None,
        typer.Option(case_sensitive=False, help="Only queries of this status."),
    ] = None,
    report: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Only queries of this report.", autocompletion=offer_reports
        ),
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=TIMES, help="Only queries submitted then or later.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=TIMES, help="Only queries submitted before then.")
    ] = None,
    output: OutputFormat = None,
    file: OutputFile = None,
    outputs: OutputsFile = None,
) -> None:
    """List your queries, newest first."""
    writing = writer(output, file, null="")
    with Client.from_outputs(outputs) as client:
        queries = client.queries(
            report=report,
            status=status,
            submitted_after=since,
            submitted_before=until,
            limit=limit,
        )
        writing.write(COLUMNS, (_row(query, writing) for query in queries))


def _row(query: QueryExecution, writing: Writer) -> Row:
    moment = query.submitted_at
    return [
        query.id,
        query.report,
        dict(query.parameters) if writing.format in JSON_FORMATS else _arguments(query),
        query.status.value,
        f"{moment.astimezone():%Y-%m-%d %H:%M:%S}" if writing.is_for_people else moment.isoformat(),
        None if query.duration_ms is None else query.duration_ms / 1000,
        query.result_rows,
    ]


def _arguments(query: QueryExecution) -> str:
    return " ".join(f"{name}={value}" for name, value in query.parameters.items())
