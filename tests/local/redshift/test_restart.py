"""What survives the death of the server, and what it says about what did not."""

import signal
import socket
import time

import pytest

from local.redshift.running.ledger import Ledger
from local.redshift.running.statement import Status
from tests.local.redshift.fake_aws import FakeAws
from tests.local.redshift.server_process import DEADLINE_S, ServerProcess
from tests.local.redshift.test_operations import SLOW

FINISHED_RULE = {"source": ["aws.redshift-data"]}


def test_finished_statements_and_results_survive_kill_9(own_server: ServerProcess) -> None:
    own_server.start()
    own_server.run("create table kept (a int)")
    own_server.run("insert into kept values (1), (2)")
    statement_id = own_server.run("select a from kept order by a")["Id"]
    own_server.kill(signal.SIGKILL)
    own_server.start()
    records = own_server.client().get_statement_result(Id=statement_id)["Records"]
    assert records == [[{"longValue": 1}], [{"longValue": 2}]]
    assert own_server.rows("select count(*) from kept") == [[2]]


def test_a_statement_running_at_kill_9_has_failed_and_its_event_comes(
    own_server: ServerProcess, aws: FakeAws
) -> None:
    aws.add_rule("ends", FINISHED_RULE)
    own_server.start()
    statement_id = own_server.submit(SLOW, WithEvent=True, StatementName="interrupted")
    own_server.has_started(statement_id)
    own_server.kill(signal.SIGKILL)
    own_server.start()
    described = own_server.ended(statement_id)
    assert described["Status"] == "FAILED"
    assert "stopped while the statement was running" in described["Error"]
    (event,) = aws.wait_for_invocations(1)
    assert event["detail"]["state"] == "FAILED"
    assert event["detail"]["statementName"] == "interrupted"


def test_a_database_is_made_whole_or_not_at_all(own_server: ServerProcess) -> None:
    cut_off = own_server.data / "databases" / "dev.draft"
    cut_off.parent.mkdir(parents=True)
    cut_off.write_bytes(b"half a header")
    own_server.start()
    assert own_server.rows("select 1") == [[1]]
    assert not cut_off.exists()


def test_a_statement_that_had_not_begun_runs_after_the_restart(own_server: ServerProcess) -> None:
    own_server.start("--slots", "1")
    own_server.has_started(own_server.submit(SLOW))
    waiting = own_server.submit("select 1")
    own_server.kill(signal.SIGKILL)
    own_server.start()
    described = own_server.ended(waiting)
    assert described["Status"] == "FINISHED", described


def test_changes_that_committed_before_the_crash_are_finished(own_server: ServerProcess) -> None:
    own_server.start()
    statement_id = own_server.run("create table there (a int)")["Id"]
    own_server.kill(signal.SIGKILL)
    ledger = Ledger(own_server.data / "ledger.sqlite")
    statement = ledger.get(statement_id)
    assert statement is not None
    statement.status = Status.STARTED  # as if the crash had come just before the ledger was told
    ledger.put(statement)
    ledger.close()
    own_server.start()
    assert own_server.ended(statement_id)["Status"] == "FINISHED"


def test_parts_that_committed_alone_before_the_crash_have_finished(
    own_server: ServerProcess,
) -> None:
    own_server.start()
    batch = own_server.client().batch_execute_statement(
        Sqls=["create table alone (a int)", SLOW],
        ExecutionMode="AUTO_COMMIT",
        WorkgroupName="analytics",
        Database="dev",
    )
    own_server.reaches(f"{batch['Id']}:1", "FINISHED")
    own_server.kill(signal.SIGKILL)
    own_server.start()
    parts = own_server.ended(batch["Id"])["SubStatements"]
    assert [part["Status"] for part in parts] == ["FINISHED", "FAILED"]
    assert "stopped while the statement was running" in parts[1]["Error"]
    assert own_server.rows("select count(*) from alone") == [[0]]


def test_a_client_token_is_known_after_a_restart(own_server: ServerProcess) -> None:
    own_server.start()
    first = own_server.run("select 1", ClientToken="a-token")["Id"]
    own_server.kill(signal.SIGKILL)
    own_server.start()
    assert own_server.submit("select 1", ClientToken="a-token") == first


def test_sigterm_ends_the_server_although_a_statement_runs(own_server: ServerProcess) -> None:
    own_server.start()
    own_server.has_started(own_server.submit(SLOW))
    began = time.monotonic()
    status = own_server.kill(signal.SIGTERM)
    assert (status, time.monotonic() - began < DEADLINE_S / 2) == (0, True)


def test_a_data_directory_in_use_is_refused(own_server: ServerProcess) -> None:
    own_server.start()
    second = own_server.launch("--port", "0")
    output, _ = second.communicate(timeout=DEADLINE_S)
    log = (own_server.data.parent / "server.log").read_text()
    assert (second.returncode, output) == (1, "")
    assert f"data directory {own_server.data} is in use" in log


@pytest.mark.parametrize(
    "option", [("--memory", "much"), ("--slots", "0"), ("--statement-timeout", "-1")]
)
def test_an_option_that_cannot_be_is_refused(
    own_server: ServerProcess, option: tuple[str, str]
) -> None:
    process = own_server.launch("--port", "0", *option)
    process.communicate(timeout=DEADLINE_S)
    log = (own_server.data.parent / "server.log").read_text()
    assert process.returncode == 2
    assert " ".join(option) in log


def test_a_port_in_use_is_refused(own_server: ServerProcess) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = own_server.launch("--port", str(taken.getsockname()[1]))
        process.communicate(timeout=DEADLINE_S)
    log = (own_server.data.parent / "server.log").read_text()
    assert process.returncode == 1
    assert "choose another one with --port" in log


def test_health_says_that_it_serves(own_server: ServerProcess) -> None:
    own_server.start()
    host, port = own_server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")


def test_views_defaults_and_identities_survive_kill_9(own_server: ServerProcess) -> None:
    own_server.start()
    own_server.run(
        "create table t (id int identity(1, 1), v varchar(9) default substring('abc', 2),"
        " n varchar(9) default 1.5::float8::varchar)"
    )
    own_server.run("create view w as select id, substring(v, 1, 1) as v, id / 2.0 as half from t")
    own_server.run("insert into t (v) values ('xyz')")
    own_server.kill(signal.SIGKILL)
    own_server.start()
    own_server.run("insert into t (v) values (default)")
    assert own_server.rows("select id, v, half from w order by id") == [
        [1, "x", "0.5000"],
        [2, "b", "1.0000"],
    ]
