"""A result as the service sends it, and as Python, Arrow and notebooks have it."""

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pandas
import polars
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from querycast.async_result import AsyncResult
from querycast.errors import InvalidArgument
from querycast.loop import LoopThread
from querycast.query import QueryExecution
from querycast.result import Column, Result, ResultPage
from querycast.values import READ as READ_TYPES
from tests.clients.service import query

COLUMNS = {
    "int2": st.integers(-(2**15), 2**15 - 1),
    "int4": st.integers(-(2**31), 2**31 - 1),
    "int8": st.integers(-(2**63), 2**63 - 1),
    "float4": st.floats(allow_nan=False, width=32),
    "float8": st.floats(allow_nan=False),
    "numeric": st.decimals(allow_nan=False, allow_infinity=False, places=4),
    "bool": st.booleans(),
    "bpchar": st.text(),
    "varchar": st.text(),
    "super": st.text(),  # its JSON
    "varbyte": st.binary().map(bytes.hex),
    "date": st.dates(),
    "time": st.times(),
    "timetz": st.times(timezones=st.just(UTC)),
    "timestamp": st.datetimes(),
    "timestamptz": st.datetimes(timezones=st.just(UTC)),
}


def page(columns: dict[str, str], rows: Sequence[Sequence[Any]]) -> ResultPage:
    return ResultPage.from_json(
        {
            "columns": [{"name": name, "type": kind} for name, kind in columns.items()],
            "rows": json.dumps(rows),
            "nextToken": None,
        }
    )


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    thread = LoopThread()
    yield thread
    thread.close()


class Results:
    """Results of one page, which are neither fetched nor exported."""

    def __init__(self, loop: LoopThread) -> None:
        self._loop = loop

    def __call__(
        self, columns: dict[str, str], rows: Sequence[Sequence[Any]], total: int = 2
    ) -> Result:
        ended = QueryExecution.from_json(query("a", "FINISHED", resultRows=total))
        found = AsyncResult(
            ended,
            page(columns, rows),
            lambda _: pytest.fail("There is no second page."),
            lambda: pytest.fail("Nothing is exported."),
        )
        return Result(found, self._loop)


@pytest.fixture
def result(loop: LoopThread) -> Results:
    return Results(loop)


def sent(kind: str, value: Any) -> Any:
    """A value as the service sends it."""
    if kind == "int8":
        return value if abs(value) < 2**53 else str(value)
    if kind == "timestamptz":
        return value.isoformat(sep=" ").replace("+00:00", "+00")
    if kind == "timestamp":
        return value.isoformat(sep=" ")
    if kind == "numeric":
        return f"{value:f}"
    if kind in ("float4", "float8") and value in (float("inf"), float("-inf")):
        return f"{'-' if value < 0 else ''}Infinity"
    return value.isoformat() if isinstance(value, date | time) else value


def test_values_of_every_type_that_is_read_are_tried() -> None:
    assert set(READ_TYPES) <= set(COLUMNS)


@given(st.data(), st.sampled_from(sorted(COLUMNS)))
def test_a_value_of_every_type_is_read_as_what_it_was(data: st.DataObject, kind: str) -> None:
    values = data.draw(st.lists(st.none() | COLUMNS[kind], min_size=1))
    rows = [[None if value is None else sent(kind, value)] for value in values]
    found = [value for (value,) in page({"it": kind}, rows).rows]
    assert found == values
    assert [type(value) for value in found] == [type(value) for value in values]


def test_a_page_says_what_its_columns_are() -> None:
    assert page({"n": "int8", "t": "varchar"}, []).columns == [
        Column("n", "int8"),
        Column("t", "varchar"),
    ]


def test_what_a_type_cannot_hold_stays_the_text_that_it_is() -> None:
    read = page({"on": "date", "at": "timestamp"}, [["10000-01-01", "0044-03-15 12:00:00 BC"]])
    assert read.rows == [["10000-01-01", "0044-03-15 12:00:00 BC"]]


MIXED = {"on": "date", "at": "time", "fare": "numeric", "n": "int8", "seen": "timestamptz"}
ROWS: list[list[Any]] = [
    ["2015-06-01", "10:00:00", "12.50", "9007199254740993", "2015-06-01 10:00:00.5+00"],
    [None, None, None, None, None],
]
READ = {
    "on": date(2015, 6, 1),
    "at": time(10),
    "fare": Decimal("12.50"),
    "n": 9_007_199_254_740_993,
    "seen": datetime(2015, 6, 1, 10, 0, 0, 500_000, tzinfo=UTC),
}


def test_arrow_has_the_types_of_redshift(result: Results) -> None:
    table = result(MIXED, ROWS).to_arrow()
    assert [str(field.type) for field in table.schema] == [
        *("date32[day]", "time64[us]", "decimal128(38, 2)", "int64", "timestamp[us, tz=UTC]")
    ]
    assert table.to_pylist() == [READ, dict.fromkeys(MIXED)]


def test_arrow_of_no_rows_has_its_columns(result: Results) -> None:
    assert result(MIXED, []).to_arrow().column_names == list(MIXED)


def test_pandas_keeps_every_digit_and_null(result: Results) -> None:
    frame = result(MIXED, ROWS).to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert frame["n"][0] == 9_007_199_254_740_993
    assert frame["fare"][0] == Decimal("12.50")
    assert frame.isna().sum().to_dict() == dict.fromkeys(MIXED, 1)


def test_polars_keeps_every_digit_and_null(result: Results) -> None:
    frame = result(MIXED, ROWS).to_polars()
    assert isinstance(frame, polars.DataFrame)
    assert frame.rows(named=True) == [READ, dict.fromkeys(MIXED)]


@pytest.mark.parametrize(
    ("call", "package", "extra"),
    [
        ("to_arrow", "pyarrow", "arrow"),
        ("to_pandas", "pandas", "pandas"),
        ("to_polars", "polars", "polars"),
    ],
)
def test_what_is_not_installed_is_named_with_its_extra(
    result: Results, call: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InvalidArgument, match=rf"needs {package}.*querycast\[{extra}\]"):
        getattr(result(MIXED, ROWS), call)()


def test_a_value_that_arrow_has_not_is_refused_by_its_column(result: Results) -> None:
    with pytest.raises(InvalidArgument, match="Column 'on' has a value"):
        result({"on": "date"}, [["10000-01-01"]]).to_arrow()


def test_a_notebook_shows_the_first_rows_and_how_many_there_are(result: Results) -> None:
    shown = result(MIXED, ROWS, total=1_000)._repr_html_()
    assert '<td style="text-align: right">12.50</td>' in shown
    assert "<em>NULL</em>" in shown
    assert "2 of 1,000 rows" in shown


def test_no_value_is_markup_in_a_notebook(result: Results) -> None:
    hostile = "<script>alert('x')</script>"
    shown = result({hostile: "varchar"}, [[hostile], [f"{hostile * 100}"]])._repr_html_()
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    assert len(shown) < 2_000


def test_arrow_is_pyarrows(result: Results) -> None:
    assert isinstance(result(MIXED, ROWS).to_arrow(), pyarrow.Table)
