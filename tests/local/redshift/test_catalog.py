"""System relations that depend on the server: past statements, failed loads, views, restarts."""

from pathlib import Path

import pytest

from local.redshift.warehouse.warehouse import Warehouse
from tests.local.redshift.fake_aws import FakeAws
from tests.local.redshift.server_process import ServerProcess
from tests.local.redshift.sql_runner import SqlRunner

LOADED = (
    "select line_number, colname, type, col_length, raw_line, raw_field_value, err_code"
    " from stl_load_errors"
)


def test_nothing_of_ours_is_listed(shared_sql: SqlRunner) -> None:
    assert shared_sql("select * from svv_tables").rows == []
    assert shared_sql("select schema_name from svv_all_schemas order by 1").rows == [
        ["information_schema"], ["pg_catalog"], ["pg_internal"], ["public"]
    ]  # fmt: skip


def test_a_transaction_sees_what_it_has_made(sql: SqlRunner) -> None:
    answer = sql("create table t (n int)", "select tablename from pg_tables")
    assert answer.rows == [["t"]]


def test_row_counts_are_exact(sql: SqlRunner) -> None:
    sql("create table t (n int)", "insert into t values (1), (2), (3)")
    sql("delete from t where n = 2")
    assert sql.row('select "table", tbl_rows from svv_table_info') == ["t", "2"]


def test_a_materialized_view_is_a_view(sql: SqlRunner) -> None:
    sql("create materialized view m as select 1 as n")
    assert sql.row("select table_type from svv_tables where table_name = 'm'") == ["VIEW"]
    assert sql("select tablename from pg_tables").rows == []
    assert sql.row("select name, state from svv_mv_info") == ["m", 0]
    assert sql.row("select name from stv_mv_info") == ["m"]


def test_a_view_of_the_catalog_outlives_a_restart(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    SqlRunner(warehouse)(
        "create view v as select tablename from pg_tables", "create table t (n int)"
    )
    warehouse.close()
    again = Warehouse(tmp_path)
    assert SqlRunner(again)("select * from v").rows == [["t"]]
    again.close()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("create view v as select * from stl_query", "CREATE VIEW over the system relation stl_q"),
        ("create materialized view v as select * from pg_tables", "a materialized view of the sys"),
        ("select * from dev.pg_catalog.pg_tables", "the system relation dev.pg_catalog.pg_tables"),
        ("select pg_last_query_id()", "function pg_last_query_id()"),
        ("select * from sys_statement", "the system relation sys_statement"),
        ("select * from stv_sessions", "the system relation stv_sessions"),
        ("with stl_query as (select 1) select * from stl_query", "the system relation stl_query"),
        ("update pg_tables set tablename = 'x'", "the system relation pg_tables"),
    ],
)
def test_what_is_not_known_is_refused(sql: SqlRunner, statement: str, message: str) -> None:
    assert message in sql.error(statement)


def test_statements_are_remembered(own_server: ServerProcess) -> None:
    own_server.start()
    own_server.run("create table t as select 1 as n")
    own_server.run("select n from t")
    own_server.run("select 1 / 0")
    rows = own_server.rows(
        "select query_type, status, query_text from sys_query_history order by 3"
    )
    assert [row[:2] for row in rows] == [
        ["CTAS", "success"], ["SELECT", "failed"], ["SELECT", "success"], ["SELECT", "running"]
    ]  # fmt: skip
    logged = own_server.rows("select trim(querytxt), aborted from stl_query order by starttime")
    assert logged[:3] == [
        ["create table t as select 1 as n", 0], ["select n from t", 0], ["select 1 / 0", 1]
    ]  # fmt: skip
    text = "select text from stl_querytext q join svl_qlog l using (query) order by q.query limit 1"
    assert own_server.rows(text) == [["create table t as select 1 as n"]]
    assert own_server.rows("select count(*) from stv_recents where status = 'Running'") == [[1]]


def test_the_user_is_the_one_that_was_given(own_server: ServerProcess) -> None:
    own_server.start()
    assert own_server.rows("select current_user, current_user_id") == [["awsuser", 100]]


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("CMT|x", [2, "passengers", "int4", "0", "CMT|x", "x", 1207]),
        ("CMTS|3", [2, "vendor", "varchar", "3", "CMTS|3", "CMTS", 1204]),
        ("CMT|3|4", [2, None, None, None, "CMT|3|4", None, 1202]),
        ("CMT", [2, None, None, None, "CMT", None, 1214]),
    ],
)
def test_a_row_that_failed_a_load_is_told(
    s3_sql: SqlRunner, aws: FakeAws, line: str, row: list[object]
) -> None:
    s3_sql("create table trips (vendor varchar(3), passengers int)")
    aws.objects["lake", "trips/1"] = f"CMT|1\n{line}\n".encode()
    s3_sql.error("copy trips from 's3://lake/trips/'")
    assert s3_sql(LOADED).rows == [row]
    assert s3_sql.row("select file_name from sys_load_error_detail") == ["s3://lake/trips/1"]


def test_a_json_object_that_failed_a_load_is_told(s3_sql: SqlRunner, aws: FakeAws) -> None:
    s3_sql("create table trips (vendor varchar(3), passengers int)")
    aws.objects["lake", "trips/1"] = b'{"passengers": 1}\n{"passengers": "x"}\n'
    s3_sql.error("copy trips from 's3://lake/trips/' json 'auto'")
    expected = [2, "passengers", "int4", "0", '{"passengers": "x"}', "x", 1207]
    assert s3_sql(LOADED).rows == [expected]


def test_rows_that_a_load_left_out_are_told(s3_sql: SqlRunner, aws: FakeAws) -> None:
    s3_sql("create table trips (vendor varchar(3), passengers int)")
    aws.objects["lake", "trips/1"] = b"CMT|1\nVTS|x\ntoolong|2\nVTS|5\n"
    s3_sql("copy trips from 's3://lake/trips/' maxerror 2")
    rows = s3_sql(f"{LOADED} order by line_number").rows
    assert [row[:2] for row in rows] == [[2, "passengers"], [3, "vendor"]]


def test_a_failed_load_is_joined_with_its_statement(
    own_server: ServerProcess, aws: FakeAws
) -> None:
    aws.objects["lake", "trips/1"] = b"x\n"
    own_server.start()
    own_server.run("create table trips (n int)")
    own_server.run("copy trips from 's3://lake/trips/'")
    text = "select trim(q.querytxt) from stl_load_errors e join stl_query q using (query)"
    assert own_server.rows(text) == [["copy trips from 's3://lake/trips/'"]]
