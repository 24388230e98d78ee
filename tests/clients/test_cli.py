"""The `querycast` command against a service on the wire: stdout, stderr and exit codes."""

import json
import signal
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from querycast.cli.app import app
from querycast.errors import Refused
from querycast.version import __version__
from tests.clients.appsync_server import PASSWORD, AppSyncServer
from tests.clients.command import COMMAND, in_a_terminal, read_until
from tests.clients.conftest import write_outputs
from tests.clients.service import CANCELLED_AT, ROWS, FakeService, query

ID = "6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10"
ANA = "ana@example.com"


def querycast(*arguments: str, input: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=input)


def test_run_prints_the_table_on_stdout_and_the_rest_on_stderr(
    stack: AppSyncServer, service: FakeService
) -> None:
    service.on_submit = service.finish

    shown = querycast("run", "taxi_by_day", "month=2015-06")

    assert shown.exit_code == 0
    assert shown.stdout.splitlines()[2:] == [
        "2015-06-01     410",
        "2015-06-02    NULL",
        "2015-06-03     397",
    ]
    assert shown.stderr.startswith("taxi_by_day: 3 rows in ")
    assert service.submitted[0] in shown.stderr


def test_run_says_how_old_a_reused_result_is(stack: AppSyncServer, service: FakeService) -> None:
    made_at = "2026-01-02T03:00:00.000Z"
    service.on_submit = lambda query_id: service.advance(
        query_id, "FINISHED", resultRows=3, finishedAt=made_at
    )

    shown = querycast("run", "taxi_by_day", "--max-age", "3600")

    told = datetime.fromisoformat(made_at).astimezone()
    assert f", a result of {told:%Y-%m-%d %H:%M:%S}, query " in shown.stderr
    assert service.max_ages == [3600]


def test_run_has_the_caller_told_by_mail_who_wants_that(
    stack: AppSyncServer, service: FakeService
) -> None:
    service.on_submit = service.finish
    querycast("run", "taxi_by_day")
    querycast("run", "taxi_by_day", "--notify")
    assert service.notified == service.submitted[1:]


def test_run_prints_json(stack: AppSyncServer, service: FakeService) -> None:
    service.on_submit = service.finish

    shown = querycast("run", "taxi_by_day", "-o", "json")

    assert json.loads(shown.stdout)[1] == {"trip_date": "2015-06-02", "trips": None}


def test_run_prints_csv(stack: AppSyncServer, service: FakeService) -> None:
    service.on_submit = service.finish

    shown = querycast("run", "taxi_by_day", "--format", "csv")

    assert shown.stdout_bytes.startswith(b"trip_date,trips\r\n2015-06-01,410\r\n2015-06-02,\r\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["month"], "'month' is not NAME=VALUE; write a parameter as month=2015-06"),
        (["=2015"], "'=2015' is not NAME=VALUE"),
        (["a=1", "a=2"], "Parameter 'a' is given twice"),
        (["-o", "xml"], "xml"),
        (["--timeout", "soon"], "'--timeout'"),
    ],
)
def test_wrong_usage_names_the_argument(
    stack: AppSyncServer, arguments: list[str], words: str
) -> None:
    shown = querycast("run", "taxi_by_day", *arguments)

    assert shown.exit_code == 2
    assert words in shown.stderr
    assert shown.stdout == ""


def test_a_value_may_have_an_equals_sign(stack: AppSyncServer, service: FakeService) -> None:
    service.on_submit = service.finish

    assert querycast("run", "taxi_by_day", "text=a=b").exit_code == 0


def test_a_failed_query_is_exit_code_3(stack: AppSyncServer, service: FakeService) -> None:
    error = {"type": "StatementFailed", "message": "Divide by \x1b[31mzero"}
    service.on_submit = lambda query_id: service.advance(query_id, "FAILED", error=error)

    shown = querycast("run", "taxi_by_day")

    assert shown.exit_code == 3
    assert shown.stderr.startswith(r"StatementFailed: Divide by \x1b[31mzero (query ")


def test_a_cancelled_query_is_exit_code_4(stack: AppSyncServer, service: FakeService) -> None:
    service.on_submit = lambda query_id: service.advance(query_id, "ABORTED")

    shown = querycast("run", "taxi_by_day")

    assert shown.exit_code == 4
    assert shown.stderr.startswith("QueryAborted: it was cancelled")


def test_a_query_that_is_too_slow_is_exit_code_5(stack: AppSyncServer) -> None:
    shown = querycast("run", "taxi_by_day", "--timeout", "0.5")

    assert shown.exit_code == 5
    assert "after 0.5 s; `querycast show" in shown.stderr


def test_a_refusal_is_exit_code_6(stack: AppSyncServer) -> None:
    shown = querycast("run", "no_such_report")

    assert shown.exit_code == 6
    assert shown.stderr == "ReportNotFound: There is no report no_such_report.\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "taxi_by_dya"], "no report taxi_by_dya. Did you mean taxi_by_day?"),
        (["export", "taxi_by_dya"], "Did you mean taxi_by_day?"),
        (["reports", "taxi_by_dya"], "Did you mean taxi_by_day?"),
        (["histroy"], "Did you mean 'history'?"),
        (["run", "x", "--time-out", "3"], "--timeout"),
    ],
)
def test_what_was_meant_is_told(stack: AppSyncServer, arguments: list[str], words: str) -> None:
    assert words in querycast(*arguments).stderr


def test_the_parameter_that_was_meant_is_told(stack: AppSyncServer, service: FakeService) -> None:
    service.outages.append(Refused("InvalidParameter", "Parameter mnth is unknown."))

    shown = querycast("run", "taxi_by_day", "mnth=2015-06")

    assert (shown.exit_code, shown.stderr) == (
        6,
        "InvalidParameter: Parameter mnth is unknown. Did you mean month?\n",
    )


def test_no_service_is_exit_code_1(home: Path, stack: AppSyncServer) -> None:
    write_outputs(home, stack, graphqlUrl="http://127.0.0.1:1/graphql")

    shown = querycast("reports")

    assert shown.exit_code == 1
    assert shown.stderr.startswith("Unavailable: http://127.0.0.1:1/graphql does not answer")


def test_no_outputs_is_exit_code_2(home: Path) -> None:
    shown = querycast("reports")

    assert shown.exit_code == 2
    assert "make up" in shown.stderr


def test_another_stack_is_named_by_option(
    home: Path, stack: AppSyncServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_outputs(home, stack)
    monkeypatch.chdir("/")

    assert querycast("reports", "--outputs", str(path)).exit_code == 0


def test_reports_lists_reports(stack: AppSyncServer) -> None:
    shown = querycast("reports")

    assert "taxi_by_day   Taxi trips by day   month" in shown.stdout


def test_reports_shows_the_parameters_of_one(stack: AppSyncServer) -> None:
    shown = querycast("reports", "taxi_by_day")

    assert "querycast run taxi_by_day month=2015-01\n" in shown.stdout
    assert "2015-01 to 2015-12" in shown.stdout


def test_an_unknown_report_is_refused(stack: AppSyncServer) -> None:
    assert querycast("reports", "tax").exit_code == 6


def test_history_lists_queries(stack: AppSyncServer, service: FakeService) -> None:
    service.queries[ID] = query(ID, "FINISHED", 4, durationMs=1234, resultRows=30)

    shown = querycast("history")

    assert ID in shown.stdout
    assert "1.234     30" in shown.stdout


def test_history_takes_a_status_and_a_limit(stack: AppSyncServer, service: FakeService) -> None:
    service.queries = {str(number): query(str(number)) for number in range(3)}
    service.queries["failed"] = query("failed", "FAILED")

    limited = json.loads(querycast("history", "--limit", "2", "-o", "json").stdout)
    failed = json.loads(querycast("history", "--status", "failed", "-o", "json").stdout)

    assert [each["query"] for each in limited] == ["0", "1"]
    assert [each["query"] for each in failed] == ["failed"]


def test_history_takes_times(stack: AppSyncServer, service: FakeService) -> None:
    service.queries = {
        day: query(day, submittedAt=f"2026-01-{day}T12:00Z") for day in ["01", "02", "03"]
    }
    times = ["--since", "2026-01-02T13:00+0100", "--until", "2026-01-03T12:00+0000"]

    listed = json.loads(querycast("history", *times, "-o", "json").stdout)

    assert [each["query"] for each in listed] == ["02"]


def test_a_time_that_is_none_is_wrong_usage(stack: AppSyncServer) -> None:
    shown = querycast("history", "--since", "yesterday")

    assert shown.exit_code == 2
    assert "%Y-%m-%d" in shown.stderr


def test_cancel_says_that_a_running_query_is_being_cancelled(
    stack: AppSyncServer, service: FakeService
) -> None:
    service.queries[ID] = query(ID, "STARTED", 3)

    shown = querycast("cancel", ID)

    assert (shown.exit_code, shown.stdout) == (0, "")
    assert shown.stderr.startswith(f"Query {ID} is being cancelled;")
    assert service.queries[ID]["cancelRequestedAt"]


@pytest.mark.parametrize(
    ("status", "asked", "words"),
    [
        ("ABORTED", CANCELLED_AT, f"Query {ID} is cancelled.\n"),
        ("ABORTED", None, f"Query {ID} had ended ABORTED before"),
        ("FINISHED", CANCELLED_AT, f"Query {ID} had ended FINISHED before"),
    ],
)
def test_cancel_says_how_a_query_had_ended(
    stack: AppSyncServer, service: FakeService, status: str, asked: str | None, words: str
) -> None:
    service.queries[ID] = query(ID, status, 3, cancelRequestedAt=asked)

    shown = querycast("cancel", ID)

    assert shown.exit_code == 0
    assert shown.stderr.startswith(words)


def test_an_unknown_query_cannot_be_cancelled(stack: AppSyncServer) -> None:
    shown = querycast("cancel", ID)

    assert shown.exit_code == 6
    assert shown.stderr.startswith("QueryNotFound:")


def test_show_shows_a_finished_query_and_its_rows(
    stack: AppSyncServer, service: FakeService
) -> None:
    kept = {"resultExpiresAt": "2026-01-03T03:04:05.678Z"}
    service.queries[ID] = query(ID, "FINISHED", 4, durationMs=1234, resultRows=3, **kept)

    shown = querycast("show", ID)

    assert shown.exit_code == 0
    assert "status     FINISHED\n" in shown.stdout
    assert "kept until 2026-01-0" in shown.stdout
    assert "2015-06-03     397" in shown.stdout


def test_show_shows_how_far_an_unfinished_query_is(
    stack: AppSyncServer, service: FakeService
) -> None:
    service.queries[ID] = query(ID, "STARTED", 3)

    shown = querycast("show", ID)

    assert shown.exit_code == 0
    assert "status     STARTED\n" in shown.stdout


def test_show_has_no_data_of_an_unfinished_query_for_programs(
    stack: AppSyncServer, service: FakeService
) -> None:
    service.queries[ID] = query(ID, "STARTED", 3)

    shown = querycast("show", ID, "-o", "csv")

    assert (shown.exit_code, shown.stdout) == (6, "")
    assert shown.stderr.startswith("QueryNotFinished:")


def test_show_tells_the_error_of_a_failed_query(stack: AppSyncServer, service: FakeService) -> None:
    error = {"type": "StatementFailed", "message": "Divide by zero"}
    service.queries[ID] = query(ID, "FAILED", 3, error=error)

    shown = querycast("show", ID)

    assert shown.exit_code == 3
    assert "status     FAILED\n" in shown.stdout
    assert shown.stderr == f"StatementFailed: Divide by zero (query {ID})\n"


def test_show_of_an_unknown_query_is_refused(stack: AppSyncServer) -> None:
    shown = querycast("show", ID)

    assert shown.exit_code == 6
    assert shown.stderr.startswith("QueryNotFound:")


def test_login_reads_the_password_from_stdin(home: Path, stack: AppSyncServer) -> None:
    shown = querycast("login", ANA, input=f"{PASSWORD}\n")

    assert shown.exit_code == 0
    assert shown.output == f"Signed in as {ANA}.\n"
    assert (home / "state" / "querycast" / "client0demo.json").exists()


def test_login_asks_for_the_address(stack: AppSyncServer) -> None:
    assert "Signed in as" in querycast("login", input=f"{ANA}\n{PASSWORD}\n").stderr


def test_who_was_invited_chooses_a_password(stack: AppSyncServer) -> None:
    stack.challenge = "NEW_PASSWORD_REQUIRED"
    mine = "horse correct battery"

    shown = querycast("login", ANA, input=f"{PASSWORD}\n{mine}\n")

    assert shown.output == f"Signed in as {ANA}.\n"
    assert stack.password == mine


def test_who_was_invited_and_chooses_none_is_told_how(stack: AppSyncServer) -> None:
    stack.challenge = "NEW_PASSWORD_REQUIRED"

    shown = querycast("login", ANA, input=f"{PASSWORD}\n")

    assert shown.exit_code == 6
    assert "second line of stdin" in shown.stderr


def test_a_wrong_password_is_exit_code_6(stack: AppSyncServer) -> None:
    shown = querycast("login", ANA, input="guess\n")

    assert shown.exit_code == 6
    assert "Incorrect username or password" in shown.stderr
    assert "guess" not in shown.output


def test_an_expired_token_is_renewed(stack: AppSyncServer, service: FakeService) -> None:
    service.on_submit = service.finish
    querycast("login", ANA, input=f"{PASSWORD}\n")
    stack.expire_tokens()

    assert querycast("run", "taxi_by_day").exit_code == 0


def test_a_sign_in_that_cannot_be_renewed_says_to_log_in(stack: AppSyncServer) -> None:
    querycast("login", ANA, input=f"{PASSWORD}\n")
    stack.expire_tokens()
    stack.refresh_tokens.clear()

    shown = querycast("reports")

    assert shown.exit_code == 6
    assert "`querycast login`" in shown.stderr


def test_logout_forgets_the_sign_in(home: Path, stack: AppSyncServer) -> None:
    querycast("login", ANA, input=f"{PASSWORD}\n")

    assert querycast("logout").stderr == "Signed out.\n"
    assert querycast("logout").stderr == "Nobody was signed in.\n"
    assert list((home / "state" / "querycast").iterdir()) == []


def test_the_version_is_told(home: Path) -> None:
    assert querycast("--version").stdout == f"querycast {__version__}\n"


def test_ctrl_c_cancels_the_query(stack: AppSyncServer, service: FakeService) -> None:
    """In a terminal, where the live status is seen as well."""
    service.on_cancel = lambda query_id: service.advance(
        query_id, "ABORTED", cancelRequestedAt=CANCELLED_AT
    )
    with in_a_terminal("run", "taxi_by_day") as (process, terminal):
        shown = read_until(terminal, "QUEUED")
        process.send_signal(signal.SIGINT)
        shown += read_until(terminal, "is cancelled.")
        assert process.wait(10) == 130
    assert "taxi_by_day: QUEUED, " in shown
    assert "Ctrl-C again leaves the query alone" in shown
    assert "Traceback" not in shown


def test_a_second_ctrl_c_leaves_the_query_alone(stack: AppSyncServer, service: FakeService) -> None:
    with in_a_terminal("run", "taxi_by_day") as (process, terminal):
        read_until(terminal, "QUEUED")
        process.send_signal(signal.SIGINT)
        read_until(terminal, "Ctrl-C again")
        process.send_signal(signal.SIGINT)
        shown = read_until(terminal, "querycast attach ")
        assert process.wait(10) == 130
    assert f"Detached from query {service.submitted[0]}" in shown


def test_ctrl_c_that_cannot_cancel_says_so(
    stack: AppSyncServer, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted before the service has heard of the query."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("querycast.cli.run.Client.run", interrupted)
    shown = querycast("run", "taxi_by_day")
    assert shown.exit_code == 130
    assert "Not cancelled: QueryNotFound:" in shown.stderr


def test_submit_prints_the_id_and_does_not_wait(stack: AppSyncServer, service: FakeService) -> None:
    shown = querycast("submit", "taxi_by_day", "month=2015-06", "--max-age", "60")

    assert (shown.exit_code, shown.stdout) == (0, f"{service.submitted[0]}\n")
    assert f"querycast attach {service.submitted[0]}" in shown.stderr
    assert service.max_ages == [60]


def test_run_detached_does_the_same(stack: AppSyncServer, service: FakeService) -> None:
    shown = querycast("run", "taxi_by_day", "--detach", "--quiet")

    assert (shown.stdout, shown.stderr) == (f"{service.submitted[0]}\n", "")


def test_what_is_detached_has_no_result_to_write(
    stack: AppSyncServer, service: FakeService
) -> None:
    shown = querycast("run", "taxi_by_day", "--detach", "-o", "csv")

    assert (shown.exit_code, service.submitted) == (2, [])


def test_what_is_watched_is_neither_detached_nor_timed(
    stack: AppSyncServer, service: FakeService
) -> None:
    for option in (["--detach"], ["--notify"], ["--max-age", "5"], ["--timeout", "5"]):
        shown = querycast("run", "taxi_by_day", "--watch", *option)

        assert (shown.exit_code, service.submitted) == (2, [])


def test_attach_takes_up_a_query_from_anywhere(stack: AppSyncServer, service: FakeService) -> None:
    query_id = querycast("submit", "taxi_by_day").stdout.strip()
    service.on_subscribe = lambda: service.finish(query_id)

    shown = querycast("attach", query_id, "-o", "csv")

    assert shown.stdout.splitlines()[0] == "trip_date,trips"
    assert shown.stderr.startswith("taxi_by_day: 3 rows in ")


def test_attach_to_an_export_says_how_to_fetch_it(
    stack: AppSyncServer, service: FakeService
) -> None:
    export: dict[str, Any] = {
        **{"format": "CSV", "compression": None, "singleFile": True, "formulaSafe": True},
        "steps": [],
    }
    service.queries[ID] = query(ID, "FINISHED", 4, kind="EXPORT", export=export)

    shown = querycast("attach", ID)

    assert (shown.exit_code, shown.stdout) == (0, "")
    assert f"querycast download {ID}" in shown.stderr


@pytest.mark.parametrize(("command", "code"), [("attach", 6), ("wait", 6)])
def test_an_unknown_query_cannot_be_waited_for(
    stack: AppSyncServer, command: str, code: int
) -> None:
    assert querycast(command, ID).exit_code == code


def test_attach_gives_up_in_time(stack: AppSyncServer) -> None:
    query_id = querycast("submit", "taxi_by_day").stdout.strip()

    assert querycast("attach", query_id, "--timeout", "0.3").exit_code == 5


def test_wait_tells_how_each_ended(stack: AppSyncServer, service: FakeService) -> None:
    states = {"a": "FINISHED", "b": "ABORTED", "c": "FAILED"}
    service.queries = {name: query(name, status, 4) for name, status in states.items()}

    shown = querycast("wait", *states)

    assert shown.stdout == "a FINISHED\nb ABORTED\nc FAILED\n"
    assert shown.exit_code == 4


def test_wait_gives_up_in_time_on_what_has_not_ended(
    stack: AppSyncServer, service: FakeService
) -> None:
    service.queries = {"a": query("a"), "b": query("b", "FINISHED", 4)}

    shown = querycast("wait", "a", "b", "--timeout", "0.3")

    assert (shown.exit_code, shown.stdout) == (5, "b FINISHED\n")


def test_a_reader_that_leaves_early_is_no_error(stack: AppSyncServer, service: FakeService) -> None:
    service.on_submit = service.finish
    service.pages[None]["rows"] = json.dumps(ROWS * 10_000)
    arguments = [*COMMAND, "run", "taxi_by_day", "-o", "csv"]
    pipe = subprocess.PIPE
    with subprocess.Popen(arguments, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()

        assert process.stderr.read() == b""
        assert process.wait(10) == 141


def test_quiet_tells_nothing_but_the_data(stack: AppSyncServer, service: FakeService) -> None:
    service.on_submit = service.finish

    shown = querycast("run", "taxi_by_day", "--quiet", "-o", "csv")

    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.startswith("trip_date,trips")


def test_quiet_tells_of_an_error(stack: AppSyncServer) -> None:
    assert "ReportNotFound" in querycast("run", "no_such_report", "--quiet").stderr


def test_a_result_goes_to_a_file(home: Path, stack: AppSyncServer, service: FakeService) -> None:
    service.on_submit = service.finish

    shown = querycast("run", "taxi_by_day", "-O", "june.csv")

    assert (shown.exit_code, shown.stdout) == (0, "")
    assert (home / "june.csv").read_text().splitlines()[1] == "2015-06-01,410"


def test_nothing_is_run_for_a_file_that_cannot_be_written(
    stack: AppSyncServer, service: FakeService
) -> None:
    shown = querycast("run", "taxi_by_day", "-O", "no/such/june.csv")

    assert (shown.exit_code, service.submitted) == (2, [])


def test_a_full_disk_is_told_in_a_line(stack: AppSyncServer, service: FakeService) -> None:
    service.on_submit = service.finish

    shown = querycast("run", "taxi_by_day", "-o", "csv", "-O", "/dev/full")

    assert shown.exit_code == 1
    assert shown.stderr.startswith("OSError: [Errno 28] No space left on device")
