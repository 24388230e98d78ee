"""`querycast reports`: what can be asked, and with which parameters."""

from typing import Annotated

import typer

from querycast.cli.completion.offer import offer_reports
from querycast.cli.options import OutputFile, OutputFormat, OutputsFile
from querycast.cli.output import Output, Writer, writer
from querycast.cli.suggest import suggesting
from querycast.cli.terminal import plain
from querycast.client import Client
from querycast.report import Report, ReportParameter
from querycast.result import Column, Row

REPORT = [Column(name, "varchar") for name in ("report", "title", "parameters")]
PARAMETER = [
    Column(name, "varchar")
    for name in ("parameter", "type", "required", "default", "allowed", "description")
]


def reports(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="Show this report and its parameters.",
            autocompletion=offer_reports,
        ),
    ] = "",
    output: OutputFormat = None,
    file: OutputFile = None,
    outputs: OutputsFile = None,
) -> None:
    """List the reports, or show the parameters of one."""
    writing = writer(output, file, null="")
    with Client.from_outputs(outputs) as client:
        if name:
            with suggesting(client, name):
                report = client.report(name)
            _show(report, writing)
        else:
            writing.write(REPORT, (_report(report) for report in client.reports()))


def _show(report: Report, writing: Writer) -> None:
    if writing.format is Output.TABLE:
        print(plain(f"{report.name}: {report.title}"))
        if report.description:
            print(plain(report.description))
        print(f"\nquerycast run {report.name}{_example(report)}\n")
    writing.write(PARAMETER, (_parameter(each) for each in report.parameters))


def _report(report: Report) -> Row:
    names = (
        each.name if each.required and each.default is None else f"[{each.name}]"
        for each in report.parameters
    )
    return [report.name, report.title, " ".join(names)]


def _parameter(parameter: ReportParameter) -> Row:
    return [
        parameter.name,
        parameter.type.lower(),
        parameter.required,
        parameter.default,
        _allowed(parameter),
        parameter.description or parameter.title,
    ]


def _allowed(parameter: ReportParameter) -> str | None:
    """Which values, in words: `2015-01 to 2015-12`, `cash, card`, `at most 40 characters`."""
    if parameter.options:
        return ", ".join(parameter.options)
    if parameter.max_length:
        return f"at most {parameter.max_length} characters"
    match parameter.min, parameter.max:
        case None, None:
            return None
        case lowest, None:
            return f"from {lowest}"
        case None, highest:
            return f"up to {highest}"
    return f"{parameter.min} to {parameter.max}"


def _example(report: Report) -> str:
    """Arguments that show the form: ` month=2015-06`."""
    required = (each for each in report.parameters if each.required)
    return plain("".join(f" {each.name}={_some_value(each)}" for each in required))


def _some_value(parameter: ReportParameter) -> str:
    option = parameter.options[0] if parameter.options else None
    return parameter.default or option or parameter.min or parameter.type
