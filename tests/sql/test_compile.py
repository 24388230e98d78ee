"""The catalogue: all reports, or every problem of every file."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.report import report_from_json, report_to_json
from sql.compile import REPORTS, compile_catalogue, main
from sql.errors import ReportProblems


def test_the_catalogue_is_what_the_server_reads(
    write_report: Callable[..., Path], tmp_path: Path
) -> None:
    write_report("select :day as day", parameters="day: {type: date, required: false}")
    output = tmp_path / "build" / "catalogue.json"

    assert main(["--reports", str(tmp_path), "--output", str(output)]) == 0

    (report,) = json.loads(output.read_bytes())["reports"]
    assert report["nulls"] == {"day": [[7, 11]]}
    assert report_to_json(report_from_json(report)) == report


def test_every_problem_of_every_file_is_told(
    write_report: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write_report("delete from t", name="first")
    file = write_report("select :x", name="second")

    assert main(["--reports", str(file.parent)]) == 1

    told = capsys.readouterr().err
    assert "first.sql:6: DELETE" in told
    assert "second.sql:6: :x is not declared" in told


def test_a_refused_catalogue_leaves_the_old_one(
    write_report: Callable[..., Path], tmp_path: Path
) -> None:
    write_report("delete from t")
    (tmp_path / "catalogue.json").write_text("old")
    main(["--reports", str(tmp_path), "--output", str(tmp_path / "catalogue.json")])
    assert (tmp_path / "catalogue.json").read_text() == "old"


def test_a_folder_without_reports_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportProblems, match="there is no report file"):
        compile_catalogue(tmp_path)


def test_the_version_of_the_catalogue_follows_its_reports(
    write_report: Callable[..., Path],
) -> None:
    file = write_report("select 1 as one")
    before = compile_catalogue(file.parent)["version"]
    assert compile_catalogue(file.parent)["version"] == before
    write_report("select 2 as two")
    assert compile_catalogue(file.parent)["version"] != before


def test_the_reports_of_the_house_compile_and_use_every_type() -> None:
    reports = compile_catalogue(REPORTS)["reports"]
    types = {parameter["type"] for report in reports for parameter in report["parameters"]}
    assert len(types) == 8
    assert {"taxi_by_day", "taxi_by_hour", "taxi_top_days"} <= {r["name"] for r in reports}
    assert {None, ("analysts",), ("administrators",)} == {
        report["groups"] and tuple(report["groups"]) for report in reports
    }
