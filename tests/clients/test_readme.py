"""The client's README is complete: every command, option, error and public name is in it."""

import re
import subprocess
import sys
from inspect import signature
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import querycast
from querycast import errors
from querycast.agenda.async_client import AsyncAgenda
from querycast.agenda.client import Agenda
from querycast.async_client import AsyncClient
from querycast.async_result import AsyncResult
from querycast.cli.app import HELP, app
from querycast.client import Client
from querycast.handle import AsyncQueryHandle, QueryHandle
from querycast.pipelines.async_client import AsyncPipelines
from querycast.pipelines.client import Pipelines
from querycast.result import Result

ROOT = Path(__file__).parents[2]
README = (ROOT / "clients" / "python" / "README.md").read_text(encoding="utf-8")
TOP = get_command(app).commands  # type: ignore[attr-defined] # it is a group
COMMANDS = {
    f"{name} {inner}".strip(): command
    for name, group in TOP.items()
    for inner, command in getattr(group, "commands", {"": group}).items()
}
ERRORS = [
    error
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, errors.QuerycastError)
]
TOLD_BY_THEIR_CHILDREN = (errors.QueryEnded,)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"`querycast {name}" in README


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_of_a_command_is_in_the_readme(name: str) -> None:
    options = {opt for param in COMMANDS[name].params for opt in param.opts if opt[:2] == "--"}

    assert {option for option in options if option not in README} == {"--help"} & options


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_each_of_its_options_has_a_help_text(name: str) -> None:
    command = COMMANDS[name]

    assert command.help
    assert [param.name for param in command.params if not getattr(param, "help", None)] == []


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_has_its_exit_code_in_the_readme_and_in_the_tree(
    error: type[errors.QuerycastError],
) -> None:
    if error not in TOLD_BY_THEIR_CHILDREN and error is not errors.QuerycastError:
        assert re.search(rf"^\| {error.exit_code} \|.*`{error.__name__}`", README, re.MULTILINE)
        assert re.search(rf"─ {error.__name__} +\[{error.exit_code}\]", errors.__doc__ or "")


@pytest.mark.parametrize("code", ["0", "1", "2", "3", "4", "5", "6", "130", "141"])
def test_every_exit_code_is_in_the_help(code: str) -> None:
    assert re.search(rf"\b{code} \w", HELP)


BLOCKING = {
    Client: ("lient", AsyncClient),
    QueryHandle: ("handle", AsyncQueryHandle),
    Result: ("result", AsyncResult),
    Agenda: ("client.agenda", AsyncAgenda),
    Pipelines: ("client.pipelines", AsyncPipelines),
}
BY_WORD = ("close",)  # the README says `with`


def public(kind: type) -> list[str]:
    return [name for name in vars(kind) if not name.startswith("_") and name not in BY_WORD]


@pytest.mark.parametrize("kind", BLOCKING, ids=lambda kind: kind.__name__)
def test_every_method_of_the_client_is_in_the_readme(kind: type) -> None:
    called, _ = BLOCKING[kind]

    assert [name for name in public(kind) if f"{called}.{name}(" not in README] == []


@pytest.mark.parametrize("kind", BLOCKING, ids=lambda kind: kind.__name__)
def test_the_client_for_coroutines_takes_what_the_other_takes(kind: type) -> None:
    _, coroutines = BLOCKING[kind]

    assert public(coroutines) == public(kind)
    for name in public(kind):
        taken = [signature(getattr(each, name)).parameters for each in (kind, coroutines)]
        assert taken[0] == taken[1], name


def test_the_public_names_are_there() -> None:
    assert [name for name in querycast.__all__ if not hasattr(querycast, name)] == []


HEAVY = {
    *("gql", "graphql", "aiohttp", "yarl", "websockets", "rich", "IPython", "botocore", "keyring"),
    *("pyarrow", "pandas", "polars", "numpy"),
}


@pytest.mark.parametrize(
    ("act", "spared"),
    [
        ("import querycast", {*HEAVY, "typer"}),
        ("from querycast.cli.app import app; app(['--help'], standalone_mode=False)", HEAVY),
    ],
    ids=["import", "help"],
)
def test_what_takes_long_to_import_is_imported_by_who_needs_it(act: str, spared: set[str]) -> None:
    """They take half a second: who reads the help, or the errors, or presses TAB waits for none."""
    told = f"import sys; print('imported:', {spared} & set(sys.modules))"

    shown = subprocess.check_output([sys.executable, "-c", f"{act}; {told}"], text=True)

    assert shown.splitlines()[-1] == "imported: set()"


def test_help_tells_every_command() -> None:
    shown = CliRunner().invoke(app, ["--help"]).stdout

    assert [name for name in TOP if f"  {name} " not in shown] == []
