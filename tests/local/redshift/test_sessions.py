"""Sessions: what a connection keeps from one statement to the next, and how it ends."""

import time
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.redshift.server_process import DEADLINE_S, WORKGROUP, ServerProcess

SLOW = (
    "with recursive n(i) as (select 1 union all select i + 1 from n where i > 0)"
    " select count(*) from n"
)
PLACE: dict[str, Any] = {"WorkgroupName": WORKGROUP, "Database": "dev"}


def opened(server: ServerProcess, sql: str = "select 1", keep_alive_s: int = 300) -> str:
    """The id of a new session, whose first statement has finished."""
    answer = server.client().execute_statement(
        Sql=sql, SessionKeepAliveSeconds=keep_alive_s, WaitTimeSeconds=10, **PLACE
    )
    assert answer["Status"] == "FINISHED", server.ended(answer["Id"])
    return answer["SessionId"]


def run(server: ServerProcess, session: str, sql: str) -> dict[str, Any]:
    """A statement of the session after its end."""
    answer = server.client().execute_statement(Sql=sql, SessionId=session)
    return server.ended(answer["Id"])


def rows(server: ServerProcess, session: str, sql: str) -> list[list[Any]]:
    described = run(server, session, sql)
    assert described["Status"] == "FINISHED", described
    result = server.client().get_statement_result(Id=described["Id"])
    return [[next(iter(field.values())) for field in row] for row in result["Records"]]


def refusal(server: ServerProcess, session: str) -> str:
    with pytest.raises(ClientError) as raised:
        server.client().execute_statement(Sql="select 1", SessionId=session)
    error = raised.value.response["Error"]
    assert error["Code"] == "ValidationException"
    return error["Message"]


def closes(server: ServerProcess, session: str) -> None:
    """Wait until the session is closed."""
    end = time.monotonic() + DEADLINE_S
    while listed(server, SessionId=session)[0]["Status"] != "CLOSED":
        assert time.monotonic() < end, f"{session} is still open"


def listed(server: ServerProcess, **members: Any) -> list[Any]:
    return list(server.client().list_sessions(**members)["Sessions"])


def test_a_session_keeps_its_temporary_tables(server: ServerProcess) -> None:
    session = opened(server, "create temp table kept (a int)")
    assert run(server, session, "insert into kept values (1), (2)")["ResultRows"] == 2
    assert rows(server, session, "select sum(a) from kept") == [[3]]
    assert "does not exist" in server.run("select * from kept")["Error"]


def test_a_statement_without_a_session_has_none(server: ServerProcess) -> None:
    answer = server.client().execute_statement(Sql="select 1", **PLACE)
    assert "SessionId" not in answer
    assert "SessionId" not in server.ended(answer["Id"])


def test_a_statement_tells_its_session(server: ServerProcess) -> None:
    session = opened(server)
    assert uuid.UUID(session).version == 4
    described = run(server, session, "select 1")
    assert described["SessionId"] == session
    assert (described["Database"], described["WorkgroupName"]) == ("dev", WORKGROUP)


def test_a_transaction_stays_open_between_statements(server: ServerProcess) -> None:
    server.run("create table open_tx (a int)")
    session = opened(server, "begin")
    run(server, session, "insert into open_tx values (1)")
    assert rows(server, session, "select count(*) from open_tx") == [[1]]
    assert server.rows("select count(*) from open_tx") == [[0]]
    run(server, session, "rollback")
    assert rows(server, session, "select count(*) from open_tx") == [[0]]
    run(server, session, "begin; insert into open_tx values (2)")
    run(server, session, "end")
    assert server.rows("select a from open_tx") == [[2]]


def test_after_an_error_a_transaction_only_ends(server: ServerProcess) -> None:
    server.run("create table failed_tx (a int)")
    session = opened(server, "begin; insert into failed_tx values (1)")
    run(server, session, "select * from nowhere")
    error = run(server, session, "select 1")["Error"]
    assert error == (
        "ERROR: current transaction is aborted,"
        " commands ignored until end of transaction block"
    )  # fmt: skip
    assert run(server, session, "commit")["Status"] == "FINISHED"
    assert rows(server, session, "select count(*) from failed_tx") == [[0]]


def test_whoever_waits_for_a_transaction_does_not_keep_it_from_ending(
    own_server: ServerProcess,
) -> None:
    own_server.start("--slots", "2")
    own_server.run("create table contended (a int)")
    session = opened(own_server, "begin; insert into contended values (1)")
    waiting = [own_server.submit("insert into contended values (2)") for _ in range(3)]
    own_server.has_started(waiting[1])
    assert run(own_server, session, "commit")["Status"] == "FINISHED"
    assert [own_server.ended(id)["Status"] for id in waiting] == ["FINISHED"] * 3
    assert own_server.rows("select count(*) from contended") == [[4]]


def test_a_session_runs_one_statement_at_a_time(server: ServerProcess) -> None:
    session = opened(server)
    answer = server.client().execute_statement(Sql=SLOW, SessionId=session)
    assert f"it runs the statement {answer['Id']}" in refusal(server, session)
    (found,) = listed(server, SessionId=session)
    assert (found["Status"], found["CurrentStatementId"]) == ("BUSY", answer["Id"])
    server.has_started(answer["Id"])
    server.client().cancel_statement(Id=answer["Id"])
    assert server.ended(answer["Id"])["Status"] == "ABORTED"
    assert run(server, session, "select 1")["Status"] == "FINISHED"


def test_a_session_is_closed_when_nobody_uses_it(server: ServerProcess) -> None:
    session = opened(server, keep_alive_s=1)
    (found,) = listed(server, SessionId=session)
    assert found["SessionAliveSeconds"] == 1
    assert (found["SessionTtl"] - found["UpdatedAt"]).total_seconds() == pytest.approx(1)
    closes(server, session)
    assert refusal(server, session) == "Session is not available"
    assert session in [s["SessionId"] for s in listed(server, Status="CLOSED")]
    assert session not in [s["SessionId"] for s in listed(server)]


def test_what_an_expired_session_left_open_is_undone(server: ServerProcess) -> None:
    server.run("create table left_open (a int)")
    session = opened(server, "begin; insert into left_open values (1)", keep_alive_s=1)
    closes(server, session)
    assert server.run("insert into left_open values (2)")["Status"] == "FINISHED"
    assert server.rows("select a from left_open") == [[2]]


def test_a_session_does_not_outlive_the_server(own_server: ServerProcess) -> None:
    own_server.start()
    own_server.run("create table outlived (a int)")
    session = opened(own_server, "begin; insert into outlived values (1)")
    running = own_server.client().execute_statement(Sql=SLOW, SessionId=session)["Id"]
    own_server.kill()
    own_server.start()
    assert refusal(own_server, session) == "Session is not available"
    assert listed(own_server, SessionId=session)[0]["Status"] == "CLOSED"
    assert "closed the session" in own_server.ended(running)["Error"]
    assert own_server.rows("select count(*) from outlived") == [[0]]


def test_an_unknown_session_is_refused(server: ServerProcess) -> None:
    unknown = str(uuid.uuid4())
    assert refusal(server, unknown) == f"Session with Id: {unknown} is invalid"
    with pytest.raises(server.client().exceptions.ResourceNotFoundException):
        listed(server, SessionId=unknown)


def test_another_accounts_session_is_unknown(server: ServerProcess) -> None:
    session = opened(server)
    stranger = server.client(account="999999999999")
    with pytest.raises(ClientError, match="is invalid"):
        stranger.execute_statement(Sql="select 1", SessionId=session)
    assert session not in [s["SessionId"] for s in stranger.list_sessions()["Sessions"]]


def test_a_session_is_not_moved_to_another_database(server: ServerProcess) -> None:
    session = opened(server)
    with pytest.raises(ClientError, match="Database 'other' is not the one of the session"):
        server.client().execute_statement(Sql="select 1", SessionId=session, Database="other")


def test_sessions_are_listed_page_by_page(server: ServerProcess) -> None:
    place: dict[str, Any] = {"ClusterIdentifier": "paged", "Database": "dev"}
    opened_ids = [
        server.client().execute_statement(Sql="select 1", SessionKeepAliveSeconds=60, **place)
        for _ in range(3)
    ]
    pages = server.client().get_paginator("list_sessions").paginate(
        ClusterIdentifier="paged", PaginationConfig={"PageSize": 2}
    )  # fmt: skip
    found = [session["SessionId"] for page in pages for session in page["Sessions"]]
    assert found == [answer["SessionId"] for answer in reversed(opened_ids)]


def test_one_session_is_asked_for_by_its_id_alone(server: ServerProcess) -> None:
    with pytest.raises(ClientError, match="Give SessionId or Status, not both"):
        listed(server, SessionId=opened(server), Status="BUSY")


def test_a_batch_runs_in_a_session(server: ServerProcess) -> None:
    session = opened(server, "create temp table in_batch (a int)")
    batch = server.client().batch_execute_statement(
        Sqls=["insert into in_batch values (1)", "insert into in_batch values (2)"],
        SessionId=session,
    )
    assert batch["SessionId"] == session
    assert server.ended(batch["Id"])["Status"] == "FINISHED"
    assert rows(server, session, "select count(*) from in_batch") == [[2]]


def test_too_many_sessions_are_refused(own_server: ServerProcess) -> None:
    own_server.start()
    client = own_server.client()
    for _ in range(500):
        client.execute_statement(Sql="select 1", SessionKeepAliveSeconds=60, **PLACE)
    with pytest.raises(client.exceptions.ActiveSessionsExceededException):
        client.execute_statement(Sql="select 1", SessionKeepAliveSeconds=60, **PLACE)
