"""`querycast doctor`."""

import asyncio

import typer

from querycast.cli.doctor.examine import findings
from querycast.cli.doctor.finding import Finding, Outcome
from querycast.cli.options import OutputFile, OutputFormat, OutputsFile
from querycast.cli.output import Output, writer
from querycast.cli.terminal import plain
from querycast.result import Column

COLUMNS = [Column(name, "varchar") for name in ("check", "outcome", "found", "next_step")]


def doctor(
    output: OutputFormat = None,
    file: OutputFile = None,
    outputs: OutputsFile = None,
) -> None:
    """Find what is wrong with this set-up, and what mends it; runs no report.

    Exit code 1 where a check has failed.
    """
    writing = writer(output, file, null="")
    as_lines = writing.format is Output.TABLE and file is None

    async def examine() -> list[Finding]:
        found = []
        async for finding in findings(outputs):
            found.append(finding)
            if as_lines:
                _print(finding)
        return found

    found = asyncio.run(examine())
    if not as_lines:
        rows = [[each.check, each.outcome.value, each.found, each.next_step] for each in found]
        writing.write(COLUMNS, rows)
    if any(finding.outcome is Outcome.FAILED for finding in found):
        raise typer.Exit(1)


def _print(finding: Finding) -> None:
    """As soon as it is known."""
    print(plain(f"{finding.outcome:<8} {finding.check:<8} {finding.found}"), flush=True)
    if finding.next_step:
        print(plain(f"{'':<18}{finding.next_step}"), flush=True)
