"""Stored procedures: PL/pgSQL run on the warehouse, with the transactions of Redshift."""

from typing import Any

import pytest

from tests.local.redshift.server_process import ServerProcess
from tests.local.redshift.sql_runner import SqlRunner


def procedure(body: str, arguments: str = "r out varchar") -> str:
    """CREATE PROCEDURE p with that body."""
    return f"create or replace procedure p({arguments}) as $$ {body} $$ language plpgsql"


COMPUTED = [
    ("begin r := 'a'; end;", "a"),
    ("begin r = 'a' || 'b'; end", "ab"),
    ("declare n int := 6 * 7; begin r := n; end;", "42"),
    ("declare n constant int default 5; begin r := n + 1; end;", "6"),
    ("declare n int; begin r := nvl(n::varchar, 'none'); end;", "none"),
    ("declare v varchar(3) := 'abcdef'; begin r := v; end;", "abc"),
    ("declare n int := 7; begin if n > 10 then r := 'big'; elsif n > 5 then r := 'mid';"
     " else r := 'small'; end if; end;", "mid"),
    ("declare n int; begin if n > 1 then r := 'yes'; else r := 'no'; end if; end;", "no"),
    ("declare n int := 2; begin case n when 1, 2 then r := 'few'; else r := 'many';"
     " end case; end;", "few"),
    ("declare n int := 9; begin case when n < 5 then r := 'few'; else r := 'many';"
     " end case; end;", "many"),
    ("declare n int := 3; begin r := case when n = 3 then 'three' else 'x' end; end;", "three"),
    ("begin r := ''; for i in 1..3 loop r := r || i::varchar; end loop; end;", "123"),
    ("begin r := ''; for i in reverse 3..1 loop r := r || i::varchar; end loop; end;", "321"),
    ("begin r := ''; for i in 1..7 by 3 loop r := r || i::varchar; end loop; end;", "147"),
    ("declare n int := 4; begin r := ''; for i in n - 1..n loop r := r || i::varchar;"
     " end loop; end;", "34"),
    ("declare n int := 0; begin while n < 5 loop n := n + 1; end loop; r := n; end;", "5"),
    ("declare n int := 0; begin loop n := n + 1; exit when n = 4; end loop; r := n; end;", "4"),
    ("declare n int := 0; begin r := ''; loop n := n + 1; if n > 4 then exit; end if;"
     " continue when n % 2 = 0; r := r || n::varchar; end loop; end;", "13"),
    ("begin r := ''; <<outer>> for i in 1..3 loop for j in 1..3 loop"
     " continue outer when j = 2; exit outer when i = 3; r := r || i::varchar || j::varchar;"
     " end loop; end loop outer; end;", "1121"),
    ("declare n int; t varchar; begin select 5, 'x' into n, t; r := t || n::varchar; end;",
     "x5"),
    ("declare rec record; begin select 5 as a, 'x' as b into rec; r := rec.b || rec.a::varchar;"
     " end;", "x5"),
    ("declare rec record; begin r := ''; for rec in select n from (select 2 as n union all"
     " select 1) as t order by n loop r := r || rec.n::varchar; end loop; end;", "12"),
    ("declare a int; begin r := ''; for a in execute 'select 1 union all select 2 order by 1'"
     " loop r := r || a::varchar; end loop; end;", "12"),
    ("declare n int; begin select 1 into n where false; r := case when found then 'found'"
     " when n is null then 'null' else 'old' end; end;", "null"),
    ("declare n int; begin execute 'select ' || '7' into n; r := n; end;", "7"),
    ("declare c cursor for select 1 as a union all select 2 order by a; n int;"
     " begin r := ''; open c; loop fetch c into n; exit when not found; r := r || n::varchar;"
     " end loop; close c; end;", "12"),
    ("declare c cursor (least int) for select a from (select 1 as a union all select 2) as t"
     " where a >= least; n int; begin open c(2); fetch c into n; r := n; close c; end;", "2"),
    ("declare c refcursor; n int; begin open c for select 8; fetch c into n; r := n; end;",
     "8"),
    ("declare n int := 1; begin declare n int := 2; begin r := n; end; r := r || n::varchar;"
     " end;", "21"),
    ("begin return; r := 'unreached'; end;", None),
    ("begin null; raise info 'it is %', 1; raise notice '100%%'; r := 'told'; end;", "told"),
    ("declare d date := '2015-01-31'; begin r := to_char(dateadd(month, 1, d), 'YYYY-MM-DD');"
     " end;", "2015-02-28"),
    ("declare a decimal(10, 2) := 1.005; begin r := a * 3; end;", "3.03"),
    ("declare b boolean := true; begin if b and not false then r := 'both'; end if; end;",
     "both"),
    ("-- a comment; with 'things'\nbegin /* ; */ r := 'a;''b'; end;", "a;'b"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "result"), COMPUTED)
def test_a_procedure_computes(sql: SqlRunner, body: str, result: Any) -> None:
    sql(procedure(body))
    assert sql.row("call p()") == [result]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("begin raise exception 'no % of %', 'rows', 5; end;", "no rows of 5"),
        ("declare n constant int := 1; begin n := 2; end;", '"n" is declared CONSTANT'),
        ("declare n int not null := 1; begin n := null; end;", "declared NOT NULL"),
        ("begin nowhere := 1; end;", '"nowhere" is not a known variable'),
        ("begin select 1; end;", "query has no destination for result data"),
        ("declare n int; begin select 1 into strict n where false; end;", "query returned no rows"),
        ("declare n int; begin n := 'x'; end;", 'invalid input syntax for integer: "x"'),
        ("declare rec record; begin r := rec.a; end;", 'record "rec" is not assigned yet'),
        ("declare rec record; begin select 1 as a into rec; r := rec.b; end;", 'no field "b"'),
        ("declare n int := 3; begin case n when 1 then r := 'x'; end case; end;", "case not found"),
        ("begin execute null; end;", "cannot EXECUTE a null querystring"),
        ("begin call p(); end;", "nested 16 calls deep"),
        ("begin fetch c into r; end;", 'cursor variable "c" is not open'),
        ("begin for i in 1..null loop null; end loop; end;", "cannot be NULL"),
        ("begin exit; end;", "EXIT outside of a loop"),
        ("declare v int[]; begin null; end;", "INTEGER[]"),
    ],
)  # fmt: skip
def test_a_procedure_fails(sql: SqlRunner, body: str, told: str) -> None:
    sql(procedure(body))
    assert told in sql.error("call p()")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("begin r := 1", "syntax error at end of input"),
        ("r := 1; end;", 'syntax error at or near "r"'),
        ("begin if true r := 1; end if; end;", "syntax error"),
        ("begin perform 1; end;", "PERFORM"),
        ("begin exception when no_data then null; end;", "EXCEPTION WHEN NO_DATA"),
        ("begin raise loudly 'x'; end;", "RAISE LOUDLY"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_procedure_is_refused(sql: SqlRunner, body: str, told: str) -> None:
    assert told in sql.error(procedure(body))
    assert "procedure p with 0 arguments does not exist" in sql.error("call p()")


def test_arguments_go_in_and_out(sql: SqlRunner) -> None:
    sql(procedure("begin b := a * 2; c := c || '!'; end;", "a int, b out bigint, inout c varchar"))
    answer = sql("call p(21, 'x')")
    assert (answer.names, answer.types) == (["b", "c"], ["int8", "varchar"])
    assert answer.rows == [[42, "x!"]]


def test_unnamed_arguments_have_numbers(sql: SqlRunner) -> None:
    sql(
        procedure("declare a alias for $1; begin r := $2 || a; end;", "int, varchar, out r varchar")
    )
    assert sql.row("call p(1, 'n')") == ["n1"]


def test_parameters_of_the_data_api_are_arguments(sql: SqlRunner) -> None:
    sql(procedure("begin r := a; end;", "a varchar, r out varchar"))
    assert sql.row("call p(:given)", given="it's; --") == ["it's; --"]


def test_a_procedure_changes_tables(sql: SqlRunner) -> None:
    sql("create table t (n int, name varchar(10))")
    sql(
        procedure(
            "declare c int; begin insert into t values (first, 'a'), (first + 1, 'b');"
            " get diagnostics c := row_count; update t set name = 'z' where n = first;"
            " changed := c; end;",
            "first int, changed out int",
        )
    )
    assert sql.row("call p(5)") == [2]
    assert sql("select n, name from t order by n").rows == [[5, "z"], [6, "b"]]


def test_types_are_taken_from_tables(sql: SqlRunner) -> None:
    sql("create table t (n decimal(5, 1))", "insert into t values (1.5)")
    sql(
        procedure(
            "declare a t.n%type := 2.25; rec t%rowtype; begin select * into rec from t;"
            " r := a::varchar || ' ' || rec.n::varchar; end;"
        )
    )
    assert sql.row("call p()") == ["2.3 1.5"]


def test_dynamic_ddl(sql: SqlRunner) -> None:
    sql(
        procedure(
            "begin for i in 1..2 loop execute 'create table made_' || i::varchar || ' (n int)';"
            " execute 'insert into made_' || i::varchar || ' values (' || i::varchar || ')';"
            " end loop; r := 'done'; end;"
        )
    )
    assert sql.row("call p()") == ["done"]
    assert sql("select n from made_1 union all select n from made_2 order by 1").rows == [[1], [2]]


def test_procedures_call_procedures(sql: SqlRunner) -> None:
    sql(
        "create procedure doubled(a int, inout b int) as $$ begin b := a * 2; end; $$"
        " language plpgsql"
    )
    sql(procedure("declare n int := 0; begin call doubled(4, n); r := n; end;"))
    assert sql.row("call p()") == ["8"]


def test_a_failed_procedure_leaves_nothing(sql: SqlRunner) -> None:
    sql("create table t (n int)")
    sql(procedure("begin insert into t values (1); raise exception 'no'; end;", ""))
    assert sql.error("call p()") == "ERROR: no"
    assert sql.row("select count(*) from t") == [0]


def test_a_handler_runs_after_the_rollback_and_the_error_is_told(sql: SqlRunner) -> None:
    sql("create table t (n int)", "create table log (what varchar(100))")
    sql(
        procedure(
            "begin insert into t values (1); insert into t values (1 / 0);"
            " exception when others then insert into log values (sqlerrm); end;",
            "",
        )
    )
    assert sql.error("call p()") == "ERROR: Divide by zero"
    assert sql.row("select count(*) from t") == [0]
    assert sql.row("select what from log") == ["Divide by zero"]


def test_a_nonatomic_procedure_keeps_what_it_did(sql: SqlRunner) -> None:
    sql("create table t (n int)")
    sql(
        "create procedure p() nonatomic as $$ begin insert into t values (1);"
        " insert into t values (1 / 0); end; $$ language plpgsql"
    )
    assert "Divide by zero" in sql.error("call p()")
    assert sql.row("select count(*) from t") == [1]


@pytest.mark.parametrize(("word", "kept"), [("commit", 1), ("rollback", 0)])
def test_a_procedure_ends_transactions(sql: SqlRunner, word: str, kept: int) -> None:
    sql("create table t (n int)")
    sql(procedure(f"begin insert into t values (1); {word}; raise exception 'late'; end;", ""))
    assert "late" in sql.error("call p()")
    assert sql.row("select count(*) from t") == [kept]


def test_truncate_commits(sql: SqlRunner) -> None:
    sql("create table t (n int)", "insert into t values (1)")
    sql(procedure("begin truncate t; raise exception 'late'; end;", ""))
    assert "late" in sql.error("call p()")
    assert sql.row("select count(*) from t") == [0]


def test_a_procedure_in_a_transaction_block_cannot_commit(sql: SqlRunner) -> None:
    sql(procedure("begin commit; end;", ""))
    assert "cannot COMMIT" in sql.error("begin", "call p()", "end")


def test_a_procedure_in_a_batch_cannot_commit(sql: SqlRunner) -> None:
    sql("create table t (n int)")
    sql(procedure("begin insert into t values (1); commit; end;", ""))
    assert "cannot COMMIT" in sql.error("insert into t values (0)", "call p()")
    assert sql.row("select count(*) from t") == [0]


def test_a_handler_is_told_of_queries_that_fail_too(sql: SqlRunner) -> None:
    sql("create table log (what varchar(100))")
    sql(
        procedure(
            "declare n int; begin select count(*) into n from nowhere;"
            " exception when others then insert into log values (sqlerrm); end;",
            "",
        )
    )
    assert sql.error("call p()") == 'ERROR: relation "nowhere" does not exist'
    assert sql.row("select what from log") == ['relation "nowhere" does not exist']


def test_a_cursor_is_handed_out(sql: SqlRunner) -> None:
    sql(
        procedure(
            "begin open rs for select n from (select 1 as n union all select 2) as t order by n;"
            " end;",
            "rs inout refcursor",
        )
    )
    assert sql("call p('mine')", "fetch all from mine").rows == [[1], [2]]


def test_procedures_are_replaced_and_dropped(sql: SqlRunner) -> None:
    sql(procedure("begin r := 1; end;"))
    create = procedure("begin r := 2; end;").replace("create or replace", "create")
    assert 'function "p" already exists with same argument types' in sql.error(create)
    sql(procedure("begin r := 2; end;"))
    assert sql.row("call p()") == ["2"]
    sql("drop procedure p()")
    assert "does not exist" in sql.error("call p()")
    assert "procedure p() does not exist" in sql.error("drop procedure p()")
    sql("drop procedure if exists p()")


def test_procedures_of_one_name_have_different_arguments(sql: SqlRunner) -> None:
    sql(procedure("begin r := 'one'; end;", "a int, r out varchar"))
    sql(procedure("begin r := 'two'; end;", "a int, b int, r out varchar"))
    assert [sql.row("call p(1)"), sql.row("call p(1, 2)")] == [["one"], ["two"]]
    sql("drop procedure p(integer)")
    assert sql.row("call p(1, 2)") == ["two"]
    sql(procedure("begin r := 'text'; end;", "a varchar, b int, r out varchar"))
    assert "only types tell the procedures apart" in sql.error("call p(1, 2)")
    assert 'procedure name "p" is not unique' in sql.error("drop procedure p")


def test_procedures_have_schemas(sql: SqlRunner) -> None:
    sql("create schema etl")
    sql(procedure("begin r := 'etl'; end;").replace("procedure p(", "procedure etl.p("))
    assert sql.row("call etl.p()") == ["etl"]
    assert "does not exist" in sql.error("call p()")


def test_a_procedure_needs_its_language(sql: SqlRunner) -> None:
    assert "no language specified" in sql.error("create procedure p() as $$ begin end; $$")


def test_what_a_procedure_executes_is_checked_as_well(sql: SqlRunner) -> None:
    sql(procedure("begin execute 'select * from read_csv(''/etc/passwd'')'; end;", ""))
    assert "a function in FROM (read_csv)" in sql.error("call p()")
    sql(procedure("begin execute 'select count(*) from ' || t into r; end;", "t text, r out int"))
    sql("create table kept (n int)")
    assert "expected one SELECT" in sql.error("call p('kept; drop table kept')")
    assert sql.row("select count(*) from kept") == [0]


def test_an_endless_procedure_is_cancelled(server: ServerProcess) -> None:
    create = procedure("begin while true loop null; end loop; end;", "")
    assert server.run(create)["Status"] == "FINISHED"
    running = server.submit("call p()")
    server.has_started(running)
    server.client().cancel_statement(Id=running)
    assert server.ended(running)["Status"] == "ABORTED"


def test_a_killed_procedure_leaves_what_it_committed(own_server: ServerProcess) -> None:
    own_server.start()
    own_server.run("create table t (n int)")
    own_server.run(
        procedure(
            "begin insert into t values (1); commit; insert into t values (2);"
            " while true loop null; end loop; end;",
            "",
        )
    )
    running = own_server.submit("call p()")
    own_server.has_started(running)
    while own_server.rows("select count(*) from t") == [[0]]:
        pass
    own_server.kill()
    own_server.start()
    assert own_server.ended(running)["Status"] == "FAILED"
    assert own_server.rows("select n from t") == [[1]]
