"""What TAB offers, and how long it may take to know it."""

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from typer.completion import completion_init  # type: ignore[attr-defined]  # by its stub
from typer.testing import CliRunner

from querycast.cli.app import app
from querycast.cli.completion import known
from tests.clients.appsync_server import PASSWORD, AppSyncServer
from tests.clients.command import COMMAND
from tests.clients.conftest import write_outputs
from tests.clients.service import REPORT, FakeService

PARAMETER: Any = REPORT["parameters"][0]


@pytest.fixture(autouse=True)
def cache(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    return home / "cache" / "querycast" / "client0demo.json"


@pytest.fixture(autouse=True, scope="module")
def shells() -> None:
    """As `main` has it where a shell asks."""
    completion_init()


def asked(*words: str) -> dict[str, str]:
    """The environment in which a shell asks."""
    return {
        "_QUERYCAST_COMPLETE": "complete_bash",
        "COMP_WORDS": "\n".join(["querycast", *words]),
        "COMP_CWORD": str(len(words)),
    }


def offered(*words: str) -> list[str]:
    """What is offered in the place of the last word, to a shell that splits as bash does."""
    shown = CliRunner().invoke(app, [], env=asked(*words), prog_name="querycast")
    assert (shown.exit_code, shown.stderr) == (0, "")
    return shown.stdout.split()


def with_parameters(cache: Path, *parameters: dict[str, Any], reports: Iterable[Any] = ()) -> None:
    """The report takes these, and that is known."""
    changed = {**REPORT, "parameters": [{**PARAMETER, **each} for each in parameters]}
    known.keep(cache, [changed, *reports])


def test_commands_are_offered(home: Path) -> None:
    assert offered("re") == ["reports"]


def test_reports_are_offered(stack: AppSyncServer) -> None:
    assert offered("run", "tax") == ["taxi_by_day"]
    assert offered("run", "x") == []


def test_parameters_are_offered_that_are_not_given_yet(stack: AppSyncServer, cache: Path) -> None:
    with_parameters(cache, {"name": "month"}, {"name": "minimum"}, {"name": "day"})

    assert offered("run", "taxi_by_day", "m") == ["month=", "minimum="]
    assert offered("run", "taxi_by_day", "month=2015-06", "m") == ["minimum="]
    assert offered("run", "taxi_by_day", "month", "=", "2015-06", "m") == ["minimum="]


@pytest.mark.parametrize(
    ("parameter", "text", "values"),
    [
        ({"type": "ENUM", "options": ["cash", "card"]}, "", ["cash", "card"]),
        ({"type": "ENUM", "options": ["cash", "card"]}, "ca", ["cash", "card"]),
        ({"type": "ENUM", "options": ["cash", "card"]}, "car", ["card"]),
        ({"type": "BOOLEAN", "min": None, "max": None}, "", ["true", "false"]),
        ({"type": "MONTH", "min": "2015-11", "max": "2016-01"}, "2015", ["2015-11", "2015-12"]),
        ({"type": "INTEGER", "min": "1", "max": "9", "default": "5"}, "", ["5", "1", "9"]),
    ],
)
def test_values_are_offered(
    stack: AppSyncServer,
    cache: Path,
    parameter: dict[str, Any],
    text: str,
    values: list[str],
) -> None:
    with_parameters(cache, {"name": "it", **parameter})

    assert offered("run", "taxi_by_day", f"it={text}") == [f"it={value}" for value in values]
    assert offered("run", "taxi_by_day", *(("it", "=", text) if text else ("it", "="))) == values


def test_nothing_is_offered_that_a_shell_would_evaluate(stack: AppSyncServer, cache: Path) -> None:
    hostile = ["$(touch x)", "`id`", "a b", "*", "a;b", "a'b", 'a"b', "a\\b", "a\nb", "é", "fine"]
    others = [{**REPORT, "name": name} for name in hostile]
    with_parameters(cache, {"name": "it", "type": "ENUM", "options": hostile}, reports=others)

    assert offered("run", "taxi_by_day", "it", "=") == ["fine"]
    assert offered("run", "") == ["taxi_by_day", "fine"]


def test_they_are_asked_for_once_and_kept_for_their_owner_alone(
    stack: AppSyncServer, service: FakeService, cache: Path
) -> None:
    offered("run", "")
    offered("run", "")

    assert service.operations == ["listReports"]
    assert cache.stat().st_mode & 0o777 == 0o600


def test_what_is_kept_too_long_is_offered_at_once_and_asked_for_anew(
    stack: AppSyncServer, service: FakeService, cache: Path
) -> None:
    old = {"fetched_at": 0, "tried_at": 0, "reports": [{**REPORT, "name": "before"}]}
    cache.parent.mkdir(parents=True)
    cache.write_text(json.dumps(old))

    environment = os.environ | asked("run", "")
    assert subprocess.check_output(COMMAND, env=environment, text=True) == "before\n"
    deadline = time.monotonic() + 30
    while "taxi_by_day" not in cache.read_text():
        assert time.monotonic() < deadline
        select.select([], [], [], 0.05)


def test_a_service_that_is_silent_is_not_waited_for(
    home: Path, stack: AppSyncServer, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    """Nobody answers there; what was tried a moment ago is not tried again."""
    write_outputs(home, stack, awsEndpointUrl="http://127.0.0.1:1", demoUsers=[])
    assert offered("run", "") == []
    tried_at = json.loads(cache.read_text())["tried_at"]

    assert offered("run", "") == []
    assert json.loads(cache.read_text())["tried_at"] == tried_at


def test_without_a_stack_nothing_is_offered(home: Path) -> None:
    assert offered("run", "") == []


def test_who_signs_in_or_out_has_no_list_of_somebody_elses(
    stack: AppSyncServer, cache: Path
) -> None:
    for command in (["login", "ana@example.com"], ["logout"]):
        known.keep(cache, [REPORT])
        CliRunner().invoke(app, command, input=f"{PASSWORD}\n")
        assert not cache.exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_script_for_each_shell(home: Path, shell: str) -> None:
    shown = CliRunner().invoke(app, ["completion", shell])

    assert shown.exit_code == 0
    assert "_QUERYCAST_COMPLETE" in shown.stdout


def test_bash_completes(home: Path, stack: AppSyncServer) -> None:
    """As a person sees it: TAB writes the report, its parameter and, begun, the month."""
    script = CliRunner().invoke(app, ["completion", "bash"]).stdout
    command = f"{sys.executable} -c 'from querycast.cli.app import main; main()' \"$@\""
    (home / "rc").write_text(f"querycast() {{ {command}; }}\n{script}PS1='ready> '\n")
    terminal, its_end = pty.openpty()
    with subprocess.Popen(
        ["bash", "--noprofile", "--rcfile", str(home / "rc"), "-i"],
        stdin=its_end,
        stdout=its_end,
        stderr=its_end,
        start_new_session=True,
        env={**os.environ, "TERM": "dumb"},
    ) as shell:
        os.close(its_end)
        try:
            _read_until(terminal, "ready> ")
            os.write(terminal, b"querycast run taxi\t")
            _read_until(terminal, "taxi_by_day ")
            os.write(terminal, b"mo\t")
            _read_until(terminal, "month=")
            os.write(terminal, b"2015-11\t")
            _read_until(terminal, "2015-11 ")
        finally:
            shell.kill()
            os.close(terminal)


def _read_until(terminal: int, words: str, seconds: float = 30) -> None:
    shown, deadline = "", time.monotonic() + seconds
    while words not in shown:
        assert time.monotonic() < deadline, shown
        if select.select([terminal], [], [], 0.1)[0]:
            shown += os.read(terminal, 4096).decode()
