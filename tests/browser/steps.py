"""What people do in the application, in the words of its pages."""

import re

from playwright.sync_api import Locator, Page, Route, expect

from tests.integration.conftest import PASSWORD, Person

DEADLINE_MS = 60_000  # for a slow, loaded machine
expect.set_options(timeout=DEADLINE_MS)
TEXTS = """rows => rows.map(
  row => [...row.querySelectorAll("[role=cell]")].map(cell => cell.innerText)
)"""


def sign_in(page: Page, person: Person, path: str = "/") -> None:
    page.goto(path)
    fill_in(page, person.email, PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    wait_until_live(page)


def sign_out(page: Page, person: Person) -> None:
    page.get_by_role("button", name=person.email).click()
    page.get_by_role("menuitem", name="Sign out").click()


def give_code(page: Page, code: str, action: str) -> None:
    """That of an authenticator app, in the form that asks for it."""
    page.get_by_label("Code of the app").fill(code)
    page.get_by_role("button", name=action, exact=True).click()


def require_an_app(page: Page, cognito_url: str) -> None:
    """Have Cognito answer the right password as a pool does whose users must have an app.

    The emulator knows the challenge, but lets who has no app in without it.
    """

    def answer(route: Route) -> None:
        asked = route.request.post_data_json or {}
        if asked.get("ChallengeName") == "PASSWORD_VERIFIER":
            route.fulfill(
                json={"ChallengeName": "MFA_SETUP", "ChallengeParameters": {}, "Session": "begun"},
                headers={"access-control-allow-origin": "*"},
            )
        else:
            route.continue_()

    page.route(f"{cognito_url}/", answer)


def secret_of_app(page: Page) -> str:
    """As the form shows it that sets an app up."""
    return page.locator("code").inner_text().replace(" ", "")


def wait_until_live(page: Page) -> None:
    expect(page.get_by_role("button", name="Connection: Live")).to_be_visible()


def fill_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)


def open_report(page: Page, name: str, query: str = "") -> None:
    """By its address, without loading the application anew."""
    page.goto(f"/reports/{name}{query}")
    expect(run_button(page)).to_be_visible()


def run_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Run", exact=True)


def run(page: Page) -> str:
    """Run the report that is open; the id of its query."""
    run_button(page).click()
    page.wait_for_url(re.compile(r"/queries/[0-9a-f-]{36}$"))
    return page.url.rsplit("/", 1)[-1]


def run_report(page: Page, name: str, query: str = "") -> str:
    open_report(page, name, query)
    return run(page)


def export(page: Page, item: str) -> str:
    """By the menu of the page that is open; the id of the export."""
    before = page.url
    page.get_by_role("button", name="Download", exact=True).click()
    page.get_by_role("menuitem", name=item).click()
    page.wait_for_url(lambda url: url != before and "/queries/" in url)
    return page.url.rsplit("/", 1)[-1]


def status(page: Page, words: str) -> Locator:
    """The status of the query whose page is open."""
    return page.get_by_text(words, exact=True).locator("visible=true").first


def wait_for_status(page: Page, words: str) -> None:
    expect(status(page, words)).to_be_visible()


def cells(page: Page) -> list[list[str]]:
    """The rows in sight."""
    rows = page.get_by_role("table").locator(".result-body [role=row]")
    return list(rows.evaluate_all(TEXTS))
