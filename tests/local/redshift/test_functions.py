"""Functions and operators: the value that Redshift's documentation gives."""

from typing import Any

import pytest

from tests.local.redshift.sql_runner import SqlRunner

AT = "timestamp '2009-12-31 23:15:59'"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("dateadd(month, 1, '2008-01-31'::date)", "2008-02-29 00:00:00.0"),
        ("dateadd('hour', 5, '2008-01-01 00:00:00'::timestamp)", "2008-01-01 05:00:00.0"),
        ("dateadd(qtr, -1, '2008-05-31')", "2008-02-29 00:00:00.0"),
        ("dateadd(day, 1, '2008-01-01 00:00:00+00'::timestamptz)", "2008-01-02 00:00:00+00"),
        ("datediff(qtr, '1998-07-01', '2008-01-01')", 38),
        ("datediff(day, '2008-01-01 23:59:59'::timestamp, '2008-01-02'::date)", 1),
        ("datediff(minutes, '2015-06-01 10:00:59', '2015-06-01 10:01:00')", 1),
        ("date_trunc('mon', '2015-06-15'::date)", "2015-06-01 00:00:00.0"),
        ("date_trunc('week', '2008-02-18 02:36:48'::timestamp)", "2008-02-18 00:00:00.0"),
        ("extract(dow from '2008-01-05'::date)", 6),
        ("extract(week from '2008-12-29'::date)", 1),
        ("extract(epoch from '2015-01-01'::timestamp)", 1420070400),
        ("extract(second from '2015-01-01 00:00:05.7'::timestamp)", 5),
        ("date_part(yr, '2008-01-05'::date)", 2008.0),
        ("last_day('2004-02-16'::date)", "2004-02-29"),
        ("add_months('2008-02-29'::date, 1)", "2008-03-31 00:00:00.0"),
        ("add_months('2008-01-30'::date, 1)", "2008-02-29 00:00:00.0"),
        ("trunc('2011-07-21 10:32:38.248109'::timestamp)", "2011-07-21"),
        ("trunc(sysdate) = current_date", True),
        ("getdate() > '2020-01-01'", True),
        ("convert_timezone('America/New_York', '2015-07-01 12:00:00'::timestamp)",
         "2015-07-01 08:00:00.0"),
        ("convert_timezone('EST', 'UTC', '2015-01-01 12:00:00')", "2015-01-01 17:00:00.0"),
        ("'2008-01-01'::date + interval '1 month'", "2008-02-01 00:00:00.0"),
        ("'2008-01-01'::date + 31", "2008-02-01"),
        ("'2008-03-01'::date - '2008-02-01'::date", 29),
        ("date '2008-01-01'::timestamp", "2008-01-01 00:00:00.0"),
        (f"to_char({AT}, 'MONTH-DY-DD-YYYY HH12:MIPM')", "DECEMBER -THU-31-2009 11:15PM"),
        (f"to_char({AT}, 'YYYYMMDD HH24:MI:SS.MS Q IW DDD')", "20091231 23:15:59.000 4 53 365"),
        (f"to_char({AT}, 'FMMonth FMDD, Day \"at\" am')", "December 31, Thursday  at pm"),
        ("to_char('2009-01-05'::date, 'FMMM/FMDD D')", "1/5 2"),
        ("to_date('02 Oct 2001', 'DD Mon YYYY')", "2001-10-02"),
        ("to_date('June 2015', 'MonthYYYY')", "2015-06-01"),
        ("to_date('20150601', 'YYYYMMDD')", "2015-06-01"),
        ("to_timestamp('05 Dec 2000 12:34', 'DD Mon YYYY HH24:MI')", "2000-12-05 12:34:00+00"),
    ],
)  # fmt: skip
def test_dates(shared_sql: SqlRunner, expression: str, expected: Any) -> None:
    assert shared_sql.row(f"select {expression}") == [expected]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("concat('a', null)", None),
        ("concat('a', 'b') || 'c'", "abc"),
        ("'a' || 1.5::float8", "a1.5"),
        ("100000::float8::varchar", "100000"),
        ("(0.1::float8 + 0.2::float8)::varchar", "0.3"),
        ("1.50::varchar", "1.50"),
        ("'2015-01-01'::date::varchar", "2015-01-01"),
        ("'abcdef'::varchar(3)", "abc"),
        ("'caçao'::varchar(3)", "ca"),
        ("'12'::varchar(3)::int", 12),
        ("len('caçao')", 5),
        ("octet_length('caçao')", 6),
        ("len('ab ')", 3),
        ("charindex('b', 'abc')", 2),
        ("strpos('abc', 'c')", 3),
        ("position('b' in 'abc')", 2),
        ("split_part('2008-03-05', '-', 2)", "03"),
        ("substring('caterpillar', 6, 4)", "pill"),
        ("substring('caterpillar', 0, 3)", "ca"),
        ("substring('caterpillar' from 8)", "llar"),
        ("substr('caterpillar', -2)", "caterpillar"),
        ("left('abc', 2) || right('abc', 1)", "abc"),
        ("lpad('cat', 6)", "   cat"),
        ("rpad('cat', 5, 'xy')", "catxy"),
        ("btrim(' a ')", "a"),
        ("trim(both 'x' from 'xxaxx')", "a"),
        ("trim(leading from '  a ')", "a "),
        ("translate('most tin sin', 'inot', 'osp')", "mps os sos"),
        ("regexp_replace('a1b2c3', '[0-9]', '#')", "a#b#c#"),
        ("regexp_substr('foo@bar.com', '@[^.]*')", "@bar"),
        ("regexp_count('abcabc', 'b')", 2),
        ("md5('Amazon Redshift')", "f7415e33f972c03abd4f3fed36748f7a"),
        ("sha2('Amazon Redshift', 256) = sha2('Amazon Redshift', 0)", True),
        ("upper('a') || lower('B') || reverse('cd')", "Abdc"),
        ("repeat('ab', 2) || replace('xyx', 'x', '-')", "abab-y-"),
        ("chr(65) || ascii('A')", "A65"),
        ("'abc' similar to '(a|b)%'", True),
        ("'abc' similar to 'a.c'", False),
        ("'a_c' like 'a\\\\_c'", True),
        ("'abc' like 'a\\\\_c'", False),
        ("'a%c' like 'a!%c' escape '!'", True),
        ("'ABC' ilike 'a%'", True),
        ("'abc' not like 'b%'", True),
        ("'abc' ~ '^a' and 'abc' !~ 'z'", True),
        ("E'a\\nb' = 'a' || chr(10) || 'b'", True),
    ],
)
def test_texts(shared_sql: SqlRunner, expression: str, expected: Any) -> None:
    assert shared_sql.row(f"select {expression}") == [expected]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("nvl(null, 'x')", "x"),
        ("nvl2(null, 'a', 'b')", "b"),
        ("coalesce(null, null, 2)", 2),
        ("decode(null, 1, 'one', null, 'null!', 'other')", "null!"),
        ("decode(3, 1, 'one', 2, 'two')", None),
        ("greatest(1, null, 3) + least(2, 1)", 4),
        ("case when null then 1 else 2 end", 2),
        ("null = null", None),
        ("true and null", None),
        ("'t'::bool and 'yes'::boolean and 1::bool", True),
        ("true is not false", True),
        ("1 in (1, null)", True),
        ("2 not in (1, null)", None),
        ("1 between 0 and 2", True),
        ("exists (select 1 where false)", False),
        ("2 > all (select 1)", True),
        ("2 = any (select 1 union select 2)", True),
    ],
)
def test_conditions(shared_sql: SqlRunner, expression: str, expected: Any) -> None:
    assert shared_sql.row(f"select {expression}") == [expected]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select a from t order by a", ["a", "b", None]),
        ("select a from t order by a desc", [None, "b", "a"]),
        ("select a from t order by a desc nulls last", ["b", "a", None]),
        ("select row_number() over (order by a desc) from t order by a", [3, 2, 1]),
        ("select top 2 a from t order by a", ["a", "b"]),
        ("select a from t order by a limit 1 offset 1", ["b"]),
        ("select a from t minus select 'a' order by 1", ["b", None]),
        ("select a from t intersect select 'a'", ["a"]),
        ("select listagg(a, ', ') within group (order by a desc) from t", ["b, a"]),
        ("select listagg(distinct a) within group (order by a) from t", ["ab"]),
        ("select lag(a ignore nulls) over (order by n) from t order by n", [None, "a", "b"]),
        ("select last_value(a) over (order by n rows between unbounded preceding and"
         " unbounded following) from t order by n limit 1", [None]),
        ("select ntile(2) over (order by n) from t order by n", [1, 1, 2]),
        ("select a from t qualify rank() over (order by n desc) = 1", [None]),
        ("select SALESID from (select 1 as SalesId) where \"SALESID\" = 1", [1]),
        ("select count(*) from t group by rollup(a) order by 1", [1, 1, 1, 3]),
        ("select t.n from t, u where t.n = u.n(+) and u.n is null order by 1", [1, 3]),
        ("select t.n from t left join u using (n) where u.n is null order by 1", [1, 3]),
        ("select percentile_disc(0.5) within group (order by n) from t", [2]),
        ("select bool_or(n > 2) from t", [True]),
    ],
)  # fmt: skip
def test_queries(sql: SqlRunner, query: str, expected: list[Any]) -> None:
    sql("create table t (a varchar(1), n int)", "create table u (n int)")
    sql("insert into t values ('a', 1), ('b', 2), (null, 3)", "insert into u values (2)")
    assert [row[0] for row in sql(query).rows] == expected


@pytest.mark.parametrize(
    ("projection", "heading"),
    [
        ("count(*)", "count"),
        ("max(n) over ()", "max"),
        ("1 + 1", "?column?"),
        ("'x'", "?column?"),
        ("N", "n"),
        ("N as Total", "total"),
        ('n as "Two Words"', "two words"),
        ("n::varchar", "n"),
        ("1::bigint", "int8"),
        ("case when true then 1 end", "case"),
        ("case when true then 1 else n end", "n"),
        ("nvl(n, 1)", "coalesce"),
        ("dateadd(day, 1, sysdate)", "date_add"),
        ("extract(year from sysdate)", "date_part"),
        ("trunc(sysdate)", "trunc"),
        ("current_date", "date"),
        ("sysdate", "timestamp"),
        ("getdate()", "getdate"),
        ("listagg('a') within group (order by n)", "listagg"),
        ("true", "bool"),
        ("-n", "?column?"),
        ("(select 1)", "?column?"),
    ],
)
def test_columns_are_headed_as_redshift_heads_them(
    shared_sql: SqlRunner, projection: str, heading: str
) -> None:
    group = "group by n" if "listagg" not in projection and "(*)" not in projection else ""
    query = f"select {projection} from (select 1 as n) as q {group}"
    assert shared_sql(query).names == [heading]


@pytest.mark.parametrize(
    ("expression", "type"),
    [
        ("1::smallint", "int2"), ("1", "int4"), ("3000000000", "int8"), ("1.5", "numeric"),
        ("1::real", "float4"), ("1::float", "float8"), ("'x'", "varchar"), ("null", "varchar"),
        ("true", "bool"), ("sysdate", "timestamp"), ("current_date", "date"),
        ("'10:00'::time", "time"), ("'2015-01-01'::timestamptz", "timestamptz"),
        ("count(*)", "int8"), ("len('x')", "int4"), ("datediff(day, sysdate, sysdate)", "int8"),
    ],
)  # fmt: skip
def test_values_have_redshifts_types(shared_sql: SqlRunner, expression: str, type: str) -> None:
    assert shared_sql(f"select {expression}").types == [type]


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ("timestamp '2022-02-22 00:00:00'", "2022-02-22 00:00:00.0"),
        ("timestamp '2020-08-21 17:33:51.887120'", "2020-08-21 17:33:51.88712"),
        ("timestamptz '2024-06-12 19:30:45.123456+00'", "2024-06-12 19:30:45.123456+00"),
        ("time '14:30:45'", "14:30:45"),
        ("123.45::decimal(10, 3)", "123.450"),
        ("-0.5::decimal(3, 2)", "-0.50"),
        ("99999999999999999999999999999999999999::decimal(38, 0)", "9" * 38),
    ],
)
def test_values_that_travel_as_text(shared_sql: SqlRunner, literal: str, text: str) -> None:
    assert shared_sql.row(f"select {literal}") == [text]


def test_texts_arrive_byte_for_byte(shared_sql: SqlRunner) -> None:
    text = "\"quotes\" 'and' \\back\\slashes, \ttabs\nlines \x01 é 漢字 😀 \u2028"
    assert shared_sql.row("select :text", text=text) == [text]


def test_doubles_that_json_has_no_word_for(shared_sql: SqlRunner) -> None:
    query = "select 'NaN'::float8, '-Infinity'::float8, null::float8"
    assert shared_sql.row(query) == ["NaN", "-Infinity", None]
