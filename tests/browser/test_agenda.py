"""The agenda: events appear, move and go as they do elsewhere, and nobody overwrites unseen."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.browser.steps import open_report, sign_in, wait_for_status, wait_until_live
from tests.browser.test_keyboard import tab_to
from tests.integration.agenda import Agenda
from tests.integration.conftest import Person
from tests.integration.test_pipelines import started

HOSTILE = '<img src=x onerror=alert(1)> & "quotes"'
FINISHED = "Finished"
SCHEDULE = "mutation ($input: ScheduleReportInput!) { scheduleReport(input: $input) { id } }"
CHANGE = "mutation ($input: UpdateScheduleInput!) { updateSchedule(input: $input) { id } }"
DELETE = "mutation ($id: ID!) { deleteSchedule(id: $id) { id } }"
SCHEDULES = "{ listSchedules { id timezone export { format } } }"
WEEK = "?view=week&date=2027-03-01"  # that of the events that the API makes: at 13:00 in Berlin


@pytest.fixture
def agenda(app: Page) -> Page:
    """Ana's, of a week in March."""
    open_agenda(app)
    return app


@pytest.fixture
def other_window(agenda: Page, context: BrowserContext) -> Page:
    """Ana's, too: signed in by the first one."""
    page = context.new_page()
    open_agenda(page)
    return page


@pytest.fixture
def elsewhere(browser: Browser, outputs: Any) -> Iterator[Callable[[Person], Page]]:
    """The agenda of somebody else, in a browser of theirs."""
    base_url = outputs["graphqlUrl"].removesuffix("graphql")
    contexts: list[BrowserContext] = []

    def agenda_of(person: Person) -> Page:
        contexts.append(browser.new_context(base_url=base_url, timezone_id="Europe/Berlin"))
        page = contexts[-1].new_page()
        sign_in(page, person, f"/agenda{WEEK}")
        return page

    yield agenda_of
    for context in contexts:
        context.close()


def open_agenda(page: Page, query: str = WEEK) -> None:
    page.goto(f"/agenda{query}")
    wait_until_live(page)
    expect(page.get_by_role("button", name="New event")).to_be_enabled()


def entry(page: Page, title: str) -> Locator:
    return page.locator("[data-entry]").filter(has_text=title)


def create(page: Page, title: str, start: str, end: str, calendar: str = "Private") -> None:
    page.get_by_role("button", name="New event").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Title").fill(title)
    form.get_by_label("Start time").fill(start)
    form.get_by_label("End time").fill(end)
    if calendar != "Private":
        form.get_by_role("button", name="Calendar").click()
        page.get_by_role("option", name=calendar).click()
    form.get_by_role("button", name="Create").click()
    expect(form).to_be_hidden()


def drag_down(page: Page, title: str, pixels: int) -> None:
    box = entry(page, title).bounding_box()
    assert box is not None
    x, y = box["x"] + 20, box["y"] + 8
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + pixels / 2, steps=4)
    page.mouse.move(x, y + pixels, steps=4)
    page.mouse.up()


def test_an_event_lives_in_two_windows(agenda: Page, other_window: Page) -> None:
    agenda.on("dialog", lambda dialog: pytest.fail("The title ran as a script."))
    create(agenda, HOSTILE, "10:00", "11:00")
    expect(entry(other_window, HOSTILE)).to_contain_text("10:00AM")
    other_window.bring_to_front()
    drag_down(other_window, HOSTILE, 94)
    expect(entry(agenda, HOSTILE)).to_contain_text("12:00PM")
    entry(other_window, HOSTILE).click()
    other_window.get_by_role("button", name="Delete", exact=True).click()
    other_window.get_by_role("button", name="Delete it").click()
    expect(entry(agenda, HOSTILE)).to_have_count(0)
    expect(entry(other_window, HOSTILE)).to_have_count(0)


def test_an_event_of_a_group_is_its_members(
    agenda: Page, elsewhere: Callable[[Person], Page], person: Callable[..., Person]
) -> None:
    colleague, stranger = elsewhere(person("analysts")), elsewhere(person())
    ours, mine = f"Ours {uuid4()}", f"Mine {uuid4()}"
    create(agenda, ours, "09:00", "10:00", calendar="analysts")
    create(agenda, mine, "09:00", "10:00")
    expect(entry(colleague, ours)).to_be_visible()
    expect(entry(colleague, mine)).to_have_count(0)
    stranger.reload()
    expect(stranger.get_by_role("button", name="New event")).to_be_enabled()
    expect(entry(stranger, ours)).to_have_count(0)


def test_what_changed_meanwhile_is_not_overwritten_unseen(agenda: Page, ana: Person) -> None:
    event = Agenda(ana).create(title="Draft")
    entry(agenda, "Draft").click()
    form = agenda.get_by_role("dialog")
    form.get_by_label("Location").fill("Vienna")
    assert not Agenda(ana).update(event, title="Final").errors
    expect(form.get_by_text("Title: “Draft” is now “Final”")).to_be_visible()
    form.get_by_role("button", name="Apply mine again").click()
    expect(form).to_be_hidden()
    entry(agenda, "Final").click()
    expect(form.get_by_label("Location")).to_have_value("Vienna")


def test_what_may_not_be_where_it_was_dragged_goes_back(agenda: Page, ana: Person) -> None:
    Agenda(ana).create(title="Dragged")
    expect(entry(agenda, "Dragged")).to_be_visible()
    agenda.route("**/graphql", refuse_updates)
    drag_down(agenda, "Dragged", 50)
    expect(agenda.get_by_text("“Dragged” was not moved.")).to_be_visible()
    expect(entry(agenda, "Dragged")).to_contain_text("1:00PM")


def test_what_was_dragged_as_it_changed_is_asked_about(agenda: Page, ana: Person) -> None:
    event = Agenda(ana).create(title="Early")

    def change_before(route: Route) -> None:
        if "updateEvent" in (route.request.post_data or ""):
            Agenda(ana).update(event, title="Late")  # the first time; later it is refused as stale
        route.continue_()

    expect(entry(agenda, "Early")).to_be_visible()
    agenda.route("**/graphql", change_before)
    drag_down(agenda, "Early", 47)
    form = agenda.get_by_role("dialog")
    expect(form.get_by_text("Title: “Early” is now “Late”")).to_be_visible()
    form.get_by_role("button", name="Apply mine again").click()
    expect(entry(agenda, "Late")).to_contain_text("2:00PM")


def refuse_updates(route: Route) -> None:
    if "updateEvent" not in (route.request.post_data or ""):
        route.continue_()
        return
    error = {"errorType": "InvalidEvent", "message": "Not today."}
    route.fulfill(json={"data": None, "errors": [error]})


def test_an_event_is_made_and_opened_by_keyboard(agenda: Page) -> None:
    agenda.get_by_role("button", name="New event").focus()
    agenda.keyboard.press("Enter")
    tab_to(agenda, "Title")
    agenda.keyboard.type("By keyboard")
    agenda.keyboard.press("Enter")
    expect(agenda.get_by_role("dialog")).to_be_hidden()
    entry(agenda, "By keyboard").focus()
    agenda.keyboard.press("Enter")
    expect(agenda.get_by_role("dialog").get_by_label("Title")).to_have_value("By keyboard")


def test_a_phone_has_a_list(app: Page, ana: Person) -> None:
    Agenda(ana).create(title="On the phone")
    app.set_viewport_size({"width": 375, "height": 760})
    open_agenda(app, "?date=2027-03-01")
    line = app.get_by_role("listitem").filter(has_text="On the phone")
    expect(line.get_by_role("button")).to_be_visible()
    assert app.evaluate("document.documentElement.scrollWidth") == 375


def test_holidays_are_those_that_one_chooses(agenda: Page) -> None:
    open_agenda(agenda, "?view=list&date=2026-12-24")
    agenda.get_by_role("button", name="Show").click()
    agenda.get_by_role("menuitem", name="Public holidays").click()
    form = agenda.get_by_role("dialog")
    form.get_by_role("button", name="Country").click()
    agenda.get_by_placeholder("Find").or_(agenda.get_by_label("Find a country")).first.fill(
        "Germany"
    )
    agenda.get_by_role("option", name="Germany").click()
    form.get_by_label("Part of it").fill("XX")
    form.get_by_role("button", name="Show these").click()
    expect(form.get_by_text(re.compile("Subdivision 'XX' of DE is not known"))).to_be_visible()
    form.get_by_label("Part of it").fill("BY")
    form.get_by_role("button", name="Show these").click()
    expect(agenda.get_by_text("Erster Weihnachtstag")).to_be_visible()
    agenda.reload()
    expect(agenda.get_by_text("Erster Weihnachtstag")).to_be_visible()


def test_what_a_schedule_becomes_elsewhere_is_told(app: Page, ana: Person) -> None:
    schedule = {
        "id": str(uuid4()),
        "report": "taxi_by_day",
        "expression": "cron(0 7 1 * ? *)",
        "timezone": "Europe/Berlin",
    }
    assert not ana.api.ask(SCHEDULE, input=schedule).errors
    app.goto(f"/agenda/schedules/{schedule['id']}")
    wait_until_live(app)
    choose_format(app, "CSV")
    changed = {**schedule, "version": 1, "timezone": "Asia/Tokyo"}
    assert not ana.api.ask(CHANGE, input=changed).errors
    expect(app.get_by_text(re.compile("is now “.*Asia/Tokyo”"))).to_be_visible()
    app.get_by_role("button", name="Apply mine again").click()
    expect(app.get_by_role("heading", name="Schedules")).to_be_visible()
    [merged] = ours(ana, schedule["id"])
    assert merged["timezone"] == "Asia/Tokyo"
    assert merged["export"] == {"format": "CSV"}
    app.goto(f"/agenda/schedules/{schedule['id']}")
    wait_until_live(app)
    choose_format(app, "Parquet")
    assert not ana.api.ask(DELETE, id=schedule["id"]).errors
    expect(app.get_by_text("It was deleted meanwhile")).to_be_visible()
    expect(app.get_by_role("button", name="Save")).to_be_disabled()
    app.get_by_role("button", name="Make a new one of it").click()
    app.get_by_role("button", name="Schedule", exact=True).click()
    row = app.get_by_role("row").filter(has_text="Asia/Tokyo")
    expect(row).to_contain_text("PARQUET files")
    assert ours(ana, schedule["id"]) == []


def choose_format(page: Page, name: str) -> None:
    page.get_by_role("button", name="Writes").click()
    page.get_by_role("option", name=name).click()


def ours(person: Person, id: str) -> list[Any]:
    found = person.api.ask(SCHEDULES).data["listSchedules"]
    return [each for each in found if each["id"] == id]


def test_a_run_appears_as_it_becomes(app: Page, ana: Person) -> None:
    open_agenda(app, "?view=list")
    slot = datetime.now(UTC) + timedelta(seconds=6)
    expression = f"at({slot:%Y-%m-%dT%H:%M:%S})"
    schedule = {"report": "taxi_by_day", "expression": expression}
    assert not ana.api.ask(SCHEDULE, input=schedule).errors
    by_pipeline = lines(app, "Does next to nothing")
    before = by_pipeline.count()
    started(ana, "queueing")
    expect(by_pipeline).to_have_count(before + 1)
    line = lines(app, "Taxi trips by day")
    expect(line.first).to_be_visible()
    line.first.get_by_role("button").click()
    app.get_by_role("link", name="Open the run").click()
    wait_for_status(app, "Finished")


def lines(page: Page, title: str) -> Locator:
    """Of the list: the runs of that title which have finished."""
    return page.get_by_role("listitem").filter(has_text=title).filter(has_text=FINISHED)


def test_a_report_is_scheduled_and_paused(app: Page) -> None:
    open_report(app, "taxi_by_day", "?month=2015-03")
    app.get_by_role("link", name="Schedule…").click()
    expect(
        app.get_by_text("Monday to Friday at 07:00, by the clocks of Europe/Berlin.")
    ).to_be_visible()
    app.get_by_role("button", name="How often").click()
    app.get_by_role("option", name="By an expression").click()
    app.get_by_role("textbox", name="Expression").fill("cron(0 7 31 2 ? *)")
    app.get_by_role("button", name="Schedule", exact=True).click()
    expect(app.get_by_text("never runs; no month has such a day.")).to_be_visible()
    app.get_by_role("textbox", name="Expression").fill("cron(0 7 L * ? *)")
    app.get_by_role("button", name="Schedule", exact=True).click()
    row = app.get_by_role("row").filter(has_text="On the last day of the month at 07:00")
    expect(row).to_contain_text("month = 2015-03")
    expect(row).to_contain_text(re.compile(r"\d{4}, 7:00.AM Europe/Berlin"))
    row.get_by_role("button", name="Actions").click()
    app.get_by_role("menuitem", name="Pause").click()
    expect(row).to_contain_text("Paused")
    row.get_by_role("button", name="Actions").click()
    app.get_by_role("menuitem", name="Delete").click()
    app.get_by_role("button", name="Delete it").click()
    expect(row).to_have_count(0)
