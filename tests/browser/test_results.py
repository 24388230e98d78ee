"""A result in the application: what it shows is what the warehouse said, and nothing else."""

import re
from urllib.parse import quote

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.steps import cells, run_report, wait_for_status

HOSTILE = (
    "<img src=x onerror=\"document.title='owned'\"> <b>&amp;</b>\u202e ${1} =cmd|' /C calc'!A0"
)

SELECT_TWO_ROWS = """body => {
  const [first, second] = [...body.querySelectorAll("[role=row]")]
    .map(row => row.querySelector("bdi").firstChild)
  body.closest("section").focus()
  getSelection().setBaseAndExtent(first, 0, second, second.length)
}"""


def test_hostile_values_stay_text(app: Page) -> None:
    run_report(app, "echo", f"?a_text={quote(HOSTILE)}")
    wait_for_status(app, "Finished")
    assert cells(app)[0][0] == HOSTILE.replace("\u202e", "\ufffd")
    assert app.locator("img[src=x]").count() == 0
    app.goto("/history?report=echo")
    expect(app.get_by_role("row").nth(1)).to_contain_text("<img src=x")
    assert app.locator("img[src=x]").count() == 0
    assert app.title() == "History · Querycast"


def test_null_is_seen_to_be_null(app: Page) -> None:
    run_report(app, "echo", "?a_text=NULL")
    wait_for_status(app, "Finished")
    null = app.get_by_role("cell").nth(1)
    expect(null).to_have_text("NULL")
    expect(null).to_have_class(re.compile("result-null"))
    expect(app.get_by_role("cell").nth(0)).not_to_have_class(re.compile("result-null"))


def test_numbers_end_where_numbers_end(app: Page) -> None:
    run_report(app, "taxi_by_day")
    wait_for_status(app, "Finished")
    expect(app.get_by_role("cell").nth(1)).to_have_css("text-align", "end")
    expect(app.get_by_role("cell").nth(0)).not_to_have_css("text-align", "end")


def test_a_column_sorts_as_what_it_holds(app: Page) -> None:
    run_report(app, "taxi_by_day")
    wait_for_status(app, "Finished")
    heading = app.get_by_role("columnheader", name="total_fare")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    rising = [float(row[3]) for row in cells(app)]
    assert rising == sorted(rising)
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    falling = [float(row[3]) for row in cells(app)]
    assert falling == sorted(falling, reverse=True)


def test_a_hundred_thousand_rows_are_there_and_few_exist(app: Page) -> None:
    run_report(app, "many_rows", "?rows=100000")
    wait_for_status(app, "Finished")
    app.get_by_role("button", name="Load all rows").click()
    table = app.get_by_role("table", name="Rows by number, as many as are wanted")
    expect(table).to_have_attribute("aria-rowcount", "100001")
    app.locator(".result-scroller").evaluate("element => element.scrollTo(0, 1e9)")
    expect(app.get_by_role("cell", name="row 100000", exact=True)).to_be_visible()
    assert app.locator(".result-body [role=row]").count() < 100
    app.get_by_role("columnheader", name=re.compile("^n ")).get_by_role("button").click(
        click_count=1
    )
    app.get_by_role("columnheader", name=re.compile("^n ")).get_by_role("button").click()
    app.locator(".result-scroller").evaluate("element => element.scrollTo(0, 0)")
    expect(app.get_by_role("cell", name="row 100000", exact=True)).to_be_visible()
    find(app, "row 9999")
    expect(app.get_by_role("heading", name="Rows (11 of 100,000)")).to_be_visible()
    assert [row[0] for row in cells(app)] == [str(n) for n in (*range(99999, 99989, -1), 9999)]


def find(page: Page, words: str) -> None:
    page.get_by_label("Find rows").fill(words)
    page.get_by_label("Find rows").press("Enter")


def test_only_what_is_here_is_looked_through_and_that_is_said(app: Page) -> None:
    run_report(app, "many_rows", "?rows=50000")
    wait_for_status(app, "Finished")
    find(app, "row 50000")
    expect(app.get_by_text("only these are looked through")).to_be_visible()
    expect(app.get_by_text("No row matches.")).to_be_visible()
    app.get_by_role("button", name="Draw a chart").click()
    choose(app, "Along", "n")
    expect(app.get_by_text("of 50,000 rows are here.")).to_be_visible()
    app.get_by_role("button", name="Load all rows").click()
    expect(app.get_by_role("heading", name="Rows (1 of 50,000)")).to_be_visible()
    expect(
        app.get_by_text("Only rows that match the filter are drawn: 1 of 50,000.")
    ).to_be_visible()
    app.get_by_role("button", name="Clear filters").click()
    expect(app.get_by_text("Every 50th of 50,000 points is drawn.")).to_be_visible()


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("button", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_a_chart_is_drawn_as_one_likes_and_stays_in_the_address(app: Page) -> None:
    run_report(app, "taxi_by_day")
    wait_for_status(app, "Finished")
    app.get_by_role("button", name="Change the chart").click()
    choose(app, "Kind", "Bars, stacked")
    choose(app, "Values", "total_hours")
    app.keyboard.press("Escape")
    chart = app.get_by_role("application")
    expect(chart).to_have_attribute(
        "aria-label", re.compile("total_fare, total_hours by trip_date")
    )
    expect(app).to_have_url(re.compile("chart=stacked-bar&x=trip_date&y=total_fare&y=total_hours"))
    app.reload()
    expect(app.get_by_role("toolbar", name="Legend")).to_contain_text("Total hours")
    app.get_by_role("button", name="The report's chart").click()
    expect(app).to_have_url(re.compile("/queries/[^?]+$"))
    expect(app.get_by_role("button", name="Change the chart")).to_be_visible()


def test_rows_are_found_by_what_their_columns_hold_and_copied(
    context: BrowserContext, app: Page
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    run_report(app, "taxi_by_day")
    wait_for_status(app, "Finished")
    find(app, "trip_date >= 2015-06-10")
    expect(app.get_by_role("heading", name="Rows (21 of 30)")).to_be_visible()
    find(app, "total_hours > 600.5")
    expect(app.get_by_role("heading", name="Rows (16 of 30)")).to_be_visible()
    found = cells(app)
    assert all(day >= "2015-06-10" and float(hours) > 600.5 for day, hours, *_ in found)
    app.get_by_role("button", name="Copy rows").click()
    expect(app.get_by_role("button", name="Copied")).to_be_visible()
    head, *lines = app.evaluate("navigator.clipboard.readText()").splitlines()
    assert head.split("\t") == ["trip_date", "total_hours", "total_distance", "total_fare"]
    assert lines[0].split("\t") == found[0]
    app.locator(".result-body").evaluate(SELECT_TWO_ROWS)
    app.keyboard.press("Control+c")
    lines = app.evaluate("navigator.clipboard.readText()").splitlines()
    assert [line.split("\t") for line in lines] == found[:2]
    find(app, "total_fare is NULL")
    expect(app.get_by_text("No row matches.")).to_be_visible()


def test_columns_are_chosen_and_the_choice_is_kept_for_the_report(app: Page) -> None:
    run_report(app, "taxi_by_day")
    wait_for_status(app, "Finished")
    app.get_by_role("button", name="Columns").click()
    app.get_by_role("checkbox", name="total_hours").uncheck(force=True)
    app.get_by_role("button", name="Show these").click()
    expect(app.get_by_role("columnheader", name="total_hours")).to_have_count(0)
    run_report(app, "taxi_by_day", "?month=2015-05")
    wait_for_status(app, "Finished")
    expect(app.get_by_text("1 of 4 columns hidden")).to_be_visible()
    expect(app.get_by_role("columnheader", name="total_hours")).to_have_count(0)
    app.get_by_role("button", name="Reset the columns").click()
    expect(app.get_by_role("columnheader", name="total_hours")).to_be_visible()


def test_no_rows_are_told(app: Page) -> None:
    run_report(app, "many_rows", "?rows=0")
    wait_for_status(app, "Finished")
    expect(app.get_by_text("The query has no rows for these parameters.")).to_be_visible()
