"""The front matter of a report: what it declares, and what is refused by its line."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from core.report import (
    Chart,
    ParameterType,
    ReportParameter,
    report_from_json,
    report_to_json,
)
from sql.errors import CatalogueProblems
from sql.report_file import compile_report

WHOLE = """\
/*
title: Trips
description: >
  Two lines
  as one.
parameters:
  month: {type: month, title: Month, min: 2015-01, max: 2015-12, default: 2015-06}
  fare: {type: decimal, scale: 1, required: false, min: 0.50}
  paid: {type: enum, options: [by card, in cash]}
groups: [analysts, administrators]
chart: {type: line, x: day, y: [fares]}
timeout: 90s
maxWait: 2h
*/
select :month as day, :fare as fares where :paid = 'x'
"""


@pytest.fixture
def compile_text(tmp_path: Path) -> Callable[..., str]:
    """Compiles a whole file; the problems it has, or nothing."""

    def compile_file(text: str, name: str = "report.sql") -> str:
        file = tmp_path / name
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
        try:
            compile_report(file)
        except CatalogueProblems as problems:
            return str(problems).replace(f"{file}:", "")
        return ""

    return compile_file


def test_a_whole_declaration_is_read(tmp_path: Path) -> None:
    (tmp_path / "trips.sql").write_text(WHOLE)
    compiled = compile_report(tmp_path / "trips.sql")
    report = compiled.report
    assert (compiled.timeout, compiled.max_wait) == (timedelta(seconds=90), timedelta(hours=2))
    assert (report.name, report.title, report.description) == (
        "trips",
        "Trips",
        "Two lines as one.",
    )
    assert report.groups == ["analysts", "administrators"]
    assert report.chart == Chart("line", "day", ["fares"])
    assert report.parameters == [
        ReportParameter(
            "month", ParameterType.MONTH, False, "Month",
            default="2015-06", min="2015-01", max="2015-12",
        ),
        ReportParameter("fare", ParameterType.DECIMAL, False, scale=1, min="0.5"),
        ReportParameter("paid", ParameterType.ENUM, True, options=["by card", "in cash"]),
    ]  # fmt: skip


def test_a_report_says_nothing_of_its_times_and_survives_being_compiled(tmp_path: Path) -> None:
    (tmp_path / "short.sql").write_text("/*\ntitle: Short\n*/ select 1 as one")
    compiled = compile_report(tmp_path / "short.sql")
    assert (compiled.timeout, compiled.max_wait) == (None, timedelta(hours=1))
    assert report_from_json(report_to_json(compiled)) == compiled


def test_times_change_no_version(tmp_path: Path) -> None:
    file = tmp_path / "trips.sql"
    file.write_text(WHOLE)
    version = compile_report(file).version
    file.write_text(WHOLE.replace("90s", "5m"))
    assert compile_report(file).version == version


PARAMETERS = {
    "{type: number}": "no type 'number'; take one of text, integer, decimal",
    "{title: x}": "type is missing; add type: text",
    "{type: text, colour: red}": "unknown key 'colour'; the keys are type,",
    "{type: text, type: text}": "'type' is given twice; keep one",
    "{type: text, required: maybe}": "required: maybe is neither true nor false",
    "{type: text, required: true, default: x}": "p has a default, so is never missing",
    "{type: text, min: a}": "min is only for date, decimal, integer, month, timestamp",
    "{type: date, maxLength: 3}": "maxLength is only for text; leave it out",
    "{type: integer, scale: 3}": "scale is only for decimal; leave it out",
    "{type: text, options: [a]}": "options is only for enum; leave it out",
    "{type: enum}": "p is an enum; add options: [one, two]",
    "{type: enum, options: []}": "options must be a list",
    "{type: enum, options: [a, a]}": "an option is given twice",
    "{type: enum, options: [a], default: b}": "default: Parameter p: 'b' is not an option",
    "{type: text, maxLength: 0}": "maxLength: 0 is not a whole number from 1 to 16383",
    "{type: text, maxLength: 3, default: long}": "default: Parameter p: 'long' has 4 characters",
    "{type: decimal, scale: 19}": "scale: 19 is not a whole number from 0 to 18",
    "{type: decimal, default: 1.234}": "default: Parameter p: '1.234' has more than 2 digits",
    "{type: month, min: 2015-13}": "min: Parameter p: '2015-13' is not a month of the calendar",
    "{type: month, min: 2015-06, max: 2015-05}": "max: Parameter p: '2015-05' is out of range",
    "{type: integer, max: 3, default: 4}": "default: Parameter p: '4' is out of range",
    "{type: boolean, default: yes}": "default: Parameter p: 'yes' is neither true nor false",
    "{type: [text]}": "type must be a text",
    "{type: enum, options: [a], min: b, default: a}": "min is only for date,",
    "{? [type] : text}": "type is missing; add type: text",
    "text": "p must be a mapping",
}


@pytest.mark.parametrize(("declaration", "words"), PARAMETERS.items())
def test_a_wrong_parameter_is_refused_by_its_line(
    compile_text: Callable[..., str], declaration: str, words: str
) -> None:
    problems = compile_text(
        f"/*\ntitle: x\nparameters:\n  q: {{type: text}}\n  p: {declaration}\n*/select :p, :q\n"
    )
    assert f"5: {words}" in problems


FILES = {
    "select 1": "1: it does not begin with a /* YAML comment */",
    "/* just words */ select 1": "1: the comment is no mapping",
    "/*\ntitle: a\n  b: [\n*/ select 1": "not YAML",
    "/*\ndescription: a\n*/ select 1 as a": "2: title is missing; add title:",
    "/*\ntitle:\n*/ select 1 as a": "2: title must be a text",
    "/*\ntitle: a\nlimit: 5\n*/ select 1 as a": "3: unknown key 'limit'; the keys are title,",
    "/*\ntitle: a\ngroups: analysts\n*/ select 1 as a": "3: groups must be a list",
    "/*\ntitle: a\ngroups: [two words]\n*/ select 1 as a": "3: 'two words' is no Cognito group",
    "/*\ntitle: a\nchart: {type: pie, x: a, y: [a]}\n*/ select 1 as a": "3: no chart 'pie'",
    "/*\ntitle: a\nchart: {type: bar, x: a, y: [b]}\n*/ select 1 as a": "3: chart: no column 'b'",
    "/*\ntitle: a\nchart: {type: bar, x: a}\n*/ select 1 as a": "3: y is missing",
    "/*\ntitle: a\nparameters: {Month: {type: month}}\n*/ select :Month": "3: 'Month' is no param",
    "/*\ntitle: a\ntimeout: 5\n*/ select 1 as a": "3: timeout: 5 is no time from 1 second to 24 h",
    "/*\ntitle: a\ntimeout: 0s\n*/ select 1 as a": "3: timeout: 0s is no time from 1 second",
    "/*\ntitle: a\ntimeout: 25h\n*/ select 1 as a": "write 90s, 5m or 2h",
    "/*\ntitle: a\nmaxWait: 8h\n*/ select 1 as a": "3: maxWait: 8h is no time from 1 minute to 7 h",
    "/*\ntitle: a\nmaxWait: [1h]\n*/ select 1 as a": "3: maxWait must be a text",
    "/*\ntitle: \udcff\n*/ select 1 as a": "1: not UTF-8",
}


@pytest.mark.parametrize(("text", "words"), FILES.items())
def test_a_wrong_front_matter_is_refused_by_its_line(
    compile_text: Callable[..., str], text: str, words: str
) -> None:
    assert words in compile_text(text)


@pytest.mark.parametrize("name", ["Taxi.sql", "1st.sql", "a__b.sql", "a-b.sql", f"{'a' * 65}.sql"])
def test_a_report_is_named_in_lower_snake_case(compile_text: Callable[..., str], name: str) -> None:
    assert "is no report name" in compile_text("/*\ntitle: a\n*/ select 1 as a", name)


def test_every_problem_of_a_file_is_told_in_order(compile_text: Callable[..., str]) -> None:
    problems = compile_text("/*\nparameters:\n  p: {type: nothing}\n*/\nselect :q\nlimit :q\n")
    lines = [line.partition(":")[0] for line in problems.splitlines()]
    assert lines == ["2", "3", "3", "5", "6", "6"]
