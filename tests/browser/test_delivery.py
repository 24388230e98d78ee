"""How the application arrives: small, and with headers that leave a script nothing to do."""

import gzip
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SITE
from tests.browser.steps import sign_in
from tests.integration.conftest import Person

FIRST_BYTES = 300_000  # compressed: what must come before anything is seen


def test_what_comes_first_is_small() -> None:
    manifest = json.loads((SITE / ".vite" / "manifest.json").read_text())
    files = first_files(manifest, "index.html")
    total = sum(len(gzip.compress((SITE / file).read_bytes())) for file in files)
    assert total < FIRST_BYTES, f"{total:,} bytes in {sorted(files)}"


def first_files(manifest: dict[str, Any], name: str) -> set[str]:
    """What the page loads at once: scripts, what they import, and their style sheets."""
    entry = manifest[name]
    files = {entry["file"], *entry.get("css", [])}
    for other in entry.get("imports", []):
        files |= first_files(manifest, other)
    return files


def test_the_chart_comes_when_there_is_one() -> None:
    manifest = json.loads((SITE / ".vite" / "manifest.json").read_text())
    charts = [entry["file"] for name, entry in manifest.items() if "result-chart" in name]
    assert len(charts) == 1
    assert charts[0] not in first_files(manifest, "index.html")


def test_the_calendar_comes_when_it_is_looked_at() -> None:
    manifest = json.loads((SITE / ".vite" / "manifest.json").read_text())
    grids = [entry["file"] for name, entry in manifest.items() if "calendar-grid" in name]
    assert len(grids) == 1
    assert grids[0] not in first_files(manifest, "index.html")


def test_an_inline_script_is_refused(browser: Browser, outputs: Any) -> None:
    page = browser.new_page()  # one whose complaints are what is wanted
    page.goto(outputs["graphqlUrl"].removesuffix("graphql"))
    page.evaluate(
        """() => {
          const script = document.createElement("script")
          script.textContent = "window.ran = true"
          document.head.append(script)
        }"""
    )
    assert page.evaluate("window.ran") is None
    page.close()


def test_nothing_is_loaded_from_another_host(page: Page, outputs: Any) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto("/")
    page.get_by_role("button", name="Sign in").wait_for()
    assert hosts == {outputs["graphqlUrl"].split("/")[2]}


@pytest.mark.parametrize("path", ["/", "/queries/x", "/reports/taxi_by_day?month=2015-06"])
def test_every_page_has_its_policy(outputs: Any, path: str) -> None:
    address = outputs["graphqlUrl"].removesuffix("/graphql") + path
    with urllib.request.urlopen(address) as answer:
        policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_the_configuration_tells_no_secret(outputs: Any) -> None:
    address = outputs["graphqlUrl"].removesuffix("/graphql") + "/config.json"
    with urllib.request.urlopen(address) as answer:
        text = answer.read().decode()
    secrets = [outputs["apiKey"], *(user["password"] for user in outputs["demoUsers"])]
    assert not any(secret in text for secret in secrets)
    assert Path(outputs["credentialsFile"]).name not in text


def test_a_page_whose_code_did_not_come_is_asked_for_again(page: Page, ana: Person) -> None:
    page.route("**/assets/history-page-*", lambda route: route.abort())
    sign_in(page, ana)
    with page.expect_event("requestfailed"):
        page.get_by_role("link", name="History").click()
    page.unroute("**/assets/history-page-*")
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page.get_by_role("table")).to_be_visible()
