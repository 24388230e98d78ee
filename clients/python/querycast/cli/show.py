"""`querycast show`: a query of any machine: how it stands, how it ended, what it found."""

from datetime import datetime

from querycast.cli.options import FormulaSafe, OutputFile, OutputFormat, OutputsFile, QueryId
from querycast.cli.output import Output, writer
from querycast.cli.terminal import plain
from querycast.client import Client
from querycast.query import QueryExecution


def show(
    query_id: QueryId,
    output: OutputFormat = None,
    file: OutputFile = None,
    formula_safe: FormulaSafe = False,
    outputs: OutputsFile = None,
) -> None:
    """Show a query and its result; the exit code tells how it ended.

    All formats but the table have the result alone, so that they need a query that has one.
    """
    writing = writer(output, file, formula_safe)
    with Client.from_outputs(outputs) as client:
        query = client.query(query_id)
        if writing.format is Output.TABLE:
            print(_description(query))
            if not query.status.is_final:
                return
        result = client.result(query)
        writing.write(result.columns, result.rows())


def _description(query: QueryExecution) -> str:
    given = " ".join(f"{name}={value}" for name, value in query.parameters.items())
    lines = [
        ("query", query.id),
        ("report", f"{query.report} {given}".strip()),
        ("status", query.status.value),
        ("submitted", _local(query.submitted_at)),
        ("took", f"{query.duration_ms / 1000:g} s" if query.duration_ms is not None else ""),
        ("kept until", _local(query.result_expires_at) if query.result_expires_at else ""),
        ("rows", f"{query.result_rows:,}" if query.result_rows is not None else ""),
    ]
    return "\n".join(f"{name:<10} {plain(value)}" for name, value in lines if value)


def _local(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"
