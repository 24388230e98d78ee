"""One report file, checked and rewritten into what the Lambdas run.

A placeholder leaves here with the cast of its declared type, because the Data API binds texts and
an untyped text would be compared as one (or not at all). Where a parameter may be left out, the
offsets of its placeholders go along: the server puts NULL there, since NULL cannot be bound.
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_SqlParameter.html
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from sqlglot.errors import ParseError
from sqlglot.tokenizer_core import Token

from core.coercion import to_json
from core.parameters import DECIMAL_DIGITS, DECIMAL_SCALE
from core.report import CompiledReport, ParameterType, Report, ReportParameter
from core.row_values import ROW_VALUES
from sql import read_only, row_values
from sql.declaration import declared_report, declared_times
from sql.front_matter import Problem, Section
from sql.ordering import OrderLost, sorted_table
from sql.sql_file import read_sql_file, refusal
from sql.statement_text import placeholders, text_mentions

MAX_SQL_BYTES = 100 * 1024  # what the Data API takes
CASTS = {
    ParameterType.TEXT: "varchar(65535)",
    ParameterType.INTEGER: "bigint",
    ParameterType.BOOLEAN: "boolean",
    ParameterType.DATE: "date",
    ParameterType.MONTH: "date",  # a month is bound as its first day
    ParameterType.TIMESTAMP: "timestamp",
    ParameterType.ENUM: "varchar(65535)",
}


def compile_report(file: Path) -> CompiledReport:
    """The report of one file.

    Raises:
        CatalogueProblems: with every problem of the file.
    """
    section, sql, found = read_sql_file(file)
    report = declared_report(file.stem, section)
    times = declared_times(section)
    problems = [*section.problems, *_statement_problems(section, sql, found)]
    if problems:
        raise refusal(file, problems)
    compiled = replace(_rewritten(report, sql, found[0]), **vars(times))
    line = found[0][0].line
    problems = [*_column_problems(compiled, section, line), *_size_problems(compiled)]
    if problems:
        raise refusal(file, problems)
    try:
        return replace(compiled, sorted_table=sorted_table(compiled.sql, compiled.nulls))
    except OrderLost as error:
        advice = "an export could not keep that order; sort by columns of the result"
        raise refusal(file, [Problem(line, f"{error}: {advice}")]) from None


def _statement_problems(
    section: Section, sql: str, found: Sequence[Sequence[Token]]
) -> Iterator[Problem]:
    if len(found) != 1:
        line = found[1][0].line if found else sql.count("\n") + 1
        yield Problem(line, f"{len(found) or 'no'} statements; {read_only.NOT_READ_ONLY}")
        return
    if not read_only.is_select(found[0]):
        word = found[0][0]
        yield Problem(word.line, f"{word.text.upper()}; {read_only.NOT_READ_ONLY}")
        return
    bound = placeholders(found[0])
    yield from read_only.problems(sql, found[0], bound)
    yield from row_values.problems(found[0], bound)
    declarations = section.section("parameters")
    yield from _parameter_problems(declarations.lines() if declarations else {}, sql, found[0])


def _parameter_problems(
    declared: dict[str, int], sql: str, tokens: Sequence[Token]
) -> Iterator[Problem]:
    """Declared and used parameters must be the same; `declared` has their lines."""
    bound = placeholders(tokens)
    used = {placeholder.name for placeholder in bound}
    for placeholder in bound:
        if placeholder.name not in {*declared, *ROW_VALUES}:
            advice = f"add {placeholder.name} to parameters, or mend its name"
            yield Problem(placeholder.line, f":{placeholder.name} is not declared; {advice}")
    for name, line, place in text_mentions(sql, tokens, {*declared, *ROW_VALUES}):
        used.add(name)
        yield Problem(line, f":{name} in {place} is never bound; take it out of there")
    for name, line in declared.items():
        if name not in used:
            yield Problem(line, f"{name} is never used; use :{name} in the SQL, or drop it")


def _rewritten(report: Report, sql: str, tokens: Sequence[Token]) -> CompiledReport:
    """The statement from its first to its last token, with a cast after each placeholder."""
    parameters = {parameter.name: parameter for parameter in report.parameters}
    nulls: dict[str, list[tuple[int, int]]]
    nulls = {name: [] for name, parameter in parameters.items() if _may_be_null(parameter)}
    casts = {name: _cast(parameter) for name, parameter in parameters.items()}
    casts |= dict.fromkeys(ROW_VALUES, CASTS[ParameterType.TEXT])
    text, end = "", tokens[0].start
    for placeholder in placeholders(tokens):
        text += sql[end : placeholder.start]
        if placeholder.name in nulls:
            nulls[placeholder.name].append((len(text), len(text) + len(placeholder.name) + 1))
        text += f":{placeholder.name}::{casts[placeholder.name]}"
        end = placeholder.end
    text += sql[end : tokens[-1].end + 1]
    used = {placeholder.name for placeholder in placeholders(tokens)}
    bound = tuple(name for name in ROW_VALUES if name in used)
    return CompiledReport(report, text, nulls, _version(report, text), row_values=bound)


def _may_be_null(parameter: ReportParameter) -> bool:
    return not parameter.required and parameter.default is None


def _cast(parameter: ReportParameter) -> str:
    if parameter.type is ParameterType.DECIMAL:
        scale = DECIMAL_SCALE if parameter.scale is None else parameter.scale
        return f"decimal({DECIMAL_DIGITS},{scale})"
    return CASTS[parameter.type]


def _version(report: Report, sql: str) -> str:
    parameters = [
        to_json(replace(parameter, title=None, description=None)) for parameter in report.parameters
    ]
    return sha256(json.dumps([sql, parameters], sort_keys=True).encode()).hexdigest()


def _column_problems(compiled: CompiledReport, section: Section, line: int) -> Iterator[Problem]:
    """The chart must be drawn of columns that the statement, which begins in `line`, gives."""
    try:
        columns = read_only.columns(compiled.sql)
    except ParseError as error:
        advice = "a placeholder stands where no value can; move it"
        yield Problem(line, f"not Redshift SQL once values are cast: {error}; {advice}")
        return
    chart = compiled.report.chart
    if chart is None or columns is None:
        return
    for column in (chart.x, *chart.y):
        if column not in columns:
            advice = f"take of {', '.join(columns)}"
            yield Problem(section.lines()["chart"], f"chart: no column {column!r}; {advice}")


def _size_problems(compiled: CompiledReport) -> Iterator[Problem]:
    size = len(compiled.sql.encode())
    if size > MAX_SQL_BYTES:
        limit = f"the Redshift Data API takes {MAX_SQL_BYTES:,}"
        yield Problem(1, f"the SQL has {size:,} bytes; {limit}; shorten it or make it a view")
