"""A stack with the web application, people who use it, and the browser in which they do."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.steps import DEADLINE_MS
from tests.conformance.clients.browser import ADVICE, NAMES
from tests.integration.conftest import PASSWORD, Person, Reports, clients, new_person, own_stack

ROOT = Path(__file__).parent.parent.parent
SITE = ROOT / "build" / "web"


@pytest.fixture(scope="package")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The outputs of the stack under test, with the reports for testing published to it."""
    if path := os.environ.get("QUERYCAST_OUTPUTS"):
        yield json.loads(Path(path).read_text())
        return
    if not (SITE / "index.html").exists():
        pytest.fail("The web application is not built: run `make build/web/index.html`.")
    for stack in own_stack(tmp_path_factory.mktemp("stack")):
        reports = Reports(stack, tmp_path_factory.mktemp("reports"))
        reports.publish()
        yield stack.outputs()


@pytest.fixture(scope="package")
def aws(outputs: Any) -> Callable[[str], Any]:
    return clients(outputs)


@pytest.fixture(scope="package")
def person(outputs: Any) -> Callable[..., Person]:
    """Makes people: `person("analysts")` is a new member of that group."""
    return lambda *groups: new_person(outputs, *groups)


@pytest.fixture(scope="package")
def ana(person: Callable[..., Person]) -> Person:
    return person("analysts")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        pytest.skip(ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, outputs: Any) -> Iterator[BrowserContext]:
    """A browser of its own, which fails the test for any error that a page reports."""
    with own_browser(browser, outputs) as context:
        yield context


@contextmanager
def own_browser(browser: Browser, outputs: Any) -> Iterator[BrowserContext]:
    """Nobody is signed in; an error that a page reports fails whoever ends it."""
    context = browser.new_context(
        base_url=outputs["graphqlUrl"].removesuffix("graphql"),
        viewport={"width": 1280, "height": 900},
        locale="en-US",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",  # no colour is judged, and no place clicked, on its way to another
    )
    context.set_default_timeout(DEADLINE_MS)
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on(
        "console",
        lambda message: complaints.append(message.text) if is_complaint(message) else None,
    )
    yield context
    context.close()
    assert complaints == []


def is_complaint(message: Any) -> bool:
    """Of the application's own; a failed request is what some tests are about."""
    return message.type == "error" and not message.text.startswith("Failed to load resource")


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Nobody is signed in."""
    return context.new_page()


@pytest.fixture(scope="package")
def enter(outputs: Any, aws: Callable[[str], Any]) -> Callable[[Page, Person], None]:
    """Have what another page of theirs had: what is opened next is signed in, as after a reload.

    Signing in by the form proves the password, which takes a loaded machine seconds each time.
    """

    @cache
    def refresh_token(email: str) -> str:
        answer = aws("cognito-idp").initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=outputs["userPoolClientId"],
            AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
        )
        return str(answer["AuthenticationResult"]["RefreshToken"])

    def entered(page: Page, person: Person) -> None:
        page.goto("/icon.svg")
        token = refresh_token(person.email)
        page.evaluate("token => sessionStorage.setItem('querycast.session', token)", token)

    return entered


@pytest.fixture
def app(page: Page, enter: Callable[[Page, Person], None], ana: Person) -> Page:
    """Signed in as Ana; at no page yet."""
    enter(page, ana)
    return page
