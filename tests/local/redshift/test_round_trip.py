"""Whatever a table holds is the same after INSERT, SELECT, UNLOAD and COPY."""

import datetime
import json
from decimal import ROUND_DOWN, Decimal, localcontext
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.local.redshift.fake_aws import FakeAws
from tests.local.redshift.sql_runner import SqlRunner

NULL = "<null>"  # what stands for NULL in text; no text of the tables contains it

# What delimiters, quotes, escapes and line ends are made of, more often than by chance.
SPECIAL = "|,;\"'\\\n\r\t N<>%:ä€😀"
TEXTS = st.text(
    st.one_of(
        st.sampled_from(SPECIAL),
        st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
    ),
    max_size=12,
).filter(lambda text: NULL not in text and text != "\\N")
MOMENTS = st.datetimes(datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31))


def integers(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def decimals(precision: int, scale: int) -> st.SearchStrategy[Decimal]:
    limit = 10**precision - 1
    return st.integers(-limit, limit).map(lambda digits: Decimal(f"{digits}e-{scale}"))


# Each type with values as Python has them.
TYPES: dict[str, st.SearchStrategy[Any]] = {
    "smallint": integers(16),
    "integer": integers(32),
    "bigint": integers(64),
    "decimal(5,0)": decimals(5, 0),
    "decimal(3,3)": decimals(3, 3),
    "decimal(18,4)": decimals(18, 4),
    "decimal(38,10)": decimals(38, 10),
    "real": st.floats(width=32, allow_nan=False, allow_infinity=False),
    "double precision": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "varchar(60)": TEXTS,
    "date": st.dates(),
    "timestamp": MOMENTS,
    "timestamptz": MOMENTS,
}
# SUPER as JSON has it: no number here is one that local/redshift refuses.
SUPERS = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | TEXTS,
    lambda values: (
        st.lists(values, max_size=3)
        | st.dictionaries(TEXTS.map(lambda text: text[:6]), values, max_size=3)
    ),
    max_leaves=6,
)
FORMATS = [
    ("escape", "escape"),
    ("escape addquotes", "escape removequotes"),
    ("csv", "csv"),
    ("csv delimiter ';' header", "csv delimiter ';' ignoreheader 1"),
    ("json", "json 'auto'"),
    ("parquet", "parquet"),
]
RUNS = settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def tables(
    draw: st.DrawFn, values: dict[str, st.SearchStrategy[Any]] = TYPES
) -> tuple[list[str], list[list[Any]]]:
    """The types of some columns, and rows of them."""
    types = draw(st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=6))
    row = st.tuples(*(st.none() | values[type] for type in types)).map(list)
    return types, draw(st.lists(row, max_size=8))


def literal(value: Any, type: str) -> str:
    """A value as SQL has it."""
    if value is None:
        return "null"
    if type == "super":
        return f"json_parse({literal(json.dumps(value), 'varchar')})"
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, float):
        return f"'{value!r}'"
    if isinstance(value, Decimal):
        return f"'{value:f}'"
    text = moment(value) if isinstance(value, datetime.datetime) else str(value)
    text = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{text}+00'" if type == "timestamptz" else f"'{text}'"


def moment(value: datetime.datetime) -> str:
    return value.isoformat(" ")


def shown(value: Any, type: str) -> Any:
    """A value as the Data API's records have it."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime.datetime):
        text = moment(value)
        if "." in text:
            text = text.rstrip("0")
        elif type == "timestamp":
            text += ".0"
        return text + ("+00" if type == "timestamptz" else "")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def create(sql: SqlRunner, name: str, types: list[str], rows: list[list[Any]]) -> None:
    columns = ", ".join(f"c{index} {type}" for index, type in enumerate(types))
    sql(f"drop table if exists {name}", f"create table {name} (n int, {columns})")
    values = ", ".join(
        f"({number}, {', '.join(map(literal, row, types))})" for number, row in enumerate(rows)
    )
    if rows:
        sql(f"insert into {name} values {values}")


@RUNS
@given(table=tables())
def test_what_is_inserted_is_selected(
    shared_sql: SqlRunner, table: tuple[list[str], list[list[Any]]]
) -> None:
    types, rows = table
    create(shared_sql, "held", types, rows)
    expected = [[n, *map(shown, row, types)] for n, row in enumerate(rows)]
    assert shared_sql("select * from held order by n").rows == expected


@pytest.mark.parametrize("compression", ["", "gzip", "zstd"])
@pytest.mark.parametrize(("unloaded", "copied"), FORMATS)
def test_what_is_unloaded_is_copied_back(
    s3_sql: SqlRunner, aws: FakeAws, unloaded: str, copied: str, compression: str
) -> None:
    if unloaded == "parquet" and compression:
        pytest.skip("Parquet has compression of its own")

    @RUNS
    @given(table=tables({**TYPES, "super": SUPERS}))
    def check(table: tuple[list[str], list[list[Any]]]) -> None:
        types, rows = table
        aws.objects = {("lake", "elsewhere"): b""}
        create(s3_sql, "held", types, rows)
        create(s3_sql, "back", types, [])
        null = "" if unloaded in ("json", "parquet") else f"null as '{NULL}'"
        s3_sql(
            "unload ('select * from held') to 's3://lake/out/' iam_role default"
            f" {unloaded} {compression} {null}",
            f"copy back from 's3://lake/out/' iam_role default {copied} {compression} {null}",
        )
        query = "select * from {} order by n"
        assert s3_sql(query.format("back")).rows == s3_sql(query.format("held")).rows

    check()


PARAMETERS = {
    "smallint": integers(16),
    "bigint": integers(64),
    "decimal(18,4)": decimals(18, 4),
    "double precision": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "varchar": TEXTS,
    "date": st.dates(),
    "timestamp": MOMENTS,
}


@RUNS
@given(values=st.fixed_dictionaries(PARAMETERS), text=TEXTS)
def test_parameters_arrive_as_they_are(
    shared_sql: SqlRunner, values: dict[str, Any], text: str
) -> None:
    texts = {
        f"p{index}": moment(value) if isinstance(value, datetime.datetime) else f"{value}"
        for index, value in enumerate(values.values())
    }
    casts = ", ".join(f":p{index}::{type}" for index, type in enumerate(values))
    row = shared_sql.row(f"select {casts}, :text", **texts, text=text)
    assert row == [*(shown(value, type) for type, value in values.items()), text]


DIGITS = {"smallint": 5, "integer": 10, "bigint": 19}
BITS = {"smallint": 16, "integer": 32, "bigint": 64}
OVERFLOWS = ("Value out of range for", "Numeric data overflow", "Divide by zero")


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, Decimal]:
    """A type of exact numbers, and one of them."""
    name = draw(st.sampled_from([*BITS, "decimal"]))
    if name in BITS:
        value = draw(st.integers(-99, 99) | integers(BITS[name]))
        return name, Decimal(value)
    precision = draw(st.integers(1, 18))
    scale = draw(st.integers(0, min(precision, 6)))
    return f"decimal({precision},{scale})", draw(decimals(precision, scale))


def places(type: str) -> tuple[int, int]:
    """Precision and scale of a type, or of the decimal that an integer counts as."""
    if type in DIGITS:
        return DIGITS[type], 0
    precision, scale = type.removeprefix("decimal(").rstrip(")").split(",")
    return int(precision), int(scale)


def computed(operator: str, first: tuple[str, Decimal], second: tuple[str, Decimal]) -> Any:
    """What Redshift's documentation has for a computation; None where it fails."""
    (left, a), (right, b) = first, second
    if operator in "/%" and not b:
        return None
    with localcontext(prec=100):
        if left in BITS and right in BITS:
            whole = {"+": a + b, "-": a - b, "*": a * b}.get(operator)
            if whole is None:
                whole = (a / b).to_integral_value(ROUND_DOWN) if operator == "/" else a % b
            bits = max(BITS[left], BITS[right])
            return int(whole) if -(2 ** (bits - 1)) <= whole < 2 ** (bits - 1) else None
        (p1, s1), (p2, s2) = places(left), places(right)
        if operator == "/":
            scale = max(4, s1 + p2 - s2 + 1)
            scale = min(scale, max(38 - (p1 - s1 + s2), 4))
            exact = (a / b).quantize(Decimal(1).scaleb(-scale), ROUND_DOWN)
        elif operator == "*":
            exact, scale = a * b, s1 + s2
        else:
            exact, scale = {"+": a + b, "-": a - b, "%": a % b if b else a}[operator], max(s1, s2)
        if abs(exact.scaleb(scale)) >= 10**38:
            return None
        return f"{exact if exact else abs(exact):.{scale}f}"


@settings(RUNS, max_examples=100)
@given(operator=st.sampled_from("+-*/%"), first=numbers(), second=numbers())
def test_arithmetic_is_as_documented(
    shared_sql: SqlRunner,
    operator: str,
    first: tuple[str, Decimal],
    second: tuple[str, Decimal],
) -> None:
    (left, a), (right, b) = first, second
    query, expected = f"select :a::{left} {operator} :b::{right}", computed(operator, first, second)
    if expected is None:
        assert any(text in shared_sql.error(query, a=f"{a:f}", b=f"{b:f}") for text in OVERFLOWS)
    else:
        assert shared_sql.row(query, a=f"{a:f}", b=f"{b:f}") == [expected]
