"""Everything by keyboard: from signing in to a sorted result without a mouse."""

from playwright.sync_api import Page, expect

from tests.browser.steps import wait_for_status, wait_until_live
from tests.integration.conftest import PASSWORD, Person

MOST_TABS = 40


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus is called so."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "(document.activeElement.ariaLabel || document.activeElement.innerText"
            " || document.activeElement.labels?.[0]?.innerText || '')"
        )
        if name.strip() == words:
            return
    raise AssertionError(f"{words!r} cannot be reached by keyboard")


def test_from_signing_in_to_a_sorted_result(page: Page, ana: Person) -> None:
    page.goto("/")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type(ana.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Taxi trips by day")).to_be_visible()
    tab_to(page, "Taxi trips by day")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Month", exact=True)).to_be_visible()
    page.get_by_label("Month", exact=True).focus()
    page.keyboard.press("Enter")
    wait_for_status(page, "Finished")
    tab_to(page, "total_fare")
    page.keyboard.press("Enter")
    heading = page.get_by_role("columnheader", name="total_fare")
    expect(heading).to_have_attribute("aria-sort", "ascending")


def test_the_content_is_reached_without_the_navigation(app: Page) -> None:
    app.goto("/")
    wait_until_live(app)
    app.keyboard.press("Tab")
    expect(app.get_by_role("link", name="Skip to the content")).to_be_focused()
    app.keyboard.press("Enter")
    assert app.evaluate("document.activeElement.id") == "content"
