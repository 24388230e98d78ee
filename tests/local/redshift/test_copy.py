"""COPY from a stand-in for S3: formats, options, and what a bad row says."""

import bz2
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tests.local.redshift.fake_aws import FakeAws
from tests.local.redshift.sql_runner import SqlRunner
from tests.local.redshift.test_round_trip import RUNS

TABLE = (
    "create table trips (id bigint identity(1,1), day date, at timestamp, miles float8,"
    " fare decimal(8,2), passengers int, vendor varchar(3))"
)
SELECT = "select day, at, miles, fare, passengers, vendor from trips order by id"
COPY = "copy trips from 's3://lake/trips/' iam_role default"


@pytest.fixture
def sql(s3_sql: SqlRunner) -> SqlRunner:
    """With the table to load."""
    s3_sql(TABLE)
    return s3_sql


def put(aws: FakeAws, text: str | bytes, key: str = "trips/1") -> None:
    aws.objects["lake", key] = text.encode() if isinstance(text, str) else text


def test_delimited_objects_under_a_prefix_are_loaded(sql: SqlRunner, aws: FakeAws) -> None:
    put(aws, "2015-01-02|2015-01-02 03:04:05|1.5|10.25|2|CMT\n", "trips/1")
    put(aws, "2015-01-03|2015-01-03 00:00:00.5|2|7|1|VTS\n", "trips/2")
    put(aws, "not loaded", "other/1")
    sql(COPY)
    assert sql(SELECT).rows == [
        ["2015-01-02", "2015-01-02 03:04:05.0", 1.5, "10.25", 2, "CMT"],
        ["2015-01-03", "2015-01-03 00:00:00.5", 2.0, "7.00", 1, "VTS"],
    ]


def test_empty_fields_are_null_but_for_text(sql: SqlRunner, aws: FakeAws) -> None:
    put(aws, "|||||\n")
    sql(COPY)
    assert sql(SELECT).rows == [[None, None, None, None, None, ""]]


def test_null_as_says_what_is_null(sql: SqlRunner, aws: FakeAws) -> None:
    put(aws, "nil|nil|nil|nil|nil|nil\n")
    sql(f"{COPY} null as 'nil'")
    assert sql(SELECT).rows == [[None] * 6]


def test_csv_has_quotes_headers_and_its_own_delimiter(sql: SqlRunner, aws: FakeAws) -> None:
    put(aws, 'vendor;passengers\n"a;b";1\n"""";2\n')
    sql("COPY trips (vendor, passengers) FROM 's3://lake/trips/' CSV DELIMITER ';' IGNOREHEADER 1")
    assert sql("select vendor, passengers from trips order by 2").rows == [["a;b", 1], ['"', 2]]


JSON = "copy trips (day, miles, vendor) from 's3://lake/trips/' iam_role default"
READ_JSON = "select day, miles, vendor from trips order by id"


@pytest.mark.parametrize(
    ("packed", "option"), [(bytes, ""), (gzip.compress, "gzip"), (zstandard.compress, "zstd")]
)
def test_numbers_in_json_keep_their_digits(
    sql: SqlRunner, aws: FakeAws, packed: Callable[[bytes], bytes], option: str
) -> None:
    sql("create table precise (d decimal(38,10), t varchar(60), n bigint)")
    number = "99999999999999999999999999.0123456789"
    text = f'{{"d": {number}, "t": {{"a": {number}, "b": "x"}}, "n": 9007199254740993}}'
    put(aws, packed(text.encode()))
    sql(f"copy precise from 's3://lake/trips/' json 'auto' {option}")
    nested = f'{{"a":{number},"b":"x"}}'
    assert sql("select * from precise").rows == [[number, nested, 9007199254740993]]


@pytest.mark.parametrize("words", ["json 'auto'", "format as json 'auto'", "json as 'auto'"])
def test_json_fills_columns_by_name(sql: SqlRunner, aws: FakeAws, words: str) -> None:
    put(aws, '{"vendor": "CMT", "miles": 1.5, "day": "2015-01-02"}\n{"more": 1,\n "miles": "2"} {}')
    sql(f"{JSON} {words}")
    rows = [["2015-01-02", 1.5, "CMT"], [None, 2.0, None], [None, None, None]]
    assert sql(READ_JSON).rows == rows


def test_names_in_json_have_their_case(sql: SqlRunner, aws: FakeAws) -> None:
    put(aws, '{"Vendor": "CMT", "miles": null, "vendor": ""}')
    sql(f"{JSON} json 'auto'")
    assert sql(READ_JSON).rows == [[None, None, ""]]


def test_paths_lead_into_json(sql: SqlRunner, aws: FakeAws) -> None:
    paths = ["$.at[0]", "$['trip']['miles']", '$["trip"].by']
    put(aws, json.dumps({"jsonpaths": paths}), "paths")
    put(aws, '{"at": ["2015-01-02"], "trip": {"miles": 3, "by": "VTS"}}')
    sql(f"{JSON} json 's3://lake/paths'")
    assert sql(READ_JSON).rows == [["2015-01-02", 3.0, "VTS"]]


def test_paths_lead_into_arrays(sql: SqlRunner, aws: FakeAws) -> None:
    put(aws, json.dumps({"jsonpaths": ["$[2]", "$[0]", "$[1]"]}), "paths")
    put(aws, gzip.compress(b'[1.5, "CMT", "2015-01-02"]\n[2, "VTS"]'))
    sql(f"{JSON} json 's3://lake/paths' gzip")
    assert sql(READ_JSON).rows == [["2015-01-02", 1.5, "CMT"], [None, 2.0, "VTS"]]


@pytest.mark.parametrize(
    ("text", "paths", "message"),
    [
        ('{"miles": "far"}', None, "line 1, column miles: Invalid value for type double: 'far'"),
        ('{"vendor": "long"}', None, "String length exceeds DDL length (3), value 'long'"),
        ('{"miles": 1} {"miles": ', None, "Malformed JSON"),
        ("{}", '{"jsonpaths": ["$.a"]}', "JSONPath size: 1, Number of columns in table or column"),
        ("{}", '{"jsonpaths": ["$.a", "$.b", "c"]}', "Invalid JSONPath format 'c'"),
        ("{}", '{"jsonpaths": ["$.a", "$.b", "$..c"]}', "Invalid JSONPath format '$..c'"),
        ("{}", json.dumps({"jsonpaths": ["$.a", "$.b", "$['c\"']"]}), "Invalid JSONPath format"),
        ("{}", '{"jsonpaths": [1, 2, 3]}', "must be JSON such as"),
        ("{}", "no json", "must be JSON such as"),
    ],
)
def test_json_that_cannot_be_loaded_says_why(
    sql: SqlRunner, aws: FakeAws, text: str, paths: str | None, message: str
) -> None:
    put(aws, text)
    put(aws, paths or "", "paths")
    where = "'auto'" if paths is None else "'s3://lake/paths'"
    assert message in sql.error(f"{JSON} json {where}")
    assert sql(READ_JSON).rows == []


def test_zstd_is_unpacked(sql: SqlRunner, aws: FakeAws) -> None:
    put(aws, zstandard.compress(b"|||||CMT\n"))
    sql(f"{COPY} zstd")
    assert sql("select vendor from trips").rows == [["CMT"]]


MANIFEST = "copy trips (vendor) from 's3://lake/list' iam_role default manifest"


def put_manifest(aws: FakeAws, *entries: Any) -> None:
    put(aws, json.dumps({"entries": entries}), "list")


def test_a_manifest_names_what_is_loaded(sql: SqlRunner, aws: FakeAws) -> None:
    put(aws, "CMT\n", "trips/1")
    put(aws, "VTS\n", "trips/2")
    aws.objects["other", "far"] = b"FAR\n"
    put_manifest(
        aws,
        {"url": "s3://other/far", "mandatory": True, "meta": {"content_length": 4}},
        {"url": "s3://lake/trips/2"},
        {"url": "s3://lake/not-there", "mandatory": False},
    )
    sql(MANIFEST)
    assert sql("select vendor from trips order by vendor").rows == [["FAR"], ["VTS"]]


def test_what_unload_listed_can_be_copied(sql: SqlRunner, aws: FakeAws) -> None:
    put(aws, "|||||CMT\n")
    sql(COPY)
    sql("unload ('select vendor from trips') to 's3://lake/back/' iam_role default gzip manifest")
    sql(MANIFEST.replace("s3://lake/list", "s3://lake/back/manifest") + " gzip")
    assert sql("select vendor from trips").rows == [["CMT"], ["CMT"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "s3://lake/list does not exist"),
        ("not json", 'must be JSON such as {"entries": [{"url":'),
        ('{"files": []}', "must be JSON such as"),
        ('{"entries": [{"url": "file:///etc/passwd"}]}', "must be JSON such as"),
        (
            '{"entries": [{"url": "s3://lake/no", "mandatory": true}]}',
            "mandatory file s3://lake/no",
        ),
        ('{"entries": [{"url": "s3://lake/no"}]}', "None of the files that s3://lake/list lists"),
    ],
)
def test_a_manifest_that_cannot_be_followed_says_why(
    sql: SqlRunner, aws: FakeAws, text: str | None, message: str
) -> None:
    put(aws, "CMT\n", "trips/1")
    if text is not None:
        put(aws, text, "list")
    assert message in sql.error(MANIFEST)
    assert sql("select vendor from trips").rows == []


def test_gzip_is_unpacked(sql: SqlRunner, aws: FakeAws) -> None:
    put(aws, gzip.compress(b"7\tCMT\n"))
    options = "gzip delimiter '\\t' region 'eu-west-1'"
    sql(f"copy trips (passengers, vendor) from 's3://lake/trips/' {options}")
    assert sql("select passengers, vendor from trips").rows == [[7, "CMT"]]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ("dateformat 'DD.MM.YYYY' timeformat 'MM/DD/YY HH:MI'", "03.01.2015|01/03/15 17:30"),
        ("dateformat 'auto' timeformat 'auto'", "01/03/2015|2015-01-03T17:30:00"),
        ("timeformat 'epochsecs'", "2015-01-03|1420306200"),
        ("timeformat as 'epochmillisecs'", "2015-01-03|1420306200000"),
    ],
)
def test_dates_are_read_as_the_options_say(
    sql: SqlRunner, aws: FakeAws, options: str, text: str
) -> None:
    put(aws, text)
    sql(f"copy trips (day, at) from 's3://lake/trips/' {options}")
    assert sql("select day, at from trips").rows == [["2015-01-03", "2015-01-03 17:30:00.0"]]


@pytest.mark.parametrize(
    ("options", "text", "row"),
    [
        ("dateformat 'YYYY-MM-DD'", "2015-13-01|x", [None, None]),
        ("dateformat 'YYYY-MM-DD'", "00/00/00 00:00:00|00/00/00 00:00:00", [None, None]),
        ("dateformat 'MM/DD/YYYY'", "2015-01-03|2015-01-03 17:30:00",
         [None, "2015-01-03 17:30:00.0"]),
        ("dateformat 'auto' timeformat 'auto'", "03.01.2015|never", ["2015-01-03", None]),
        ("timeformat 'epochsecs'", "2015-01-03|never", ["2015-01-03", None]),
        ("csv", '2015-01-03,"never"', ["2015-01-03", None]),
        ("escape maxerror 1", "never|never", [None, None]),
        ("json 'auto'", '{"day": "never", "at": "2015-01-03"}', [None, "2015-01-03 00:00:00.0"]),
    ],
)  # fmt: skip
def test_any_date_is_accepted_as_null(
    sql: SqlRunner, aws: FakeAws, options: str, text: str, row: list[Any]
) -> None:
    put(aws, text)
    sql(f"copy trips (day, at) from 's3://lake/trips/' acceptanydate {options}")
    assert sql("select day, at from trips").rows == [row]


def test_any_date_is_no_other_value(sql: SqlRunner, aws: FakeAws) -> None:
    put(aws, "x|2015-01-03\n")
    error = sql.error("copy trips (passengers, day) from 's3://lake/trips/' acceptanydate")
    assert "Invalid value for type integer: 'x'" in error
    sql("create table zoned (at timestamptz)")
    error = sql.error("copy zoned from 's3://lake/trips/' acceptanydate delimiter ';'")
    assert "Invalid value for type timestamp with time zone" in error


def test_parquet_is_loaded_by_position(sql: SqlRunner, aws: FakeAws, tmp_path: Path) -> None:
    path = tmp_path / "trips.parquet"
    duckdb.execute(
        "copy (select date '2015-01-02', timestamp '2015-01-02 03:04:05', 1.5::double,"
        f" 10.25::decimal(8,2), 2::bigint, 'CMT') to '{path}' (format parquet)"
    )
    put(aws, path.read_bytes())
    sql(f"{COPY} format as parquet")
    assert sql(SELECT).rows == [["2015-01-02", "2015-01-02 03:04:05.0", 1.5, "10.25", 2, "CMT"]]


def test_a_broken_object_of_parquet_is_told_by_its_name(
    sql: SqlRunner, aws: FakeAws, tmp_path: Path
) -> None:
    path = tmp_path / "trips.parquet"
    duckdb.execute(f"copy (select 'CMT' as vendor) to '{path}' (format parquet)")
    put(aws, path.read_bytes(), "trips/1")
    put(aws, b"PAR1 and no end", "trips/2")
    assert "'s3://lake/trips/2'" in sql.error("copy trips (vendor) from 's3://lake/trips/' parquet")
    assert sql.row("select trim(filename) from stl_load_errors") == ["s3://lake/trips/2"]


def test_parquet_with_other_columns_is_refused(
    sql: SqlRunner, aws: FakeAws, tmp_path: Path
) -> None:
    path = tmp_path / "trips.parquet"
    duckdb.execute(f"copy (select 'x' as day, 1 as b) to '{path}' (format parquet)")
    put(aws, path.read_bytes())
    assert "Table columns: 6, Data columns: 2" in sql.error(f"{COPY} parquet")
    error = sql.error("copy trips (day, passengers) from 's3://lake/trips/' parquet")
    assert "incompatible Parquet schema for column 'day'" in error


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2|x", "line 2, column passengers: Invalid value for type integer: 'x'"),
        ("CMTS|3", "line 2, column vendor: String length exceeds DDL length (3), value 'CMTS'"),
        ("CMT|1.5", "Invalid value for type integer: '1.5'"),
        ("CMT|3|4", "Expected Number of Columns: 2 Found: 3"),
        ("CMT", "Expected Number of Columns: 2 Found: 1"),
    ],
)
def test_a_bad_row_fails_the_load_and_says_where(
    sql: SqlRunner, aws: FakeAws, line: str, reason: str
) -> None:
    put(aws, f"CMT|1\n{line}\n")
    error = sql.error("copy trips (vendor, passengers) from 's3://lake/trips/'")
    assert error.startswith(
        "ERROR: Load into table 'trips' failed.  Check 'stl_load_errors' system table for details."
    )
    assert "s3://lake/trips/1" in error
    assert reason in error
    assert sql.row("select count(*) from trips") == [0]


def test_maxerror_leaves_so_many_bad_rows_out(sql: SqlRunner, aws: FakeAws) -> None:
    put(aws, "CMT|1\nVTS|x\ntoolong|2\nDDS|3|4\nVTS|5\n")
    copy = "copy trips (vendor, passengers) from 's3://lake/trips/'"
    assert "3 lines are bad, MAXERROR is 2" in sql.error(f"{copy} maxerror 2")
    sql(f"{copy} maxerror 3")
    assert sql("select passengers from trips order by 1").rows == [[1], [5]]


@pytest.mark.parametrize(
    ("copy", "message"),
    [
        ("copy trips from 's3://lake/none/'", "The specified S3 prefix 'none/' does not exist"),
        ("copy trips from 's3://no-lake/x'", "S3ServiceException"),
        ("copy nowhere from 's3://lake/trips/'", 'relation "nowhere" does not exist'),
        ("copy trips (nope) from 's3://lake/trips/'", 'column "nope" of relation "trips"'),
        ("copy trips from '/etc/passwd'", "is not supported by the local Redshift"),
        ("copy trips from 's3://lake/trips/' json 'noshred'", "needs a table with a single SUPER"),
        ("copy trips from 's3://lake/trips/' json 'no'", "COPY JSON 'no' is not supported"),
        ("copy trips from 's3://lake/trips/' format avro", "COPY FORMAT AVRO is not supported"),
        ("copy trips from 's3://lake/trips/' delimiter '||'", "COPY DELIMITER '||' is not"),
        ("copy trips 's3://lake/trips/'", "syntax error at or near"),
        ("copy trips from 's3://lake/trips/' delimiter", "syntax error at end of input"),
    ],
)
def test_what_cannot_be_copied_says_why(
    sql: SqlRunner, aws: FakeAws, copy: str, message: str
) -> None:
    put(aws, "x")
    assert message in sql.error(copy)


def test_a_failed_copy_undoes_the_whole_statement(sql: SqlRunner, aws: FakeAws) -> None:
    put(aws, "1|2\n")
    sql.error("insert into trips(passengers) values (1); copy trips from 's3://lake/trips/'")
    assert sql.row("select count(*) from trips") == [0]


def test_bzip2_is_unpacked(sql: SqlRunner, aws: FakeAws) -> None:
    put(aws, bz2.compress(b"|||||CMT\n"))
    sql(f"{COPY} bzip2")
    assert sql("select vendor from trips").rows == [["CMT"]]
    put(aws, b"|||||CMT\n")
    assert "s3://lake/trips/1 is not BZIP2" in sql.error(f"{COPY} bzip2")


TEXTS = "copy texts from 's3://lake/texts/' iam_role default"


@pytest.fixture
def texts(s3_sql: SqlRunner) -> SqlRunner:
    """With a table for the rules of texts and numbers."""
    s3_sql("create table texts (t varchar(6), n int, d decimal(8,2))")
    return s3_sql


@pytest.mark.parametrize(
    ("options", "text", "row"),
    [
        ("", "a|1|20.259", ["a", 1, "20.25"]),
        ("", "a|1|-20.259", ["a", 1, "-20.25"]),
        ("", "a|1|.5", ["a", 1, "0.50"]),
        ("", "a|1|1.2599e1", ["a", 1, "12.59"]),
        ("roundec", "a|1|20.259", ["a", 1, "20.26"]),
        ("truncatecolumns", "abcdefgh|1|", ["abcdef", 1, None]),
        ("truncatecolumns", "abcdeö|1|", ["abcde", 1, None]),
        ("truncatecolumns csv", "abcdefgh,1,2", ["abcdef", 1, "2.00"]),
        ("trimblanks", " a \t|1|", [" a", 1, None]),
        ("blanksasnull", "  |1|", [None, 1, None]),
        ("emptyasnull", "|1|", [None, 1, None]),
        ("escape", "a\\|b|1|2", ["a|b", 1, "2.00"]),
        ("escape", "a\\\\b\\\nc|1|2", ["a\\b\nc", 1, "2.00"]),
        ("escape", "\\N|\\\\N|2", [None, None, "2.00"]),
        ("escape null as 'nil'", "\\nil|1|nil", [None, 1, None]),
        ("escape", "\\x|1|2", ["x", 1, "2.00"]),
        ("removequotes", "\"a|b\"|'1'|\"2\"", ["a|b", 1, "2.00"]),
        ("removequotes", "a'|1|2", ["a'", 1, "2.00"]),
        ("removequotes", "' 'a' '|1|2", [" 'a' ", 1, "2.00"]),
        ("removequotes escape", "'a\\'|b'|1|2", ["a'|b", 1, "2.00"]),
        ("removequotes null as ''", '""||', ["", None, None]),
        ("fillrecord", "a|1", ["a", 1, None]),
        ("fillrecord", "\n", ["", None, None]),
        ("fillrecord emptyasnull csv", '""', [None, None, None]),
        ("ignoreblanklines", "\n\na|1|2\n\r\n", ["a", 1, "2.00"]),
        ("ignoreblanklines ignoreheader 2", "\nt|n|d\n\na|1|2", ["a", 1, "2.00"]),
        ("ignoreblanklines csv", '\n "a,""b" ,1,2\n\n', ['a,"b', 1, "2.00"]),
        ("fillrecord csv quote '%' delimiter ';'", "%a%%;%;1", ["a%;", 1, None]),
        ("acceptinvchars", b"a\xff\xfeb|1|2", ["a??b", 1, "2.00"]),
        ("acceptinvchars as '^'", b"\xed\xa0\x80\xc3\xb6|1|2", ["^^^ö", 1, "2.00"]),
        ("acceptinvchars '^' csv", b'"\xe2\x82",1,2', ["^^", 1, "2.00"]),
        ("escape", "a\\\\|1|\\2", ["a\\", 1, "2.00"]),
        ("escape", "a\x01\\\n\x02|1|2\n", ["a\x01\n\x02", 1, "2.00"]),
        ("escape", "\\a|1|\\ ", ["a", 1, None]),
        ("escape", "\"a'|1|2", ["\"a'", 1, "2.00"]),
        ("escape ignoreheader 1", "x\\\ny|n|d\n\\a|1|2", ["a", 1, "2.00"]),
        ("csv", '\t"a,b"\t,1,2', ["a,b", 1, "2.00"]),
        ("escape gzip", gzip.compress(b"a\\|b|1|2", mtime=0), ["a|b", 1, "2.00"]),
        ("escape zstd", zstandard.compress(b"a\\|b|1|2"), ["a|b", 1, "2.00"]),
        ("escape bzip2", bz2.compress(b"a\\|b|1|2"), ["a|b", 1, "2.00"]),
        ("fixedwidth 't:3,n:4,d:5'", "a b0001 2.50", ["a b", 1, "2.50"]),
        ("fixedwidth as '0:3,1:4,2:5'", "ö€     1\r\n", ["ö€ ", None, "1.00"]),
        ("fixedwidth '0:3,1:4,2:5' trimblanks", "a  12  2", ["a", 12, "2.00"]),
        ("fixedwidth '0:3,1:4,2:5' fillrecord blanksasnull", "   12", [None, 12, None]),
        ("fixedwidth '0:1,1:1,2:9' ignoreblanklines ignoreheader 1", "t|n\n\na12\n",
         ["a", 1, "2.00"]),
        ("fixedwidth '0:3,1:1,2:1' acceptinvchars", b"a\xff\xfe12", ["a??", 1, "2.00"]),
        ("fixedwidth '0:2,1:1,2:1' gzip", gzip.compress(b"a 12", mtime=0), ["a ", 1, "2.00"]),
        ("json 'auto ignorecase'", '{"T": "x", "n": 1, "D": 2.999}', ["x", 1, "2.99"]),
        ("json 'auto' truncatecolumns roundec", '{"t": "abcdefgh", "d": 2.999}',
         ["abcdef", None, "3.00"]),
    ],
)  # fmt: skip
def test_an_option_says_how_text_is_read(
    texts: SqlRunner, aws: FakeAws, options: str, text: str | bytes, row: list[Any]
) -> None:
    put(aws, text, "texts/1")
    texts(f"{TEXTS} {options}")
    assert texts("select * from texts").rows == [row]


@pytest.mark.parametrize(
    ("options", "text", "reason"),
    [
        ("removequotes", "a|1|2\n'a|1|2", "line 2, Missing closing quotation mark"),
        ("removequotes csv", "a,1,2", "REMOVEQUOTES is not supported for COPY from CSV"),
        ("fillrecord csv", 'a,1,2\n"a,1,2', "line 2, Missing closing quotation mark"),
        ("escape", "a|1|2\na|1", "Expected Number of Columns: 3 Found: 2"),
        ("escape", "a|\\1|2|3", "Expected Number of Columns: 3 Found: 4"),
        ("escape", "a|x|2", "line 1, column n: Invalid value for type integer: 'x'"),
        ("escape", b"\xff|1|2", "Invalid unicode (byte sequence mismatch) detected"),
        ("fillrecord", "a|1|2|3", "line 1, Extra column(s) found"),
        ("fillrecord", b"\xff|1|2", "String contains invalid or unsupported UTF8 codepoints"),
        ("", "a|1|2\n\nb|1|2\n", "line 2, Delimiter not found"),
        ("", "a\0|1|2", "line 1, The record contains a NUL character"),
        ("", "a|1|2.2.2", "column d: Invalid value for type decimal(8,2): '2.2.2'"),
        ("", "a|1|x", "column d: Invalid value for type decimal(8,2): 'x'"),
        ("", "a|1|1234567.111", "column d: Invalid value for type decimal(8,2): '1234567.111'"),
        ("noload", "abcdefgh|1|2", "String length exceeds DDL length (6), value 'abcdefgh'"),
        ("noload", "a|x|2", "Invalid value for type integer: 'x'"),
        ("acceptinvchars 'ab'", "", "ACCEPTINVCHARS 'ab' must be one ASCII character"),
        ("acceptinvchars json 'auto'", "", "COPY JSON with ACCEPTINVCHARS is not supported"),
        ("escape json 'auto'", "", "ESCAPE is not supported for COPY from JSON"),
        ("noload parquet", "", "NOLOAD is not supported for COPY from PARQUET"),
        ("fillrecord parquet", "", "COPY PARQUET with FILLRECORD is not supported"),
        (
            "escape",
            bytes([*range(1, 9), *range(11, 13), *range(14, 32), *b"\\a|1|2"]),
            "COPY with ESCAPE of a text with every control character is not supported",
        ),
        ("gzip", "a|1|2", "s3://lake/texts/1 cannot be read as GZIP"),
        ("zstd", "a|1|2", "s3://lake/texts/1 cannot be read as ZSTD"),
        ("gzip", gzip.compress(b"a|1|2", mtime=0)[:-9], "s3://lake/texts/1 cannot be read as GZIP"),
        ("lzop", "", "COPY option LZOP is not supported"),
        ("acceptanydate parquet", "", "ACCEPTANYDATE is not supported for COPY from PARQUET"),
        ("fixedwidth '0:1'", "", "FIXEDWIDTH has 1 columns where there are 3"),
        ("fixedwidth '1,2,3'", "", "Invalid FIXEDWIDTH '1,2,3'; give 'label:width,label:width'"),
        ("fixedwidth '0:0'", "", "Invalid FIXEDWIDTH '0:0'"),
        ("fixedwidth '0:1' csv", "", "FIXEDWIDTH is not supported for COPY from CSV"),
        ("fixedwidth '0:1' json 'auto'", "", "FIXEDWIDTH is not supported for COPY from JSON"),
        ("fixedwidth '0:1' delimiter ','", "", "DELIMITER is not supported for COPY with FIXED"),
        ("fixedwidth '0:1' escape", "", "ESCAPE is not supported for COPY with FIXEDWIDTH"),
        ("fixedwidth '0:1' removequotes", "", "COPY FIXEDWIDTH with REMOVEQUOTES is not supp"),
        ("fixedwidth '0:1' null as ''", "", "COPY FIXEDWIDTH with NULL AS is not supported"),
        ("fixedwidth '0:1,1:1,2:2'", "a12.\nb12.0\n", "line 2, Longer than FIXEDWIDTH"),
        ("fixedwidth '0:1,1:1,2:2'", "a12.\nb1\n", "line 2, Shorter than FIXEDWIDTH"),
        ("fixedwidth '0:1,1:1,2:2'", "a12.\n\n", "line 2, Shorter than FIXEDWIDTH"),
        ("fixedwidth '0:1,1:1,2:2'", "a12.\nax2.\n", "Invalid value for type integer: 'x'"),
    ],
)
def test_text_that_cannot_be_read_says_why(
    texts: SqlRunner, aws: FakeAws, options: str, text: str | bytes, reason: str
) -> None:
    put(aws, text, "texts/1")
    assert reason in texts.error(f"{TEXTS} {options}")
    assert texts.row("select count(*) from texts") == [0]


@pytest.mark.parametrize(
    ("options", "text", "rows"),
    [
        ("", b"a\n\nb\n", ["", "a", "b"]),
        ("csv", b'a\n\n"b\n\nc"\n', ["", "a", "b\n\nc"]),
        ("csv gzip", gzip.compress(b'"a\rb"\nc\r\nd', mtime=0), ["a\rb", "c", "d"]),
        ("", b"a\r\nb\r\n", ["a", "b"]),
        ("", b"\r\na\rb", ["", "a", "b"]),
    ],
)
def test_blank_lines_and_carriage_returns_are_seen(
    texts: SqlRunner, aws: FakeAws, options: str, text: bytes, rows: list[str]
) -> None:
    put(aws, text, "texts/1")
    texts(f"copy texts (t) from 's3://lake/texts/' {options}")
    assert [t for (t,) in texts("select t from texts order by t").rows] == rows


def test_maxerror_leaves_bad_records_out(texts: SqlRunner, aws: FakeAws) -> None:
    put(aws, "a|1|2\nb|x|2\nc|1\nd|1|2|3\ne|5|6\n", "texts/1")
    assert "3 lines are bad, MAXERROR is 2" in texts.error(f"{TEXTS} escape maxerror 2")
    texts(f"{TEXTS} escape maxerror 3")
    assert texts("select t from texts order by t").rows == [["a"], ["e"]]


def test_maxerror_leaves_bad_objects_out(texts: SqlRunner, aws: FakeAws) -> None:
    put(aws, '{"n": 1} {"n": "x"} {"t": "too long"} {"n": 4}', "texts/1")
    assert "2 lines are bad, MAXERROR is 1" in texts.error(f"{TEXTS} json 'auto' maxerror 1")
    texts(f"{TEXTS} json 'auto' maxerror 2")
    assert texts("select n from texts order by n").rows == [[1], [4]]


def test_maxerror_counts_lines_of_texts_without_lengths(texts: SqlRunner, aws: FakeAws) -> None:
    texts("create table free as select t || 'x' as a, t || 'y' as b from texts")
    put(aws, "a|b\nc\nd|e\n", "free/1")
    copy = "copy free from 's3://lake/free/'"
    assert "Expected Number of Columns: 2 Found: 1" in texts.error(copy)
    texts(f"{copy} maxerror 1")
    assert texts("select * from free order by a").rows == [["a", "b"], ["d", "e"]]
    assert texts.row("select count(*) from stl_load_errors where err_code = 1214") == [2]


@RUNS
@given(text=st.text(alphabet='\\|aN"\n\r\x01', min_size=1, max_size=20))
def test_escapes_are_read_alike_in_both_ways(s3_sql: SqlRunner, aws: FakeAws, text: str) -> None:
    put(aws, text, "escaped/1")
    s3_sql("drop table if exists escaped", "create table escaped (a varchar(40), b varchar(40))")
    copy = "copy escaped from 's3://lake/escaped/' escape maxerror 100"
    s3_sql(copy)
    rows = sorted(s3_sql("select * from escaped").rows, key=repr)
    s3_sql("truncate escaped", f"{copy} fillrecord")
    filled = s3_sql("select * from escaped").rows
    assert all(row in filled for row in rows)


def test_noload_only_checks(texts: SqlRunner, aws: FakeAws) -> None:
    put(aws, "a|1|2\n", "texts/1")
    texts(f"{TEXTS} noload")
    assert texts.row("select count(*) from texts") == [0]
    texts("create table filled (n int not null)")
    put(aws, "1\n\\N\n", "filled/1")
    error = texts.error("copy filled from 's3://lake/filled/' noload")
    assert "Cannot insert a NULL value into column n" in error


def test_explicit_ids_fill_the_identity_column(sql: SqlRunner, aws: FakeAws) -> None:
    put(aws, "7|CMT\n")
    copy = "copy trips (id, vendor) from 's3://lake/trips/'"
    assert "COPY into the IDENTITY column id is not supported" in sql.error(copy)
    sql(f"{copy} explicit_ids")
    assert sql("select id, vendor from trips").rows == [[7, "CMT"]]
    put(aws, "8||||||VTS\n")
    sql(f"{COPY} explicit_ids")
    assert sql("select id, vendor from trips order by 1").rows == [[7, "CMT"], [8, "VTS"]]
    error = sql.error("copy trips (vendor) from 's3://lake/trips/' explicit_ids")
    assert "EXPLICIT_IDS needs the IDENTITY columns" in error


def test_objects_of_many_megabytes_are_whole(texts: SqlRunner, aws: FakeAws) -> None:
    put(aws, b"abcdef|12345|1.50\n" * 500_000, "texts/1")
    texts(TEXTS)
    assert texts.row("select count(*), sum(n) from texts") == [500_000, 6_172_500_000]


DOCS = "copy docs from 's3://lake/docs/' iam_role default"
READ_DOCS = "select n, doc from docs order by n"


@pytest.fixture
def docs(s3_sql: SqlRunner) -> SqlRunner:
    """With a table of SUPER values."""
    s3_sql("create table docs (n int, doc super)")
    return s3_sql


@pytest.mark.parametrize(
    ("options", "text", "row"),
    [
        ("", '1|{"a": ["x", null]}', [1, '{"a":["x",null]}']),
        ("", "1|", [1, None]),
        ("", "1|null", [1, None]),
        ("", '1| "x" ', [1, '"x"']),
        ("csv", '1,"{""a"": ""x,y""}"', [1, '{"a":"x,y"}']),
        ("escape", '1|["x\\|y"]', [1, '["x|y"]']),
        ("delimiter ';' fillrecord", "1", [1, None]),
        ("json 'auto'", '{"n": 1, "doc": {"b": {"c": [1.5, true]}}}',
         [1, '{"b":{"c":[1.5,true]}}']),
        ("json 'auto'", '{"n": 1, "doc": "1"}', [1, '"1"']),
        ("json 'auto'", '{"n": 1, "doc": 1}', [1, "1"]),
        ("json 'auto'", '{"n": 1.10e1, "doc": "1.10e1"}', None),
        ("json 'auto ignorecase'", '{"N": 1, "Doc": []}', [1, "[]"]),
        ("json 'auto'", '{"n": 1}', [1, None]),
        ("json 's3://lake/paths'", '{"k": 1, "v": {"w": [7, {"z": false}]}}',
         [1, '{"z":false}']),
    ],
)  # fmt: skip
def test_json_becomes_super(
    docs: SqlRunner, aws: FakeAws, options: str, text: str, row: list[Any] | None
) -> None:
    put(aws, json.dumps({"jsonpaths": ["$.k", "$.v.w[1]"]}), "paths")
    put(aws, text, "docs/1")
    if row is None:
        assert "Invalid value for type integer: '1.10e1'" in docs.error(f"{DOCS} {options}")
        return
    docs(f"{DOCS} {options}")
    assert docs(READ_DOCS).rows == [row]


def test_whole_objects_become_super_without_shredding(docs: SqlRunner, aws: FakeAws) -> None:
    put(aws, '{"a": 1,\n "b": ["ö"]} {"n": null} [1]', "docs/1")
    docs("create table whole (doc super)")
    docs("copy whole from 's3://lake/docs/' iam_role default format json 'noshred'")
    rows = docs("select doc from whole").rows
    assert sorted(rows) == [["[1]"], ['{"a":1,"b":["ö"]}'], ['{"n":null}']]
    docs(f"{DOCS.replace('docs from', 'docs (doc) from')} json 'noshred'")
    assert docs.row("select count(*) from docs") == [3]
    assert "needs a table with a single SUPER column" in docs.error(f"{DOCS} json 'noshred'")


@pytest.mark.parametrize("doc", ["'{\"a\": 1}'::json", "'{\"a\": 1}'", "'{\"a\": 1}'::blob"])
def test_texts_of_parquet_become_super(
    docs: SqlRunner, aws: FakeAws, tmp_path: Path, doc: str
) -> None:
    path = tmp_path / "docs.parquet"
    duckdb.execute(f"copy (select 1, {doc}) to '{path}' (format parquet)")
    put(aws, path.read_bytes(), "docs/1")
    docs(f"{DOCS} parquet")
    assert docs(READ_DOCS).rows == [[1, '{"a":1}']]
    duckdb.execute(f"copy (select 1, '{{') to '{path}' (format parquet)")
    put(aws, path.read_bytes(), "docs/1")
    assert "JSON parsing error" in docs.error(f"{DOCS} parquet")


def test_bytes_of_parquet_are_text(sql: SqlRunner, aws: FakeAws, tmp_path: Path) -> None:
    path = tmp_path / "trips.parquet"
    duckdb.execute(f"copy (select encode('ö')) to '{path}' (format parquet)")
    put(aws, path.read_bytes())
    sql("copy trips (vendor) from 's3://lake/trips/' parquet")
    assert sql("select vendor from trips").rows == [["ö"]]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ("", '1|{"a": 1}\n2|{"a"\n3|{"a": 1, "a": 2}\n'),
        ("csv", '1,"{""a"": 1}"\n2,[1],\n2,x\n'),
        ("escape", '1|{"a": 1}\n2|{"a"\n3|x\n'),
        ("json 'auto'", '{"n": 1, "doc": {"a": 1}} {"n": "x", "doc": 1} {"doc": {"a": 1, "a": 2}}'),
    ],
)
def test_text_that_is_not_json_is_a_bad_row(
    docs: SqlRunner, aws: FakeAws, options: str, text: str
) -> None:
    put(aws, text, "docs/1")
    assert "2 lines are bad, MAXERROR is 1" in docs.error(f"{DOCS} {options} maxerror 1")
    docs(f"{DOCS} {options} maxerror 2")
    assert docs(READ_DOCS).rows == [[1, '{"a":1}']]


def test_bad_json_is_in_stl_load_errors(docs: SqlRunner, aws: FakeAws) -> None:
    put(aws, '1|1\n2|{"a"\n', "docs/1")
    assert "line 2, column doc: Invalid JSON: '{\"a\"'" in docs.error(DOCS)
    query = "select line_number, trim(colname), trim(type), trim(raw_field_value) from {}"
    assert docs.row(query.format("stl_load_errors")) == [2, "doc", "super", '{"a"']


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ("", "1|1.10"),
        ("maxerror 9", "1|1e5"),
        ("json 'auto'", '{"n": 1, "doc": [1.10]}'),
        ("json 'auto' maxerror 9", '{"n": 1, "doc": 1e5}'),
        ("json 's3://lake/paths'", '{"k": 1, "v": {"w": [1, 12345678901234567890]}}'),
        ("maxerror 9 csv", f'1,"[{"1," * 40_000}1]"'),
    ],
)
def test_json_that_super_cannot_hold_here_fails_the_load(
    docs: SqlRunner, aws: FakeAws, options: str, text: str
) -> None:
    put(aws, json.dumps({"jsonpaths": ["$.k", "$.v.w[1]"]}), "paths")
    put(aws, text, "docs/1")
    assert "is not supported by the local Redshift" in docs.error(f"{DOCS} {options}")
    assert docs.row("select count(*) from docs") == [0]


def test_chars_are_loaded_without_their_blanks(s3_sql: SqlRunner, aws: FakeAws) -> None:
    s3_sql("create table codes (code char(3), name varchar(9))")
    put(aws, "a  |x \nbcd     |y\n|z\n", "codes/1")
    s3_sql("copy codes from 's3://lake/codes/' iam_role default")
    answer = s3_sql("select code, len(code), name from codes order by name")
    assert answer.rows == [["a  ", 1, "x "], ["bcd", 3, "y"], ["   ", 0, "z"]]
    assert answer.types == ["bpchar", "int4", "varchar"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("abcd|x\n", "String length exceeds DDL length (3), value 'abcd'"),
        ("é|x\n", "Multibyte character not supported for CHAR, value 'é'"),
    ],
)
def test_what_no_char_can_be_is_a_bad_row(
    s3_sql: SqlRunner, aws: FakeAws, text: str, reason: str
) -> None:
    s3_sql("create table codes (code char(3), name varchar(9))")
    put(aws, f"a|y\n{text}", "codes/1")
    copy = "copy codes from 's3://lake/codes/' iam_role default"
    assert reason in s3_sql.error(copy)
    s3_sql(f"{copy} maxerror 1")
    assert s3_sql("select code, name from codes").rows == [["a  ", "y"]]


@pytest.mark.parametrize("format", ["csv", "parquet", "json 'auto'", "delimiter '|'"])
def test_chars_survive_unload_and_copy(s3_sql: SqlRunner, aws: FakeAws, format: str) -> None:
    s3_sql("create table codes (code char(3), name varchar(9))")
    s3_sql("insert into codes values ('a', 'x'), ('bcd', 'y'), (null, 'z')")
    words = f"format {format}" if format[0] != "d" else format
    null = " null as '@'" if format[0] in "dc" else ""
    unloaded = words.replace(" 'auto'", "")
    aws.objects["lake", "elsewhere"] = b""
    s3_sql(f"unload ('select * from codes') to 's3://lake/u/' iam_role default {unloaded}{null}")
    s3_sql("create table copied (like codes)")
    s3_sql(f"copy copied from 's3://lake/u/' iam_role default {words}{null}")
    rows = s3_sql("select code, len(code), name from copied order by name").rows
    assert rows == [["a  ", 1, "x"], ["bcd", 3, "y"], [None, None, "z"]]
