"""A report file compiles into SQL that Redshift takes, or is refused by file and line."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from sql.errors import CatalogueProblems
from sql.report_file import compile_report
from tests.sql.conftest import CompileSql

CASTS = {
    "text": "varchar(65535)",
    "integer": "bigint",
    "decimal": "decimal(18,2)",
    "boolean": "boolean",
    "date": "date",
    "month": "date",
    "timestamp": "timestamp",
}


@pytest.mark.parametrize(("declared", "cast"), CASTS.items())
def test_a_placeholder_is_cast_to_its_declared_type(
    compile_sql: CompileSql, declared: str, cast: str
) -> None:
    assert compile_sql("select :it as it", it=declared).sql == f"select :it::{cast} as it"


def test_a_decimal_is_cast_with_its_scale(write_report: Callable[..., Path]) -> None:
    file = write_report("select :rate as rate", parameters="rate: {type: decimal, scale: 4}")
    assert compile_report(file).sql == "select :rate::decimal(18,4) as rate"


def test_a_parameter_may_be_named_like_a_keyword(compile_sql: CompileSql) -> None:
    sql = compile_sql("select 1 as one where :date < :limit", date="date", limit="date").sql
    assert sql == "select 1 as one where :date::date < :limit::date"


@pytest.mark.parametrize(
    "text",
    [
        "'it''s 10:30::x'",
        "$$ a; :b $$",
        '"a ; "" :b"',
        "x::date",
        "-- ;:b\n1",
        "/* ; :b /* */ */ 1",
        "'é😀'",
    ],
)
def test_strings_comments_casts_and_identifiers_stay_intact(
    compile_sql: CompileSql, text: str
) -> None:
    sql = compile_sql(f"select {text} as a, :it as it from t;", it="text").sql
    assert sql == f"select {text} as a, :it::varchar(65535) as it from t"


def test_a_left_out_parameter_becomes_a_typed_null(compile_sql: CompileSql) -> None:
    report = compile_sql("select 'ü :' as u, 1 where :a is null or :a = :b", a="date?", b="date")
    assert report.statement({"b"}) == (
        "select 'ü :' as u, 1 where NULL::date is null or NULL::date = :b::date"
    )


def test_a_parameter_with_a_default_is_never_null(write_report: Callable[..., Path]) -> None:
    file = write_report("select :n as n", parameters="n: {type: integer, default: 7}")
    assert compile_report(file).nulls == {}


PIECES = [":a = x", "y > :b", "(:a is null)", "':' = a", "z::date = :c", "-- 'é\n1 = 1"]
NAMES = {"a", "b", "c"}


@pytest.mark.parametrize("pieces", list(itertools.permutations(PIECES, 3)))
def test_any_choice_of_left_out_parameters_gives_valid_sql(
    compile_sql: CompileSql, pieces: tuple[str, ...]
) -> None:
    sql = "select 'ß' as s from t where " + "\n and ".join(pieces)
    used = {name for name in NAMES if f":{name}" in sql}
    report = compile_sql(sql, **dict.fromkeys(used, "date?"))
    for count in range(len(used) + 1):
        for present in map(set, itertools.combinations(used, count)):
            statement = report.statement(present)
            tree = sqlglot.parse_one(statement, read="redshift")
            assert {node.name for node in tree.find_all(exp.Placeholder)} == present
            assert statement.count("NULL::date") == sum(
                sql.count(f":{name}") for name in used - present
            )


REFUSED = {
    "select 1; select :a, :b": (6, "2 statements"),
    "-- nothing": (7, "no statements"),
    "insert into t\nselect :a, :b": (6, "INSERT; a report is one read-only statement"),
    "drop table t": (6, "DROP; a report is"),
    "call p(:a, :b)": (6, "CALL; a report is"),
    "with x as (select 1)\nselect :a, :b into y from x": (7, "it has INTO"),
    "with x as (delete from t returning 1) select :a, :b": (6, "it has DELETE"),
    "select :a, :b from t\nfor update": (7, "it has FOR"),
    "select :a, :b,\n  pg_terminate_backend(1)": (7, "changes something when called"),
    "select :a, :b\nfrom where": (7, "not Redshift SQL"),
    "select :a, :b, 'open\nend": (6, "never closed"),
    "select :a, :b,\n :c": (7, ":c is not declared; add c to parameters"),
    "select :a, ':b' as x": (6, ":b in a quoted string is never bound"),
    "select :a -- as :b": (6, ":b in a comment is never bound"),
    "select :a, $$\n:b$$ as x": (7, ":b in a $$ string"),
    'select :a, x as ":b"': (6, ":b in a quoted identifier"),
    "select :a, :b from t\nlimit :b": (7, ":b cannot be bound in LIMIT"),
    "select top :b :a": (6, ":b cannot be bound in LIMIT or TOP"),
    "select :a from t\noffset :b": (7, ":b cannot be bound in OFFSET"),
    "select :a from :b": (6, ":b cannot be bound in the place of a table's name"),
    "select :a, t.:b from t": (6, ":b cannot be bound in the place of a column's name"),
    "select :a as :b": (6, ":b cannot be bound in the place of an alias"),
    "select :a, date :b": (6, ":b cannot be bound in the place of an alias"),
    "select :a from t order by :b desc": (6, ":b cannot be bound in ORDER BY"),
    "select :a from t group by x, :b": (6, ":b cannot be bound in GROUP BY"),
    "select :a, date_trunc(:b, x) from t": (6, ":b cannot be bound in the place of a date part"),
    "select :a, x + interval :b from t": (6, ":b cannot be bound in an INTERVAL"),
    "select :a, x::varchar(:b) from t": (6, ":b cannot be bound in a type"),
    "select :a, :b, ? as c": (6, "'?' is no placeholder of the Data API"),
    "select :a, :b, $1 as c": (6, "'$' is no placeholder"),
    "select :a, :b, {{ c }}": (6, "'{' is no placeholder"),
}


@pytest.mark.parametrize(("sql", "problem"), REFUSED.items())
def test_sql_that_no_report_may_have_is_refused_by_its_line(
    write_report: Callable[..., Path], sql: str, problem: tuple[int, str]
) -> None:
    line, words = problem
    file = write_report(sql, parameters="{a: {type: text}, b: {type: text}}")
    with pytest.raises(CatalogueProblems) as refused:
        compile_report(file)
    places = [text for text in str(refused.value).splitlines() if words in text]
    assert [text.startswith(f"{file}:{line}: ") for text in places] == [True]


def test_a_declared_parameter_must_be_used(write_report: Callable[..., Path]) -> None:
    file = write_report("select 1 as one", parameters="idle: {type: text}")
    with pytest.raises(CatalogueProblems, match=r":4: idle is never used; use :idle in the SQL"):
        compile_report(file)


def test_sql_longer_than_the_data_api_takes_is_refused(compile_sql: CompileSql) -> None:
    with pytest.raises(CatalogueProblems, match="the Redshift Data API takes 102,400"):
        compile_sql(f"select '{'x' * 102_400}' as text")


def test_the_version_changes_with_the_statement_and_not_with_the_title(
    write_report: Callable[..., Path],
) -> None:
    file = write_report("select 1 as one")
    before = compile_report(file).version
    file.write_text(file.read_text().replace("A report", "Another title"))
    assert compile_report(file).version == before
    file.write_text(file.read_text().replace("select 1", "select 2"))
    assert compile_report(file).version != before
