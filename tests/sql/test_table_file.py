"""Files as tables: names and types are found, what is not clean is refused by its line."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sql.errors import LoadRefused
from sql.load import check_table_name, convert
from sql.table_columns import column_names

Loaded = tuple[list[tuple[str, str]], list[tuple[Any, ...]]]


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[..., Loaded]:
    """Converts a file: names and types of its columns, and the rows COPY would read."""

    def load(content: bytes | str, name: str = "file.csv") -> Loaded:
        file, parquet = tmp_path / name, tmp_path / "out.parquet"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        columns, _ = convert(file, parquet)
        rows = duckdb.execute(f"from '{parquet}'").fetchall()
        return [(column.name, column.type) for column in columns], rows

    return load


TYPES = {
    "1\n-2\n": "bigint",
    "1\n2.5\n": "double precision",
    "1e3\n.5\n": "double precision",
    "9223372036854775807\n": "bigint",
    "9223372036854775808\n": "varchar(32)",  # a double would lose digits
    "00501\n10001\n": "varchar(16)",  # a zip code
    "true\nfalse\n": "boolean",
    "t\nf\n": "varchar(16)",
    "2015-02-28\n": "date",
    "2015-02-30\n": "varchar(16)",
    "2015-01-01 10:00\n2015-01-01T10:00:00.5\n": "timestamp",
    "2015-01-01\n2015-01-01 10:00\n": "varchar(16)",
    '""\n""\n': "varchar(16)",
    "ä" * 33 + "\n": "varchar(128)",  # 66 bytes
    "1\n\n2\n": "bigint",
}


@pytest.mark.parametrize(("values", "type"), TYPES.items())
def test_a_column_has_the_type_of_all_its_values(
    loaded: Callable[..., Loaded], values: str, type: str
) -> None:
    assert loaded(f"it\n{values}")[0] == [("it", type)]


def test_missing_values_are_null_and_do_not_change_the_type(
    loaded: Callable[..., Loaded],
) -> None:
    assert loaded("a,b\n1,x\n,\n") == (
        [("a", "bigint"), ("b", "varchar(16)")],
        [(1, "x"), (None, None)],
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_first_line_decides_the_delimiter(
    loaded: Callable[..., Loaded], delimiter: str
) -> None:
    columns, rows = loaded(f'a{delimiter}b\n1{delimiter}"x{delimiter}""y"""\n')
    assert columns == [("a", "bigint"), ("b", "varchar(16)")]
    assert rows == [(1, f'x{delimiter}"y"')]


def test_a_byte_order_mark_and_windows_lines_are_no_part_of_the_data(
    loaded: Callable[..., Loaded],
) -> None:
    assert loaded(b"\xef\xbb\xbfa,b\r\n1,x\r\n") == (
        [("a", "bigint"), ("b", "varchar(16)")],
        [(1, "x")],
    )


def test_names_are_cleaned_and_told_apart() -> None:
    given = ["Größe (cm)", "id", "ID", "2015", "select", "%", "id_2"]
    assert column_names(given) == [
        "grosse_cm", "id", "id_2", "c_2015", "select_", "column_6", "id_2_2",
    ]  # fmt: skip


def test_what_copy_cannot_read_from_parquet_becomes_text(
    loaded: Callable[..., Loaded], tmp_path: Path
) -> None:
    given = tmp_path / "given.parquet"
    duckdb.execute(
        "copy (select 7::utinyint a, 1.5::decimal(10, 3) b, time '10:00' c, [1, 2] d,"
        " {'k': 1} e, 'ab'::blob f, timestamptz '2015-01-01 00:00:00+01' g) "
        f"to '{given}' (format parquet)"
    )
    columns, rows = loaded(given.read_bytes(), "file.parquet")
    assert [type for _, type in columns] == [
        "smallint", "decimal(10,3)", "varchar(16)", "varchar(16)", "varchar(16)", "varchar(16)",
        "timestamp",
    ]  # fmt: skip
    assert [str(value) for value in rows[0]] == [
        "7", "1.500", "10:00:00", "[1,2]", '{"k":1}', "6162", "2014-12-31 23:00:00",
    ]  # fmt: skip


REFUSED = {
    "a,b\n1,2\n3\n": ":3: 1 values, but the first line names 2 columns; mend the line",
    "a,b\n1,2\n3,4,5\n": ":3: 3 values, but the first line names 2 columns; mend the line",
    'a,b\n1,2\n"3,4\n': ":3: a quote is opened and never closed; close it",
    "1,2\n3,4\n": ":1: the first line has values (1,2); add a first line that names the columns",
    "a,b\n": ": there are columns but no rows; nothing to load",
    "": ": the file is empty; nothing to load",
    b"a,b\n1,\xff\n": ": not a CSV of UTF-8 text",
    b"\x89PNG\0\0\n\0": ": not a CSV of UTF-8 text",
    b"a\0b\n1\n": ": binary, not CSV",
    b"PAR1 but no Parquet": ": Invalid Input Error",
    f"a\n{'x' * 65_536}\n": "a text of 65,536 bytes; a Redshift varchar has at most 65,535",
}


@pytest.mark.parametrize(("content", "words"), REFUSED.items())
def test_a_file_that_is_not_clean_is_refused(
    loaded: Callable[..., Loaded], content: bytes | str, words: str
) -> None:
    with pytest.raises(LoadRefused, match=re.escape(words)):
        loaded(content)


def test_a_bad_line_far_behind_is_found(loaded: Callable[..., Loaded]) -> None:
    lines = "".join(f"{number},x\n" for number in range(50_000))
    with pytest.raises(LoadRefused, match=":50002: 3 values"):
        loaded(f"a,b\n{lines}1,2,3\n")


@pytest.mark.parametrize(("name", "words"), [("x.json", "neither CSV nor"), ("x.csv.gz", "gzip")])
def test_another_kind_of_file_is_refused(
    loaded: Callable[..., Loaded], name: str, words: str
) -> None:
    with pytest.raises(LoadRefused, match=words):
        loaded('{"a": 1}', name)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadRefused, match="there is no such file; check the path"):
        convert(tmp_path / "none.csv", tmp_path / "out.parquet")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Trips", "no table name; take lower-case"),
        ("1st", "no table name"),
        ("a-b", "no table name"),
        ("a; drop table b", "no table name"),
        ("a" * 128, "at most 127"),
        ("select", "a word of Redshift's SQL"),
        ("querycast_migrations", "Querycast's own"),
    ],
)
def test_a_name_that_no_table_may_have_is_refused(name: str, words: str) -> None:
    with pytest.raises(LoadRefused, match=words):
        check_table_name(name)
