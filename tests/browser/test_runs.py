"""A query in the application: it appears when it is ready, whatever happened on the way."""

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.steps import (
    cells,
    open_report,
    run,
    run_button,
    run_report,
    wait_for_status,
    wait_until_live,
)
from tests.integration.conftest import Person


def test_the_result_appears_without_a_refresh(app: Page) -> None:
    app.goto("/")
    app.get_by_role("link", name="Taxi trips by day").click()
    run(app)
    wait_for_status(app, "Finished")
    assert cells(app)[0] == ["2015-06-01", "580.90", "7162.95", "28825.80"]
    expect(app.get_by_role("application")).to_be_visible()


def test_a_running_query_shows_its_time_and_is_cancelled(app: Page) -> None:
    run_report(app, "endless")
    wait_for_status(app, "In the warehouse")
    before = app.get_by_test_id("elapsed").inner_text()
    expect(app.get_by_test_id("elapsed")).not_to_have_text(before)
    app.get_by_role("button", name="Cancel").click()
    wait_for_status(app, "Cancelled")
    expect(app.get_by_text("The query was cancelled")).to_be_visible()


def test_a_failed_one_shows_what_redshift_said_and_is_run_again(app: Page) -> None:
    first = run_report(app, "broken", "?divisor=0")
    wait_for_status(app, "Failed")
    expect(app.get_by_test_id("query-error")).to_contain_text(re.compile("zero", re.IGNORECASE))
    expect(app.get_by_text("It ran with divisor = 0.")).to_be_visible()
    app.get_by_role("button", name="Run again").click()
    app.wait_for_url(lambda url: not url.endswith(first) and "/queries/" in url)
    wait_for_status(app, "Failed")
    app.get_by_role("button", name="Change the parameters").click()
    app.get_by_label("Divisor").fill("2")
    app.get_by_role("button", name="Run with these").click()
    wait_for_status(app, "Finished")


def test_a_reload_while_it_runs_finds_it_again(app: Page) -> None:
    query = run_report(app, "endless")
    wait_for_status(app, "In the warehouse")
    app.reload()
    wait_for_status(app, "In the warehouse")
    assert app.url.endswith(query)
    app.get_by_role("button", name="Cancel").click()
    wait_for_status(app, "Cancelled")


def test_what_ends_while_one_is_offline_is_there_after(context: BrowserContext, app: Page) -> None:
    run_report(app, "slow", "?rounds=600")
    context.set_offline(True)
    expect(app.get_by_role("button", name="Connection: Offline")).to_be_visible()
    notices = app.get_by_role("region", name="Notifications")
    expect(notices.get_by_text("What is shown may be old")).to_be_visible()
    context.set_offline(False)
    expect(app.get_by_role("button", name="Connection: Live")).to_be_visible()
    wait_for_status(app, "Finished")


def test_what_ends_while_the_lid_is_closed_is_there_after(
    context: BrowserContext, app: Page
) -> None:
    run_report(app, "slow", "?rounds=600")
    wait_for_status(app, "In the warehouse")
    other = context.new_page()
    lid = context.new_cdp_session(app)
    lid.send("Page.setWebLifecycleState", {"state": "frozen"})
    other.goto("/history?report=slow")
    expect(other.get_by_role("row").nth(1)).to_contain_text("Finished")
    lid.send("Page.setWebLifecycleState", {"state": "active"})
    wait_for_status(app, "Finished")
    assert cells(app)


def test_two_who_ask_the_same_at_once_see_it_finish_together(
    context: BrowserContext,
    app: Page,
    outputs: Any,
    enter: Callable[[Page, Person], None],
    person: Callable[..., Person],
) -> None:
    browser = context.browser
    assert browser is not None
    report, month = "taxi_by_hour", "?month=2015-09"
    with browser.new_context(base_url=outputs["graphqlUrl"]) as elsewhere:
        other = elsewhere.new_page()
        enter(other, person("analysts"))
        for page in (app, other):
            open_report(page, report, month)
        for page in (app, other):
            run_button(page).click()
        for page in (app, other):
            wait_for_status(page, "Finished")
            expect(page.get_by_role("cell").first).to_be_visible()
        assert app.url != other.url
        assert cells(app) == cells(other) != []


def test_the_history_of_another_window_changes_with_it(context: BrowserContext, app: Page) -> None:
    app.goto("/")
    wait_until_live(app)
    history = context.new_page()
    history.goto("/history?report=canary")
    expect(history.get_by_role("heading", name="History")).to_be_visible()
    query = run_report(app, "canary")
    row = history.get_by_role("row").filter(has=history.locator(f"a[href$='{query}']"))
    expect(row).to_contain_text("Finished")
    row.get_by_role("link").first.click()
    expect(history).to_have_url(re.compile(f"/queries/{query}$"))


def test_the_history_is_filtered_and_the_filter_is_in_the_address(app: Page) -> None:
    run_report(app, "broken", "?divisor=0")
    wait_for_status(app, "Failed")
    app.get_by_role("link", name="History").click()
    app.get_by_role("button", name="Status: filter").click()
    app.get_by_role("option", name="Failed").click()
    expect(app).to_have_url(re.compile("status=FAILED"))
    expect(app.get_by_role("row").nth(1)).to_contain_text("Failed")
    expect(app.get_by_role("row").filter(has_text="Finished")).to_have_count(0)
    app.reload()
    expect(app.get_by_role("row").nth(1)).to_contain_text("Failed")


def test_the_history_of_an_hour_runs_what_it_lists_again(app: Page) -> None:
    query = run_report(app, "instant", "?number=17")
    wait_for_status(app, "Finished")
    app.goto("/history?report=instant")
    app.get_by_role("button", name="Submitted: filter").click()
    app.get_by_role("radio", name="Last hour").check()
    app.get_by_role("button", name="Apply").click()
    expect(app).to_have_url(re.compile("last=1h"))
    row = app.get_by_role("row").filter(has=app.locator(f"a[href$='{query}']"))
    expect(row).to_contain_text("number = 17")
    row.get_by_role("button", name="Run again").click()
    app.wait_for_url(lambda url: not url.endswith(query) and "/queries/" in url)
    wait_for_status(app, "Finished")
    expect(app.get_by_role("cell").first).to_have_text("17")
    app.goto("/history?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z")
    expect(app.get_by_text("No query matches")).to_be_visible()
    app.get_by_role("button", name="Clear filters").click()
    app.get_by_role("link", name="Change the parameters: instant, number = 17").first.click()
    expect(app.get_by_label("Number", exact=True)).to_have_value("17")


def test_a_query_of_another_is_not_there(
    app: Page,
    enter: Callable[[Page, Person], None],
    person: Callable[..., Person],
    context: BrowserContext,
) -> None:
    query = run_report(app, "canary")
    browser = context.browser
    assert browser is not None
    with browser.new_context(base_url=app.url.split("/queries")[0]) as elsewhere:
        other = elsewhere.new_page()
        enter(other, person("analysts"))
        other.goto(f"/queries/{query}")
        expect(other.get_by_role("heading", name="There is no such query")).to_be_visible()


def test_a_refusal_of_the_servers_stands_at_its_field(app: Page) -> None:
    message = "Parameter month: '2015-06' is out of range; give a month as YYYY-MM."
    error = {"path": ["submitQuery"], "errorType": "InvalidParameter", "message": message}

    def refuse(route: Route) -> None:
        if "mutation SubmitQuery" not in (route.request.post_data or ""):
            route.continue_()
            return
        route.fulfill(body=json.dumps({"data": None, "errors": [error]}))

    open_report(app, "taxi_by_day")
    app.route("**/graphql", refuse)
    run_button(app).click()
    expect(app.locator("[data-parameter=month]")).to_contain_text(message)
    app.unroute("**/graphql")
    app.get_by_label("Month", exact=True).fill("2015-05")
    expect(app.locator("[data-parameter=month]")).not_to_contain_text(message)
    run(app)
    wait_for_status(app, "Finished")
