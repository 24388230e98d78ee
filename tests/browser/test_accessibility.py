"""axe has nothing serious to say about any page, in either theme, on a desktop and on a phone."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.steps import export, open_report, run_report, wait_for_status
from tests.browser.visits import (
    agenda_list,
    form,
    month,
    options,
    pipelines,
    reports,
    result,
    schedule,
    schedules,
    week,
)

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "clients" / "web" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
PHONE = ViewportSize(width=375, height=760)


def suggestions(page: Page) -> None:
    open_report(page, "between", "?first_day=2015-02-01&last_day=2015-01-01")
    page.get_by_role("button", name="Ranges for First day").click()
    expect(page.get_by_role("menuitem", name="Last 7 days")).to_be_visible()


def found(page: Page) -> None:
    run_report(page, "taxi_by_hour")
    wait_for_status(page, "Finished")
    page.get_by_role("button", name="Change the chart").click()
    page.get_by_label("Find rows").fill("trips > 10")
    page.get_by_label("Find rows").press("Enter")
    expect(page.get_by_role("heading", name="Rows (24 of 24)")).to_be_visible()
    expect(page.get_by_role("application")).to_be_visible()


def exported(page: Page) -> None:
    open_report(page, "canary")
    export(page, "CSV")
    wait_for_status(page, "Finished")
    expect(page.get_by_role("table", name="Files of the export")).to_be_visible()


def failed(page: Page) -> None:
    run_report(page, "broken", "?divisor=0")
    wait_for_status(page, "Failed")


def history(page: Page) -> None:
    result(page)
    page.goto("/history")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Finished")
    page.get_by_role("button", name="Submitted: filter").click()
    expect(page.get_by_role("radio", name="Last hour")).to_be_visible()


def event_form(page: Page) -> None:
    page.goto("/agenda?view=list")
    page.get_by_role("button", name="New event").click()
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text("Give a title.")).to_be_visible()


def pipeline(page: Page) -> None:
    page.goto("/pipelines/load_taxi_trips")
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    expect(page.get_by_text("Loading the runs")).to_have_count(0)


def live(page: Page) -> None:
    result(page)
    page.goto(f"{page.url}?live=1")
    expect(page.get_by_text("A new result appears here when").first).to_be_visible()


def nowhere(page: Page) -> None:
    page.goto("/no/such/page")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()


PAGES = (
    reports,
    form,
    suggestions,
    options,
    result,
    found,
    live,
    exported,
    failed,
    history,
    pipelines,
    pipeline,
    month,
    week,
    agenda_list,
    event_form,
    schedule,
    schedules,
    nowhere,
)


@pytest.mark.parametrize("visit", PAGES, ids=lambda visit: visit.__name__)
def test_a_page_has_no_serious_finding(app: Page, visit: Callable[[Page], None]) -> None:
    visit(app)
    assert findings(app) == []
    app.emulate_media(color_scheme="dark")
    expect(app.locator("body")).to_have_class(re.compile("awsui-dark-mode"))
    assert findings(app) == []
    app.set_viewport_size(PHONE)
    assert findings(app) == []


def test_the_way_in_has_no_serious_finding(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto("/")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("Give your password.")).to_be_visible()
        assert findings(page) == []


def findings(page: Page) -> list[Any]:
    """Each: the rule, and the first place that breaks it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        (each["id"], each["nodes"][0]["html"][:300], each["nodes"][0].get("failureSummary"))
        for each in found
        if each["impact"] in GRAVE
    ]
