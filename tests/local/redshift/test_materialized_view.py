"""Materialized views: filled when they are made, and again when they are refreshed."""

import signal
from pathlib import Path

import pytest

from local.redshift.warehouse.warehouse import Warehouse
from tests.local.redshift.server_process import WORKGROUP, ServerProcess
from tests.local.redshift.sql_runner import SqlRunner

CREATE = (
    "create materialized view fares backup no diststyle key distkey(vendor)"
    " compound sortkey(vendor, total) auto refresh yes"
    " as select vendor, sum(fare) as total from trips group by vendor"
)
READ = "select vendor, total from fares order by vendor"


@pytest.fixture
def view(sql: SqlRunner) -> SqlRunner:
    """With a table of two trips and a view of it."""
    sql("create table trips (vendor varchar(3), fare decimal(8, 2))")
    sql("insert into trips values ('CMT', 10), ('VTS', 20.5)")
    sql(CREATE)
    return sql


def test_a_view_is_filled_when_it_is_made(view: SqlRunner) -> None:
    answer = view(READ)
    assert (answer.names, answer.types) == (["vendor", "total"], ["varchar", "numeric"])
    assert answer.rows == [["CMT", "10.00"], ["VTS", "20.50"]]


def test_a_view_changes_when_it_is_refreshed(view: SqlRunner) -> None:
    view("insert into trips values ('CMT', 1)")
    assert view(READ).rows == [["CMT", "10.00"], ["VTS", "20.50"]]
    view("refresh materialized view public.fares")
    assert view(READ).rows == [["CMT", "11.00"], ["VTS", "20.50"]]


def test_a_refresh_is_part_of_its_transaction(view: SqlRunner) -> None:
    view("insert into trips values ('CMT', 1)")
    assert "nowhere" in view.error("refresh materialized view fares", "select * from nowhere")
    assert view(READ).rows == [["CMT", "10.00"], ["VTS", "20.50"]]


def test_a_view_is_dropped(view: SqlRunner) -> None:
    view("drop materialized view fares cascade")
    assert 'relation "fares" does not exist' in view.error(READ)
    view("drop materialized view if exists fares")
    view("create table fares (n int)", "insert into fares values (1)")
    assert view("select n from fares").rows == [[1]]


def test_a_view_goes_with_its_schema(view: SqlRunner) -> None:
    view("create schema s", "create materialized view s.m as select 1 as n")
    view("drop schema s cascade", "create schema s", "create table s.m (n int)")
    view("insert into s.m values (2)")
    assert view("select n from s.m").rows == [[2]]


def test_a_table_that_a_view_reads_is_dropped_with_it_or_not_at_all(view: SqlRunner) -> None:
    view("create materialized view twice as select total * 2 as n from public.fares")
    error = "cannot drop table trips because other objects depend on it"
    assert error in view.error("drop table trips")
    assert view("select count(*) from twice").rows == [[2]]
    view("drop table if exists PUBLIC.trips cascade")
    assert view("select name from svv_mv_info").rows == []
    assert 'relation "fares" does not exist' in view.error(READ)


@pytest.mark.parametrize(
    "statement",
    [
        "insert into fares values ('X', 1)",
        "update fares set total = 0",
        "delete from public.fares",
        "delete from fares where vendor = 'CMT'",
        "truncate fares",
        "drop table fares",
        "alter table fares rename to other",
        "copy fares from 's3://lake/x' iam_role default",
    ],
)
def test_a_view_is_changed_by_its_own_commands_only(view: SqlRunner, statement: str) -> None:
    assert 'cannot change materialized view "fares"' in view.error(statement)
    assert view(READ).rows == [["CMT", "10.00"], ["VTS", "20.50"]]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (CREATE, "already exists"),
        ("create materialized view v as select * from nowhere", 'relation "nowhere" does not'),
        ("create materialized view v as delete from trips", "takes one SELECT"),
        ("create materialized view v", "syntax error"),
        ("create materialized view v (a) as select 1", "CREATE MATERIALIZED VIEW with ("),
        ("refresh materialized view trips", 'materialized view "trips" does not exist'),
        ("drop materialized view trips", 'materialized view "trips" does not exist'),
        ("drop materialized view fares now", 'syntax error at or near "now"'),
        ("alter materialized view fares auto refresh no", "ALTER MATERIALIZED VIEW"),
    ],
)
def test_what_cannot_be_done_says_why(view: SqlRunner, statement: str, message: str) -> None:
    assert message in view.error(statement)
    assert view(READ).rows == [["CMT", "10.00"], ["VTS", "20.50"]]
    assert view("select count(*) from trips").rows == [[2]]


def test_a_view_survives_kill_9_and_is_listed_as_one(own_server: ServerProcess) -> None:
    own_server.start()
    own_server.run("create table base as select 1 as n")
    own_server.run("create materialized view doubled as select n * 2 as n from base")
    own_server.run("insert into base values (2)")
    own_server.kill(signal.SIGKILL)
    own_server.start()
    assert own_server.run("refresh materialized view doubled")["Status"] == "FINISHED"
    assert own_server.rows("select n from doubled order by n") == [[2], [4]]
    tables = own_server.client().list_tables(WorkgroupName=WORKGROUP, Database="dev")["Tables"]
    assert [(table["name"], table["type"]) for table in tables] == [
        ("base", "TABLE"),
        ("doubled", "VIEW"),
    ]


def test_a_database_made_before_there_were_views_gets_them(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    connection = warehouse.database("dev").connect()
    connection.execute("drop table local_redshift_journal.materialized_view")
    connection.close()
    warehouse.close()
    again = Warehouse(tmp_path)
    SqlRunner(again)("create materialized view v as select 1 as n")
    assert SqlRunner(again)("select n from v").rows == [[1]]
    again.close()
