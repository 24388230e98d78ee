"""The command line against a deployed stack: data on stdout, the rest on stderr, exit codes."""

import csv
import json
import signal
import threading
from io import StringIO
from pathlib import Path

import pytest

from tests.integration.command import Command
from tests.integration.wait import until

PATIENCE = 120  # seconds, on a busy machine


def test_a_result_as_csv_is_nothing_but_the_result(querycast: Command) -> None:
    done = querycast("run", "taxi_by_day", "month=2015-06", "--format", "csv")
    header, *rows = csv.reader(StringIO(done.stdout))
    assert (done.returncode, header[0], len(rows)) == (0, "trip_date", 30)


def test_an_export_is_a_file_with_all_rows(querycast: Command, tmp_path: Path) -> None:
    path = tmp_path / "june.csv"
    done = querycast("export", "taxi_by_day", "month=2015-06", "--output", str(path))
    assert (done.returncode, done.stdout) == (0, f"{path}\n"), done.stderr
    header, *rows = csv.reader(StringIO(path.read_text()))
    assert (header[0], len(rows)) == ("trip_date", 30)


def test_a_query_can_be_shown_later(querycast: Command) -> None:
    first = querycast("run", "taxi_by_day", "--format", "json")
    query_id = first.stderr.split()[-1]
    assert query_id in querycast("history").stdout
    shown = querycast("show", query_id, "--format", "json")
    assert json.loads(shown.stdout) == json.loads(first.stdout)


def test_ctrl_c_cancels_the_query_that_is_waited_for(querycast: Command) -> None:
    running = querycast.started("run", "endless")

    def statuses() -> set[str]:
        listed = querycast("history", "--report", "endless", "--limit", "1", "-o", "json")
        return {query["status"] for query in json.loads(listed.stdout)}

    until(lambda: statuses() & {"SUBMITTED", "PICKED", "STARTED"})
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=30)
    assert (running.returncode, "is cancelled." in told) == (130, True), told
    assert statuses() == {"ABORTED"}


def test_a_query_is_taken_up_again_from_elsewhere(querycast: Command) -> None:
    query_id = querycast("submit", "slow", "rounds=100").stdout.strip()
    waited = querycast("wait", query_id)
    assert (waited.returncode, waited.stdout) == (0, f"{query_id} FINISHED\n")
    attached = querycast("attach", query_id, "-o", "json")
    assert json.loads(attached.stdout) == json.loads(
        querycast("show", query_id, "-o", "json").stdout
    )


def test_an_export_is_fetched_again_from_elsewhere(querycast: Command, tmp_path: Path) -> None:
    first, again = tmp_path / "first.csv", tmp_path / "again.csv"
    done = querycast("export", "taxi_by_day", "month=2015-06", "--output", str(first))
    query_id = done.stderr.split()[-1]
    assert querycast("download", query_id, "-O", str(again)).returncode == 0
    assert again.read_bytes() == first.read_bytes()


def test_a_set_up_that_works_is_well(querycast: Command) -> None:
    done = querycast("doctor", "-o", "json")
    outcomes = {each["check"]: each["outcome"] for each in json.loads(done.stdout)}
    assert (done.returncode, outcomes.pop("tls")) == (0, "skipped"), done.stdout
    assert set(outcomes.values()) == {"ok"}


def test_who_watches_a_report_sees_what_a_pipeline_has_made_of_it(querycast: Command) -> None:
    watching = querycast.started("watch", "taxi_volume", "-o", "csv")
    assert watching.stdout is not None
    gives_up = threading.Timer(PATIENCE, watching.kill)
    gives_up.start()
    with watching:
        try:
            before = [watching.stdout.readline() for _ in range(13)]
            assert querycast("pipelines", "run", "load_taxi_trips").returncode == 0
            assert [watching.stdout.readline() for _ in range(13)] == before
            assert before[0].startswith("pickup_month,")
        finally:
            gives_up.cancel()
            watching.kill()


def test_reports_become_a_module_with_types(querycast: Command, tmp_path: Path) -> None:
    module = tmp_path / "reports.py"
    querycast("run", "taxi_by_day")
    assert querycast("codegen", str(module)).returncode == 0
    compile(module.read_text(), str(module), "exec")
    assert '"total_fare": ' in module.read_text()
    assert querycast("codegen", str(module), "--check").returncode == 0


def test_a_query_is_cancelled_from_elsewhere(querycast: Command) -> None:
    running = querycast.started("run", "endless")
    listed = ("history", "--report", "endless", "--since", "2026-01-01", "-o", "json")

    def unfinished() -> list[str]:
        found = json.loads(querycast(*listed).stdout)
        return [query["query"] for query in found if query["status"] != "ABORTED"]

    (query_id,) = until(unfinished)
    assert querycast("cancel", query_id).returncode == 0
    shown, told = running.communicate(timeout=30)
    assert (running.returncode, shown) == (4, "")
    assert told.startswith("QueryAborted: Cancelled by its owner.")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("run", "broken", "divisor=0"), 3, "ivide by zero"),
        (("run", "slow", "rounds=1000", "--timeout", "0.001"), 5, "querycast show"),
        (("run", "nope"), 6, "ReportNotFound"),
        (("run", "taxi_by_day", "month=junk"), 6, "YYYY-MM"),
        (("run", "taxi_by_day", "month"), 2, "NAME=VALUE"),
        (("show", "not-an-id"), 6, "InvalidId"),
    ],
)
def test_an_exit_code_tells_what_went_wrong(
    querycast: Command, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = querycast(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
