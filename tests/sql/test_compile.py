"""The catalogue: all reports and pipelines, or every problem of every file."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.pipelines.pipeline import pipeline_from_json, pipeline_to_json
from core.report import report_from_json, report_to_json
from sql.compile import PIPELINES, REPORTS, compile_catalogue, main
from sql.errors import CatalogueProblems


def test_the_catalogue_is_what_the_server_reads(
    write_report: Callable[..., Path],
    write_pipeline: Callable[..., Path],
    tmp_path: Path,
    pipelines: Path,
) -> None:
    write_report("select :day as day", parameters="day: {type: date, required: false}")
    write_pipeline("feeds: [report]", sql="insert into t values (1);\ncall p('a;b');")
    output = tmp_path / "build" / "catalogue.json"

    assert main([*folders(tmp_path, pipelines), "--output", str(output)]) == 0

    catalogue = json.loads(output.read_bytes())
    (report,), (pipeline,) = catalogue["reports"], catalogue["pipelines"]
    assert report["nulls"] == {"day": [[7, 11]]}
    assert report_to_json(report_from_json(report)) == report
    assert pipeline["sqls"] == ["insert into t values (1)", "call p('a;b')"]
    assert pipeline_to_json(pipeline_from_json(pipeline)) == pipeline


def test_every_problem_of_every_file_is_told(
    write_report: Callable[..., Path],
    write_pipeline: Callable[..., Path],
    pipelines: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_report("delete from t", name="first")
    file = write_report("select :x", name="second")
    write_pipeline("feeds: [first, third]")
    write_pipeline("overlap: never", name="other")

    assert main(folders(file.parent, pipelines)) == 1

    told = capsys.readouterr().err
    assert "first.sql:6: DELETE" in told
    assert "second.sql:6: :x is not declared" in told
    assert "pipelines/pipeline.sql:3: feeds: no report 'third'; there are first, second" in told
    assert "pipelines/other.sql:3: overlap: no 'never'; take one of skip, queue" in told


def test_a_refused_catalogue_leaves_the_old_one(
    write_report: Callable[..., Path], tmp_path: Path, pipelines: Path
) -> None:
    write_report("delete from t")
    (tmp_path / "catalogue.json").write_text("old")
    main([*folders(tmp_path, pipelines), "--output", str(tmp_path / "catalogue.json")])
    assert (tmp_path / "catalogue.json").read_text() == "old"


def test_a_folder_without_reports_is_refused(tmp_path: Path, pipelines: Path) -> None:
    with pytest.raises(CatalogueProblems, match="there is no report file"):
        compile_catalogue(tmp_path, pipelines)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueProblems, match="nowhere: no folder"):
        compile_catalogue(REPORTS, tmp_path / "nowhere")


def test_the_version_of_the_catalogue_follows_its_files(
    write_report: Callable[..., Path], write_pipeline: Callable[..., Path], pipelines: Path
) -> None:
    file = write_report("select 1 as one")
    versions = [compile_catalogue(file.parent, pipelines)["version"] for _ in range(2)]
    write_report("select 2 as two")
    versions.append(compile_catalogue(file.parent, pipelines)["version"])
    write_pipeline()
    versions.append(compile_catalogue(file.parent, pipelines)["version"])
    assert versions[0] == versions[1]
    assert len(set(versions)) == 3


def test_what_feeds_what_may_be_said_on_either_side(
    write_report: Callable[..., Path], write_pipeline: Callable[..., Path], pipelines: Path
) -> None:
    write_report("select 1 as one", name="asks", refreshed_by="[late, early]")
    file = write_report("select 1 as one", name="is_told")
    write_report("select 1 as one", name="alone")
    write_pipeline("feeds: [is_told, asks]", name="early")
    write_pipeline(name="late")
    write_pipeline(name="idle")

    catalogue = compile_catalogue(file.parent, pipelines)

    assert {each["name"]: each["refreshedBy"] for each in catalogue["reports"]} == {
        "alone": None,
        "asks": ["early", "late"],
        "is_told": ["early"],
    }
    assert {each["name"]: each["feeds"] for each in catalogue["pipelines"]} == {
        "early": ["asks", "is_told"],
        "idle": [],
        "late": ["asks"],
    }


def test_who_refreshes_a_report_does_not_change_its_version(
    write_report: Callable[..., Path], write_pipeline: Callable[..., Path], pipelines: Path
) -> None:
    file = write_report("select 1 as one")
    (before,) = compile_catalogue(file.parent, pipelines)["reports"]
    write_pipeline("feeds: [report]")
    (after,) = compile_catalogue(file.parent, pipelines)["reports"]
    assert before["version"] == after["version"]
    assert before != after


def test_a_pipeline_that_is_not_there_is_refused_by_its_line(
    write_report: Callable[..., Path], pipelines: Path
) -> None:
    file = write_report("select 1 as one", refreshed_by="\n- gone")
    with pytest.raises(CatalogueProblems, match=r"report.sql:6: refreshedBy: no pipeline 'gone'; "):
        compile_catalogue(file.parent, pipelines)


DAILY = "schedule: rate(1 day)"
OTHER_SCHEDULES = {
    "another time": "schedule: rate(2 days)",
    "another zone": f"{DAILY}\ntimezone: Europe/Berlin",
    "switched off": f"{DAILY}\nenabled: false",
    "of the sample data": f"{DAILY}\nsampleData: true",
    "none": "",
}
SAME_SCHEDULE = {"itself": DAILY, "another text": f"{DAILY}\ntimezone: UTC\nnotify: none"}


@pytest.mark.parametrize(
    ("declared", "same"),
    [(text, False) for text in OTHER_SCHEDULES.values()]
    + [(text, True) for text in SAME_SCHEDULE.values()],
    ids=[*OTHER_SCHEDULES, *SAME_SCHEDULE],
)
def test_schedules_are_told_apart_by_what_a_deployment_makes_of_them(
    write_report: Callable[..., Path],
    write_pipeline: Callable[..., Path],
    pipelines: Path,
    declared: str,
    same: bool,
) -> None:
    file = write_report("select 1 as one")
    write_pipeline(DAILY)
    before = compile_catalogue(file.parent, pipelines)["schedules"]
    write_pipeline(declared, sql="call another()")
    write_pipeline(name="on_demand")
    assert (compile_catalogue(file.parent, pipelines)["schedules"] == before) is same


def test_the_reports_of_the_house_compile_and_use_every_type() -> None:
    reports = compile_catalogue(REPORTS, PIPELINES)["reports"]
    types = {parameter["type"] for report in reports for parameter in report["parameters"]}
    assert len(types) == 8
    assert {"taxi_by_day", "taxi_by_hour", "taxi_top_days"} <= {r["name"] for r in reports}
    assert {None, ("analysts",), ("administrators",)} == {
        report["groups"] and tuple(report["groups"]) for report in reports
    }


def test_the_pipeline_of_the_house_is_of_the_sample_data_and_feeds_its_reports() -> None:
    catalogue = compile_catalogue(REPORTS, PIPELINES)
    (pipeline,) = catalogue["pipelines"]
    assert pipeline["sampleData"] is True
    assert pipeline["feeds"] == [report["name"] for report in catalogue["reports"]]


def folders(reports: Path, pipelines: Path) -> list[str]:
    return ["--reports", str(reports), "--pipelines", str(pipelines)]
