"""A taxi pipeline run from end to end: its statements in one session, and then what they made."""

from pathlib import Path
from typing import Any

import pytest

from local.redshift.sql.commands.script import commands
from tests.local.redshift.conftest import sql as sql
from tests.local.redshift.conftest import warehouse as warehouse  # which `sql` takes
from tests.local.redshift.sql_runner import SqlRunner

PIPELINE = (Path(__file__).parent / "pipeline.sql").read_text()
QUESTIONS: dict[str, list[list[Any]]] = {
    "select zone, count(*) from taxi.trips group by 1 order by 1": [
        ["Airport", 1], ["Harlem", 1], ["Midtown", 2], ["Unknown", 1]],
    "select day, trips, fares from taxi.by_day order by 1": [
        ["2015-06-01", 2, "62.50"], ["2015-06-02", 1, "14.00"], ["2015-06-30", 1, "5.00"],
        ["2015-07-01", 1, "16.50"]],
    "select count(*), sum(fare), avg(fare) from taxi.june": [[4, "81.50", "20.37"]],
    "select name, rows, at > '2020-01-01' from taxi.runs": [["refresh", 5, True]],
    "select zone, borough from taxi.zones order by zone": [
        ["Airport", "Queens"], ["Coney", "Brooklyn"], ["Harlem", "Manhattan"],
        ["Midtown", "Manhattan"]],
    "select datediff(minutes, picked_up, dropped_off), round(tip_rate, 2) from taxi.trips"
    " order by trip_id limit 3": [[12, 0.2], [35, 0.2], [20, 0.0]],
    "select round(sum(datediff(minutes, picked_up, dropped_off)) / 60, 2) from taxi.trips": [[1]],
    "select borough, sum(fare) as total, rank() over (order by sum(fare) desc) from taxi.trips"
    " join taxi.zones using (zone) group by borough order by 3": [
        ["Queens", "52.00", 1], ["Manhattan", "29.50", 2]],
    "select day, trips, sum(trips) over (order by day rows unbounded preceding)"
    " from taxi.by_day order by day desc limit 1": [["2015-07-01", 1, 5]],
    "with ranked as (select zone, fare, row_number() over (partition by zone order by fare desc)"
    " as place from taxi.trips) select zone, fare from ranked where place = 1 and zone like 'M%'": [
        ["Midtown", "10.50"]],
    "select date_trunc('mon', picked_up) as month, count(distinct vendor), median(distance)"
    " from taxi.trips group by 1 order by 1": [
        ["2015-06-01 00:00:00.0", 2, "2.800"], ["2015-07-01 00:00:00.0", 1, "4.000"]],
    "select payment, listagg(zone, ', ') within group (order by zone) from taxi.trips"
    " group by payment order by 1": [
        ["card", "Airport, Midtown, Unknown"], ["cash", "Harlem, Midtown"]],
    "select case when extract(hour from picked_up) < 12 then 'am' else 'pm' end as half,"
    " sum(nvl(passengers, 0)) from taxi.trips group by 1 order by 1": [["am", 4], ["pm", 5]],
    "select to_char(picked_up, 'YYYY-MM'), max(dateadd(minute, 5, dropped_off)) from taxi.trips"
    " group by 1 order by 1": [
        ["2015-06", "2015-06-30 12:10:00.0"], ["2015-07", "2015-07-01 00:25:00.0"]],
    "select convert_timezone('America/New_York', picked_up) from taxi.trips where trip_id = 1": [
        ["2015-06-01 04:00:00.0"]],
    "select tablename from pg_tables where schemaname = 'taxi' order by 1": [
        ["archive"], ["runs"], ["trips"], ["zones"]],
    "select tbl_rows from svv_table_info where \"schema\" = 'taxi' and \"table\" = 'trips'": [
        ["5"]],
    "select vendor from taxi.trips except select 'VTS'": [["CMT"]],
    "select top 1 zone from taxi.trips order by fare desc nulls last": [["Airport"]],
    "select grouping(vendor), vendor, sum(fare) from taxi.trips group by rollup(vendor)"
    " order by 1, 2": [[0, "CMT", "41.00"], [0, "VTS", "57.00"], [1, None, "98.00"]],
    "select trip_id from taxi.trips where zone ~ '^M' and payment similar to '(cash|coin)'": [[4]],
    "select percentile_cont(0.5) within group (order by fare) from taxi.trips": [["14.000"]],
    "select lag(zone) over (order by trip_id), zone from taxi.trips"
    " qualify row_number() over (order by trip_id) = 2": [["Midtown", "Airport"]],
    "select count(*) from taxi.trips t left join taxi.zones z on t.zone = z.zone"
    " where z.zone is null": [[1]],
    "select count(*) from taxi.archive": [[0]],
}  # fmt: skip


@pytest.fixture
def filled(sql: SqlRunner) -> SqlRunner:
    """A warehouse after the pipeline."""
    sql(*statements())
    return sql


def statements() -> list[str]:
    """The statements of the pipeline; a semicolon inside of a procedure is not between them."""
    parts, text = [], ""
    for line in PIPELINE.splitlines():
        text += line + "\n"
        if line.rstrip().endswith(";") and text.count("$$") % 2 == 0:
            parts.append(text)
            text = ""
    return parts


def test_a_pipeline_has_all_it_is_about(filled: SqlRunner) -> None:
    assert sum(len(commands(text, set())) for text in statements()) + len(QUESTIONS) >= 53
    for question, rows in QUESTIONS.items():
        assert filled(question).rows == rows, question


def test_a_value_that_does_not_fit_is_refused(filled: SqlRunner) -> None:
    error = filled.error(
        "insert into taxi.trips (vendor, picked_up, dropped_off)"
        " values ('toolong', '2015-06-01', '2015-06-01')"
    )
    assert error == "ERROR: value too long for type character varying(4)"


def test_a_missing_procedure_is_told(filled: SqlRunner) -> None:
    assert "does not exist" in filled.error("call taxi.nothing()")
