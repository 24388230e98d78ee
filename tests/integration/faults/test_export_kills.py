"""Whatever is killed while an export goes on: nobody sees half of a file, and it ends once.

A worker is stopped before it is killed, so that what it is killed at is seen rather than guessed.
"""

import asyncio
import json
import os
import urllib.parse
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP
from typing import Any

import duckdb
import pytest

from tests.integration.api import FINAL
from tests.integration.conftest import Person
from tests.integration.faults.machinery import Machinery, at_once
from tests.integration.faults.processes import unread, workers
from tests.integration.faults.scale import sized
from tests.integration.faults.test_large_exports import READERS, SOURCE, SUMS, TYPED, fetched
from tests.integration.subscriber import subscribed
from tests.integration.test_exports import CHANGE, DOWNLOADS, GET, downloads, ended, submitted
from tests.integration.wait import until

ROWS = sized(1_000_000, 10_000_000)
TOGETHER = sized(12, 100)  # exports at once, fewer than may wait
WITHIN = sized(60, 600)  # seconds
LOOK_EVERY = 0.01  # seconds in which a worker goes on
FILLED_WITHIN = 0.02  # seconds, until what a stopped worker reads has come for it
FILLED = 32 * 1024  # bytes, which no manifest has
LIST = "{ listQueries { queries { id status export { steps { phase } files { name } } } } }"
STEPS = {"PARQUET": ["STARTED", "UNLOADED", "READY"]}
JOINED_STEPS = ["STARTED", "UNLOADED", "JOINED", "READY"]


class Exporting:
    """An export of many rows as one file, whose workers are killed."""

    def __init__(self, machinery: Machinery, person: Person, format: str) -> None:
        self.machinery = machinery
        self.person = person
        self.joins = format != "PARQUET"
        self.query_id = submitted(
            person, "many_rows", format, parameters={"rows": ROWS}, singleFile=True
        )

    def phase(self) -> str | None:
        """The last step that the API tells."""
        export = self.person.api.ask(GET, id=self.query_id).data["getQuery"]["export"]
        return export["steps"][-1]["phase"] if export["steps"] else None

    def kill(self, function: str, is_due: Callable[[int], bool]) -> None:
        """Kill a function's worker while that is so, of which then nobody sees anything.

        The killed Ended asks again, so that a second Export may end it before that one is killed.
        """

        def is_done() -> bool:
            at_work = workers(self.machinery, function)
            return any(self._killed(each, is_due) for each in at_work) or self.has_ended

        until(is_done, WITHIN, LOOK_EVERY)
        shows_nothing(self.person, self.query_id)

    @property
    def has_ended(self) -> bool:
        return self.phase() == "READY"

    def _killed(self, worker: int, is_due: Callable[[int], bool]) -> bool:
        with stopped(worker):
            if not is_due(worker):
                return False
            shows_nothing(self.person, self.query_id)
            os.kill(worker, SIGKILL)
        return True

    def is_unloaded(self, _: int) -> bool:
        return self.phase() == "UNLOADED"

    def is_joining(self, _: int) -> bool:
        uploads = self.machinery.aws("s3").list_multipart_uploads(
            Bucket=self.machinery.outputs["exportBucket"], Prefix="exports/"
        )
        is_begun = any(self.query_id in each["Key"] for each in uploads.get("Uploads", []))
        return is_begun and self.phase() == "UNLOADED"

    def is_reading(self, worker: int) -> bool:
        """Whether it reads the file through: more of it has come than was taken."""
        with suppress(TimeoutError):
            until(lambda: unread(worker) > FILLED, FILLED_WITHIN, FILLED_WITHIN / 5)
            return self.phase() == ("JOINED" if self.joins else "UNLOADED")
        return False

    def deliver(self) -> bool:
        """Bring the message again, as SQS would once the first can no longer be handled.

        Whether that failed.
        """
        message = {"messageId": "again", "body": json.dumps({"queryId": self.query_id})}
        answer = self.machinery.aws("lambda").invoke(
            FunctionName=self.machinery.outputs["exportFunction"],
            Payload=json.dumps({"Records": [message]}),
        )
        answer["Payload"].read()
        return "FunctionError" in answer


@contextmanager
def stopped(process: int) -> Iterator[None]:
    """It does nothing for as long."""
    with suppress(ProcessLookupError):  # it has just ended, or was killed
        os.kill(process, SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(process, SIGCONT)


def shows_nothing(person: Person, query_id: str) -> None:
    """No file of the export is to be had, and none is told of, unless it has ended."""
    answer = person.api.ask(DOWNLOADS, id=query_id)
    queries = person.api.ask(LIST).data["listQueries"]["queries"]
    [export] = [query["export"] for query in queries if query["id"] == query_id]
    if "READY" not in phases({"export": export}):
        assert answer.error["errorType"] == "QueryNotFinished"
        assert export["files"] == []


@pytest.mark.parametrize("format", READERS)
def test_whoever_is_killed_the_file_is_whole_and_ends_once(
    machinery: Machinery, ana: Person, format: str, tmp_path: Path
) -> None:
    for function in ("endedFunction", "exportFunction"):
        for idle in workers(machinery, function):
            os.kill(idle, SIGKILL)  # so that those that come are at work for this export

    def killed() -> str:
        export = Exporting(machinery, ana, format)
        export.kill("endedFunction", export.is_unloaded)
        with ThreadPoolExecutor() as sqs:
            if export.joins:
                export.kill("exportFunction", export.is_joining)
                again = sqs.submit(export.deliver)
            export.kill("exportFunction", export.is_reading)
            assert not export.joins or again.result() or export.has_ended
        machinery.sweep_now([export.query_id])
        return export.query_id

    query = ended_once(*asyncio.run(watched(machinery, ana, lambda: [killed()])))[0]
    assert (query["status"], query["resultRows"]) == ("FINISHED", ROWS), query["error"]
    assert phases(query) == STEPS.get(format, JOINED_STEPS)
    has_every_row(ana, query["id"], format, tmp_path)


def test_a_killed_redshift_fails_the_export_which_then_has_no_files(
    machinery: Machinery, ana: Person
) -> None:
    def killed() -> str:
        query_id = Exporting(machinery, ana, "CSV").query_id
        until(lambda: unload_status(machinery, query_id) == "STARTED", WITHIN)
        machinery.end_program("redshift")
        return query_id

    [query] = ended_once(*asyncio.run(watched(machinery, ana, lambda: [killed()])))
    assert unload_status(machinery, query["id"]) != "FINISHED"
    assert (query["status"], query["error"]["type"]) == ("FAILED", "StatementFailed")
    assert "stopped while the statement was running" in query["error"]["message"]
    assert phases(query) == []
    shows_nothing(ana, query["id"])
    again = ended(ana, submitted(ana, "exported", "CSV", singleFile=True))
    assert again["status"] == "FINISHED"


def test_many_exports_at_once_end_once_each(machinery: Machinery, ana: Person) -> None:
    def all_of_them() -> list[str]:
        return at_once(
            lambda _: submitted(ana, "exported", "CSV", singleFile=True), range(TOGETHER)
        )

    queries = ended_once(*asyncio.run(watched(machinery, ana, all_of_them)))
    assert [phases(query) for query in queries] == [JOINED_STEPS] * TOGETHER
    assert len({query["export"]["files"][0]["sha256"] for query in queries}) == 1
    assert [len(downloads(ana, query["id"])) for query in queries] == [1] * TOGETHER


def test_an_address_outlives_the_lambda_that_signed_it(
    machinery: Machinery, ana: Person, tmp_path: Path
) -> None:
    query_id = submitted(ana, "exported", "CSV", singleFile=True)
    ended(ana, query_id)
    [download] = downloads(ana, query_id)
    for signer in workers(machinery, "resolversFunction"):
        os.kill(signer, SIGKILL)
    until(lambda: not ana.api.ask(DOWNLOADS, id=query_id).errors, WITHIN)
    [other] = downloads(ana, query_id)
    assert signed_by(download) != signed_by(other)
    fetched(download, tmp_path / "rows")


def signed_by(download: Any) -> str:
    """The access key that an address was signed with."""
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(download["url"]).query)
    return str(asked["X-Amz-Credential"][0].partition("/")[0])


async def watched(
    machinery: Machinery, person: Person, act: Callable[[], list[str]]
) -> tuple[list[Any], list[Any]]:
    """The exports as they ended that came of the act, and all that was pushed until then."""
    async with subscribed(machinery.outputs, person.token, CHANGE) as changes:
        ids = await asyncio.to_thread(act)
        queries = [await asyncio.to_thread(ended, person, each, WITHIN) for each in ids]
        pushed: list[Any] = []
        while {push["id"] for push in pushed if push["status"] in FINAL} != set(ids):
            pushed.append(await asyncio.wait_for(changes.get(), 30))
        return queries, pushed


def ended_once(queries: list[Any], pushed: list[Any]) -> list[Any]:
    """The exports, of which each was pushed with one end, and with no file before."""
    ends = {(push["id"], push["version"]) for push in pushed if push["status"] in FINAL}
    assert ends == {(query["id"], query["version"]) for query in queries}
    early = [push["export"] for push in pushed if push["status"] not in FINAL]
    assert not any(export["files"] or "READY" in phases({"export": export}) for export in early)
    return queries


def phases(query: Any) -> list[str]:
    return [step["phase"] for step in query["export"]["steps"]]


def unload_status(machinery: Machinery, query_id: str) -> str | None:
    """How far Redshift is with the second statement of the batch; None where it has none."""
    statements = [each for each in machinery.statements(query_id) if "SubStatements" in each]
    return statements[0]["SubStatements"][1]["Status"] if statements else None


def has_every_row(person: Person, query_id: str, format: str, folder: Path) -> None:
    """The downloaded file has the sum that was told, and the rows of the source in their order."""
    [download] = downloads(person, query_id)
    rows = f"{TYPED} from {READERS[format].format(file=fetched(download, folder / 'rows'))}"
    found = duckdb.execute(SUMS.format(rows=rows)).fetchall()
    assert found == duckdb.execute(SUMS.format(rows=SOURCE.format(rows=ROWS))).fetchall()
    assert found[0][-1] == 0
