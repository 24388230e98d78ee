"""Results as CSV, through an unmodified boto3: GetStatementResultV2."""

import csv
import io

import pytest
from botocore.exceptions import ClientError

from tests.local.redshift.server_process import ServerProcess


def read(server: ServerProcess, sql: str) -> tuple[str, list[str]]:
    """The whole text, and the pages it came in."""
    described = server.run(sql, ResultFormat="CSV")
    assert (described["Status"], described["ResultFormat"]) == ("FINISHED", "CSV"), described
    paginator = server.client().get_paginator("get_statement_result_v2")
    pages = [
        "".join(record["CSVRecords"] for record in page["Records"])
        for page in paginator.paginate(Id=described["Id"])
    ]
    return "".join(pages), pages


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("12::smallint", "12"),
        ("9223372036854775807", "9223372036854775807"),
        ("2.50::decimal(5, 2)", "2.50"),
        ("1.5::float8", "1.5"),
        ("'NaN'::float8", "NaN"),
        ("true", "true"),
        ("'2015-06-01'::date", "2015-06-01"),
        ("'2015-06-01 12:30:00'::timestamp", "2015-06-01 12:30:00.0"),
        ("'2015-06-01 12:30:00.25'::timestamp", "2015-06-01 12:30:00.25"),
        ("'plain'", "plain"),
        ("'a,b'", '"a,b"'),
        ("'say \"so\"'", '"say ""so"""'),
        ("'two' || chr(10) || 'lines'", '"two\nlines"'),
        ("''", '""'),
        ("'abc'::varbyte", "616263"),
        ("''::varbyte", '""'),
        ("'04:05:06+02'::timetz", "02:05:06+00"),
        ("null::varchar", ""),
        ("null::varbyte", ""),
        ("null::int", ""),
    ],
)
def test_a_value_is_shown_as_text(server: ServerProcess, expression: str, text: str) -> None:
    assert read(server, f"select 0 as n, {expression} as v")[0] == f"n,v\r\n0,{text}\r\n"


def test_a_result_without_rows_has_its_header(server: ServerProcess) -> None:
    assert read(server, 'select 1 as n, 2 as "a,b" where false')[0] == 'n,"a,b"\r\n'


def test_a_large_result_comes_in_pages_of_a_megabyte(server: ServerProcess) -> None:
    text, pages = read(
        server,
        "with recursive t(i) as (select 1 union all select i + 1 from t where i < 30000)"
        " select i, repeat('x', 100) as filler from t order by i",
    )
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["i", "filler"]
    assert [int(row[0]) for row in rows[1:]] == list(range(1, 30_001))
    assert len(pages) == 4
    assert all(page.endswith("\r\n") and len(page) < 1_001_000 for page in pages)


def test_columns_are_described_as_ever(server: ServerProcess) -> None:
    statement_id = server.run("select 1 as n", ResultFormat="CSV")["Id"]
    result = server.client().get_statement_result_v2(Id=statement_id)
    assert (result["TotalNumRows"], result["ResultFormat"]) == (1, "CSV")
    assert [column["typeName"] for column in result["ColumnMetadata"]] == ["int4"]


@pytest.mark.parametrize(
    ("format", "operation", "other"),
    [
        ("CSV", "get_statement_result", "GetStatementResultV2"),
        ("JSON", "get_statement_result_v2", "GetStatementResult"),
    ],
)
def test_a_result_in_the_other_format_says_how_to_read_it(
    server: ServerProcess, format: str, operation: str, other: str
) -> None:
    statement_id = server.run("select 1", ResultFormat=format)["Id"]
    with pytest.raises(ClientError, match=f"format {format}; read it with {other}\\.") as refused:
        getattr(server.client(), operation)(Id=statement_id)
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_what_has_no_result_has_none_as_csv(server: ServerProcess) -> None:
    statement_id = server.run("create table of_csv (n int)", ResultFormat="CSV")["Id"]
    with pytest.raises(ClientError, match="Query does not have result"):
        server.client().get_statement_result_v2(Id=statement_id)
