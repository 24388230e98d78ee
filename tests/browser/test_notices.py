"""The browser's notification of a query's end: where it was asked for, once, while nobody looks."""

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.browser.steps import run_report, wait_for_status
from tests.integration.conftest import Person

# A stub that says on the console what is shown, and tabs that are hidden when told so.
STUB = """
  window.Notification = class {
    static permission = "granted"
    static requestPermission = async () => "granted"
    constructor(title, options) {
      window.shown = this
      console.info(`notice: ${title}`)
    }
    close() {}
  }
  let state = "visible"
  Object.defineProperty(document, "visibilityState", { get: () => state })
  window.hide = () => { state = "hidden"; document.dispatchEvent(new Event("visibilitychange")) }
"""


def is_notice(said: ConsoleMessage) -> bool:
    return said.text.startswith("notice: ")


def switch_on(page: Page) -> None:
    page.get_by_role("button", name="Settings").click()
    item = page.get_by_role("menuitemcheckbox", name="Notify me when a query ends")
    expect(item).not_to_be_checked()
    item.click()


def test_the_end_of_a_query_is_told_once_and_a_click_opens_it(
    context: BrowserContext, app: Page, ana: Person
) -> None:
    context.add_init_script(STUB)
    app.goto("/")
    switch_on(app)
    other = context.new_page()
    other.goto("/history")
    expect(other.get_by_role("button", name="Connection: Live")).to_be_visible()
    query = run_report(app, "endless")
    app.get_by_role("link", name="History").click()
    notices: list[str] = []
    context.on("console", lambda said: notices.append(said.text) if is_notice(said) else None)
    for tab in (app, other):
        tab.evaluate("hide()")
    with context.expect_console_message(is_notice) as told:
        ana.api.ask("mutation ($id: ID!) { cancelQuery(id: $id) { id } }", id=query)
    for tab in (app, other):
        row = tab.get_by_role("row").filter(has=tab.locator(f"a[href$='{query}']"))
        expect(row).to_contain_text("Cancelled")
    title = "A report that is not over while anybody waits for it"
    assert notices == [f"notice: ■ {title}: Cancelled"]
    teller = told.value.page
    assert teller is not None
    teller.evaluate("shown.onclick()")
    expect(teller).to_have_url(re.compile(f"/queries/{query}$"))
    wait_for_status(teller, "Cancelled")


def test_a_browser_that_blocks_notices_says_so(context: BrowserContext, app: Page) -> None:
    context.add_init_script("window.Notification = class { static permission = 'denied' }")
    app.goto("/")
    app.get_by_role("button", name="Settings").click()
    item = app.get_by_role("menuitemcheckbox", name="Notify me when a query ends")
    expect(item).to_be_disabled()
    expect(app.get_by_text("This browser blocks notifications from here")).to_be_visible()
