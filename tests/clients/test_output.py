"""How data is written: for people a table, for programs JSON and CSV."""

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow.parquet import read_table

from querycast.cli.output import Output, Writer, writer
from querycast.cli.table import TABLE_ROWS, UUID
from querycast.cli.terminal import CONTROL, plain
from querycast.errors import InvalidArgument
from querycast.result import Column

COLUMNS = [Column("name", "varchar"), Column("trips", "int8")]
ESCAPE = "\x1b[31mred\x1b[0m"


def written(
    capsys: pytest.CaptureFixture[str], output: Output, rows: Sequence[list[Any]], **columns: Any
) -> str:
    Writer(output).write(columns.get("columns", COLUMNS), rows)
    return capsys.readouterr().out


def test_a_table_aligns_numbers_and_shows_null(capsys: pytest.CaptureFixture[str]) -> None:
    lines = written(capsys, Output.TABLE, [["a", 1], ["b", 1000], [None, None]]).splitlines()

    assert lines[2:] == ["a          1", "b       1000", "NULL    NULL"]


def test_a_table_in_a_pipe_cuts_and_wraps_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    long = "x" * 500

    assert long in written(capsys, Output.TABLE, [[long, 1]])


def test_a_table_on_a_narrow_terminal_cuts_no_value(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    columns = [Column("query", UUID), Column("note", "varchar")]
    query_id = "6f1c2a4e-8b1d-4c57-9a53"

    shown = written(capsys, Output.TABLE, [[query_id, "x" * 50]], columns=columns)

    assert query_id in shown
    assert shown.count("x") == 50


def test_a_long_table_is_cut_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    Writer(Output.TABLE).write(COLUMNS, [["a", number] for number in range(TABLE_ROWS + 1)])

    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == TABLE_ROWS + 2
    assert "Only the first 1,000 rows are shown" in shown.err


def test_a_table_of_no_rows_has_its_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert "trips" in written(capsys, Output.TABLE, [])


def test_markup_in_a_table_stays_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert "[red]x[/red]" in written(capsys, Output.TABLE, [["[red]x[/red]", 1]])


@pytest.mark.parametrize(
    "output", [Output.TABLE, Output.JSON, Output.NDJSON, Output.MARKDOWN], ids=str
)
def test_no_escape_reaches_the_terminal(capsys: pytest.CaptureFixture[str], output: Output) -> None:
    shown = written(
        capsys, output, [[ESCAPE, 1]], columns=[Column("\x9b2J", "varchar"), COLUMNS[1]]
    )

    assert "\x1b" not in shown
    assert "\x9b" not in shown
    assert "red" in shown


def test_csv_on_a_terminal_has_no_escape_either(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)

    assert r"\x1b[31mred" in written(capsys, Output.CSV, [[ESCAPE, 1]])


def test_json_has_an_object_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[list[Any]] = [["a", 1], ["é\n", None]]

    assert json.loads(written(capsys, Output.JSON, rows)) == [
        {"name": "a", "trips": 1},
        {"name": "é\n", "trips": None},
    ]


def test_json_of_no_rows_is_an_empty_array(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(written(capsys, Output.JSON, [])) == []


def test_ndjson_has_a_line_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[list[Any]] = [["two\nlines", 1], [None, None]]

    assert written(capsys, Output.NDJSON, rows) == (
        '{"name": "two\\nlines", "trips": 1}\n{"name": null, "trips": null}\n'
    )


@pytest.mark.parametrize("output", [Output.NDJSON, Output.CSV, Output.JSON], ids=str)
def test_rows_are_written_as_they_are_read(
    capsys: pytest.CaptureFixture[str], output: Output
) -> None:
    seen = []

    def rows() -> Iterator[list[Any]]:
        yield ["first", 1]
        seen.append(capsys.readouterr().out)

    Writer(output).write(COLUMNS, rows())

    assert "first" in seen[0]


def test_markdown_is_a_table_in_which_markup_stays_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows: list[list[Any]] = [["a|b *c*", -1], ["<b>\r\nx", None]]

    assert written(capsys, Output.MARKDOWN, rows) == (
        "| name | trips |\n| --- | ---: |\n| a\\|b \\*c\\* | -1 |\n| &lt;b&gt;<br>x | NULL |\n"
    )


@pytest.mark.parametrize("output", [Output.JSON, Output.NDJSON, Output.CSV], ids=str)
def test_no_digit_of_a_decimal_number_is_lost(
    capsys: pytest.CaptureFixture[str], output: Output
) -> None:
    exact = Decimal("12345678901234567890.10")

    assert "12345678901234567890.10" in written(capsys, output, [["a", exact]])


def test_a_formula_is_made_harmless_where_that_is_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows: list[list[Any]] = [["=1+1", -1], ["plain", 2]]

    assert "\r\n=1+1,-1\r\n" in written(capsys, Output.CSV, rows)
    Writer(Output.CSV, formula_safe=True).write(COLUMNS, rows)
    assert "\r\n'=1+1,-1\r\nplain,2\r\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("june.json", Output.JSON),
        ("june.JSONL", Output.NDJSON),
        ("june.csv", Output.CSV),
        ("june.md", Output.MARKDOWN),
        ("june", Output.TABLE),
        ("-", Output.TABLE),
    ],
)
def test_the_name_of_a_file_tells_its_format(tmp_path: Path, name: str, output: Output) -> None:
    assert writer(None, tmp_path / name).format is output


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("june.xls", "give it with -o"),
        ("no/june.csv", "There is no folder"),
        ("folder", "is a folder; name a file in it"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_at_once(
    tmp_path: Path, name: str, words: str
) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(InvalidArgument, match=words):
        writer(None, tmp_path / name)


def test_only_csv_has_formulas() -> None:
    with pytest.raises(InvalidArgument, match="--formula-safe is for -o csv"):
        writer(Output.JSON, None, formula_safe=True)


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "june.csv"
    file.write_text("before")

    def rows() -> Iterator[list[Any]]:
        yield ["a", 1]
        raise InterruptedError

    with pytest.raises(InterruptedError):
        Writer(Output.CSV, file).write(COLUMNS, rows())
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]

    Writer(Output.CSV, file).write(COLUMNS, [["é", 1]])
    assert file.read_bytes() == "name,trips\r\né,1\r\n".encode()


def test_a_link_to_a_file_goes_on_being_one(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "june.csv")

    Writer(Output.CSV, tmp_path / "link.csv").write(COLUMNS, [])

    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "june.csv").read_text() == "name,trips\n"


def test_a_device_is_written_to_and_not_replaced() -> None:
    Writer(Output.CSV, Path("/dev/null")).write(COLUMNS, [["a", 1]])

    assert Path("/dev/null").is_char_device()


def test_parquet_has_the_types_of_redshift(tmp_path: Path) -> None:
    columns = [
        *(Column("n", "int8"), Column("d", "numeric"), Column("f", "float8"), Column("b", "bool")),
        *(Column("on", "date"), Column("at", "timestamp"), Column("s", "varchar")),
        *(Column("z", "timestamptz"), Column("empty", "numeric")),
    ]
    on, at = date(2015, 6, 1), datetime(2015, 6, 1, 10)
    there = at.replace(tzinfo=timezone(timedelta(hours=2)))
    rows: list[list[Any]] = [
        [2**53 + 1, Decimal("12.50"), 0.5, True, on, at, "é", there, None],
        [None] * 9,
    ]

    Writer(Output.PARQUET, tmp_path / "rows.parquet").write(columns, rows)

    table = read_table(tmp_path / "rows.parquet")
    assert [str(field.type) for field in table.schema] == [
        *("int64", "decimal128(38, 2)", "double", "bool", "date32[day]", "timestamp[us]"),
        *("string", "timestamp[us, tz=UTC]", "decimal128(38, 0)"),
    ]
    first, second = table.to_pylist()
    assert (first["n"], first["d"], first["s"]) == (2**53 + 1, Decimal("12.50"), "é")
    assert first["z"] == datetime(2015, 6, 1, 8, tzinfo=UTC)
    assert set(second.values()) == {None}


def test_parquet_of_no_rows_has_its_columns(tmp_path: Path) -> None:
    Writer(Output.PARQUET, tmp_path / "rows.parquet").write(COLUMNS, [])

    assert read_table(tmp_path / "rows.parquet").column_names == ["name", "trips"]


def test_parquet_learns_a_scale_from_the_first_value_however_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("querycast.arrow.BATCH_ROWS", 2)
    late: list[list[Any]] = [[Decimal("1.250")], [Decimal("2.000")], [None]]
    rows: list[list[Any]] = [*([None] for _ in range(5)), *late]

    Writer(Output.PARQUET, tmp_path / "rows.parquet").write([Column("d", "numeric")], rows)

    read = read_table(tmp_path / "rows.parquet")["d"].to_pylist()
    assert read == [*[None] * 5, Decimal("1.250"), Decimal("2.000"), None]


def test_a_value_that_parquet_has_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="Column 'on' has a value"):
        Writer(Output.PARQUET, tmp_path / "x").write([Column("on", "date")], [["infinity"]])
    assert list(tmp_path.iterdir()) == []


def test_without_pyarrow_parquet_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(InvalidArgument, match=r"pip install 'querycast\[arrow\]'"):
        writer(Output.PARQUET, Path("june.parquet"))


def test_parquet_is_nothing_for_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)

    with pytest.raises(InvalidArgument, match="give -O FILE"):
        writer(Output.PARQUET, None)


def test_json_refuses_columns_that_hide_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InvalidArgument, match="Two columns are named 'a'; use -o csv"):
        written(capsys, Output.JSON, [[1, 2]], columns=[Column("a", "int8")] * 2)


def test_csv_has_quotes_where_needed_and_null_is_empty(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows: list[list[Any]] = [['say "hi", you', 1], [None, True], ["two\nlines", 2.5]]

    assert written(capsys, Output.CSV, rows) == (
        'name,trips\r\n"say ""hi"", you",1\r\n,true\r\n"two\nlines",2.5\r\n'
    )


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.integers())))
def test_csv_is_read_back_as_it_was(rows: list[tuple[str, int]]) -> None:
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", stdout)
        Writer(Output.CSV).write(COLUMNS, [list(row) for row in rows])
    text = stdout.detach().getvalue().decode()

    read = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert read == [[name, str(trips)] for name, trips in rows]


@given(st.text())
def test_plain_text_has_no_control_character(text: str) -> None:
    assert not CONTROL.search(plain(text))
