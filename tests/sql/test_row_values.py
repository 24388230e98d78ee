"""`:user_id` and `:groups` in a report file: not declared, and only where they are safe."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sql.errors import CatalogueProblems
from sql.report_file import compile_report
from tests.sql.conftest import CompileSql

MEMBER = "strpos(:groups, ' ' || t.a_group || ' ') > 0"


def test_they_need_no_declaration_and_are_told_apart(compile_sql: CompileSql) -> None:
    report = compile_sql(f"select :user_id as me, :it as it from t where {MEMBER}", it="text")
    assert report.row_values == ("user_id", "groups")
    assert [parameter.name for parameter in report.report.parameters] == ["it"]
    assert ":user_id::varchar(65535) as me" in report.sql
    assert "strpos(:groups::varchar(65535), ' ' ||" in report.sql


def test_a_report_without_them_has_none(compile_sql: CompileSql) -> None:
    assert compile_sql("select :it as it", it="text").row_values == ()


@pytest.mark.parametrize("name", ["user_id", "groups"])
def test_a_report_that_declares_one_is_refused(
    write_report: Callable[..., Path], name: str
) -> None:
    file = write_report(f"select :{name} as it", parameters=f"{name}: {{type: text}}")
    with pytest.raises(CatalogueProblems, match=rf":4: {name} is bound by the server; use :{name}"):
        compile_report(file)


@pytest.mark.parametrize(
    "member",
    [
        MEMBER,
        "STRPOS( :groups , ' ' || lower(t.a_group) || ' ' ) > 0",
        "strpos(:groups, ' ' || (case when a > 1 then b else c end) || ' ') > 0",
        "(:user_id = owner or not strpos(:groups, ' ' || x || ' ') > 0)",
    ],
)
def test_a_test_of_membership_is_taken(compile_sql: CompileSql, member: str) -> None:
    assert compile_sql(f"select 1 as one from t where {member}").row_values[-1] == "groups"


@pytest.mark.parametrize(
    "condition",
    [
        "t.a_group in (:groups)",
        ":groups = t.a_group",
        ":groups like '% analysts %'",
        "strpos(:groups, 'analysts') > 0",
        "strpos(:groups, t.a_group) > 0",
        "strpos(:groups, ' ' || t.a_group) > 0",
        "strpos(:groups, t.a_group || ' ') > 0",
        "strpos(:groups, '' || t.a_group || '') > 0",
        "strpos(:groups, ' ' || ' ') > 0",
        "strpos(:groups, ' ' || t.a_group || ' ') >= 0",
        "strpos(' ' || t.a_group || ' ', :groups) > 0",
        "position(t.a_group in :groups) > 0",
        "strpos(:groups || 'x', ' ' || t.a_group || ' ') > 0",
    ],
)
def test_groups_anywhere_else_are_refused(compile_sql: CompileSql, condition: str) -> None:
    with pytest.raises(
        CatalogueProblems, match=r":7: :groups is only for membership; write strpos"
    ):
        compile_sql(f"select 1 as one from t\nwhere {condition}")


def test_a_mention_in_a_string_is_refused(compile_sql: CompileSql) -> None:
    with pytest.raises(CatalogueProblems, match=":user_id in a quoted string is never bound"):
        compile_sql("select ':user_id' as me")
