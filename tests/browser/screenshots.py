"""`make screenshots`: every page in light and dark, on a desktop and a phone, to be looked at.

Of the stack that runs here, as its first demo user; the pictures are in screenshots/.
"""

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.browser.steps import export, fill_in, open_report, run_report, wait_for_status
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
from tests.conformance.clients.browser import ADVICE, NAMES

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "screenshots"
SIZES = {
    "desktop": ViewportSize(width=1280, height=900),
    "phone": ViewportSize(width=375, height=760),
}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def main() -> None:
    state = Path(os.environ.get("QUERYCAST_STATE_DIR") or ROOT / ".querycast")
    outputs = json.loads((state / "outputs.json").read_text())
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        raise SystemExit(f"There is {ADVICE}.")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable)
        for scheme in SCHEMES:
            for size in SIZES:
                take_all(browser, outputs, scheme, size)
        browser.close()
    print(f"{len(list(FOLDER.glob('*.png')))} pictures are in {FOLDER.relative_to(ROOT)}/")


def take_all(browser: Browser, outputs: Any, scheme: Scheme, size: str) -> None:
    context = browser.new_context(
        base_url=outputs["graphqlUrl"].removesuffix("graphql"),
        color_scheme=scheme,
        viewport=SIZES[size],
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )
    page = context.new_page()
    page.goto("/")
    user = outputs["demoUsers"][0]
    fill_in(page, user["email"], user["password"])
    take(page, "sign-in", scheme, size)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Taxi trips by day")).to_be_visible()
    for visit in VISITS:
        visit(page)
        take(page, visit.__name__, scheme, size)
    context.close()


def take(page: Page, name: str, scheme: Scheme, size: str) -> None:
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}-{scheme}-{size}.png", animations="disabled")


def suggestions(page: Page) -> None:
    open_report(page, "taxi_trips_search")
    page.get_by_role("button", name="Suggestions for Picked up").click()


def bars(page: Page) -> None:
    run_report(page, "taxi_by_hour")
    wait_for_status(page, "Finished")
    expect(page.get_by_role("application")).to_be_visible()


def own_chart(page: Page) -> None:
    run_report(page, "taxi_by_day")
    wait_for_status(page, "Finished")
    page.goto(f"{page.url}?chart=area&x=trip_date&y=total_hours&y=total_distance")
    page.get_by_role("application").scroll_into_view_if_needed()


def rows(page: Page) -> None:
    run_report(page, "taxi_trips_search")
    wait_for_status(page, "Finished")
    page.get_by_role("table").scroll_into_view_if_needed()


def found(page: Page) -> None:
    run_report(page, "taxi_trips_search")
    wait_for_status(page, "Finished")
    page.get_by_label("Find rows").fill("fare_amount >= 60")
    page.get_by_label("Find rows").press("Enter")
    page.get_by_role("table").scroll_into_view_if_needed()


def exported(page: Page) -> None:
    open_report(page, "taxi_by_day")
    export(page, "CSV")
    wait_for_status(page, "Finished")
    expect(page.get_by_role("table", name="Files of the export")).to_be_visible()


def wrong(page: Page) -> None:
    open_report(page, "taxi_top_days", "?days=1000")
    expect(page.get_by_text("Out of range.")).to_be_visible()


def pipeline(page: Page) -> None:
    page.goto("/pipelines/load_taxi_trips")
    page.get_by_role("button", name=re.compile("^Run now")).click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Finished")


def live(page: Page) -> None:
    run_report(page, "taxi_by_day")
    wait_for_status(page, "Finished")
    page.get_by_role("checkbox", name="Live").click()
    expect(page.get_by_text("A new result appears here when").first).to_be_visible()
    expect(page.get_by_role("application")).to_be_visible()


def history(page: Page) -> None:
    page.goto("/history")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Finished")


def event(page: Page) -> None:
    page.goto("/agenda")
    page.get_by_role("button", name="New event").click()
    expect(page.get_by_role("dialog").get_by_label("Title")).to_be_visible()


VISITS = (
    reports,
    form,
    suggestions,
    result,
    bars,
    own_chart,
    rows,
    found,
    live,
    options,
    exported,
    wrong,
    history,
    pipelines,
    pipeline,
    month,
    week,
    agenda_list,
    event,
    schedule,
    schedules,
)


if __name__ == "__main__":
    main()
