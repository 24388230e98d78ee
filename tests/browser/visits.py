"""Pages as one comes to them: to be looked at in pictures, and judged by axe."""

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.browser.steps import open_report, run_report, wait_for_status


def reports(page: Page) -> None:
    page.goto("/reports")
    expect(page.get_by_role("link", name="Taxi trips by day")).to_be_visible()


def form(page: Page) -> None:
    open_report(page, "taxi_trips_search")


def result(page: Page) -> None:
    run_report(page, "taxi_by_day")
    wait_for_status(page, "Finished")
    expect(page.get_by_role("application")).to_be_visible()


def options(page: Page) -> None:
    open_report(page, "taxi_by_day")
    page.get_by_role("button", name="Download", exact=True).click()
    page.get_by_role("menuitem", name="With options").click()
    expect(page.get_by_role("dialog", name="Download with options")).to_be_visible()


def pipelines(page: Page) -> None:
    page.goto("/pipelines")
    expect(page.get_by_role("link", name="Load the taxi trips")).to_be_visible()


def month(page: Page) -> None:
    agenda(page, "month")


def week(page: Page) -> None:
    agenda(page, "week")


def agenda_list(page: Page) -> None:
    agenda(page, "list")


def agenda(page: Page, view: str) -> None:
    """Of next week, in which there is something planned."""
    page.goto(f"/agenda?view={view}&date={date.today() + timedelta(days=7)}")
    expect(page.locator("[data-entry]").first).to_be_visible()


def schedule(page: Page) -> None:
    page.goto("/agenda/schedules/new?_report=taxi_by_day")
    expect(page.get_by_label("How often")).to_be_visible()


def schedules(page: Page) -> None:
    schedule(page)
    page.get_by_role("button", name="Schedule", exact=True).click()
    expect(page.get_by_text("Active").first).to_be_visible()
