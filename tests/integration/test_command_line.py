"""The command line against a deployed stack: data on stdout, the rest on stderr, exit codes."""

import csv
import json
import signal
from io import StringIO
from pathlib import Path

import pytest

from tests.integration.command import Command
from tests.integration.wait import until


def test_a_result_as_csv_is_nothing_but_the_result(querycast: Command) -> None:
    done = querycast("run", "taxi_by_day", "month=2015-06", "--output", "csv")
    header, *rows = csv.reader(StringIO(done.stdout))
    assert (done.returncode, header[0], len(rows)) == (0, "trip_date", 30)


def test_an_export_is_a_file_with_all_rows(querycast: Command, tmp_path: Path) -> None:
    path = tmp_path / "june.csv"
    done = querycast("export", "taxi_by_day", "month=2015-06", "--output", str(path))
    assert (done.returncode, done.stdout) == (0, f"{path}\n"), done.stderr
    header, *rows = csv.reader(StringIO(path.read_text()))
    assert (header[0], len(rows)) == ("trip_date", 30)


def test_a_query_can_be_shown_later(querycast: Command) -> None:
    first = querycast("run", "taxi_by_day", "--output", "json")
    query_id = first.stderr.split()[-1]
    assert query_id in querycast("history").stdout
    shown = querycast("show", query_id, "--output", "json")
    assert json.loads(shown.stdout) == json.loads(first.stdout)


def test_ctrl_c_cancels_the_query_that_is_waited_for(querycast: Command) -> None:
    running = querycast.started("run", "endless")

    def statuses() -> set[str]:
        listed = querycast("history", "--report", "endless", "--limit", "1", "-o", "json")
        return {query["status"] for query in json.loads(listed.stdout)}

    until(lambda: statuses() & {"SUBMITTED", "PICKED", "STARTED"})
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=30)
    assert (running.returncode, "is being cancelled" in told) == (130, True), told
    until(lambda: statuses() == {"ABORTED"})


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
