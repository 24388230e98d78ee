"""pg_last_copy_count() and pg_last_copy_id(): the last COPY of a session."""

import pytest

from tests.local.redshift.fake_aws import FakeAws
from tests.local.redshift.server_process import ServerProcess
from tests.local.redshift.sql_runner import SqlRunner
from tests.local.redshift.test_sessions import opened, rows, run

COUNT = "select pg_last_copy_count()"
COPY = "copy trips from 's3://lake/trips/'"


@pytest.fixture
def session(own_server: ServerProcess, aws: FakeAws) -> str:
    """A session that has loaded two rows into a table."""
    aws.objects["lake", "trips/1"] = b"1\n2\n"
    aws.objects["lake", "broken/1"] = b"x\n"
    own_server.start()
    session = opened(own_server, "create table trips (n int)")
    run(own_server, session, COPY)
    return session


def test_before_any_copy_there_is_none(sql: SqlRunner) -> None:
    answer = sql("select pg_last_copy_count(), pg_last_copy_id()")
    assert (answer.rows, answer.types) == ([[0, -1]], ["int8", "int4"])


def test_a_copy_is_known_within_its_transaction(s3_sql: SqlRunner, aws: FakeAws) -> None:
    aws.objects["lake", "trips/1"] = b"1\n2\n"
    assert s3_sql("create table trips (n int)", COPY, COPY, COUNT).rows == [[2]]


def test_a_session_knows_its_last_copy(own_server: ServerProcess, session: str) -> None:
    assert rows(own_server, session, COUNT) == [[2]]
    text = "select trim(querytxt) from stl_query where query = pg_last_copy_id()"
    assert rows(own_server, session, text) == [[COPY]]


def test_a_copy_that_is_undone_is_forgotten(own_server: ServerProcess, session: str) -> None:
    run(own_server, session, f"begin; {COPY}; {COPY} noload; rollback")
    run(own_server, session, f"{COPY}; select 1 / 0")
    assert rows(own_server, session, COUNT) == [[2]]


def test_a_copy_of_bad_data_is_the_last_one(own_server: ServerProcess, session: str) -> None:
    broken = "copy trips from 's3://lake/broken/'"
    assert run(own_server, session, broken)["Status"] == "FAILED"
    assert rows(own_server, session, COUNT) == [[0]]
    text = "select err_code from stl_load_errors where query = pg_last_copy_id()"
    assert rows(own_server, session, text) == [[1207]]


def test_a_copy_of_nothing_changes_nothing(own_server: ServerProcess, session: str) -> None:
    assert run(own_server, session, "copy trips from 's3://lake/nowhere/'")["Status"] == "FAILED"
    assert rows(own_server, session, COUNT) == [[2]]
