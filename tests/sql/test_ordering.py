"""The order of a report, as a table of its rows is told it."""

import pytest

from core.report import SortedTable, SortTerm
from sql.errors import CatalogueProblems
from sql.ordering import sorted_table
from tests.sql.conftest import CompileSql


def order(sql: str) -> tuple[str, list[str]]:
    """What the table has besides, and what it is sorted by."""
    table = sorted_table(sql, {})
    assert table is not None
    return table.sql, [f"{term.name or term.position}{term.direction}" for term in table.terms]


@pytest.mark.parametrize(
    ("sql", "terms"),
    [
        ("select a, b from t order by b desc, a", ["b desc", "a"]),
        ('select a, "B" from t order by A, "b" nulls first', ["a", "b nulls first"]),
        ("select a, b from t order by 2 desc nulls last limit 5", ["2 desc nulls last"]),
        ("select *, 1 as n from t order by 3, n", ["3", "n"]),
        ("select upper(a) as u from t order by upper(a)", ["1"]),
        ("select d as day, sum(x) from t group by d order by d, sum(x) desc", ["1", "2 desc"]),
        ("select distinct * from t order by q", ["q"]),
        ("select a from t union select b from u order by a", ["a"]),
        ("(select a from t) union all (select b from u) order by 1", ["1"]),
        ("with c as (select a from t order by b) select a from c order by a", ["a"]),
    ],
)
def test_columns_of_the_result_are_named(sql: str, terms: list[str]) -> None:
    assert order(sql) == (sql, terms)


@pytest.mark.parametrize(
    ("sql", "table", "terms"),
    [
        (
            "select a from t order by b, lower(c) desc",
            "select a, b as querycast_sort_1, lower(c) as querycast_sort_2 from t"
            " order by b, lower(c) desc",
            ["querycast_sort_1", "querycast_sort_2 desc"],
        ),
        (
            "select * from t order by t.a, x",
            "select *, t.a as querycast_sort_1, x as querycast_sort_2 from t order by t.a, x",
            ["querycast_sort_1", "querycast_sort_2"],
        ),
        (
            "(select a -- from b\nfrom t order by extract(day from d))",
            "(select a, extract(day from d) as querycast_sort_1 -- from b\n"
            "from t order by extract(day from d))",
            ["querycast_sort_1"],
        ),
        (
            "with c as (select 1 as x) select count(*) from c where exists (select 2 from c) "
            "group by x order by x limit 3",
            "with c as (select 1 as x) select count(*), x as querycast_sort_1 from c where exists "
            "(select 2 from c) group by x order by x limit 3",
            ["querycast_sort_1"],
        ),
    ],
)
def test_what_is_no_column_becomes_one(sql: str, table: str, terms: list[str]) -> None:
    assert order(sql) == (table, terms)


@pytest.mark.parametrize(
    "sql",
    [
        "select a from t",
        "select row_number() over (order by a) as n from t",
        "select a from (select a from t order by a)",
    ],
)
def test_without_an_order_of_its_own_there_is_none(sql: str) -> None:
    assert sorted_table(sql, {}) is None


def test_values_are_left_out_in_both_places_where_they_stand(compile_sql: CompileSql) -> None:
    report = compile_sql(
        "select a, :x as x from t where b = :y order by case when :x = a then 1 end",
        x="text",
        y="text",
    )
    table = report.sorted_table
    assert table is not None
    assert table.terms == [SortTerm("", name="querycast_sort_1")]
    assert table.sql.count(":x::") == 3
    for start, end in [*table.nulls.get("x", []), *table.nulls.get("y", [])]:
        assert table.sql[start:end] in (":x", ":y")


def test_a_null_goes_wherever_its_placeholder_stands() -> None:
    sql = "select a, :x as x from t order by case when :x = a then 1 end, b + :x"
    spans = [(at, at + 2) for at in range(len(sql)) if sql.startswith(":x", at)]
    table = sorted_table(sql, {"x": spans})
    assert isinstance(table, SortedTable)
    found = [at for at in range(len(table.sql)) if table.sql.startswith(":x", at)]
    assert sorted(table.nulls["x"]) == [(at, at + 2) for at in found]
    assert len(found) == 5


def test_an_order_that_no_table_can_keep_is_refused(compile_sql: CompileSql) -> None:
    with pytest.raises(CatalogueProblems, match="ORDER BY b: an export could not keep that order"):
        compile_sql("select distinct a from t order by b")
