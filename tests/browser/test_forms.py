"""A report's form: made from its declaration, checked while one types, kept in the address."""

import re

from playwright.sync_api import Page, expect

from tests.browser.steps import cells, open_report, run, run_button, wait_for_status

EVERY_TYPE = (
    "?a_text=x&a_number=7&a_decimal=1.25&a_boolean=true&a_date=2015-06-01&a_month=2015-06"
    "&a_timestamp=2015-06-01+10%3A30%3A00&an_enum=green"
)


def test_a_link_fills_every_type_of_field_and_they_arrive(app: Page) -> None:
    open_report(app, "echo", EVERY_TYPE)
    run(app)
    wait_for_status(app, "Finished")
    [row] = cells(app)
    assert row[:5] == ["x", "7", "1.2500", "true", "2015-06-01"]
    assert row[7] == "green"


def test_what_one_types_is_in_the_address(app: Page) -> None:
    open_report(app, "taxi_top_days")
    app.get_by_label("Number of days").fill("25")
    expect(app).to_have_url(re.compile("days=25"))
    app.reload()
    expect(app.get_by_label("Number of days")).to_have_value("25")
    app.get_by_role("button", name="Reset").click()
    expect(app).to_have_url(re.compile(r"taxi_top_days$"))


def test_a_value_out_of_bounds_is_told_as_it_is_typed_and_not_sent(app: Page) -> None:
    open_report(app, "taxi_top_days")
    app.get_by_label("Number of days").fill("101")
    expect(app.get_by_text("Out of range. Give a whole number, from 1 to 100.")).to_be_visible()
    run_button(app).click()
    expect(app.get_by_label("Number of days")).to_be_focused()
    expect(app).to_have_url(re.compile("/reports/"))


def test_what_is_required_is_asked_for(app: Page) -> None:
    open_report(app, "broken")
    run_button(app).click()
    expect(app.get_by_text("Give a whole number.", exact=True)).to_be_visible()


def test_a_choice_is_made_from_its_options(app: Page) -> None:
    open_report(app, "taxi_top_days")
    app.get_by_role("button", name=re.compile("Ranked by")).click()
    app.get_by_role("option", name="miles").click()
    expect(app).to_have_url(re.compile("measure=miles"))


def test_a_range_is_filled_in_at_once_and_is_in_the_address(app: Page) -> None:
    app.clock.set_fixed_time("2028-02-29T22:30:00Z")  # in Berlin it is not yet tomorrow
    open_report(app, "between")
    app.get_by_role("button", name="Ranges for First day and Last day").click()
    app.get_by_role("menuitem", name="Last 7 days").click()
    expect(app.get_by_role("textbox", name="First day")).to_have_value("2028-02-23")
    expect(app).to_have_url(re.compile("first_day=2028-02-23&last_day=2028-02-29"))
    app.get_by_role("button", name="Calendar for First day and Last day").click()
    calendar = app.get_by_role("dialog", name="Calendar for First day and Last day")
    calendar.get_by_role("gridcell", name="February 10, 2028").click()
    calendar.get_by_role("gridcell", name="February 14, 2028").click()
    calendar.get_by_role("button", name="Apply").click()
    expect(app.get_by_role("textbox", name="Last day")).to_have_value("2028-02-14")
    expect(app).to_have_url(re.compile("first_day=2028-02-10&last_day=2028-02-14"))
    app.get_by_role("button", name="Suggestions for First day").click()
    app.get_by_role("menuitem", name="First day of this year").click()
    expect(app.get_by_role("textbox", name="First day")).to_have_value("2028-01-01")
    app.get_by_role("textbox", name="Last day").fill("2027-12-31")
    expect(app.get_by_text("This is before First day.")).to_be_visible()


def test_of_bounded_values_those_that_are_taken_are_suggested(app: Page) -> None:
    open_report(app, "between")
    app.get_by_role("button", name="Suggestions for From month").click()
    suggested = app.get_by_role("menu", name="Suggestions for From month").get_by_role("menuitem")
    expect(suggested.filter(has_text="2015")).to_have_count(2)
    app.get_by_role("menuitem", name="Latest there is").click()
    expect(app.get_by_label("From month", exact=True)).to_have_value("2015-12")


def test_a_report_that_is_not_there_says_so(app: Page) -> None:
    app.goto("/reports/taxi_vendor_audit")
    expect(app.get_by_role("heading", name="There is no such report")).to_be_visible()


def test_the_catalogue_is_searched(app: Page) -> None:
    app.goto("/")
    app.get_by_label("Find a report").fill("busiest")
    expect(app.get_by_role("link", name="The busiest taxi days")).to_be_visible()
    expect(app.get_by_role("link", name="Taxi trips by day")).to_have_count(0)
    app.get_by_label("Find a report").fill("no such thing")
    expect(app.get_by_text("No report matches")).to_be_visible()
