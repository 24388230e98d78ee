"""Many statements at once: writers take turns, readers do not wait, everyone ends."""

from tests.local.redshift.server_process import WORKGROUP, ServerProcess
from tests.local.redshift.test_operations import SLOW


def test_writers_of_one_table_all_succeed(server: ServerProcess) -> None:
    server.run("create table counted (n int)")
    server.run("insert into counted values (0)")
    ids = [server.submit("update counted set n = n + 1") for _ in range(30)]
    assert {server.ended(id)["Status"] for id in ids} == {"FINISHED"}
    assert server.rows("select n from counted") == [[30]]


def test_a_reader_does_not_wait_for_a_writer(server: ServerProcess) -> None:
    server.run("create table slow_target (n bigint)")
    writer = server.submit(f"insert into slow_target {SLOW}")
    server.has_started(writer)
    assert server.rows("select count(*) from slow_target") == [[0]]
    server.client().cancel_statement(Id=writer)
    assert server.ended(writer)["Status"] == "ABORTED"


def test_a_writer_waiting_for_its_turn_can_be_cancelled(server: ServerProcess) -> None:
    server.run("create table turns (n bigint)")
    batch = server.client().batch_execute_statement(
        Sqls=[f"insert into turns {SLOW}"], WorkgroupName=WORKGROUP, Database="dev"
    )
    holder = batch["Id"]
    server.has_started(f"{holder}:1")  # which has the turn, unlike a statement that has started
    waiting = server.submit("insert into turns values (1)")
    server.has_started(waiting)
    server.client().cancel_statement(Id=waiting)
    assert server.ended(waiting)["Status"] == "ABORTED"
    server.client().cancel_statement(Id=holder)
    server.ended(holder)
    assert server.rows("select count(*) from turns") == [[0]]


def test_databases_are_apart(server: ServerProcess) -> None:
    server.run("create table only_here (a int)", Database="first")
    described = server.run("select * from only_here", Database="second")
    assert described["Error"] == 'ERROR: relation "only_here" does not exist'
    assert server.rows("select current_database()", Database="second") == [["second"]]
