"""`make migrate`: what it asks of the deployed function, and what it says."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sql.errors import MigrationStopped, NoStack
from sql.migrate import migrate
from sql.stack import Stack

ANOTHER = "another migration, which holds the lock on querycast_migrations"


class Functions:
    """Lambda: answers each call with the next of `answers`."""

    def __init__(self, *answers: dict[str, Any], error: str | None = None) -> None:
        self.answers = list(answers)
        self.error = {"FunctionError": error} if error else {}
        self.events: list[dict[str, Any]] = []

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        assert FunctionName == "migrate"
        self.events.append(json.loads(Payload))
        return {"Payload": io.BytesIO(json.dumps(self.answers.pop(0)).encode()), **self.error}


def progress(before: list[str], applied: list[str], waits_for: str | None = None) -> dict[str, Any]:
    return {"before": before, "applied": applied, "waitsFor": waits_for}


@pytest.fixture
def deployed(stack: Stack) -> Callable[..., Stack]:
    """The stack whose function answers so."""

    def with_functions(functions: Functions, sample_data: str = "false") -> Stack:
        more = {"migrateFunction": "migrate", "sampleData": sample_data}
        changed = Stack(stack.file, {**stack.outputs, **more})
        changed.__dict__["functions"] = functions
        return changed

    return with_functions


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With two migrations and one for sample data."""
    folder = tmp_path / "migrations"
    (folder / "sample_data").mkdir(parents=True)
    for name in ("0001_a", "0002_b", "sample_data/0001_c"):
        (folder / f"{name}.sql").write_text("select 1")
    return folder


def test_each_migration_that_is_applied_is_a_line(
    deployed: Callable[..., Stack], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    functions = Functions(
        progress(["0001_a"], [], "0002_b"),
        progress([], [], ANOTHER),  # it is the one above that holds it
        progress(["0001_a", "0002_b"], ["sample_data/0001_c"]),
    )
    migrate(deployed(functions, sample_data="true"), folder)
    assert capsys.readouterr().out.splitlines() == [
        *("waiting  for 0002_b", "applied  0002_b", "applied  sample_data/0001_c"),
        "3 migrations: 2 applied now, 1 before.",
    ]
    assert functions.events[0] == functions.events[1] == functions.events[2]


def test_a_stage_without_sample_data_is_not_given_its_tables(
    deployed: Callable[..., Stack], folder: Path
) -> None:
    functions = Functions(progress(["0001_a", "0002_b"], []))
    migrate(deployed(functions), folder)
    assert [each["name"] for each in functions.events[0]["migrations"]] == ["0001_a", "0002_b"]


def test_two_runs_are_two_attempts(deployed: Callable[..., Stack], folder: Path) -> None:
    functions = Functions(progress([], []), progress([], []))
    for _ in range(2):
        migrate(deployed(functions), folder)
    assert functions.events[0]["attempt"] != functions.events[1]["attempt"]


def test_it_stops_with_the_words_of_the_function(
    deployed: Callable[..., Stack], folder: Path
) -> None:
    functions = Functions({"error": {"type": "MigrationFailed", "message": "0001_a.sql failed"}})
    with pytest.raises(MigrationStopped, match=r"^0001_a\.sql failed$"):
        migrate(deployed(functions), folder)


def test_a_function_that_breaks_is_told(deployed: Callable[..., Stack], folder: Path) -> None:
    functions = Functions({"errorMessage": "timed out"}, error="Unhandled")
    with pytest.raises(MigrationStopped, match="timed out; see the log of migrate, and run this"):
        migrate(deployed(functions), folder)


def test_a_stack_that_has_no_such_function_must_be_deployed(stack: Stack, folder: Path) -> None:
    outputs = {**stack.outputs, "sampleData": "true"}
    with pytest.raises(NoStack, match="no output migrateFunction; deploy the stack again"):
        migrate(Stack(stack.file, outputs), folder)
