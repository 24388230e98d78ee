"""The module: for each report the type of its rows and a function that runs it.

The same reports give the same text. What is known of columns stands in comments, so that it is not
lost when a report's last result is.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import dedent

from querycast.codegen.names import Names
from querycast.codegen.python import docstring, literal
from querycast.codegen.types import annotation, column_type
from querycast.report import Report, ReportParameter
from querycast.result import Column

Columns = Mapping[str, Sequence[Column]]  # of each report by name, as far as they are known

HEADER = '''\
# ruff: noqa
# fmt: off
"""Reports as functions. Written by `querycast codegen`; change the reports, not this."""
'''
KNOWN = re.compile(r"^# columns: (\{.*\})$", re.MULTILINE)
IMPORTS = (
    ("from datetime import {}", ("date", "datetime", "time")),
    ("from decimal import {}", ("Decimal",)),
    ("from typing import {}", ("Any", "Literal", "TypedDict")),
)


@dataclass(frozen=True)
class Kind:
    """What the functions of a module are: how they are defined, what they take and give, and the
    function of querycast.typed that does it, and how it is called."""

    define: str
    client: str
    result: str
    run: str
    call: str

    @property
    def imports(self) -> str:
        return (
            f"from querycast import {self.client}\n"
            "from querycast.parameters import Value\n"
            f"from querycast.typed import {self.result}, {self.run}\n"
        )


PLAIN = Kind("def", "Client", "TypedResult", "run", "run")
COROUTINES = Kind("async def", "AsyncClient", "AsyncTypedResult", "run_async", "await run_async")


def module(reports: Sequence[Report], columns: Columns, kind: Kind = PLAIN) -> str:
    """The text of the module."""
    names = Names()
    in_order = sorted(reports, key=lambda report: report.name)
    body = "\n\n".join(_report(it, columns.get(it.name), names, kind) for it in in_order)
    types = [str(annotation(parameter)) for report in reports for parameter in report.parameters]
    types += [column_type(it) for report in reports for it in columns.get(report.name) or ()]
    return f"{HEADER}\n{_imports(' '.join(types), kind)}\n\n{body}"


def known_columns(text: str) -> dict[str, list[Column]]:
    """What the comments of such a module tell of columns."""
    known: dict[str, list[Column]] = {}
    for written in KNOWN.findall(text):
        for name, columns in json.loads(written).items():
            known[name] = [Column(column, kind) for column, kind in columns]
    return known


def _imports(types: str, kind: Kind) -> str:
    """Those that the types of parameters and columns need, and those that every module has."""
    words = {*re.findall(r"\w+", types), "Any", "TypedDict"}
    used = [(line, [name for name in names if name in words]) for line, names in IMPORTS]
    lines = [line.format(", ".join(names)) for line, names in used if names]
    return "\n".join([*lines, "", kind.imports])


def _report(report: Report, columns: Sequence[Column] | None, names: Names, kind: Kind) -> str:
    function = names.identifier(report.name, "report")
    row, declaration = _row(report, columns, names)
    scope = Names()
    parameters = [(scope.identifier(it.name, "parameter"), it) for it in report.parameters]
    given = ", ".join(f"{literal(it.name)}: {name}" for name, it in parameters)
    lines = [
        f"{kind.define} {function}(",
        f"    client: {kind.client},",
        "    *,",
        *(f"    {name}: {annotation(parameter)}," for name, parameter in parameters),
        "    max_age: int | None = None,",
        "    timeout: float | None = None,",
        f") -> {kind.result}[{row}]:",
        docstring(_told(report, parameters, columns), "    "),
        f"    given: dict[str, Value] = {{{given}}}",
        f"    return {kind.result}({kind.call}(client, {literal(report.name)}, given, "
        "max_age, timeout))",
    ]
    return declaration + "\n".join(lines) + "\n"


def _row(report: Report, columns: Sequence[Column] | None, names: Names) -> tuple[str, str]:
    """The type of a row, and what declares it."""
    if columns is None or len({column.name for column in columns}) < len(columns):
        return "dict[str, Any]", ""
    name = names.class_name(f"{report.name}_row", "Row")
    known = json.dumps({report.name: [[column.name, column.type] for column in columns]})
    fields = "".join(f"    {literal(it.name)}: {column_type(it)},\n" for it in columns)
    return name, f'# columns: {known}\n{name} = TypedDict("{name}", {{\n{fields}}})\n\n\n'


def _told(
    report: Report,
    parameters: Iterable[tuple[str, ReportParameter]],
    columns: Sequence[Column] | None,
) -> str:
    paragraphs = [_sentence(report.title), dedent(report.description or "").strip()]
    paragraphs.append("\n".join(_about(name, parameter) for name, parameter in parameters))
    if columns is None:
        paragraphs.append("Its columns are not known; run it, then `querycast codegen` again.")
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _about(name: str, parameter: ReportParameter) -> str:
    words = (parameter.description or parameter.title or "").split()
    bounds = {"from": parameter.min, "to": parameter.max}
    told = " ".join(f"{word} {bound}" for word, bound in bounds.items() if bound is not None)
    return " ".join([f"{name}:", *words, *([f"({told})"] if told else [])])


def _sentence(text: str) -> str:
    words = " ".join(text.split())
    return words if words.endswith((".", "!", "?")) else f"{words}."
