"""Publishing: what becomes live, and what is said of it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sql.errors import ReportProblems
from sql.publish import publish
from sql.stack import Stack
from tests.sql.object_store import ObjectStore


@pytest.fixture
def reports(write_report: Callable[..., Path]) -> Path:
    write_report("select 1 as one", name="stays")
    return write_report("select 1 as one", name="goes").parent


def test_a_new_catalogue_is_uploaded(
    stack: Stack, object_store: ObjectStore, reports: Path
) -> None:
    publish(stack, reports)
    live = json.loads(object_store.objects["catalogue/catalogue.json"].body)
    assert [report["name"] for report in live["reports"]] == ["goes", "stays"]


def test_what_changed_is_told(
    stack: Stack,
    reports: Path,
    write_report: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    publish(stack, reports)
    (reports / "goes.sql").unlink()
    write_report("select 2 as two", name="stays")
    write_report("select 3 as three", name="comes")
    capsys.readouterr()

    publish(stack, reports)

    assert capsys.readouterr().out.splitlines() == [
        "added    comes: A report",
        "removed  goes",
        "changed  stays",
        "2 reports are live.",
    ]


def test_an_unchanged_catalogue_is_not_uploaded_again(
    stack: Stack, object_store: ObjectStore, reports: Path
) -> None:
    publish(stack, reports)
    publish(stack, reports)
    assert object_store.puts == ["catalogue/catalogue.json"]


def test_a_report_that_does_not_compile_changes_nothing(
    stack: Stack, object_store: ObjectStore, reports: Path, write_report: Callable[..., Path]
) -> None:
    write_report("drop table t", name="broken")
    with pytest.raises(ReportProblems):
        publish(stack, reports)
    assert object_store.puts == []
