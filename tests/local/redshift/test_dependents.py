"""Views keep what they read: it is dropped with CASCADE, or not at all."""

from pathlib import Path

import pytest

from local.redshift.warehouse.warehouse import Warehouse
from tests.local.redshift.sql_runner import SqlRunner

NAMES = "select table_name from svv_tables order by 1"


@pytest.fixture
def view(sql: SqlRunner) -> SqlRunner:
    """With a table, a view of it, and a view and a materialized view of that."""
    sql("create table trips (n int)", "create view v as select n from trips")
    sql("create view w as select * from public.v", "create materialized view m as select n from v")
    return sql


@pytest.mark.parametrize("dropped", ["table trips", "view v", "table trips restrict"])
def test_what_a_view_reads_stays(view: SqlRunner, dropped: str) -> None:
    kind, name = dropped.split()[:2]
    assert view.error(f"drop {dropped}") == (
        f"ERROR: cannot drop {kind} {name} because other objects depend on it\n"
        "  Hint: Use DROP ... CASCADE to drop the dependent objects too."
    )
    assert view(NAMES).rows == [["m"], ["trips"], ["v"], ["w"]]


def test_cascade_drops_all_that_depends(view: SqlRunner) -> None:
    view("drop table trips cascade")
    assert view(NAMES).rows == []


def test_what_is_dropped_together_may_depend_on_each_other(view: SqlRunner) -> None:
    view("drop materialized view m", "drop view v, w", "drop table trips")
    assert view(NAMES).rows == []


def test_a_schema_takes_the_views_of_its_tables_along(sql: SqlRunner) -> None:
    sql("create schema s", "create table s.t (n int)", "create view v as select n from s.t")
    sql("drop schema s cascade")
    assert sql(NAMES).rows == []


def test_a_view_may_need_a_materialized_one(view: SqlRunner) -> None:
    view("create view x as select n from m")
    assert "cannot drop materialized view m because" in view.error("drop materialized view m")
    view("drop materialized view m cascade")
    assert view(NAMES).rows == [["trips"], ["v"], ["w"]]


def test_a_view_without_binding_keeps_nothing(sql: SqlRunner) -> None:
    sql("create table t (n int)")
    sql("create view v as select n from public.t with no schema binding", "drop table t")
    assert sql(NAMES).rows == [["v"]]


def test_names_are_looked_up_when_the_view_is_made(sql: SqlRunner) -> None:
    sql("create schema s", "create table s.t (n int)", "create table t (n int)")
    sql("set search_path to s", "create view public.v as select n from t")
    sql("drop table public.t")
    assert "cannot drop table t because" in sql.error("drop table s.t")


@pytest.mark.parametrize("name", ["to u", "column n to m"])
def test_a_new_name_is_refused_where_a_view_would_follow(sql: SqlRunner, name: str) -> None:
    sql("create table t (n int)", "create view v as select n from t")
    assert "ALTER TABLE ... RENAME of what a view reads" in sql.error(
        f"alter table t rename {name}"
    )


def test_what_a_view_reads_is_known_after_a_restart(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    SqlRunner(warehouse)("create table t (n int)", "create view v as select n from t")
    warehouse.close()
    again = Warehouse(tmp_path)
    assert "cannot drop table t because" in SqlRunner(again).error("drop table t")
    again.close()
