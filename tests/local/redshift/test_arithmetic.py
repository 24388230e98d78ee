"""Numbers: the types and values that Redshift gives and DuckDB would not."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from local.redshift.sql import numeric
from tests.local.redshift.sql_runner import SqlRunner

SETUP = (
    "create table numbers (g varchar(1), i int, b bigint, d decimal(8,2), r real, f float8)",
    "insert into numbers values ('a', 1, 10, 1.25, 1.5, 0.5), ('a', 2, 20, 2.50, 2.5, 1.5),"
    " ('b', null, null, null, null, null), ('b', 4, 40, -3.10, 0.5, 2.5)",
)


@pytest.fixture(scope="module")
def sql(shared_sql: SqlRunner) -> SqlRunner:
    shared_sql.statement(*SETUP)
    return shared_sql


@pytest.mark.parametrize(
    ("expression", "type", "expected"),
    [
        ("5 / 2", "int4", 2),
        ("-7 / 2", "int4", -3),
        ("7 % -3", "int4", 1),
        ("5::bigint / 2", "int8", 2),
        ("5 / 2.0", "numeric", "2.5000"),
        ("1.00 / 3", "numeric", "0.3333333333333"),
        ("2::decimal(8,2) / 3::decimal(8,2)", "numeric", "0.666666666"),
        ("-2::decimal(8,2) / 3::decimal(8,2)", "numeric", "-0.666666666"),
        ("5 / 2.0::float8", "float8", 2.5),
        ("1::real / 2", "float8", 0.5),
        ("1.5::real * 2::real", "float4", 3.0),
        ("1.5::real + 1", "float8", 2.5),
        ("1 + 1.5", "numeric", "2.5"),
        ("1.25 * 1.5", "numeric", "1.875"),
        ("'5' + 1", "int4", 6),
        ("2.567::decimal(5,3)::decimal(5,1)", "numeric", "2.6"),
        ("2.5::int", "int4", 3),
        ("-0.5::decimal(2,2)", "numeric", "-0.50"),
        ("0.5::decimal(2,2)::varchar", "varchar", "0.50"),
        ("0.5::decimal(2,2) || 'x'", "varchar", "0.50x"),
        ("round(2.567, 1)", "numeric", "2.6"),
        ("round(-2.5)", "numeric", "-3"),
        ("trunc(2.567, 1)", "numeric", "2.5"),
        ("trunc(-2.5)", "numeric", "-2"),
        ("ceil(1.2)", "numeric", "2"),
        ("floor(-1.2::float8)", "float8", -2.0),
        ("power(2, 3)", "float8", 8.0),
        ("mod(7, 3)", "int4", 1),
        ("abs(-3.5)", "numeric", "3.5"),
        ("sign(-3.5)", "int4", -1),
        ("greatest(1, null, 3)", "int4", 3),
        ("nullif(1, 1)", "int4", None),
    ],
)
def test_an_expression(sql: SqlRunner, expression: str, type: str, expected: Any) -> None:
    answer = sql(f"select {expression}")
    assert (answer.types, answer.rows) == ([type], [[expected]])


@pytest.mark.parametrize(
    ("aggregate", "type", "expected"),
    [
        ("sum(i)", "int8", 7),
        ("sum(b)", "int8", 70),
        ("sum(d)", "numeric", "0.65"),
        ("sum(r)", "float8", 4.5),
        ("avg(i)", "int8", 2),
        ("avg(distinct i)", "int8", 2),
        ("avg(d)", "numeric", "0.21"),
        ("avg(r)", "float8", 1.5),
        ("sum(b) / sum(i)", "int8", 10),
        ("sum(b) / count(*)", "int8", 17),
        ("sum(d) / count(d)", "numeric", "0.2166"),
        ("sum(i) * 1.5", "numeric", "10.5"),
        ("median(i)", "numeric", "2.0"),
        ("median(d)", "numeric", "1.250"),
        ("median(f)", "float8", 1.5),
        ("count(distinct g)", "int8", 2),
        ("min(d) / max(i)", "numeric", "-0.7750000000000"),
        ("sum(i / 2)", "int8", 3),
        ("sum(case when i > 1 then i / 2.0 end)", "numeric", "3.0000"),
        ("avg(i) / 2", "int8", 1),
        ("coalesce(sum(i), 0) / 2", "int8", 3),
        ("stddev_samp(i) > 1.5", "bool", True),
    ],
)
def test_an_aggregate(sql: SqlRunner, aggregate: str, type: str, expected: Any) -> None:
    answer = sql(f"select {aggregate} from numbers")
    assert (answer.types, answer.rows) == ([type], [[expected]])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "select g, avg(i), sum(d) / 2 from numbers group by g order by g",
            [["a", 1, "1.8750"], ["b", 4, "-1.5500"]],
        ),
        (
            "select avg(i) over (partition by g) from numbers where i is not null order by i",
            [[1], [1], [4]],
        ),
        (
            "select sum(i) over (order by b rows unbounded preceding) from numbers where i > 0",
            [[1], [3], [7]],
        ),
        ("select i / 2 as half, half / 2.0 from numbers where i = 4", [[2, "1.0000"]]),
        (
            "with q as (select i / 2 as h from numbers)"
            " select avg(h), h / 4.0 from q group by h order by 1",
            [[0, "0.0000"], [1, "0.2500"], [2, "0.5000"], [None, None]],
        ),
        (
            "select n.i, (select sum(d) / n.i from numbers m where m.i = n.i) from numbers n"
            " where i < 3 order by 1",
            [[1, "1.2500"], [2, "1.2500"]],
        ),
        (
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 4)"
            " select sum(i) / 4.0 from n",
            [["2.5000"]],
        ),
        ("select x / 2 from (select i from numbers union all select 9) u(x) where x = 9", [[4]]),
        ("select sum(sum(i)) over () from numbers", [[7]]),
        (
            "select i / 2 as x, x / 2 as y, y / 2.0 as z from numbers where i = 4",
            [[2, 1, "0.5000"]],
        ),
        ("select i from numbers where i / 2 = 1 and d / 2 > 1", [[2]]),
        ("select count(*) from numbers a join numbers b on a.i / 2 = b.i", [[2]]),
        (
            "select i / 2, count(*) from numbers group by i / 2 order by 1",
            [[0, 1], [1, 1], [2, 1], [None, 1]],
        ),
        (
            "select i / 2, count(*) from numbers group by 1 having avg(i) > 1 order by i / 2",
            [[1, 1], [2, 1]],
        ),
    ],
)
def test_a_query(sql: SqlRunner, query: str, expected: list[list[Any]]) -> None:
    assert sql(query).rows == expected


@pytest.mark.parametrize("zero", ["0", "0.0", "0::float8", "(1 - 1)"])
def test_division_by_zero_fails(sql: SqlRunner, zero: str) -> None:
    assert sql.error(f"select 1 / {zero}") == "ERROR: Divide by zero"


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("32767::smallint + 1::smallint", "Value out of range for 2 bytes."),
        ("2147483647 + 1", "Value out of range for 4 bytes."),
        ("9223372036854775807 + 1", "Value out of range for 8 bytes."),
        ("3000000000::int", "Value out of range for 4 bytes."),
        ("1234.5::decimal(5,2)", "Numeric data overflow"),
        ("'abc'::int", 'invalid input syntax for integer: "abc"'),
        ("'1.5'::int", 'invalid input syntax for integer: "1.5"'),
        ("'x'::float8", 'invalid input syntax for type double precision: "x"'),
        ("sum('x')", "function sum(varchar) does not exist"),
    ],
)
def test_what_does_not_fit_fails(sql: SqlRunner, expression: str, message: str) -> None:
    assert sql.error(f"select {expression}") == f"ERROR: {message}"


def random_decimal(random: Random) -> tuple[numeric.Decimal, Decimal]:
    type = numeric.Decimal(precision := random.randint(1, 9), random.randint(0, min(precision, 4)))
    digits = random.randint(-(10**precision) + 1, 10**precision - 1)
    return type, Decimal(digits).scaleb(-type.scale)


@pytest.mark.parametrize("seed", range(60))
def test_decimal_arithmetic_is_exact(sql: SqlRunner, seed: int) -> None:
    random = Random(seed)
    (left_type, a), (right_type, b) = random_decimal(random), random_decimal(random)
    first, second = f"({a:f})::{left_type}", f"({b:f})::{right_type}"
    found = [Decimal(text) for text in sql.row(f"select {first} + {second}, {first} * {second}")]
    assert found == [a + b, a * b]
    if b:
        unit = Decimal(1).scaleb(-numeric.quotient_type(left_type, right_type).scale)
        (quotient,) = sql.row(f"select {first} / {second}")
        assert Decimal(quotient) == (a / b).quantize(unit, rounding="ROUND_DOWN")
