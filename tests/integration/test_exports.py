"""Exports through the public API: rows as files, fetched by plain HTTP, by their owner alone."""

import asyncio
import csv
import gzip
import hashlib
import io
import json
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest
import zstandard

from tests.integration.api import FINAL, Answer
from tests.integration.conftest import Person
from tests.integration.functions import invoke
from tests.integration.payloads import PAYLOADS
from tests.integration.subscriber import subscribed
from tests.integration.test_cancel import Backstage, cancelled
from tests.integration.test_cancel import backstage as backstage  # a fixture
from tests.integration.wait import until

EXPORT = """id kind status version owner error { type message } resultRows resultBytes
  resultExpiresAt durationMs
  export {
    format compression singleFile formulaSafe steps { phase at } files { name bytes sha256 }
  }"""
SUBMIT = f"mutation ($input: ExportQueryInput!) {{ exportQuery(input: $input) {{ {EXPORT} }} }}"
GET = f"query ($id: ID!) {{ getQuery(id: $id) {{ {EXPORT} }} }}"
DOWNLOADS = "query ($id: ID!) { getDownloads(id: $id) { name bytes sha256 url validUntil } }"
COMPLETE = f"subscription ($id: ID!) {{ onQueryComplete(id: $id) {{ {EXPORT} }} }}"
CHANGE = f"subscription {{ onQueryChange {{ {EXPORT} }} }}"
ROWS = 2_000
FORMULAS = [
    start + rest
    for start in "=+-@＝＋－＠\t\n\r"  # noqa: RUF001  # spreadsheets take the wide ones, too
    for rest in ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x","y")', "2", "")
]
HARMLESS = ["plain", "a=1", "1-1", " =1", "'=1", 'quoted ",=1"', "two\nlines"]


@dataclass(frozen=True)
class File:
    """What was downloaded."""

    name: str
    content: bytes


def submit(person: Person, report: str, format: str, **options: Any) -> Answer:
    given = options.pop("parameters", {})
    values = [{"name": name, "value": str(value)} for name, value in given.items()]
    input = {"report": report, "format": format, "parameters": values} | options
    return person.api.ask(SUBMIT, input=input)


def submitted(person: Person, report: str, format: str, **options: Any) -> str:
    """The id of an export that was taken."""
    answer = submit(person, report, format, **options)
    assert not answer.errors, answer.errors
    return str(answer.data["exportQuery"]["id"])


def ended(person: Person, query_id: str, seconds: float = 90) -> Any:
    def asked() -> Any:
        answer = person.api.ask(GET, id=query_id)
        assert not answer.errors, answer.errors
        query = answer.data["getQuery"]
        return query if query["status"] in FINAL else None

    return until(asked, seconds)


def finished(person: Person, query_id: str) -> Any:
    query = ended(person, query_id)
    assert query["status"] == "FINISHED", query["error"]
    return query


def downloads(person: Person, query_id: str) -> Any:
    answer = person.api.ask(DOWNLOADS, id=query_id)
    assert not answer.errors, answer.errors
    return answer.data["getDownloads"]


def fetched(download: Any) -> File:
    """The file by plain HTTP, as its sum says that it is."""
    with urllib.request.urlopen(download["url"]) as response:
        content = response.read()
        told = response.headers["content-disposition"]
    assert told == f'attachment; filename="{download["name"]}"'
    assert len(content) == download["bytes"]
    assert hashlib.sha256(content).hexdigest() == download["sha256"]
    return File(download["name"], content)


def exported(person: Person, report: str, format: str, **options: Any) -> list[File]:
    query = finished(person, submitted(person, report, format, **options))
    return [fetched(download) for download in downloads(person, query["id"])]


def unpacked(file: File) -> bytes:
    if file.name.endswith(".gz"):
        return gzip.decompress(file.content)
    if file.name.endswith(".zst"):
        reader = zstandard.ZstdDecompressor().stream_reader(file.content, read_across_frames=True)
        return bytes(reader.read())
    return file.content


def csv_rows(files: list[File]) -> list[list[str]]:
    """Each file without its header."""
    rows: list[list[str]] = []
    for file in files:
        text = io.StringIO(unpacked(file).decode(), newline="")
        rows += list(csv.reader(text))[1:]
    return rows


@pytest.fixture(scope="module")
def source(ana: Person) -> list[list[Any]]:
    """The rows as the report itself gives them."""
    query_id = ana.api.submitted("exported", rows=ROWS)
    until(lambda: ana.api.get(query_id)["status"] in FINAL, 60)
    document = """query ($id: ID!, $nextToken: String) {
      getQueryResult(id: $id, nextToken: $nextToken) { rows nextToken }
    }"""
    rows: list[list[Any]] = []
    token = None
    while True:
        page = ana.api.ask(document, id=query_id, nextToken=token).data["getQueryResult"]
        rows += json.loads(page["rows"])
        token = page["nextToken"]
        if token is None:
            assert len(rows) == ROWS
            return rows


OPTIONS = [
    {},
    {"singleFile": True},
    {"compression": "GZIP"},
    {"singleFile": True, "compression": "GZIP"},
    {"singleFile": True, "compression": "ZSTD"},
]


@pytest.mark.parametrize("options", OPTIONS)
def test_csv_has_the_rows_in_their_order(
    ana: Person, source: list[list[Any]], options: dict[str, Any]
) -> None:
    files = exported(ana, "exported", "CSV", parameters={"rows": ROWS}, **options)
    assert csv_rows(files) == [
        [
            *(str(n), str(negative), amount),
            *(format(ratio, "g") if ratio % 1 else f"{ratio:.1f}", "t" if is_even else "f"),
            *(day, moment.removesuffix(".0"), "" if text is None else text),
        ]
        for n, negative, amount, ratio, is_even, day, moment, text in source
    ]


@pytest.mark.parametrize("options", OPTIONS)
def test_json_has_the_rows_in_their_order(
    ana: Person, source: list[list[Any]], options: dict[str, Any]
) -> None:
    files = exported(ana, "exported", "JSON", parameters={"rows": ROWS}, **options)
    lines = [line for file in files for line in unpacked(file).decode().splitlines()]
    assert [list(json.loads(line).values()) for line in lines] == [
        [
            *(n, negative, float(amount), ratio, "t" if is_even else "f"),
            *(day, moment.removesuffix(".0"), text),
        ]
        for n, negative, amount, ratio, is_even, day, moment, text in source
    ]


@pytest.mark.parametrize("options", [{}, {"singleFile": True}])
def test_parquet_has_the_rows_in_their_order(
    ana: Person, source: list[list[Any]], options: dict[str, Any]
) -> None:
    files = exported(ana, "exported", "PARQUET", parameters={"rows": ROWS}, **options)
    rows: list[Any] = []
    for file in files:
        with tempfile.NamedTemporaryFile(suffix=".parquet") as saved:
            saved.write(file.content)
            saved.flush()
            rows += duckdb.connect().execute(f"select * from '{saved.name}'").fetchall()
    assert [[*row[:2], str(row[2]), *row[3:5], *map(str, row[5:7]), row[7]] for row in rows] == [
        [n, negative, amount, ratio, is_even, day, moment.removesuffix(".0"), text]
        for n, negative, amount, ratio, is_even, day, moment, text in source
    ]


def test_an_export_tells_what_it_is_and_when_each_step_was_reached(ana: Person) -> None:
    query = finished(ana, submitted(ana, "exported", "CSV", singleFile=True))
    assert (query["kind"], query["resultRows"]) == ("EXPORT", 1_000)
    export = query["export"]
    assert [step["phase"] for step in export["steps"]] == [
        *("STARTED", "UNLOADED", "JOINED", "READY"),
    ]
    assert [step["at"] for step in export["steps"]] == sorted(
        step["at"] for step in export["steps"]
    )
    [file] = export["files"]
    assert file["name"] == "exported.csv"
    assert file["bytes"] == query["resultBytes"]
    left = datetime.fromisoformat(query["resultExpiresAt"]) - datetime.now(UTC)
    assert timedelta(days=6) < left <= timedelta(days=7)


def test_the_end_is_pushed_once_with_the_files_and_each_step_before(
    outputs: Any, person: Callable[..., Person]
) -> None:
    cid = person("analysts")
    query_id = str(uuid.uuid4())

    async def watched() -> tuple[list[Any], list[Any]]:
        async with (
            subscribed(outputs, cid.token, COMPLETE, id=query_id) as ends,
            subscribed(outputs, cid.token, CHANGE) as changes,
        ):
            submitted(cid, "exported", "JSON", singleFile=True, id=query_id)
            first = await asyncio.wait_for(ends.get(), 60)
            pushed: list[Any] = []
            while not pushed or pushed[-1]["version"] < first["version"]:
                pushed.append(await asyncio.wait_for(changes.get(), 30))
            return [first, *(ends.get_nowait() for _ in range(ends.qsize()))], pushed

    ends, changes = asyncio.run(watched())
    [end] = ends
    assert end["status"] == "FINISHED"
    assert [file["name"] for file in end["export"]["files"]] == ["exported.jsonl"]
    reached = [
        change["export"]["steps"][-1]["phase"] for change in changes if change["export"]["steps"]
    ]
    assert list(dict.fromkeys(reached)) == ["UNLOADED", "JOINED", "READY"]


def test_a_text_cell_is_no_formula_and_numbers_are_as_they_were(ana: Person) -> None:
    texts = [*FORMULAS, *HARMLESS]
    given = {"a_text": "~".join(texts), "parts": len(texts)}
    [file] = exported(ana, "split", "CSV", parameters=given)
    header, *rows = csv.reader(io.StringIO(file.content.decode(), newline=""))
    assert header == ["'=number", "part"]
    assert [int(number) for number, _ in rows] == [-n - 1 for n in range(len(texts))]
    assert [text for _, text in rows] == [*(f"'{text}" for text in FORMULAS), *HARMLESS]


def test_formulas_stay_where_they_are_declared_to_be_safe(ana: Person) -> None:
    given = {"a_text": "~".join(FORMULAS), "parts": len(FORMULAS)}
    [file] = exported(ana, "split", "CSV", parameters=given, formulaSafe=False)
    header, *rows = csv.reader(io.StringIO(file.content.decode(), newline=""))
    assert header == ["=number", "part"]
    assert [text for _, text in rows] == FORMULAS


def test_a_hostile_parameter_is_a_value_and_never_in_the_unload(
    ana: Person, backstage: Backstage
) -> None:
    hostile = [
        *("x'' or ''1''=''1", "x''') to 's3://mine/' iam_role 'r'; drop table nyc_yellow_taxi; --"),
        *PAYLOADS[:10],
    ]

    def echoed(text: str) -> tuple[Any, str]:
        query_id = submitted(ana, "echo", "JSON", parameters={"a_text": text})
        finished(ana, query_id)
        [file] = [fetched(each) for each in downloads(ana, query_id)]
        statement = backstage.item(query_id)["statementId"]["S"]
        described = backstage.redshift.describe_statement(Id=statement)
        return json.loads(file.content)["a_text"], described["SubStatements"][1]["QueryString"]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(echoed, hostile))
    assert [text for text, _ in answers] == hostile
    for text, (_, unload) in zip(hostile, answers, strict=True):
        assert unload.startswith('unload (\'select "a_text",')
        assert len(text) < 3 or text not in unload


def test_no_rows_are_a_header(ana: Person) -> None:
    [file] = exported(ana, "exported", "CSV", parameters={"rows": 0}, singleFile=True)
    assert file.content == b"n,negative,amount,ratio,is_even,a_day,a_moment,a_text\n"


def test_a_download_can_be_resumed(ana: Person) -> None:
    query_id = submitted(ana, "exported", "CSV")
    finished(ana, query_id)
    [download] = downloads(ana, query_id)
    whole = fetched(download).content
    first = urllib.request.Request(download["url"], headers={"Range": "bytes=0-99"})
    rest = urllib.request.Request(download["url"], headers={"Range": "bytes=100-"})
    parts = []
    for request in (first, rest):
        with urllib.request.urlopen(request) as response:
            assert response.status == 206
            parts.append(response.read())
    assert b"".join(parts) == whole


def test_an_address_is_for_one_file_and_a_quarter_of_an_hour(ana: Person) -> None:
    query_id = submitted(ana, "exported", "CSV")
    finished(ana, query_id)
    [download] = downloads(ana, query_id)
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(download["url"]).query)
    assert asked["X-Amz-Expires"] == ["900"]
    left = datetime.fromisoformat(download["validUntil"]) - datetime.now(UTC)
    assert left <= timedelta(minutes=15)
    forged = download["url"].replace("part-000", "part-manifest")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(forged)
    with refused.value as answer:
        assert answer.code == 403


def test_no_address_is_kept_or_logged(
    ana: Person, aws: Callable[[str], Any], outputs: Any, backstage: Backstage
) -> None:
    query_id = submitted(ana, "exported", "CSV")
    finished(ana, query_id)
    [download] = downloads(ana, query_id)
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(download["url"]).query)
    [signature] = asked["X-Amz-Signature"]
    assert signature not in json.dumps(backstage.item(query_id))
    logs = aws("logs")
    lines = [
        event["message"]
        for group in logs.describe_log_groups()["logGroups"]
        for page in logs.get_paginator("filter_log_events").paginate(
            logGroupName=group["logGroupName"]
        )
        for event in page["events"]
    ]
    assert any(query_id in line for line in lines)
    assert not any(signature in line or "X-Amz-Signature" in line for line in lines)


def test_anothers_export_is_unknown(ana: Person, ben: Person) -> None:
    query_id = submitted(ana, "exported", "CSV")
    finished(ana, query_id)
    theirs, missing = (
        ben.api.ask(DOWNLOADS, id=each).error for each in (query_id, str(uuid.uuid4()))
    )
    assert theirs["errorType"] == missing["errorType"] == "QueryNotFound"
    assert ben.api.ask(GET, id=query_id).data["getQuery"] is None


def test_files_that_have_expired_are_said_to_be_gone(ana: Person, backstage: Backstage) -> None:
    query_id = submitted(ana, "exported", "CSV")
    finished(ana, query_id)
    backstage.put(backstage.item(query_id), resultExpiresAt="2026-01-01T00:00:00.000Z")
    error = ana.api.ask(DOWNLOADS, id=query_id).error
    assert error["errorType"] == "ResultExpired"
    assert "2026-01-01" in error["message"]


def test_a_cancelled_export_has_no_files(ana: Person) -> None:
    query_id = submitted(ana, "endless", "CSV")
    assert ana.api.ask(DOWNLOADS, id=query_id).error["errorType"] == "QueryNotFinished"
    cancelled(ana, query_id)
    query = ended(ana, query_id)
    assert (query["status"], query["error"]["type"]) == ("ABORTED", "QueryCancelled")
    assert ana.api.ask(DOWNLOADS, id=query_id).error["errorType"] == "QueryNotFinished"


@pytest.mark.parametrize(
    ("report", "given", "words"),
    [("broken", {"divisor": 0}, "divi"), ("unloadable", {}, "varbyte")],
)
def test_a_failure_is_told_in_redshifts_words(
    ana: Person, report: str, given: dict[str, Any], words: str
) -> None:
    query = ended(ana, submitted(ana, report, "JSON", parameters=given))
    assert (query["status"], query["error"]["type"]) == ("FAILED", "StatementFailed")
    assert words in query["error"]["message"].lower()


def test_ten_exports_at_once_end_once_each(ana: Person, source: list[list[Any]]) -> None:
    with ThreadPoolExecutor(10) as pool:
        options = {"singleFile": True, "parameters": {"rows": ROWS}}
        ids = list(pool.map(lambda _: submitted(ana, "exported", "CSV", **options), range(10)))
        queries = list(pool.map(lambda each: finished(ana, each), ids))
    assert {query["export"]["files"][0]["sha256"] for query in queries} == {
        queries[0]["export"]["files"][0]["sha256"]
    }
    assert {query["version"] for query in queries} <= {5, 6}  # the last two with STARTED between
    assert {query["resultRows"] for query in queries} == {len(source)}


def test_the_sweeper_has_files_made_that_nobody_was_asked_for(
    ana: Person, backstage: Backstage
) -> None:
    query_id = submitted(ana, "exported", "JSON")
    before = finished(ana, query_id)
    forget_files(backstage, query_id)
    backstage.sweep()
    after = finished(ana, query_id)
    assert after["export"]["files"] == before["export"]["files"]


def test_a_message_that_comes_several_times_at_once_ends_the_export_once(
    ana: Person, backstage: Backstage, aws: Callable[[str], Any], outputs: Any
) -> None:
    query_id = submitted(ana, "exported", "JSON")
    before = finished(ana, query_id)
    forget_files(backstage, query_id)
    message = {"messageId": "1", "body": json.dumps({"queryId": query_id})}

    def delivered(_: int) -> Any:
        return invoke(aws, outputs["exportFunction"], {"Records": [message]})

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(delivered, range(4))) == [{"batchItemFailures": []}] * 4
    after = finished(ana, query_id)
    assert after["export"]["files"] == before["export"]["files"]
    assert after["version"] == before["version"] + 1


def forget_files(backstage: Backstage, query_id: str) -> None:
    """The export is as it was when its rows had come to S3, and nobody was asked for its files."""
    item = backstage.item(query_id)
    for name in ("finishedAt", "fileKeys", "resultRows", "resultBytes", "resultExpiresAt"):
        del item[name]
    steps = item["export"]["M"]["steps"]["L"]
    item["export"]["M"] |= {"steps": {"L": steps[:2]}, "files": {"L": []}}
    backstage.put(item, status="STARTED", unfinished="yes", updatedAt=minutes_ago(10))


def minutes_ago(minutes: int) -> str:
    moment = datetime.now(UTC) - timedelta(minutes=minutes)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("format", "options", "error"),
    [
        ("PARQUET", {"compression": "GZIP"}, "InvalidExport"),
        ("JSON", {"formulaSafe": True}, "InvalidExport"),
        ("CSV", {"parameters": {"rows": "many"}}, "InvalidParameter"),
        ("CSV", {"id": "mine"}, "InvalidId"),
    ],
)
def test_what_cannot_be_exported_is_refused(
    ana: Person, format: str, options: dict[str, Any], error: str
) -> None:
    assert submit(ana, "exported", format, **options).error["errorType"] == error
