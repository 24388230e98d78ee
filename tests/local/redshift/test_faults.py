"""A killed process, a full disk, a clock that jumps: consistent data, one end, a clear error."""

import resource
import signal
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.redshift.api.caller import Caller
from local.redshift.events.delivery import Delivery
from local.redshift.running.ledger import Ledger
from local.redshift.running.runner import RESTART_ERROR, TIMEOUT_ERROR, Runner
from local.redshift.running.sessions import Sessions
from local.redshift.running.statement import Part, Statement, Status
from local.redshift.transfer.s3 import ObjectStore
from local.redshift.warehouse.warehouse import Warehouse
from tests.local.redshift.fake_aws import FakeAws
from tests.local.redshift.server_process import DEADLINE_S, WORKGROUP, ServerProcess
from tests.local.redshift.test_operations import SLOW

LARGE = (  # some 300 MB as JSON
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < 300000)"
    " select i, repeat('x', 1000) from n"
)
MANY = (
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000)"
    " select i, md5(i::varchar) || repeat(md5((-i)::varchar), 40) from n"
)
UNLIMITED = resource.RLIM_INFINITY


class HeldObjects(dict[tuple[str, str], bytes]):
    """Objects of which nobody gets one until they are released."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.asked, self.released = threading.Event(), threading.Event()

    def get(self, *arguments: Any) -> Any:
        self.asked.set()
        self.released.wait(DEADLINE_S)
        return super().get(*arguments)


class HeldPuts(dict[tuple[str, str], bytes]):
    """Objects of which a second one with a key in `out/` is not put until they are released."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.asked, self.released = threading.Event(), threading.Event()

    def __setitem__(self, place: tuple[str, str], body: bytes) -> None:
        if any(key.startswith("out/n=") for _, key in self) and not self.released.is_set():
            self.asked.set()
            self.released.wait(DEADLINE_S)
        super().__setitem__(place, body)


def wait_until(condition: Any) -> None:
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end, "not within the deadline"
        time.sleep(0.01)


def limit_files(server: ServerProcess, size: int) -> None:
    """No file of the server may grow beyond so many bytes: what it sees of a full disk."""
    assert server.pid is not None
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size, UNLIMITED))


def test_a_copy_cut_off_by_kill_9_leaves_nothing(own_server: ServerProcess, aws: FakeAws) -> None:
    held = HeldObjects({("lake", "trips.csv"): b"2\n3\n"})
    aws.objects = held
    own_server.start()
    own_server.run("create table trips (n int)")
    own_server.run("insert into trips values (1)")
    copy = "copy trips from 's3://lake/trips.csv' iam_role default csv"
    statement_id = own_server.submit(copy)
    assert held.asked.wait(DEADLINE_S)
    own_server.kill(signal.SIGKILL)
    held.released.set()
    own_server.start()
    described = own_server.ended(statement_id)
    assert (described["Status"], described["Error"]) == ("FAILED", RESTART_ERROR)
    assert own_server.rows("select n from trips") == [[1]]
    assert own_server.run(copy)["Status"] == "FINISHED"
    assert own_server.rows("select sum(n) from trips") == [[6]]


def test_an_unload_cut_off_by_kill_9_has_no_manifest(
    own_server: ServerProcess, aws: FakeAws
) -> None:
    held = HeldPuts({("lake", "out/manifest"): b"{}"})
    aws.objects = held
    own_server.start()
    own_server.run("create table trips as select 1 as n, 'a' as v union all select 2, 'b'")
    unload = (
        "unload ('select * from trips') to 's3://lake/out/' iam_role default"
        " partition by (n) manifest allowoverwrite"
    )
    statement_id = own_server.submit(unload)
    assert held.asked.wait(DEADLINE_S)
    own_server.kill(signal.SIGKILL)
    assert list(held) == [("lake", "out/n=1/0000_part_00")]
    held.released.set()
    own_server.start()
    described = own_server.ended(statement_id)
    assert (described["Status"], described["Error"]) == ("FAILED", RESTART_ERROR)
    assert not list((own_server.data / "staging").iterdir())
    assert own_server.run(unload)["Status"] == "FINISHED"
    names = [f"out/n={n}/0000_part_00" for n in (1, 2)]
    assert sorted(key for _, key in held) == sorted([*names, "out/manifest"])


def test_a_result_cut_off_by_kill_9_leaves_nothing(own_server: ServerProcess) -> None:
    results = own_server.data / "results"
    own_server.start()
    statement_id = own_server.submit(LARGE)
    wait_until(lambda: any(path.stat().st_size for path in results.rglob(f"*{statement_id}*")))
    own_server.kill(signal.SIGKILL)
    own_server.start()
    assert own_server.ended(statement_id)["Status"] == "FAILED"
    assert not list(results.rglob(f"*{statement_id}*"))


def test_a_result_that_fills_the_disk_fails_alone(own_server: ServerProcess) -> None:
    own_server.start()
    own_server.run("create table kept as select 1 as n")
    limit_files(own_server, 20_000_000)
    described = own_server.run(LARGE)
    assert described["Status"] == "FAILED"
    assert described["Error"].startswith("ERROR: Disk Full")
    assert not list((own_server.data / "results").rglob(f"*{described['Id']}*"))
    assert own_server.rows("select n from kept") == [[1]]


def test_rows_that_fill_the_disk_are_not_kept(own_server: ServerProcess) -> None:
    own_server.start()
    own_server.run("create table kept as select 1 as n, 'x'::varchar(2000) as text")
    limit_files(own_server, 2_000_000)
    described = own_server.run(f"insert into kept {MANY}")
    assert described["Status"] == "FAILED"
    assert described["Error"].startswith("ERROR: Disk Full"), described["Error"]
    limit_files(own_server, UNLIMITED)
    assert own_server.rows("select n from kept") == [[1]]
    assert own_server.run("insert into kept values (2, 'y')")["Status"] == "FINISHED"
    own_server.kill(signal.SIGKILL)
    own_server.start()
    assert own_server.rows("select n from kept order by n") == [[1], [2]]


def test_a_full_disk_refuses_statements_and_ends_those_that_run(own_server: ServerProcess) -> None:
    own_server.start()
    own_server.run("select 1")  # the database is there
    running = own_server.submit(SLOW)
    own_server.has_started(running)
    limit_files(own_server, 4096)  # the ledger's log is longer
    with pytest.raises(ClientError) as refused:
        own_server.submit("select 1")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    own_server.client().cancel_statement(Id=running)
    limit_files(own_server, UNLIMITED)
    assert own_server.ended(running)["Status"] == "ABORTED"
    assert own_server.rows("select 1") == [[1]]
    listed = own_server.client().list_statements(Status="ALL", WorkgroupName=WORKGROUP)
    assert sorted(one["Status"] for one in listed["Statements"]) == [
        "ABORTED",
        "FINISHED",
        "FINISHED",
    ]


def test_a_statement_that_runs_too_long_fails(own_server: ServerProcess) -> None:
    own_server.start("--statement-timeout", "0.2")
    described = own_server.run(SLOW)
    assert (described["Status"], described["Error"]) == ("FAILED", TIMEOUT_ERROR)
    assert own_server.rows("select 1") == [[1]]


def test_a_statement_that_needs_too_much_memory_fails_alone(own_server: ServerProcess) -> None:
    own_server.start("--memory", "100MB")
    described = own_server.run(f"select len(listagg(text)) from ({LARGE}) as large (i, text)")
    assert described["Status"] == "FAILED"
    assert described["Error"].startswith("ERROR: out of memory"), described["Error"]
    assert own_server.rows("select 1") == [[1]]


@pytest.mark.parametrize("jump", [-90_000, 90_000])
def test_a_clock_that_jumps_ends_each_statement_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: int
) -> None:
    ledger, warehouse = Ledger(tmp_path / "ledger.sqlite"), Warehouse(tmp_path)
    sessions, delivery = Sessions(ledger, warehouse), Delivery(ledger, None)
    runner = Runner(ledger, warehouse, ObjectStore(None), sessions, delivery, 1, DEADLINE_S)
    now = time.time
    statements = [statement(f"select {number}") for number in range(3)]
    for one in statements:
        ledger.put(one)
        runner.submit(one)
    monkeypatch.setattr("local.redshift.running.runner.time.time", lambda: now() + jump)
    runner.start()
    wait_until(lambda: not ledger.find_unfinished())
    for one in statements:
        ended = ledger.get(one.id)
        assert ended is not None
        assert (ended.status, ended.duration_ns > 0) == (Status.FINISHED, True)
    runner.stop()
    warehouse.close()
    ledger.close()


def statement(sql: str) -> Statement:
    created = time.time()
    return Statement(
        id=str(uuid.uuid4()),
        parts=[Part(sql=sql)],
        parameters=[],
        database="dev",
        caller=Caller(),
        created_at=created,
        updated_at=created,
        is_batch=False,
    )
