"""SHOW VIEW: the text that made the view, as far as it says all of it."""

import pytest

from tests.local.redshift.sql_runner import SqlRunner


def test_a_view_is_shown_as_it_was_written(sql: SqlRunner) -> None:
    sql(
        "create table t (n int)",
        "create view v as\n  select n::int -- a number\n  from t where n<1",
    )
    assert sql.row("show view v") == ["select n::int from t where n<1;"]


def test_texts_and_names_keep_their_blanks(sql: SqlRunner) -> None:
    sql("""create view v as select 'a  b'   as "two  words" """)
    assert sql.row("show view public.v") == ["""select 'a  b' as "two  words";"""]


def test_a_view_made_anew_is_shown_anew(sql: SqlRunner) -> None:
    sql("create view v as select 1 as n", "create or replace view v as select 2 as n")
    assert sql.row("show view v") == ["select 2 as n;"]


@pytest.mark.parametrize("created", ["v (a) as select 1 as n", "v as select :n::int as n"])
def test_what_needs_other_words_is_refused(sql: SqlRunner, created: str) -> None:
    sql(f"create view {created}", n="1")
    assert "SHOW VIEW of a materialized view, or of one with" in sql.error("show view v")


def test_the_catalog_has_no_text_of_a_materialized_view(sql: SqlRunner) -> None:
    sql("create materialized view m as select 1 as n")
    error = sql.error("select definition from pg_views")
    assert error.startswith("ERROR: the definition of a materialized view, or of one with columns")


def test_a_procedure_is_named_by_its_types(sql: SqlRunner) -> None:
    for argument in ("a int", "a date"):
        sql(f"create procedure p({argument}) as $$ begin null; end; $$ language plpgsql")
    assert 'procedure name "p" is not unique' in sql.error("show procedure p")
    assert sql.row("show procedure p(date)") == [
        "CREATE OR REPLACE PROCEDURE public.p(a date)\nLANGUAGE plpgsql\n"
        "AS $_$ begin null; end; $_$\n"
    ]
