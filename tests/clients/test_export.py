"""Exports on this machine: asked for, followed, fetched whole or not at all."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from querycast.async_client import AsyncClient
from querycast.cli.app import app
from querycast.client import Client
from querycast.errors import BadDownload, InvalidArgument, QueryFailed, Refused, Unavailable
from querycast.export import Compression, ExportFormat, ExportOptions
from querycast.follow import Pace
from tests.clients.appsync_server import AppSyncServer
from tests.clients.command import in_a_terminal, read_rest
from tests.clients.service import FakeService
from tests.clients.store import CONTENT, Store

ID = "6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10"


@pytest.fixture
def ready(service: FakeService, store: Store) -> FakeService:
    """The service, where exports end well with one file."""
    service.on_submit = lambda query_id: service.advance(query_id, "FINISHED", resultRows=1000.0)
    service.downloads = [store.download()]
    return service


@pytest.fixture
def client(service: FakeService) -> Iterator[Client]:
    with Client(service, Pace(resubmits=(0,), backoff=0, longest_backoff=0)) as client:
        yield client


def test_an_export_is_asked_for_as_it_is_to_be(client: Client, ready: FakeService) -> None:
    options = ExportOptions(ExportFormat.JSON, Compression.GZIP, single_file=False)
    query = client.export("taxi_by_day", {"month": "2015-06"}, options=options, query_id=ID)
    assert query.result_rows == 1000
    assert ready.exported == [
        {
            **{"id": ID, "report": "taxi_by_day"},
            "parameters": [{"name": "month", "value": "2015-06"}],
            **{"format": "JSON", "compression": "GZIP"},
            **{"singleFile": False, "formulaSafe": None, "notify": None},
        }
    ]


def test_an_export_may_be_told_of_by_mail(client: Client, ready: FakeService) -> None:
    client.export("taxi_by_day", query_id=ID, notify=True)
    assert ready.notified == [ID]


def test_a_failed_export_raises_redshifts_words(client: Client, service: FakeService) -> None:
    error = {"type": "StatementFailed", "message": "S3ServiceException: Access Denied"}
    service.on_submit = lambda query_id: service.advance(query_id, "FAILED", error=error)
    with pytest.raises(QueryFailed, match="Access Denied"):
        client.export("taxi_by_day")


def test_its_steps_are_told(client: Client, service: FakeService) -> None:
    told = []
    export = {
        **{"format": "CSV", "compression": None, "singleFile": True, "formulaSafe": True},
        "steps": [{"phase": "READY", "at": "2026-01-02T03:05:00.000Z"}],
    }
    service.on_submit = lambda query_id: service.advance(query_id, "FINISHED", export=export)
    client.export("taxi_by_day", on_change=lambda query: told.append(query.export))
    assert [step.phase for each in told if each for step in each.steps] == ["READY"]


def test_a_file_is_fetched_to_a_folder_or_to_a_path(
    client: Client, ready: FakeService, tmp_path: Path
) -> None:
    query = client.export("taxi_by_day")
    assert client.download(query, tmp_path) == [tmp_path / "taxi_by_day.csv"]
    assert client.download(query.id, tmp_path / "june.csv") == [tmp_path / "june.csv"]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "taxi_by_day.csv": CONTENT,
        "june.csv": CONTENT,
    }


def test_a_broken_connection_is_taken_up_where_it_broke(
    client: Client, ready: FakeService, store: Store, tmp_path: Path
) -> None:
    store.cuts = [100, 50]
    query = client.export("taxi_by_day")
    [path] = client.download(query, tmp_path)
    assert path.read_bytes() == CONTENT
    assert store.ranges == ["bytes=0-", "bytes=100-", "bytes=150-"]
    assert ready.operations.count("getDownloads") == 3  # each time with a fresh address


def test_an_outage_of_store_and_service_is_waited_out_in_growing_pauses(
    client: Client, ready: FakeService, store: Store, tmp_path: Path
) -> None:
    query = client.export("taxi_by_day")
    store.cuts = [100, 0, 0, 0, 0]
    ready.outages.extend([Unavailable("down")] * 2)
    ready.outages.appendleft(None)  # the first addresses come
    [path] = client.download(query, tmp_path)
    assert path.read_bytes() == CONTENT


def test_an_outage_that_goes_on_is_told(
    client: Client, ready: FakeService, store: Store, tmp_path: Path
) -> None:
    query = client.export("taxi_by_day")
    store.cuts = [0] * 100
    with pytest.raises(Unavailable, match=r"taxi_by_day.csv cannot be fetched: Client"):
        client.download(query, tmp_path)
    assert len(store.ranges) == 8


def test_what_differs_from_its_sum_is_not_kept(
    client: Client, ready: FakeService, store: Store, tmp_path: Path
) -> None:
    query = client.export("taxi_by_day")
    before = tmp_path / "taxi_by_day.csv"
    before.write_bytes(b"as before")
    store.content = CONTENT[:-1] + b"!"
    with pytest.raises(BadDownload, match=r"taxi_by_day\.csv came with 4,004 of 4,004 bytes"):
        client.download(query, tmp_path)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [
        ("taxi_by_day.csv", b"as before")
    ]


def test_an_address_is_in_no_error(
    client: Client, ready: FakeService, store: Store, tmp_path: Path
) -> None:
    store.status = 403
    query = client.export("taxi_by_day")
    with pytest.raises(Unavailable) as told:
        client.download(query, tmp_path)
    assert str(told.value) == "taxi_by_day.csv cannot be fetched: the answer is 403."
    assert list(tmp_path.iterdir()) == []


def test_several_files_need_a_folder(
    client: Client, ready: FakeService, store: Store, tmp_path: Path
) -> None:
    ready.downloads = [store.download("a-001.csv"), store.download("a-002.csv")]
    query = client.export("taxi_by_day")
    with pytest.raises(InvalidArgument, match="has 2 files"):
        client.download(query, tmp_path / "a.csv")
    assert [path.name for path in client.download(query, tmp_path)] == ["a-001.csv", "a-002.csv"]


def test_what_has_no_files_yet_is_refused(
    client: Client, service: FakeService, tmp_path: Path
) -> None:
    query_id = client.submit("taxi_by_day").id
    with pytest.raises(Refused, match="no files yet"):
        client.download(query_id, tmp_path)


def test_progress_is_told_of_all_files_in_the_callers_thread(
    client: Client, ready: FakeService, store: Store, tmp_path: Path
) -> None:
    ready.downloads = [store.download("a-001.csv"), store.download("a-002.csv")]
    store.cuts = [100]
    told: list[tuple[int, int, int]] = []
    query = client.export("taxi_by_day")

    client.download(
        query, tmp_path, lambda had, of_all: told.append((had, of_all, threading.get_ident()))
    )

    size = len(CONTENT)
    assert told[0][0] == 100
    assert told[-1] == (2 * size, 2 * size, threading.get_ident())
    assert told == sorted(told)


def test_a_download_that_is_given_up_leaves_nothing(ready: FakeService, tmp_path: Path) -> None:
    def give_up(had: int, of_all: int) -> None:
        raise KeyError(had)

    async def act() -> None:
        async with AsyncClient(ready) as client:
            await client.download(await client.export("taxi_by_day"), tmp_path, give_up)

    with pytest.raises(KeyError):
        asyncio.run(act())
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_the_file_and_tells_where(
    stack: AppSyncServer, ready: FakeService, home: Path
) -> None:
    command = ["export", "taxi_by_day", "month=2015-06", "--format", "csv", "-o", "june.csv"]
    shown = CliRunner().invoke(app, command)
    assert (shown.exit_code, shown.stdout) == (0, "june.csv\n")
    assert shown.stderr.startswith("taxi_by_day: 1,000 rows in ")
    assert (home / "june.csv").read_bytes() == CONTENT
    assert ready.exported[0]["singleFile"] is True


def test_the_command_takes_many_files_and_formulas_when_told(
    stack: AppSyncServer, ready: FakeService, home: Path
) -> None:
    shown = CliRunner().invoke(app, ["export", "taxi_by_day", "--parts", "--formulas"])
    assert shown.stdout == "taxi_by_day.csv\n"
    assert (ready.exported[0]["singleFile"], ready.exported[0]["formulaSafe"]) == (False, False)


def test_a_finished_export_is_fetched_by_its_id(
    stack: AppSyncServer, ready: FakeService, home: Path
) -> None:
    CliRunner().invoke(app, ["export", "taxi_by_day", "-o", "june.csv"])

    shown = CliRunner().invoke(app, ["download", ready.submitted[0], "-O", "again.csv"])

    assert (shown.exit_code, shown.stdout) == (0, "again.csv\n")
    assert (home / "again.csv").read_bytes() == CONTENT


def test_what_has_not_ended_cannot_be_fetched(
    stack: AppSyncServer, service: FakeService, client: Client
) -> None:
    query_id = client.submit("taxi_by_day").id

    shown = CliRunner().invoke(app, ["download", query_id])

    assert (shown.exit_code, shown.stderr[:16]) == (6, "QueryNotFinished")


@pytest.mark.parametrize(("options", "is_shown"), [([], True), (["--quiet"], False)])
def test_a_terminal_shows_how_far_a_download_is_unless_it_is_to_be_quiet(
    stack: AppSyncServer, ready: FakeService, options: list[str], is_shown: bool
) -> None:
    with in_a_terminal("export", "taxi_by_day", *options) as (process, terminal):
        shown = read_rest(terminal)
        assert process.wait(10) == 0
    assert ("4.0/4.0 kB" in shown) is is_shown
    assert (shown != "") is is_shown
