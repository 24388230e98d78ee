"""A Chromium, and a stack of its own with a large result, in whose pages all is measured."""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from bench.exports.rows import NAME
from bench.exports.warehouse import filled_stack
from bench.stack import Stack

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SIZE = ViewportSize(width=1280, height=900)
PATIENCE_MS = 120_000  # of a loaded machine
SESSION = "querycast.session"


@dataclass(frozen=True)
class Site:
    """The application of a stack, in a browser, and somebody who may use it.

    refresh_token: of that person, by which a page goes on signed in.
    """

    browser: Browser
    address: str
    stack: Stack
    refresh_token: str

    def new_page(self) -> Page:
        """In a browser's profile of its own, so that nothing is cached; nobody is signed in."""
        context = self.browser.new_context(base_url=self.address, viewport=SIZE, locale="en-US")
        context.set_default_timeout(PATIENCE_MS)
        return context.new_page()

    def signed_in_page(self) -> Page:
        """As after a reload, but that nothing of the application is loaded yet."""
        page = self.new_page()
        page.goto("/icon.svg")
        page.evaluate(
            "([key, token]) => sessionStorage.setItem(key, token)", [SESSION, self.refresh_token]
        )
        return page

    def large_result(self, page: Page, rows: int) -> None:
        """Run the report of so many rows, and have them all loaded."""
        page.goto(f"/reports/{NAME}")
        page.get_by_role("button", name="Run", exact=True).click()
        page.get_by_role("button", name="Load all rows").click()
        page.locator(f"[role=table][aria-rowcount='{rows + 1}']").wait_for()


@contextmanager
def site(rows: int) -> Iterator[Site]:
    """The application on a stack of its own, whose report has so many rows."""
    with tempfile.TemporaryDirectory() as folder, filled_stack(rows, Path(folder)) as stack:
        outputs = json.loads((Path(folder) / "state" / "outputs.json").read_text())
        address = outputs["graphqlUrl"].removesuffix("graphql")
        with chromium() as browser:
            token = signed_in(browser, address, outputs["demoUsers"][0])
            yield Site(browser, address, stack, token)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The one that is installed, without a window."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        raise SystemExit(f"There is no browser to measure: none of {', '.join(NAMES)}.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable)
        yield browser
        browser.close()


def signed_in(browser: Browser, address: str, user: dict[str, Any]) -> str:
    """The refresh token of who signs in by the form, as people do."""
    page = browser.new_page(base_url=address)
    page.goto("/")
    page.get_by_label("E-mail").fill(user["email"])
    page.get_by_label("Password").fill(user["password"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=re.compile("^Connection")).wait_for(timeout=PATIENCE_MS)
    token = page.evaluate("key => sessionStorage.getItem(key)", SESSION)
    page.close()
    return str(token)
