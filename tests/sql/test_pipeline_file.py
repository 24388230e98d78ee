"""A pipeline file: what it declares, its statements, and what is refused by its line."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from core.pipelines.pipeline import NoticesOf, Overlap, Pipeline
from core.report import ID
from sql.errors import CatalogueProblems
from sql.pipeline_file import compile_pipeline

WHOLE = """\
/*
title: Zones
description: >
  Two lines
  as one.
schedule: cron(0 6 ? * MON-FRI *)
timezone: America/New_York
enabled: false
overlap: queue
timeout: 90s
maxWait: 2h
notify: failures
feeds: [trips, days, trips]
groups: [analysts]
sampleData: true
*/
-- first; this
delete from zones;
copy zones from 's3://b/zones; 2/' iam_role default csv;;
"""


@pytest.fixture
def problems(write_pipeline: Callable[..., Path]) -> Callable[..., str]:
    """The problems of a pipeline, or nothing."""

    def compile_file(declared: str = "", **given: str) -> str:
        file = write_pipeline(declared, **given)
        try:
            compile_pipeline(file)
        except CatalogueProblems as problems:
            return str(problems).replace(f"{file}:", "")
        return ""

    return compile_file


def test_a_whole_declaration_is_read(tmp_path: Path) -> None:
    (tmp_path / "zones.sql").write_text(WHOLE)
    compiled = compile_pipeline(tmp_path / "zones.sql")
    assert compiled.pipeline == Pipeline(
        name=ID("zones"),
        title="Zones",
        description="Two lines as one.",
        schedule="cron(0 6 ? * MON-FRI *)",
        timezone="America/New_York",
        enabled=False,
        overlap=Overlap.QUEUE,
        feeds=[ID("days"), ID("trips")],
        groups=["analysts"],
    )
    assert (compiled.timeout, compiled.max_wait) == (timedelta(seconds=90), timedelta(hours=2))
    assert (compiled.notices, compiled.sample_data) == (NoticesOf.FAILURES, True)
    assert compiled.sqls == [
        "delete from zones",
        "copy zones from 's3://b/zones; 2/' iam_role default csv",
    ]


def test_what_is_left_out_has_its_default(write_pipeline: Callable[..., Path]) -> None:
    compiled = compile_pipeline(write_pipeline())
    pipeline = compiled.pipeline
    assert (pipeline.schedule, pipeline.timezone, pipeline.enabled) == (None, "UTC", True)
    assert (pipeline.overlap, pipeline.feeds, pipeline.groups) == (Overlap.SKIP, [], [])
    assert (compiled.timeout, compiled.max_wait) == (None, timedelta(hours=6))
    assert (compiled.notices, compiled.sample_data) == (NoticesOf.ALL, False)


def test_the_version_follows_the_statements_only(write_pipeline: Callable[..., Path]) -> None:
    version = compile_pipeline(write_pipeline()).version
    assert compile_pipeline(write_pipeline("notify: none", sql="\ncall fill();")).version == version
    assert compile_pipeline(write_pipeline(sql="call fill(1)")).version != version


DECLARATIONS = {
    "title: Again": "3: 'title' is given twice",
    "parameters: {}": "3: unknown key 'parameters'; the keys are title, description, schedule",
    "schedule: daily": "3: schedule: 'daily' is no schedule; write cron(",
    "schedule: rate(30 seconds)": "3: schedule: rate(30 seconds) is no rate",
    "schedule: rate(0 minutes)": "3: schedule: rate(0 minutes) is no rate",
    "schedule: cron(0 6 30 2 ? *)": "3: schedule: cron(0 6 30 2 ? *) never runs",
    "schedule: at(2026-12-24T18:00:00)": "3: at(2026-12-24T18:00:00) runs once; a pipeline runs ag",
    "schedule: rate(1 day)\ntimezone: Berlin": "4: timezone: Time zone 'Berlin' is unknown",
    "timezone: Europe/Berlin": "3: timezone is only for a schedule; add schedule, or leave it out",
    "enabled: false": "3: enabled is only for a schedule",
    "schedule: rate(1 day)\nenabled: maybe": "4: enabled: maybe is neither true nor false",
    "overlap: wait": "3: overlap: no 'wait'; take one of skip, queue",
    "notify: some": "3: notify: no 'some'; take one of all, failures, none",
    "timeout: 25h": "3: timeout: 25h is no time from 1 second to 24 hours",
    "maxWait: 8h": "3: maxWait: 8h is no time from 1 minute to 7 hours",
    "groups: [two words]": "3: 'two words' is no Cognito group",
    "feeds: taxi": "3: feeds must be a list",
    "sampleData: perhaps": "3: sampleData: perhaps is neither true nor false",
}
STATEMENTS = {
    "-- nothing": "6: no statements; a pipeline has 1 to 40",
    "call p();\n" * 41: "45: 41 statements; a pipeline has 1 to 40",
    "call p();\nvacuum t": "6: vacuum t: cannot be in a transaction, and a pipeline is one",
    "truncate t": "5: truncate t: cannot be in a transaction",
    "call p(:day)": "5: :day is never bound, for a pipeline has no parameters; write a value",
    "call p($1)": "5: $ is never bound",
    "delete from t where a = ?": "5: ? is never bound",
    "copy t from 's3://${data_bucket}/'\niam_role ${copy_role}": "5: ${data_bucket} is filled in",
    "select 1;\nwith a as (select 1) select * from a": "5: a pipeline that only reads fills noth",
    "show t": "5: a pipeline that only reads",
    "explain delete from t": "5: a pipeline that only reads",
    f"call p('{'x' * 100_000}')": "5: call p('xxx",
    "call p();\ncall p('x": "6: a string, comment or quoted identifier that begins here",
}


@pytest.mark.parametrize(("declared", "told"), DECLARATIONS.items())
def test_a_declaration_that_cannot_be_is_refused_by_its_line(
    problems: Callable[..., str], declared: str, told: str
) -> None:
    assert problems(declared).startswith(told)


@pytest.mark.parametrize(("sql", "told"), STATEMENTS.items(), ids=range(len(STATEMENTS)))
def test_statements_that_cannot_be_a_pipelines_are_refused_by_their_line(
    problems: Callable[..., str], sql: str, told: str
) -> None:
    assert problems(sql=sql).startswith(told)


@pytest.mark.parametrize(
    "sql",
    [
        "select * into days from trips",
        "select 1;\ninsert into t values (':day', '?', '10:30'::time)",
        "create table t as select $$ :day ; $$ as a",
    ],
)
def test_what_only_looks_like_it_is_not(problems: Callable[..., str], sql: str) -> None:
    assert problems(sql=sql) == ""


def test_all_problems_are_told_at_once(problems: Callable[..., str]) -> None:
    told = problems("overlap: wait\nnotify: some", name="Not-A-Name", sql="vacuum").splitlines()
    assert [line.partition(":")[0] for line in told] == ["2", "3", "4", "6"]
