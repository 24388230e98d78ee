"""SUPER beside the rest: a database that has it answers everything else as one without it."""

from typing import Any

import pytest

from tests.local.redshift.sql_runner import SqlRunner


@pytest.fixture
def documents(sql: SqlRunner) -> SqlRunner:
    """A database with a SUPER column, and with a table that has none."""
    sql("create table d (id int, doc super)", "insert into d values (1, array(1, 2))")
    sql("create table t (n int, v varchar(9), m int default 5)")
    sql("insert into t values (1, 'a', default), (2, 'b', 7), (2, 'c', null)")
    return sql


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("select n, count(*) from t group by rollup(n) order by n", [[1, 1], [2, 2], [None, 3]]),
        ("select n from t group by grouping sets ((n)) order by 1", [[1], [2]]),
        ("select distinct n, sum(m) over (partition by n) from t order by n", [[1, 5], [2, 7]]),
        ("select n, m, v from t a natural join t b order by 1, 2", [[1, 5, "a"], [2, 7, "b"]]),
        ("select n from t where exists (select 1 from t u where u.m > t.m)", [[1]]),
        ("select v from t where (n, v) = (2, 'b') or n in (select 1)", [["a"], ["b"]]),
        ("select n from t union select m from t order by 1", [[1], [2], [5], [7], [None]]),
        ("select count(distinct n), max(v) from t having count(*) > 1", [[2, "c"]]),
        ("select case n when 1 then 'x' else v end from t order by t.v", [["x"], ["b"], ["c"]]),
        ("select a.v from t a left join t b on a.n = b.m where b.n is null and a.n = 1", [["a"]]),
        (
            "with recursive r(i) as (select 1 union all select i + 1 from r where i < 3)"
            " select i from r order by i",
            [[1], [2], [3]],
        ),
        (
            "select * from t pivot (sum(m) for v in ('a', 'b')) order by n",
            [[1, 5, None], [2, None, 7]],
        ),
    ],
)  # fmt: skip
def test_a_query_without_super_is_not_touched(
    documents: SqlRunner, query: str, rows: list[list[Any]]
) -> None:
    assert documents(query).rows == rows


def test_changes_without_super_are_not_touched(documents: SqlRunner) -> None:
    documents("update t set m = u.n from (select 9 as n) u where t.n = 1 and v = 'a'")
    documents("delete from t using d where t.n = d.id + 1 and t.v > 'b'")
    documents(
        "merge into t using (select 2 as n) s on t.n = s.n"
        " when matched then update set v = 'z' when not matched then insert (n) values (s.n)"
    )
    assert documents("select * from t order by n").rows == [[1, "a", 9], [2, "z", 7]]


def test_a_path_begins_at_the_nearest_name(documents: SqlRunner) -> None:
    documents("create table doc (doc super)", "insert into doc values (object('doc', 5))")
    assert documents.row("select doc.doc.doc, doc.doc, public.doc.doc.doc from doc") == [
        "5",
        '{"doc":5}',
        "5",
    ]
    assert documents.row("select (select doc[1] from d) from doc") == ["2"]


def test_a_parameter_is_a_text(documents: SqlRunner) -> None:
    documents("insert into d values (2, :value)", value='{"a":1}')
    assert documents.row(
        "select doc, is_varchar(doc) from d where doc = :value", value='{"a":1}'
    ) == [
        '"{\\"a\\":1}"',
        True,
    ]
    assert documents.row("select json_parse(:value)", value='{ "a" : 1 }') == ['{"a":1}']


def test_a_result_says_its_type_is_super(documents: SqlRunner) -> None:
    (column,) = documents.statement("select doc from d").parts[0].columns or []
    assert (column["typeName"], column["precision"], column["scale"]) == ("super", 2147483647, 0)
    assert (column["isSigned"], column["isCaseSensitive"]) == (False, True)
