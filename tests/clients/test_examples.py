"""The examples of the client do what they say, against a service on the wire."""

import asyncio
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from querycast.errors import Refused
from tests.clients.appsync_server import AppSyncServer
from tests.clients.service import FakeService
from tests.clients.store import Store

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "clients" / "python" / "examples"
COOKBOOK = (ROOT / "docs" / "python" / "cookbook.md").read_text(encoding="utf-8")


@pytest.fixture
def answering(stack: AppSyncServer, service: FakeService) -> FakeService:
    """The service, whose queries finish at once."""
    service.on_submit = service.finish
    return service


@pytest.mark.parametrize(
    "name", ["cron_report.sh", "airflow_dag.py", "fastapi_app.py", "handles.py", "many.py"]
)
def test_the_cookbook_has_the_example_as_it_is(name: str) -> None:
    assert (EXAMPLES / name).read_text(encoding="utf-8") in COOKBOOK


def test_many_queries_are_submitted_before_one_has_ended(
    answering: FakeService, capsys: pytest.CaptureFixture[str]
) -> None:
    def finish_all_at_the_last(query_id: str) -> None:
        if len(answering.submitted) == 12:
            for submitted in answering.submitted:
                answering.finish(submitted)

    answering.on_submit = finish_all_at_the_last

    runpy.run_path(str(EXAMPLES / "many.py"), run_name="__main__")

    assert capsys.readouterr().out.splitlines()[0] == "2015-01 3"


def test_a_query_is_watched_and_taken_up_again(
    stack: AppSyncServer, service: FakeService, capsys: pytest.CaptureFixture[str]
) -> None:
    service.on_subscribe = lambda: asyncio.get_running_loop().call_later(
        0.02, finish_what_runs, service
    )

    runpy.run_path(str(EXAMPLES / "handles.py"), run_name="__main__")

    shown = capsys.readouterr().out.splitlines()
    assert shown == ["QUEUED", "FINISHED", "2015-06-01 410", "2015-06-02 None", "2015-06-03 397"]


def finish_what_runs(service: FakeService) -> None:
    for query_id, query in service.queries.items():
        if query["status"] == "QUEUED":
            service.finish(query_id)


def test_the_notebook_runs(answering: FakeService) -> None:
    cells = json.loads((EXAMPLES / "notebook.ipynb").read_text())["cells"]
    names: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)

    assert len(names["rows"]) == 3


def test_cron_writes_a_file_or_fails(
    home: Path, answering: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = home / "bin" / "querycast"
    command.parent.mkdir()
    run = f"exec {sys.executable} -c 'from querycast.cli.app import main; main()' \"$@\"\n"
    command.write_text(f"#!/bin/sh\n{run}")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")
    script = [EXAMPLES / "cron_report.sh", home]

    done = subprocess.run([*script, "2015-06"], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (home / "taxi-2015-06.csv").read_text().startswith("trip_date,trips")

    answering.outages.append(Refused("ReportNotFound", "It is gone."))
    failed = subprocess.run([*script, "2015-07"], capture_output=True, text=True)
    assert (failed.returncode, "It is gone." in failed.stderr) == (6, True)
    assert not (home / "taxi-2015-07.csv").exists()


def test_fastapi_answers_rows_and_refusals(answering: FakeService) -> None:
    app = runpy.run_path(str(EXAMPLES / "fastapi_app.py"))["app"]

    async def ask() -> tuple[httpx.Response, httpx.Response]:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://here") as http,
        ):
            found = await http.get("/taxi/2015-06")
            answering.outages.append(Refused("InvalidParameter", "Not a month."))
            return found, await http.get("/taxi/soon")

    found, refused = asyncio.run(ask())

    assert (found.status_code, found.json()[0]["trips"]) == (200, 410)
    assert (refused.status_code, refused.json()) == (
        422,
        {"detail": "InvalidParameter: Not a month."},
    )
    assert answering.max_ages[0] == 900


def test_airflow_keeps_the_file_of_the_month(
    home: Path, answering: FakeService, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Airflow itself is left out for its size: its decorators do nothing here."""
    answering.downloads = [store.download("taxi_by_day.parquet")]
    _pretend_airflow(monkeypatch)
    dag = runpy.run_path(str(EXAMPLES / "airflow_dag.py"), {"__name__": "dag"})
    dag["taxi_by_day"].__globals__["FOLDER"] = home

    assert dag["taxi_by_day"]() == str(home / "taxi-2015-06.parquet")
    assert answering.exported[-1]["parameters"] == [{"name": "month", "value": "2015-06"}]


def _pretend_airflow(monkeypatch: pytest.MonkeyPatch) -> None:
    def undecorated(**options: object) -> Callable[[Any], Any]:
        return lambda function: function

    modules: dict[str, dict[str, Any]] = {
        "airflow": {},
        "airflow.exceptions": {"AirflowFailException": Exception},
        "airflow.sdk": {
            "dag": lambda **options: lambda function: lambda: None,
            "task": undecorated,
            "get_current_context": lambda: {"data_interval_start": datetime(2015, 6, 1)},
        },
        "airflow.timetables": {},
        "airflow.timetables.interval": {"CronDataIntervalTimetable": lambda *_, **__: None},
    }
    for name, members in modules.items():
        module = ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)
