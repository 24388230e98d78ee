"""Pipelines in the application: run, watched, stopped, paused; and results that follow them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.steps import cells, run_report, sign_in, wait_for_status
from tests.integration.conftest import Person
from tests.integration.test_cancel import Backstage
from tests.integration.test_pipelines import FAILING, FILLED, LONG, ended, execute, started

SAMPLE = "load_taxi_trips"
A_RUN = "td a[href^='/queries/'], th a[href^='/queries/']"
NEWEST = f'() => document.querySelector("{A_RUN}")?.href ?? null'


@pytest.fixture(scope="module", autouse=True)
def _table(outputs: Any, aws: Callable[[str], Any]) -> None:
    execute(Backstage(outputs, aws), "create table if not exists filled_rows (n bigint)")


@pytest.fixture
def elsewhere(context: BrowserContext, app: Page) -> Page:
    """Another window of the same person."""
    return context.new_page()


def open_pipeline(page: Page, name: str) -> None:
    page.goto(f"/pipelines/{name}")
    expect(page.get_by_role("button", name=re.compile("^Run now"))).to_be_visible()


def live_words(page: Page, words: str | re.Pattern[str]) -> Locator:
    """As they are read; the same words stand where they are announced, too."""
    return page.locator("#content").get_by_text(words).first


def row_of(page: Page, run_id: str) -> Locator:
    return page.get_by_role("row").filter(has=page.locator(f"a[href$='{run_id}']"))


def run_now(page: Page) -> str:
    """Run the pipeline whose page is open; the id of the run."""
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    expect(page.get_by_text("Loading the runs")).to_have_count(0)
    before = page.evaluate(NEWEST)
    page.get_by_role("button", name=re.compile("^Run now")).click()
    run = page.wait_for_function(
        f"before => {{ const run = ({NEWEST})(); return run !== before && run }}", arg=before
    )
    return str(run.json_value()).rsplit("/", 1)[-1]


def test_a_run_is_seen_in_two_windows_from_beginning_to_end(app: Page, elsewhere: Page) -> None:
    open_pipeline(app, LONG)
    elsewhere.goto("/pipelines")
    expect(elsewhere.get_by_role("link", name="Is not over while anybody")).to_be_visible()
    run_id = run_now(app)
    listed = row_of(elsewhere, run_id)
    for row in (row_of(app, run_id), listed):
        expect(row).to_contain_text("In the warehouse")
    app.get_by_role("button", name=re.compile("^Run now")).click()
    notice = app.get_by_role("alert").filter(has_text="was not run")
    expect(notice).to_contain_text(run_id)  # the server's words name the run that is there
    row_of(app, run_id).get_by_role("button", name="Cancel this run").click()
    for row in (row_of(app, run_id), listed):
        expect(row).to_contain_text("Cancelled")
    expect(row_of(app, run_id)).to_contain_text("Cancelled by you.")
    listed.get_by_role("link").nth(1).click()
    expect(elsewhere.get_by_text("The run was cancelled")).to_be_visible()


def test_one_that_fails_shows_what_redshift_said(app: Page) -> None:
    app.goto("/")
    app.get_by_role("link", name="Pipelines").click()
    app.get_by_role("link", name="Adds a row, and then fails").click()
    run_id = run_now(app)
    expect(row_of(app, run_id)).to_contain_text("Failed")
    expect(row_of(app, run_id)).to_contain_text(re.compile("divide by zero", re.IGNORECASE))
    app.goto(f"/queries/{run_id}")
    wait_for_status(app, "Failed")
    expect(app.get_by_test_id("query-error")).to_contain_text(re.compile("zero", re.IGNORECASE))
    app.get_by_role("button", name="Run again").click()
    app.wait_for_url(lambda url: not url.endswith(run_id) and "/queries/" in url)
    wait_for_status(app, "Failed")


def test_a_schedule_rests_until_it_is_resumed(app: Page) -> None:
    open_pipeline(app, SAMPLE)
    expect(app.get_by_text("Every day at 06:00")).to_be_visible()
    expect(app.get_by_text("cron(0 6 * * ? *), America/New_York")).to_be_visible()
    app.get_by_role("button", name=re.compile("^Pause")).click()
    expect(app.get_by_text(re.compile(r"^Paused by you since .*\sGMT"))).to_be_visible()
    app.reload()
    expect(app.get_by_text(re.compile("^Paused by you since"))).to_be_visible()
    app.get_by_role("button", name=re.compile("^Resume")).click()
    expect(app.get_by_role("button", name=re.compile("^Pause"))).to_be_visible()
    expect(app.get_by_text(re.compile("^Paused by"))).to_have_count(0)


def test_who_may_not_see_a_pipeline_sees_nothing_of_it(
    page: Page, person: Callable[..., Person], ana: Person
) -> None:
    run_id = started(ana, FAILING)
    sign_in(page, person(), "/pipelines")
    expect(page.get_by_text("None is open to you.")).to_be_visible()
    page.goto(f"/pipelines/{FAILING}")
    expect(page.get_by_role("heading", name="There is no such pipeline")).to_be_visible()
    page.goto(f"/queries/{run_id}")
    expect(page.get_by_role("heading", name="There is no such query")).to_be_visible()


def test_a_live_result_is_replaced_when_a_pipeline_has_run(
    app: Page, context: BrowserContext, ana: Person
) -> None:
    run_report(app, "filled")
    wait_for_status(app, "Finished")
    app.get_by_role("checkbox", name="Live").click()
    expect(live_words(app, "A new result appears here when")).to_be_visible()
    expect(app).to_have_url(re.compile("_live=1"))
    app.reload()
    expect(live_words(app, "A new result appears here when")).to_be_visible()
    [[before]] = cells(app)
    app.get_by_role("columnheader", name="number").get_by_role("button").click()
    app.locator(".result-scroller").evaluate("element => { element.dataset.same = 'yes' }")
    assert ended(ana, started(ana, FILLED))["status"] == "FINISHED"
    expect(
        live_words(app, re.compile(r"^Refreshed at .*\sGMT.* by pipeline Adds a row"))
    ).to_be_visible()
    expect(app.get_by_role("cell")).to_have_text(str(int(before) + 1))
    expect(app.locator(".result-scroller[data-same=yes]")).to_be_visible()
    expect(app.get_by_role("columnheader", name="number")).to_have_attribute(
        "aria-sort", "ascending"
    )
    context.set_offline(True)
    expect(live_words(app, "Not live: offline")).to_be_visible()
    assert ended(ana, started(ana, FILLED))["status"] == "FINISHED"
    context.set_offline(False)
    expect(app.get_by_role("cell")).to_have_text(str(int(before) + 2))
    app.get_by_role("link", name="The result before").click()
    expect(app.get_by_role("cell")).to_have_text(str(int(before) + 1))
    expect(app.get_by_role("checkbox", name="Live")).not_to_be_checked()


def test_a_report_runs_live_from_its_form(app: Page) -> None:
    app.goto("/reports/filled?_live=1")
    expect(app.get_by_role("checkbox", name="Live")).to_be_checked()
    app.get_by_role("button", name="Run", exact=True).click()
    app.wait_for_url(re.compile(r"/queries/.*\?_live=1$"))
    wait_for_status(app, "Finished")
    expect(live_words(app, "A new result appears here when")).to_be_visible()
