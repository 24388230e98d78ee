"""UNLOAD to a stand-in for S3: names, formats, options, and what is refused."""

import bz2
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import zstandard

from tests.local.redshift.fake_aws import FakeAws
from tests.local.redshift.sql_runner import SqlRunner

TO = "to 's3://lake/out/' iam_role default"
ROWS = "unload ('select n, v from t order by n') " + TO

PARTS = "unload ('select n, true as b, 1.5::float8 as f from t') " + TO
KEYED = "unload ('select 10 - n as rest, v, n from t order by n desc') " + TO


@pytest.fixture
def sql(s3_sql: SqlRunner, aws: FakeAws) -> SqlRunner:
    """With three rows and one bucket."""
    s3_sql("create table t (n int, v varchar(20))", "insert into t values (1, 'a'), (2, null)")
    s3_sql("insert into t values (3, '')")
    aws.objects["lake", "elsewhere"] = b""
    return s3_sql


def written(aws: FakeAws) -> dict[str, bytes]:
    """What lies under the prefix."""
    return {key: body for (_, key), body in aws.objects.items() if key.startswith("out/")}


def text(aws: FakeAws) -> str:
    """The one object that was written."""
    (body,) = written(aws).values()
    return body.decode()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", '{"a":"x,y"}\n"b|"\nnull\n'),
        ("null as 'nil' escape", '{"a":"x,y"}\n"b\\|"\nnull\n'),
        ("null as 'nil' csv", '"{""a"":""x,y""}"\n"""b|"""\nnull\n'),
        ("json", '{"doc":{"a":"x,y"}}\n{"doc":"b|"}\n{"doc":null}\n'),
    ],
)
def test_super_is_unloaded_as_json(
    sql: SqlRunner, aws: FakeAws, options: str, expected: str
) -> None:
    fill_docs(sql)
    sql(f"unload ('select doc from docs order by n') {TO} {options}")
    assert text(aws) == expected


def test_super_in_parquet_says_that_it_is_json(
    sql: SqlRunner, aws: FakeAws, tmp_path: Path
) -> None:
    fill_docs(sql)
    sql(f"unload ('select doc from docs order by n') {TO} parquet manifest verbose")
    path = tmp_path / "file.parquet"
    path.write_bytes(written(aws)["out/0000_part_00.parquet"])
    types = duckdb.connect().execute(f"select logical_type from parquet_schema('{path}')")
    assert types.fetchall()[1:] == [("JsonType()",)]
    rows = duckdb.connect().execute(f"select doc from '{path}'").fetchall()
    assert rows == [('{"a":"x,y"}',), ('"b|"',), (None,)]
    manifest = json.loads(written(aws)["out/manifest"])
    assert manifest["schema"]["elements"] == [{"name": "doc", "type": {"base": "super"}}]


def test_super_is_no_partition_column(sql: SqlRunner, aws: FakeAws) -> None:
    fill_docs(sql)
    error = sql.error(f"unload ('select n, doc from docs') {TO} partition by (doc)")
    assert 'column "doc" of type super cannot be a partition column' in error
    sql(f"unload ('select n, doc from docs') {TO} partition by (n)")
    assert written(aws)["out/n=1/0000_part_00"] == b'{"a":"x,y"}\n'


def fill_docs(sql: SqlRunner) -> None:
    sql("create table docs (n int, doc super)")
    sql("""insert into docs values (1, json_parse('{"a": "x,y"}')), (2, 'b|'), (3, null)""")


@pytest.mark.parametrize("type", ["varbyte", "timetz"])
def test_bytes_and_times_with_a_zone_are_moved_as_text_only(sql: SqlRunner, type: str) -> None:
    sql(f"create table s (value {type})")
    for statement in (
        f"unload ('select * from s') {TO}",
        "copy s from 's3://lake/in/' iam_role default",
    ):
        assert f"a {type.upper()} column is not supported" in sql.error(statement)


def test_delimited_text_is_the_default(sql: SqlRunner, aws: FakeAws) -> None:
    statement = sql.statement(ROWS)
    assert written(aws) == {"out/0000_part_00": b"1|a\n2|\n3|\n"}
    assert (statement.parts[0].rows, statement.has_result_set) == (3, False)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("header", "n|v\n1|a\n2|\n3|\n"),
        ("delimiter as ','", "1,a\n2,\n3,\n"),
        ("null as 'nil'", "1|a\n2|nil\n3|\n"),
        ("header addquotes", '"n"|"v"\n"1"|"a"\n"2"|\n"3"|""\n'),
        ("addquotes", '"1"|"a"\n"2"|\n"3"|""\n'),
        ("csv", '1,a\n2,\n3,""\n'),
        ("format as csv delimiter ';' header", 'n;v\n1;a\n2;\n3;""\n'),
        ("json", '{"n":1,"v":"a"}\n{"n":2,"v":null}\n{"n":3,"v":""}\n'),
    ],
)
def test_an_option_shapes_the_text(
    sql: SqlRunner, aws: FakeAws, options: str, expected: str
) -> None:
    sql(f"{ROWS} {options}")
    assert text(aws) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("fixedwidth '0:3,1:2'", "1  a \n2    \n3    \n"),
        ("fixedwidth as 'n:1,v:1'", "1a\n2 \n3 \n"),
        ("fixedwidth '0:2,1:3' null as 'nil'", "1 a  \n2 nil\n3    \n"),
    ],
)
def test_a_fixed_width_is_filled_with_blanks(
    sql: SqlRunner, aws: FakeAws, options: str, expected: str
) -> None:
    sql(f"{ROWS} {options}")
    assert text(aws) == expected


def test_null_in_a_fixed_width_that_is_too_narrow_is_blank(sql: SqlRunner, aws: FakeAws) -> None:
    query = "select null::int as n, 'ö€' as v"
    sql(f"unload ($${query}$$) {TO} fixedwidth '0:2,1:3' null as 'nil'")
    assert text(aws) == "  ö€ \n"


def test_fixed_widths_can_be_copied(sql: SqlRunner, aws: FakeAws) -> None:
    sql(f"{ROWS} fixedwidth '0:3,1:2' gzip", "create table back (n int, v varchar(20))")
    sql("copy back from 's3://lake/out/' fixedwidth '0:3,1:2' gzip trimblanks blanksasnull")
    assert sql("select n, v from back order by n").rows == [[1, "a"], [2, None], [3, None]]


@pytest.mark.parametrize(
    ("expression", "delimited", "json_value"),
    [
        ("true", "t", "t"),
        ("false", "f", "f"),
        ("12::smallint", "12", 12),
        ("sum(5)", "5", 5),
        ("2.50::decimal(5, 2)", "2.50", 2.5),
        ("0.50::decimal(2, 2)", "0.50", 0.5),
        ("1.5::float8", "1.5", 1.5),
        ("'2015-06-01'::date", "2015-06-01", "2015-06-01"),
        ("'2015-06-01 12:30:00'::timestamp", "2015-06-01 12:30:00", "2015-06-01 12:30:00"),
        ("'x'::varchar(3)", "x", "x"),
    ],
)
def test_a_value_has_redshifts_text(
    sql: SqlRunner, aws: FakeAws, expression: str, delimited: str, json_value: Any
) -> None:
    sql(f"unload ($$select {expression} as v$$) {TO}")
    assert text(aws) == f"{delimited}\n"
    sql(f"unload ($$select {expression} as v$$) {TO} json allowoverwrite")
    assert json.loads(text(aws)) == {"v": json_value}


def test_escape_marks_what_could_be_mistaken(sql: SqlRunner, aws: FakeAws) -> None:
    query = "select 'a|b' as x, 'c' || chr(92) || 'd' || chr(10) || 'e' as y, chr(34) as z"
    sql(f"unload ($${query}$$) {TO} escape")
    assert text(aws) == 'a\\|b|c\\\\d\\\ne|"\n'
    sql(f"unload ($${query}$$) {TO} escape addquotes allowoverwrite")
    assert text(aws) == '"a\\|b"|"c\\\\d\\\ne"|"\\""\n'


@pytest.mark.parametrize(
    ("option", "ending", "unpacked"),
    [
        ("gzip", ".gz", gzip.decompress),
        ("bzip2", ".bz2", bz2.decompress),
        ("zstd", ".zst", lambda body: zstandard.ZstdDecompressor().stream_reader(body).read()),
    ],
)
def test_objects_are_compressed(
    sql: SqlRunner, aws: FakeAws, option: str, ending: str, unpacked: Callable[[bytes], bytes]
) -> None:
    sql(f"{ROWS} csv {option} header")
    ((key, body),) = written(aws).items()
    assert key == f"out/0000_part_00{ending}"
    assert unpacked(body) == b'n,v\n1,a\n2,\n3,""\n'


def test_parquet_keeps_types(sql: SqlRunner, aws: FakeAws, tmp_path: Path) -> None:
    sql(
        "unload ($$select n, sum(n) over () as total, 2.50::decimal(5, 2) as price,"
        f" '2015-06-01'::date as day from t order by n$$) {TO} parquet"
    )
    ((key, body),) = written(aws).items()
    assert key == "out/0000_part_00.parquet"
    path = tmp_path / "file.parquet"
    path.write_bytes(body)
    found = duckdb.connect().execute(f"describe select * from '{path}'").fetchall()
    assert [(name, type) for name, type, *_ in found] == [
        ("n", "INTEGER"),
        ("total", "BIGINT"),
        ("price", "DECIMAL(5,2)"),
        ("day", "DATE"),
    ]


def test_names_follow_parallel_and_extension(sql: SqlRunner, aws: FakeAws) -> None:
    sql(f"{ROWS} parallel off gzip")
    assert list(written(aws)) == ["out/000.gz"]
    sql(f"{ROWS} parallel off cleanpath extension 'txt'")
    assert list(written(aws)) == ["out/000.txt"]


def test_a_large_result_is_cut_at_maxfilesize(sql: SqlRunner, aws: FakeAws) -> None:
    query = (
        "with recursive s(i) as (select 1 union all select i + 1 from s where i < 120000)"
        " select i, repeat(''x'', 90) from s order by i"
    )
    sql(f"unload ('{query}') {TO} csv header parallel off maxfilesize 5 mb manifest")
    found = written(aws)
    manifest = json.loads(found.pop("out/manifest"))
    assert list(found) == ["out/000", "out/001", "out/002"]
    assert manifest["entries"] == [
        {"url": f"s3://lake/{key}", "meta": {"content_length": len(body)}}
        for key, body in found.items()
    ]
    lines = [body.decode().splitlines() for body in found.values()]
    assert {part[0] for part in lines} == {"i,repeat"}
    numbers = [int(line.split(",")[0]) for part in lines for line in part[1:]]
    assert numbers == list(range(1, 120_001))
    assert max(len(body) for body in found.values()) < 5.5 * 1024**2


def test_a_result_without_rows_is_an_object_without_rows(sql: SqlRunner, aws: FakeAws) -> None:
    statement = sql.statement(f"unload ('select n, v from t where false') {TO} csv header")
    assert (text(aws), statement.parts[0].rows) == ("n,v\n", 0)


def test_what_is_unloaded_can_be_copied(sql: SqlRunner, aws: FakeAws) -> None:
    sql(f"{ROWS} csv gzip manifest")
    del aws.objects["lake", "out/manifest"]
    sql("create table back (n int, v varchar(20))")
    sql("copy back from 's3://lake/out/' iam_role default csv gzip")
    assert sql("select n, v from back order by n").rows == [[1, "a"], [2, ""], [3, ""]]


def test_a_place_that_is_not_empty_is_refused(sql: SqlRunner, aws: FakeAws) -> None:
    aws.objects["lake", "out/old"] = b"kept"
    assert "unload destination on S3 is not empty" in sql.error(ROWS)
    assert written(aws) == {"out/old": b"kept"}
    sql(f"{ROWS} allowoverwrite")
    assert sorted(written(aws)) == ["out/0000_part_00", "out/old"]
    sql(f"{ROWS} cleanpath")
    assert sorted(written(aws)) == ["out/0000_part_00"]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (f"unload ('select * from nowhere') {TO}", 'relation "nowhere" does not exist'),
        (f"unload ('delete from t') {TO}", "UNLOAD takes one SELECT"),
        (f"unload ('select n from t limit 1') {TO}", "Limit clause is not supported in UNLOAD"),
        (f"unload ('select 1; select 2') {TO}", "UNLOAD takes one SELECT"),
        ("unload ('select 1') to '/etc/passwd' iam_role default", "give s3://bucket/prefix"),
        ("unload ('select 1') to 's3://nobody/x' iam_role default", "NoSuchBucket"),
        ("unload (select 1) to 's3://lake/x'", 'syntax error at or near "select"'),
        (f"{ROWS} fixedwidth '1:2'", "FIXEDWIDTH has 1 columns where there are 2"),
        (f"{ROWS} fixedwidth '1:x'", "Invalid FIXEDWIDTH '1:x'"),
        (f"{ROWS} fixedwidth '0:1,1:1' csv", "FIXEDWIDTH is not supported for UNLOAD to CSV"),
        (f"{ROWS} fixedwidth '0:1,1:1' parquet", "FIXEDWIDTH is not supported for UNLOAD to PAR"),
        (f"{ROWS} fixedwidth '0:1,1:1' header", "HEADER is not supported for UNLOAD with FIXED"),
        (f"{ROWS} fixedwidth '0:1' delimiter ','", "DELIMITER is not supported for UNLOAD with"),
        (f"{ROWS} fixedwidth '0:1' escape", "UNLOAD FIXEDWIDTH with ESCAPE is not supported"),
        (f"{ROWS} fixedwidth '0:1' addquotes", "UNLOAD FIXEDWIDTH with ADDQUOTES is not supp"),
        (
            f"unload ('select 12 as n, v from t') {TO} fixedwidth '0:1,1:9'",
            "A value of column n is longer than its FIXEDWIDTH of 1",
        ),
        (
            f"{ROWS} fixedwidth '0:1,1:2' null as 'nil'",
            "A value of column v is longer than its FIXEDWIDTH of 2",
        ),
        (f"{ROWS} encrypted", "UNLOAD option ENCRYPTED is not supported"),
        (f"{ROWS} partition by (x)", 'column "x" of PARTITION BY does not exist in the query'),
        (f"{ROWS} partition by (v, n)", "needs at least one column that is not a partition"),
        (f"{ROWS} partition by ('n')", 'syntax error at or near "n"'),
        (f"{ROWS} partition by ()", "syntax error at end of input"),
        (f"{PARTS} partition by (b)", "PARTITION BY a BOOLEAN column is not supported"),
        (f"{PARTS} partition by (f)", 'column "f" of type double precision cannot be a partition'),
        (f"{ROWS} verbose manifest", "UNLOAD option VERBOSE is not supported"),
        (f"{ROWS} format avro", "UNLOAD FORMAT AVRO is not supported"),
        (f"{ROWS} parquet gzip", "GZIP is not supported for UNLOAD to PARQUET"),
        (f"{ROWS} json header", "HEADER is not supported for UNLOAD to JSON"),
        (f"{ROWS} csv escape", "ESCAPE is not supported for UNLOAD to CSV"),
        (f"{ROWS} delimiter '||'", "must be a single character"),
        (f"{ROWS} maxfilesize 1 mb", "must be between 5 MB and 6.2 GB"),
        (f"{ROWS} maxfilesize many", "is no number of MB or GB"),
        (f"{ROWS} cleanpath allowoverwrite", "cannot be given together"),
    ],
)
def test_what_cannot_be_unloaded_says_why(
    sql: SqlRunner, aws: FakeAws, statement: str, message: str
) -> None:
    assert message in sql.error(statement)
    assert written(aws) == {}


def test_a_subquery_may_have_a_limit(sql: SqlRunner, aws: FakeAws) -> None:
    sql(f"unload ('select n from (select n from t order by n desc limit 1)') {TO}")
    assert text(aws) == "3\n"


def test_a_bucket_that_refuses_is_told(sql: SqlRunner, aws: FakeAws) -> None:
    aws.read_only.add("lake")
    assert "S3ServiceException:Access Denied,Status 403,Error AccessDenied" in sql.error(ROWS)


def test_partitions_are_folders_without_their_keys(sql: SqlRunner, aws: FakeAws) -> None:
    sql("insert into t values (4, 'a')")
    statement = sql.statement(f"{KEYED} csv header partition by (v)")
    assert written(aws) == {
        "out/v=__HIVE_DEFAULT_PARTITION__/0000_part_00": b"rest,n\n7,3\n8,2\n",
        "out/v=a/0000_part_00": b"rest,n\n6,4\n9,1\n",
    }
    assert statement.parts[0].rows == 4


def test_partition_keys_are_kept_in_files_if_asked(sql: SqlRunner, aws: FakeAws) -> None:
    sql(f"{KEYED} json parallel off gzip partition by (n, v) include")
    assert {key: gzip.decompress(body) for key, body in written(aws).items()} == {
        "out/n=1/v=a/000.gz": b'{"rest":9,"v":"a","n":1}\n',
        "out/n=2/v=__HIVE_DEFAULT_PARTITION__/000.gz": b'{"rest":8,"v":null,"n":2}\n',
        "out/n=3/v=__HIVE_DEFAULT_PARTITION__/000.gz": b'{"rest":7,"v":"","n":3}\n',
    }


@pytest.mark.parametrize(
    ("key", "folder"),
    [
        ("12::smallint", "k=12"),
        ("sum(2)", "k=2"),
        ("2.50::decimal(5, 2)", "k=2.50"),
        ("0.50::decimal(2, 2)", "k=0.50"),
        ("1.5::real", "k=1.5"),
        ("'2015-06-01'::date", "k=2015-06-01"),
        ("'2015-06-01 12:30:00'::timestamp", "k=2015-06-01 12%3A30%3A00"),
        ("'a/b=c%d e'", "k=a%2Fb%3Dc%25d e"),
        ("'ö' || chr(10)", "k=ö%0A"),
    ],
)
def test_a_partition_is_named_as_hive_does(
    sql: SqlRunner, aws: FakeAws, key: str, folder: str
) -> None:
    sql(f"unload ($$select {key} as k, 1 as n$$) to 's3://lake/out' partition by (k)")
    assert written(aws) == {f"out/{folder}/0000_part_00": b"1\n"}


def test_parquet_is_partitioned(sql: SqlRunner, aws: FakeAws, tmp_path: Path) -> None:
    sql(f"unload ('select v, sum(n) as n from t group by v') {TO} parquet partition by (v)")
    for (_, key), body in aws.objects.items():
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_bytes(body)
    files = f"read_parquet('{tmp_path}/out/*/*.parquet', hive_partitioning = true)"
    query = f"select v, n, typeof(n) from {files} order by n"
    found = duckdb.connect().execute(query).fetchall()
    assert found == [("a", 1, "BIGINT"), (None, 2, "BIGINT"), (None, 3, "BIGINT")]


def test_one_manifest_lists_all_partitions(sql: SqlRunner, aws: FakeAws) -> None:
    sql(f"{KEYED} partition by (n) manifest")
    manifest = json.loads(written(aws)["out/manifest"])
    assert [entry["url"] for entry in manifest["entries"]] == [
        f"s3://lake/out/n={n}/0000_part_00" for n in (1, 2, 3)
    ]
    sql("create table back (rest int, v varchar(20))")
    sql("copy back from 's3://lake/out/manifest' iam_role default manifest")
    assert sql("select * from back order by 1").rows == [[7, ""], [8, ""], [9, "a"]]


def test_no_rows_have_no_partitions(sql: SqlRunner, aws: FakeAws) -> None:
    sql(f"unload ('select n, v from t where false') {TO} partition by (n) manifest verbose")
    manifest = json.loads(text(aws))
    assert manifest["entries"] == []
    assert manifest["meta"] == {"content_length": 0, "record_count": 0}
    assert [column["name"] for column in manifest["schema"]["elements"]] == ["v"]


def test_cleanpath_clears_only_the_folders_that_are_filled(sql: SqlRunner, aws: FakeAws) -> None:
    for key in ("out/n=1/old", "out/n=11/old", "out/n=9/old"):
        aws.objects["lake", key] = b""
    assert "unload destination on S3 is not empty" in sql.error(f"{KEYED} partition by (n)")
    sql(f"{KEYED} partition by (n) cleanpath")
    new = [f"out/n={n}/0000_part_00" for n in (1, 2, 3)]
    assert sorted(written(aws)) == sorted([*new, "out/n=11/old", "out/n=9/old"])


def test_a_verbose_manifest_tells_rows_and_types(sql: SqlRunner, aws: FakeAws) -> None:
    sql(
        "unload ($$select n, v, sum(n) over () as total, 2.50::decimal(5, 2) as price,"
        f" getdate() as at from t$$) {TO} csv header manifest verbose"
    )
    found = written(aws)
    size = len(found["out/0000_part_00"])
    meta = {"content_length": size, "record_count": 4}
    assert json.loads(found["out/manifest"]) == {
        "entries": [{"url": "s3://lake/out/0000_part_00", "meta": meta}],
        "schema": {
            "elements": [
                {"name": "n", "type": {"base": "integer"}},
                {"name": "v", "type": {"base": "character varying"}},
                {"name": "total", "type": {"base": "bigint"}},
                {"name": "price", "type": {"base": "numeric", "precision": 5, "scale": 2}},
                {"name": "at", "type": {"base": "timestamp without time zone"}},
            ]
        },
        "meta": meta,
        "author": {"name": "Amazon Redshift", "version": "1.0.0"},
    }


def test_a_batch_unloads_its_own_temporary_table_and_counts_it(
    sql: SqlRunner, aws: FakeAws
) -> None:
    statement = sql.statement(
        "create temp table kept as select n, v, -n as place from t where n < :most::int order by n",
        f"unload ('select n, v from kept order by place') {TO} csv parallel off manifest verbose",
        "select count(*) from kept",
        most="3",
    )
    assert written(aws)["out/000"] == b"2,\n1,a\n"
    assert [part.rows for part in statement.parts] == [0, 2, 1]
    assert statement.has_result_set
    assert 'relation "kept" does not exist' in sql.error("select * from kept")
