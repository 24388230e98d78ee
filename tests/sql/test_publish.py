"""Publishing: what becomes live, and what is said of it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sql.compile import compile_catalogue
from sql.errors import CatalogueProblems, SchedulesNotDeployed
from sql.publish import publish
from sql.stack import Stack
from tests.sql.object_store import ObjectStore


@pytest.fixture
def reports(write_report: Callable[..., Path]) -> Path:
    write_report("select 1 as one", name="stays")
    return write_report("select 1 as one", name="goes").parent


def test_a_new_catalogue_is_uploaded(
    stack: Stack, object_store: ObjectStore, reports: Path, pipelines: Path
) -> None:
    publish(stack, reports, pipelines)
    live = json.loads(object_store.objects["catalogue/catalogue.json"].body)
    assert [report["name"] for report in live["reports"]] == ["goes", "stays"]


def test_what_changed_is_told(
    stack: Stack,
    reports: Path,
    pipelines: Path,
    write_report: Callable[..., Path],
    write_pipeline: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_pipeline(name="runs")
    publish(stack, reports, pipelines)
    (reports / "goes.sql").unlink()
    write_report("select 2 as two", name="stays")
    write_report("select 3 as three", name="comes")
    write_pipeline(name="runs", sql="call refill()")
    write_pipeline(name="starts")
    capsys.readouterr()

    publish(stack, reports, pipelines)

    assert capsys.readouterr().out.splitlines() == [
        "added    comes: A report",
        "removed  goes",
        "changed  stays",
        "changed  pipeline runs",
        "added    pipeline starts: A pipeline",
        "2 reports and 2 pipelines are live.",
    ]


def test_an_unchanged_catalogue_is_not_uploaded_again(
    stack: Stack, object_store: ObjectStore, reports: Path, pipelines: Path
) -> None:
    publish(stack, reports, pipelines)
    publish(stack, reports, pipelines)
    assert object_store.puts == ["catalogue/catalogue.json"]


def test_a_report_that_does_not_compile_changes_nothing(
    stack: Stack,
    object_store: ObjectStore,
    reports: Path,
    pipelines: Path,
    write_report: Callable[..., Path],
) -> None:
    write_report("drop table t", name="broken")
    with pytest.raises(CatalogueProblems):
        publish(stack, reports, pipelines)
    assert object_store.puts == []


def deployed(stack: Stack, reports: Path, pipelines: Path) -> Stack:
    """The stack after a deployment of these files."""
    schedules = compile_catalogue(reports, pipelines)["schedules"]
    return Stack(stack.file, {**stack.outputs, "pipelineSchedules": schedules})


def test_schedules_that_are_deployed_are_published(
    stack: Stack,
    object_store: ObjectStore,
    reports: Path,
    pipelines: Path,
    write_pipeline: Callable[..., Path],
) -> None:
    write_pipeline("schedule: rate(1 day)", name="daily")
    stack = deployed(stack, reports, pipelines)
    write_pipeline("schedule: rate(1 day)\nnotify: failures", name="daily")
    write_pipeline(name="on_demand")
    publish(stack, reports, pipelines)
    assert len(object_store.puts) == 1


def test_a_schedule_that_is_not_deployed_is_refused_before_anything_is_published(
    stack: Stack,
    object_store: ObjectStore,
    reports: Path,
    pipelines: Path,
    write_pipeline: Callable[..., Path],
) -> None:
    write_pipeline("schedule: rate(1 day)", name="daily")
    stack = deployed(stack, reports, pipelines)
    write_pipeline("schedule: rate(2 days)", name="daily")
    with pytest.raises(SchedulesNotDeployed, match=r"daily rate\(2 days\)\).*: deploy the stack"):
        publish(stack, reports, pipelines)
    assert object_store.puts == []


def test_a_schedule_that_is_left_out_is_refused_until_it_is_deployed(
    stack: Stack, reports: Path, pipelines: Path, write_pipeline: Callable[..., Path]
) -> None:
    write_pipeline("schedule: rate(1 day)", name="daily")
    stack = deployed(stack, reports, pipelines)
    write_pipeline(name="daily")
    with pytest.raises(SchedulesNotDeployed, match=r"\(none\) are not those"):
        publish(stack, reports, pipelines)


def test_a_stack_from_before_there_were_pipelines_takes_none_with_a_schedule(
    stack: Stack,
    object_store: ObjectStore,
    reports: Path,
    pipelines: Path,
    write_pipeline: Callable[..., Path],
) -> None:
    write_pipeline(name="daily")
    publish(stack, reports, pipelines)
    write_pipeline("schedule: rate(1 day)", name="daily")
    with pytest.raises(SchedulesNotDeployed):
        publish(stack, reports, pipelines)
    assert len(object_store.puts) == 1
