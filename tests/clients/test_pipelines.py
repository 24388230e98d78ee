"""Pipelines: listed, run and followed, in Python and on the command line."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import parse, validate
from typer.testing import CliRunner, Result

from querycast import documents as query_documents
from querycast.cli.app import app
from querycast.client import Client
from querycast.errors import Refused
from querycast.follow import Pace
from querycast.pipelines import documents
from tests.clients.appsync_server import AppSyncServer
from tests.clients.command import started
from tests.clients.contract import contract
from tests.clients.service import FakeService, query

PACE = Pace(backoff=0.001, longest_backoff=0.002, resubmits=(0,), relistings=1_000)
DOCUMENTS = {
    f"{module.__name__}.{name}": text
    for module in (documents, query_documents)
    for name, text in vars(module).items()
    if name[0].isupper() and name != "QUERY"
}


@pytest.fixture
def client(service: FakeService) -> Iterator[Client]:
    with Client(service, PACE) as client:
        yield client


def pipelines(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["pipelines", *arguments])


def run(run_id: str, status: str = "STARTED", version: int = 1) -> dict[str, object]:
    of_pipeline: dict[str, object] = {"pipeline": "load", "kind": "PIPELINE", "report": None}
    return query(run_id, status, version, **of_pipeline)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_valid(name: str) -> None:
    assert validate(contract(), parse(DOCUMENTS[name])) == []


def test_a_run_is_followed_to_its_end(client: Client, service: FakeService) -> None:
    statuses: list[str] = []
    service.on_submit = lambda run_id: service.advance(run_id, "FINISHED")

    ended = client.pipelines.run("load", on_change=lambda it: statuses.append(it.status))

    assert (ended.pipeline, statuses) == ("load", ["QUEUED", "FINISHED"])


def test_runs_are_those_of_the_pipeline_alone(client: Client, service: FakeService) -> None:
    service.queries = {"mine": query("mine"), "a": run("a"), "b": run("b")}

    assert [it.id for it in client.pipelines.runs("load")] == ["a", "b"]
    assert [it.id for it in client.queries()] == ["mine"]


def test_changes_of_runs_are_told_once_and_none_is_lost(
    client: Client, service: FakeService
) -> None:
    service.queries = {"a": run("a", "STARTED", 3)}
    service.on_subscribe = lambda: service.advance("a", "FINISHED")
    watch = client.pipelines.watch("load")
    told = [next(watch)]
    service.on_subscribe = lambda: None

    service.queries["b"] = run("b", "STARTED", 1)  # and its push is lost
    service.break_connections()
    told.append(next(watch))
    watch.close()

    assert [(it.id, it.version) for it in told] == [("a", 4), ("b", 1)]
    assert service.subscribers == []


def test_an_unknown_pipeline_is_refused(client: Client) -> None:
    with pytest.raises(Refused, match="You have no pipeline 'lod'"):
        client.pipelines.get("lod")


def test_list_tells_when_each_runs_next_and_how_it_last_ended(
    stack: AppSyncServer, service: FakeService
) -> None:
    service.pipeline["runs"] = [run("a", "FAILED")]

    (listed,) = json.loads(pipelines("list", "-o", "json").stdout)

    assert (listed["pipeline"], listed["last_run"]) == ("load", "FAILED")
    assert listed["next_run"] == "2026-11-28T06:00:00+00:00"


def test_show_shows_the_pipeline_and_its_runs(stack: AppSyncServer, service: FakeService) -> None:
    service.queries = {"a": run("a", "FINISHED", 4)}

    shown = pipelines("show", "load")

    assert "runs       cron(0 6 * * ? *), UTC\n" in shown.stdout
    assert "feeds      taxi_by_day\n" in shown.stdout
    assert "a     FINISHED" in shown.stdout


def test_a_file_has_the_runs_alone(
    stack: AppSyncServer, service: FakeService, tmp_path: Path
) -> None:
    service.queries = {"a": run("a", "FINISHED", 4)}

    shown = pipelines("show", "load", "-O", str(tmp_path / "runs.txt"))

    assert (shown.exit_code, shown.stdout) == (0, "")
    assert (tmp_path / "runs.txt").read_text().splitlines()[0].startswith("run ")


def test_pause_and_resume_say_what_is_then(stack: AppSyncServer, service: FakeService) -> None:
    paused = pipelines("pause", "load")
    assert service.pipeline["pausedAt"]
    resumed = pipelines("resume", "load")

    assert paused.stderr == "load is paused; querycast pipelines resume load\n"
    assert resumed.stderr.startswith("load is resumed; it runs next at 2026-11-2")
    assert service.pipeline["pausedAt"] is None


@pytest.mark.parametrize(("status", "code"), [("FINISHED", 0), ("FAILED", 3), ("ABORTED", 4)])
def test_the_exit_code_tells_how_a_run_ended(
    stack: AppSyncServer, service: FakeService, status: str, code: int
) -> None:
    service.on_submit = lambda run_id: service.advance(run_id, status)

    shown = pipelines("run", "load")

    assert shown.exit_code == code
    assert shown.stdout == (f"{service.submitted[0]}\n" if code == 0 else "")


def test_a_run_need_not_be_waited_for(stack: AppSyncServer, service: FakeService) -> None:
    shown = pipelines("run", "load", "--detach")

    assert (shown.exit_code, shown.stdout) == (0, f"{service.submitted[0]}\n")


def test_a_pipeline_that_is_busy_is_exit_code_6(stack: AppSyncServer, service: FakeService) -> None:
    service.outages.append(Refused("PipelineBusy", "It runs."))

    assert pipelines("run", "load", "--detach").exit_code == 6


def test_watch_prints_a_line_for_each_change(stack: AppSyncServer, service: FakeService) -> None:
    service.queries = {"a": run("a", "STARTED", 3)}
    service.on_subscribe = lambda: service.advance("a", "FINISHED")

    with started("pipelines", "watch", "load", "-o", "json") as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
    assert (told["id"], told["status"], told["version"]) == ("a", "FINISHED", 4)
