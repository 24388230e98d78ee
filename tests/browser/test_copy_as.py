"""A run copied for other programs: what they read is what was filled in, and no key is in it."""

import ast
import json
import shlex
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.steps import open_report, run, wait_for_status

HOSTILE = 'it\'s "a" `b` $(c) ${d} \\ !x; rm -rf ~ \u202e <i> 😀'
GIVEN = {"a_text": HOSTILE, "an_enum": "red"}
ADDRESS = f"?a_text={quote(HOSTILE)}&an_enum=red"


def of_command(text: str) -> dict[str, str]:
    command, verb, report, *values = shlex.split(text)
    assert [command, verb, report] == ["querycast", "run", "echo"]
    return dict(value.split("=", 1) for value in values)


def of_python(text: str) -> dict[str, str]:
    [call] = (
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "client.run"
    )
    assert [ast.literal_eval(each) for each in call.args] == ["echo"]
    return {str(each.arg): ast.literal_eval(each.value) for each in call.keywords}


def of_curl(text: str) -> dict[str, str]:
    words = shlex.split(text)
    assert "x-api-key: $KEY" in words
    return of_variables(json.loads(words[words.index("-d") + 1])["variables"])


def of_graphql(text: str) -> dict[str, str]:
    return of_variables(json.loads(text.split("# Variables:\n")[1]))


def of_variables(variables: dict[str, dict[str, list[dict[str, str]]]]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in variables["input"]["parameters"]}


KINDS = {
    "Command line": of_command,
    "Python": of_python,
    "curl": of_curl,
    "GraphQL": of_graphql,
}


@pytest.fixture
def copied(context: BrowserContext, app: Page) -> Callable[[str], str]:
    """What the menu of the page that is open copies."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])

    def copied(kind: str) -> str:
        app.get_by_role("button", name="Copy as").click()
        app.get_by_role("menuitem", name=kind).click()
        expect(app.get_by_role("button", name="Copied")).to_be_visible()
        text = app.evaluate("navigator.clipboard.readText()")
        expect(app.get_by_role("button", name="Copy as")).to_be_visible()
        return str(text)

    return copied


def test_what_is_filled_in_is_copied_for_every_program(
    app: Page, copied: Callable[[str], str]
) -> None:
    refresh_token = app.evaluate("sessionStorage.getItem('querycast.session')")
    open_report(app, "echo", ADDRESS)
    for kind, read in KINDS.items():
        text = copied(kind)
        assert read(text) == GIVEN
        assert refresh_token not in text


def test_a_run_is_copied_with_its_parameters(app: Page, copied: Callable[[str], str]) -> None:
    open_report(app, "echo", ADDRESS)
    run(app)
    wait_for_status(app, "Finished")
    assert of_command(copied("Command line")) == GIVEN


def test_what_is_not_well_filled_in_is_not_copied(app: Page) -> None:
    open_report(app, "taxi_top_days", "?days=1000")
    expect(app.get_by_role("button", name="Copy as")).to_be_disabled()
