"""What can stand where TAB is pressed.

Names and values are the service's, and shells are quick to evaluate: only what no shell has a
meaning for is offered.
"""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import typer

from querycast.cli.completion.known import known_reports
from querycast.report import Report, ReportParameter

HARMLESS = re.compile(r"[\w.,/+@%-]+(=[\w.,/+@%-]*)?", re.ASCII)
MONTHS = 36  # that are offered, the latest


def offer_reports(ctx: typer.Context, incomplete: str) -> list[str]:
    return _harmless(report.name for report in _reports(ctx) if report.name.startswith(incomplete))


def offer_parameters(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names such as `month=`, and behind one what its values may be."""
    report = next((it for it in _reports(ctx) if it.name == ctx.params.get("report")), None)
    if report is None:
        return []
    given = list(ctx.params.get("parameters") or ())
    before, parameter, text = _begun(report, given, incomplete)
    if parameter is not None:
        return _harmless(f"{before}{it}" for it in _values(parameter) if it.startswith(text))
    left = (each.name for each in report.parameters if each.name not in _names(given))
    return _harmless(f"{name}=" for name in left if name.startswith(incomplete))


def _reports(ctx: typer.Context) -> list[Report]:
    outputs = ctx.params.get("outputs")
    return known_reports(Path(outputs) if outputs else None)


def _begun(
    report: Report, given: list[str], incomplete: str
) -> tuple[str, ReportParameter | None, str]:
    """What stands before the value, its parameter if there is one, and the value so far.

    bash makes three words of `month=2015`, of which Click drops a last `=`.
    """
    named = {each.name: each for each in report.parameters}
    name, equals, text = incomplete.partition("=")
    if equals:
        return f"{name}=", named.get(name), text
    if given[-1:] == ["="]:
        return "", named.get("".join(given[-2:-1])), incomplete
    return "", named.get("".join(given[-1:])), incomplete


def _names(given: list[str]) -> set[str]:
    return {argument.partition("=")[0] for argument in given}


def _values(parameter: ReportParameter) -> list[str]:
    if parameter.options:
        return parameter.options
    if parameter.type == "BOOLEAN":
        return ["true", "false"]
    if parameter.type == "MONTH" and parameter.min:
        return _months(parameter.min, parameter.max or f"{date.today():%Y-%m}")
    return [it for it in dict.fromkeys((parameter.default, parameter.min, parameter.max)) if it]


def _months(first: str, last: str) -> list[str]:
    start, end = (int(text[:4]) * 12 + int(text[5:7]) - 1 for text in (first, last))
    months = range(max(start, end - MONTHS + 1), end + 1)
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in months]


def _harmless(found: Iterable[str]) -> list[str]:
    return [each for each in found if HARMLESS.fullmatch(each)]
