"""axe has nothing serious to say about any page, in either theme; each fits every window."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import own_browser
from tests.browser.steps import (
    export,
    fill_in,
    open_report,
    require_an_app,
    run_report,
    wait_for_status,
)
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
from tests.integration.conftest import PASSWORD, Person

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "clients" / "web" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
DESKTOP = ViewportSize(width=1280, height=900)
OF_COLOURS = ("color-contrast", "link-in-text-block")
PHONE = ViewportSize(width=375, height=760)
SMALLEST = ViewportSize(width=320, height=640)
LARGEST = ViewportSize(width=3840, height=2160)
MOST_WIDTH = 1700  # pixels of what is read: lines and rows are followed no further
BEYOND = """() => {
  const isScrolled = element =>
    element && (getComputedStyle(element).overflowX !== "visible"
      || isScrolled(element.parentElement))
  return [...document.querySelectorAll("body *")]
    .filter(element => {
      const { left, right, width } = element.getBoundingClientRect()
      return width > 1 && left < innerWidth && right > innerWidth + 1
    })
    .filter(element => element.checkVisibility() && !isScrolled(element.parentElement))
    .map(element => element.outerHTML.slice(0, 200))
}"""


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
    page.goto(f"{page.url}?_live=1")
    expect(page.get_by_text("A new result appears here when").first).to_be_visible()


def authenticator(page: Page) -> None:
    page.goto("/account")
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("img", name="QR code for the app")).to_be_visible()


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
    authenticator,
    nowhere,
)


@pytest.fixture(scope="module")
def window(
    browser: Browser, outputs: Any, enter: Callable[[Page, Person], None], ana: Person
) -> Iterator[Page]:
    """Ana's, for all that is looked at here."""
    with own_browser(browser, outputs) as context:
        page = context.new_page()
        enter(page, ana)
        yield page


@pytest.fixture(scope="module", params=PAGES, ids=lambda visit: visit.__name__)
def visited(window: Page, request: pytest.FixtureRequest) -> Page:
    """A page as one comes to it, in light, on a desktop; once for all that is asked of it."""
    window.set_viewport_size(DESKTOP)
    window.emulate_media(color_scheme="light")
    request.param(window)
    return window


def test_a_page_has_no_serious_finding(visited: Page) -> None:
    assert findings(visited) == []
    visited.emulate_media(color_scheme="dark")
    expect(visited.locator("body")).to_have_class(re.compile("awsui-dark-mode"))
    assert findings(visited, OF_COLOURS) == []  # all that another theme changes
    visited.set_viewport_size(PHONE)
    assert findings(visited) == []


def test_a_page_fits_the_smallest_phone_and_the_largest_screen(visited: Page) -> None:
    visited.set_viewport_size(SMALLEST)
    expect(visited.get_by_role("button", name="More")).to_be_visible()  # it has been laid out anew
    assert visited.evaluate("document.documentElement.scrollWidth") == SMALLEST["width"]
    assert beyond(visited) == []
    visited.set_viewport_size(LARGEST)
    expect(visited.get_by_role("button", name="Connection: Live")).to_be_visible()
    assert visited.evaluate("document.documentElement.scrollWidth") == LARGEST["width"]
    width = visited.locator("#content").evaluate("element => element.clientWidth")
    assert MOST_WIDTH / 2 < width <= MOST_WIDTH


def test_the_way_in_has_no_serious_finding(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto("/")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("Give your password.")).to_be_visible()
        assert findings(page) == []
    page.set_viewport_size(SMALLEST)
    assert page.evaluate("document.documentElement.scrollWidth") == SMALLEST["width"]
    assert beyond(page) == []


def test_setting_an_app_up_to_sign_in_has_no_serious_finding(
    page: Page, outputs: Any, ana: Person
) -> None:
    require_an_app(page, outputs["awsEndpointUrl"])
    page.goto("/")
    fill_in(page, ana.email, PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("img", name="QR code for the app")).to_be_visible()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Give the six digits that the app shows.")).to_be_visible()
    page.set_viewport_size(SMALLEST)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == SMALLEST["width"]
    assert beyond(page) == []


def findings(page: Page, rules: Sequence[str] = ()) -> list[Any]:
    """Each: the rule, and the first place that breaks it; of these rules, or of all."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = list(rules)
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [
        (each["id"], each["nodes"][0]["html"][:300], each["nodes"][0].get("failureSummary"))
        for each in found
        if each["impact"] in GRAVE
    ]


def beyond(page: Page) -> list[str]:
    """What stands out of the window at its side, and cannot be scrolled to within the page."""
    return list(page.evaluate(BEYOND))
