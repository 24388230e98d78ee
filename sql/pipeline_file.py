"""One pipeline file, checked: when it runs, what of, and the statements, which are one transaction.

Nothing is bound and nothing filled in: what a stage has a name of its own for (the data bucket, the
role for COPY) belongs into a stored procedure that a migration makes, and that the pipeline calls.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from hashlib import sha256
from itertools import chain
from pathlib import Path

from sqlglot import TokenType
from sqlglot.tokenizer_core import Token

from core.migration import SETTING
from core.pipelines.pipeline import CompiledPipeline, NoticesOf, Overlap, Pipeline
from core.report import ID
from core.schedule import InvalidSchedule, Schedule
from sql import read_only
from sql.declaration import (
    NAME_RULE,
    TIMEOUTS,
    WAITS,
    declared_groups,
    declared_names,
    is_name,
)
from sql.front_matter import Problem, Section
from sql.sql_file import read_sql_file, refusal
from sql.statement_text import placeholders
from sql.transaction import MAX_STATEMENTS
from sql.transaction import refusal as transaction_refusal

KEYS = (
    "title", "description", "schedule", "timezone", "enabled", "overlap", "timeout", "maxWait",
    "notify", "feeds", "groups", "sampleData",
)  # fmt: skip
MAX_WAIT = timedelta(hours=6)  # well inside the 8 for which Redshift knows a ClientToken
UTC = "UTC"
ALWAYS = "rate(1 minute)"  # a schedule that is right in every time zone
FILL_NOTHING = ("EXPLAIN", "SHOW")
ADVICE = "a stored procedure that a migration makes can have it: call that"


def compile_pipeline(file: Path) -> CompiledPipeline:
    """The pipeline of one file.

    Raises:
        CatalogueProblems: with every problem of the file.
    """
    section, sql, found = read_sql_file(file)
    section.check_keys(KEYS)
    pipeline = _declared_pipeline(file.stem, section)
    sqls = [sql[tokens[0].start : tokens[-1].end + 1] for tokens in found]
    compiled = CompiledPipeline(
        pipeline,
        sqls,
        version=sha256(json.dumps(sqls).encode()).hexdigest(),
        timeout=section.duration("timeout", *TIMEOUTS),
        max_wait=section.duration("maxWait", *WAITS) or MAX_WAIT,
        notices=NoticesOf[(section.choice("notify", _words(NoticesOf)) or "all").upper()],
        sample_data=section.boolean("sampleData") or False,
    )
    problems = [*section.problems, *_statement_problems(sql, found, sqls)]
    if problems:
        raise refusal(file, problems)
    return compiled


def _declared_pipeline(name: str, section: Section) -> Pipeline:
    if not is_name(name):
        section.refuse(None, f"the file's name {name!r} is no pipeline name; {NAME_RULE}")
    _check_schedule(section)
    return Pipeline(
        name=ID(name),
        title=section.required_text("title", "What the pipeline fills"),
        description=section.text("description"),
        schedule=section.text("schedule"),
        timezone=section.text("timezone") or UTC,
        enabled=section.boolean("enabled") is not False,
        overlap=Overlap[(section.choice("overlap", _words(Overlap)) or "skip").upper()],
        feeds=declared_names(section, "feeds") or [],
        groups=declared_groups(section) or [],
    )


def _words(choices: type[NoticesOf] | type[Overlap]) -> list[str]:
    return [choice.value.lower() for choice in choices]


def _check_schedule(section: Section) -> None:
    expression, timezone = section.text("schedule"), section.text("timezone")
    if section.value("schedule") is None:
        for key in ("timezone", "enabled"):
            if section.value(key) is not None:
                advice = "add schedule, or leave it out"
                section.refuse(section.value(key), f"{key} is only for a schedule; {advice}")
        return
    if expression and expression.startswith("at("):
        advice = "a pipeline runs again and again; write cron(...) or rate(...)"
        section.refuse(section.value("schedule"), f"{expression[:80]} runs once; {advice}")
        return
    _check(section, "schedule", expression or ALWAYS, UTC)
    _check(section, "timezone", ALWAYS, timezone or UTC)


def _check(section: Section, key: str, expression: str, timezone: str) -> None:
    try:
        Schedule(expression, timezone)
    except InvalidSchedule as error:
        section.refuse(section.value(key), f"{key}: {error}")


def _statement_problems(
    sql: str, found: Sequence[Sequence[Token]], sqls: Sequence[str]
) -> Iterator[Problem]:
    if not 0 < len(found) <= MAX_STATEMENTS:
        line = found[MAX_STATEMENTS][0].line if found else sql.count("\n") + 1
        limit = f"a pipeline has 1 to {MAX_STATEMENTS}, which fit into one transaction"
        advice = "call a stored procedure, or make it two" if found else "write what it runs"
        yield Problem(line, f"{len(found) or 'no'} statements; {limit}; {advice}")
    for tokens, text in zip(found, sqls, strict=True):
        reason = transaction_refusal(tokens, text, "a pipeline")
        if reason:
            yield Problem(tokens[0].line, reason)
    for text, line in chain.from_iterable(map(_placeholders, found)):
        yield Problem(
            line, f"{text} is never bound, for a pipeline has no parameters; write a value"
        )
    for setting in SETTING.finditer(sql):
        line = sql.count("\n", 0, setting.start()) + 1
        yield Problem(line, f"{setting[0]} is filled in for migrations only; {ADVICE}")
    if found and not any(map(_may_write, found)):
        reason = "a pipeline that only reads fills nothing; make it a report"
        yield Problem(found[0][0].line, reason)


def _placeholders(tokens: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """The Data API's and those of other interfaces, with their lines."""
    yield from ((f":{bound.name}", bound.line) for bound in placeholders(tokens))
    yield from ((each.text, each.line) for each in tokens if each.token_type in read_only.FOREIGN)


def _may_write(tokens: Sequence[Token]) -> bool:
    """SELECT writes only where it goes INTO a table."""
    is_reading = read_only.is_select(tokens) or tokens[0].text.upper() in FILL_NOTHING
    return not is_reading or any(token.token_type is TokenType.INTO for token in tokens)
