"""Right or refused: what is not offered says so by name, and nothing reaches the machine."""

import pytest

from tests.local.redshift.sql_runner import SqlRunner

REFUSED = [
    ("create external schema s from data catalog", "CREATE EXTERNAL"),
    ("show grants on table t", "SHOW GRANTS"),
    ("set timezone to 'Europe/Paris'", "SET timezone TO Europe/Paris"),
    ("set enable_case_sensitive_identifier to true", "SET enable_case_sensitive_identifier"),
    ("set local query_group to 'x'", "SET LOCAL"),
    ("set session authorization bob", "SET SESSION AUTHORIZATION"),
    ("select null::hllsketch", "the type HLLSKETCH"),
    ("update t set (a, b) = (1, 2)", "UPDATE with a list of columns in SET"),
    ("create or replace table t (a int)", "CREATE OR REPLACE TABLE"),
    ("select distinct on (a) a from t", "DISTINCT with ON"),
    ("select a from t for update", "SELECT with LOCKS"),
    ("select a from t fetch first 1 rows only", "FETCH"),
    ("select * from repeat_row(1, 3)", "a function in FROM (repeat_row)"),
    ("select count(*) filter (where true) from t", "FILTER"),
    ("select a['b'] from t", "the subscript ['b']"),
    ("select to_char(1, '$999')", "TO_CHAR with the number format"),
    ("select to_char(sysdate, 'WW')", "TO_CHAR with the format 'WW'"),
    ("select to_char(sysdate, a) from t", "TO_CHAR with a format that is not a literal"),
    ("select 'a' similar to b from t", "SIMILAR TO with a pattern that is not a literal"),
    ("select now()", "function now()"),
    ("select current_timestamp", "CURRENT_TIMESTAMP"),
    ("select * from pg_attribute", "the system relation pg_attribute"),
    (
        "select * from information_schema.routines",
        "the system relation information_schema.routines",
    ),
    ("select a from t semi join u using (a)", "SEMI JOIN"),
    ("select interval '1 day'", "a result column of type INTERVAL"),
]


@pytest.mark.parametrize(("statement", "construct"), REFUSED)
def test_what_is_not_offered_is_refused_by_name(
    shared_sql: SqlRunner, statement: str, construct: str
) -> None:
    error = shared_sql.error(statement)
    assert error.startswith(f"ERROR: {construct}")
    assert "is not supported by the local Redshift" in error


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from '/etc/passwd'",
        'select * from "/etc/passwd"',
        "select * from 'data.csv'",
        "select read_text('/etc/passwd')",
        "select getenv('HOME')",
        "select getvariable('x')",
        "copy (select 1) to '/tmp/out.csv'",
        "copy t from '/etc/passwd'",
        "create table t as select * from read_csv('/etc/passwd')",
        "insert into t select * from read_blob('/etc/passwd')",
        "attach '/tmp/other.db'",
        "export database '/tmp/out'",
        "install httpfs",
        "load httpfs",
        "pragma database_list",
        "set threads = 1",
        "select * from duckdb_settings()",
        "select * from sqlite_master",
        "select * from local_redshift.finished",
        "select * from local_redshift_journal.finished",
        "drop schema local_redshift_journal cascade",
        "create table system.main.t (a int)",
        "drop schema public cascade",
        "checkpoint",
        "select 1; select * from glob('/*')",
    ],
)
def test_nothing_reaches_the_machine(shared_sql: SqlRunner, statement: str) -> None:
    assert shared_sql.error(statement).startswith("ERROR: ")


def test_a_variable_of_the_server_is_no_table(shared_sql: SqlRunner) -> None:
    for name in ("sql", "values", "statement", "connection", "self"):
        assert shared_sql.error(f"select * from {name}").startswith("ERROR: relation")


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("selct 1", 'syntax error at or near "selct"\n  Position: 1'),
        ("select 1 frm t x", 'syntax error at or near "t"\n  Position: 14'),
        ("select a\nfrom where", 'syntax error at or near "where"\n  Position: 15'),
        ("select (1", "syntax error at end of input"),
        ("select * from nowhere", 'relation "nowhere" does not exist'),
        ("select * from s.nowhere", 'relation "s.nowhere" does not exist'),
        ("select nope from (select 1 as a) q", 'column "nope" does not exist in q'),
        ("select q.nope from (select 1 as a) q", 'column "nope" does not exist in q'),
        ("select a from (select 1 as a) q, (select 2 as a) r",
         'column reference "a" is ambiguous'),
        ("select a, count(*) from (select 1 as a) q",
         'column "a" must appear in the GROUP BY clause or be used in an aggregate function'),
        ("select 1 union select 1, 2",
         "each UNION, INTERSECT or EXCEPT query must have the same number of columns"),
        ("select '2015-13-01'::date", 'date/time field value out of range: "2015-13-01"'),
        ("select 'x'::date", 'invalid input syntax for type date: "x"'),
        ("select 'maybe'::boolean", 'invalid input syntax for type boolean: "maybe"'),
        ("select 12345::varchar(3)", "Value too long for character type"),
        ("select true::varchar", "cannot cast type boolean to character varying"),
        ("select 1::decimal(39, 0)", "NUMERIC precision 39 must be between 1 and 38"),
        ("select sum(n) over (order by n) from (select 1 as n) q",
         "Aggregate window functions with an ORDER BY clause require a frame clause"),
        ("select dateadd(fortnight, 1, sysdate)", '"fortnight" is not a valid date part'),
        ("select 'x", "unterminated quoted string, quoted identifier or comment"),
        ("create view v", "syntax error at end of input"),
        ("select 1::varchar(x)", "length for type varchar must be between 1 and 65535, not X"),
        ("select avg(*) from (select 1 as n) q", "function avg(*) does not exist"),
        ("select upper(current_date)", "function upper(DATE) does not exist"),
        (f"select {'(' * 900}1{')' * 900}",
         "stack depth limit exceeded; nest the statement less deeply"),
        ("select ?", "No value specified for parameter 1."),
    ],
)  # fmt: skip
def test_errors_are_redshifts(shared_sql: SqlRunner, statement: str, error: str) -> None:
    assert shared_sql.error(statement) == f"ERROR: {error}"
