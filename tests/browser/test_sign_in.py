"""The way in and out: who may enter does, stays as long as they like, and is gone when they go."""

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.steps import (
    fill_in,
    give_code,
    open_report,
    require_an_app,
    run,
    secret_of_app,
    sign_in,
    sign_out,
    wait_for_status,
    wait_until_live,
)
from tests.integration.conftest import PASSWORD, Person
from tests.totp import code, wrong_code

CODE = "123456"  # what the emulator sends to whom signs up,
RESET_CODE = "654321"  # and to whom forgot the password


def new_email() -> str:
    return f"{uuid.uuid4().hex}@example.com"


def test_from_signing_up_to_a_chart(page: Page) -> None:
    page.goto("/reports/taxi_by_day")
    page.get_by_text("Create an account").click()
    fill_in(page, new_email(), PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_label("Code").fill(CODE)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Taxi trips by day")).to_be_visible()
    run(page)
    wait_for_status(page, "Finished")
    expect(page.get_by_role("application")).to_be_visible()
    expect(page.get_by_role("cell", name="2015-06-01")).to_be_visible()


def test_a_password_that_is_too_simple_is_told_as_it_is_chosen(page: Page) -> None:
    page.goto("/")
    page.get_by_text("Create an account").click()
    fill_in(page, new_email(), "correct-horse-battery")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("Still needs a capital letter and a digit.")).to_be_visible()


def test_a_wrong_password_says_no_more_than_that(page: Page, ana: Person) -> None:
    page.goto("/")
    fill_in(page, ana.email, "Wrong-horse-7-battery")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("The e-mail address or the password is wrong.")


def test_a_forgotten_password_is_replaced(page: Page, person: Callable[..., Person]) -> None:
    forgetful = person("analysts")
    page.goto("/")
    page.get_by_text("Forgot password?").click()
    page.get_by_label("E-mail").fill(forgetful.email)
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Code").fill(RESET_CODE)
    page.get_by_label("New password").fill("Another-horse-8-battery")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("The password is set. Sign in now.")).to_be_visible()
    page.get_by_label("Password").fill("Another-horse-8-battery")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Reports")).to_be_visible()


def test_who_was_invited_chooses_a_password(
    page: Page, outputs: Any, aws: Callable[[str], Any]
) -> None:
    email = new_email()
    aws("cognito-idp").admin_create_user(
        UserPoolId=outputs["userPoolId"],
        Username=email,
        TemporaryPassword="First-horse-1-battery",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": email}],
    )
    page.goto("/")
    fill_in(page, email, "First-horse-1-battery")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("heading", name="Reports")).to_be_visible()


def test_a_reload_and_a_new_tab_are_signed_in(context: BrowserContext, app: Page) -> None:
    app.goto("/")
    expect(app.get_by_role("heading", name="Reports")).to_be_visible()
    app.reload()
    expect(app.get_by_role("heading", name="Reports")).to_be_visible()
    other = context.new_page()
    other.goto("/history")
    expect(other.get_by_role("heading", name="History")).to_be_visible()


def test_signing_out_ends_the_session_in_every_tab_and_at_the_service(
    context: BrowserContext, page: Page, outputs: Any, aws: Callable[[str], Any], ana: Person
) -> None:
    sign_in(page, ana)
    other = context.new_page()
    other.goto("/history")
    expect(other.get_by_role("heading", name="History")).to_be_visible()
    refresh_token = page.evaluate("sessionStorage.getItem('querycast.session')")
    sign_out(page, ana)
    for tab in (page, other):
        expect(tab.get_by_role("heading", name="Sign in")).to_be_visible()
        assert tab.evaluate("Object.keys(sessionStorage).length") == 0
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    cognito = aws("cognito-idp")
    with pytest.raises(cognito.exceptions.NotAuthorizedException):
        cognito.initiate_auth(
            AuthFlow="REFRESH_TOKEN_AUTH",
            ClientId=outputs["userPoolClientId"],
            AuthParameters={"REFRESH_TOKEN": refresh_token},
        )


def test_no_token_is_stored_but_the_one_for_reloads(app: Page) -> None:
    app.goto("/")
    wait_until_live(app)
    stored = app.evaluate("[Object.keys(localStorage), Object.keys(sessionStorage)]")
    assert stored == [[], ["querycast.session"]]
    assert "eyJ" not in app.content()


def test_a_code_is_asked_for_once_an_app_is_set_up(
    page: Page, person: Callable[..., Person]
) -> None:
    careful = person("analysts")
    sign_in(page, careful)
    page.get_by_role("button", name=careful.email).click()
    page.get_by_role("menuitem", name="Account").click()
    page.get_by_role("button", name="Turn on").click()
    secret = secret_of_app(page)
    expect(page.get_by_role("img", name="QR code for the app")).to_be_visible()
    expect(page.get_by_role("link", name="open an app on this device")).to_have_attribute(
        "href", f"otpauth://totp/Querycast:{quote(careful.email)}?secret={secret}&issuer=Querycast"
    )
    give_code(page, wrong_code(secret), "Turn on")
    expect(page.get_by_role("alert")).to_contain_text("not the code that the app shows now")
    give_code(page, code(secret), "Turn on")
    expect(page.get_by_role("status").get_by_text("On", exact=True)).to_be_visible()
    sign_out(page, careful)
    fill_in(page, careful.email, PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    give_code(page, wrong_code(secret), "Sign in")
    expect(page.get_by_role("alert")).to_contain_text("try the next one")
    give_code(page, code(secret, 1), "Sign in")
    page.get_by_role("button", name="Turn off").click()
    page.get_by_role("dialog").get_by_role("button", name="Turn off").click()
    expect(page.get_by_role("status").get_by_text("Off", exact=True)).to_be_visible()


def test_who_must_have_an_app_sets_one_up_to_sign_in(page: Page, outputs: Any, ana: Person) -> None:
    require_an_app(page, outputs["awsEndpointUrl"])
    page.goto("/")
    fill_in(page, ana.email, PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Set up an authenticator app")).to_be_visible()
    give_code(page, code(secret_of_app(page)), "Sign in")
    expect(page.get_by_role("heading", name="Reports")).to_be_visible()


def test_after_signing_in_one_is_where_one_wanted_to_be(page: Page, ana: Person) -> None:
    sign_in(page, ana, "/reports/taxi_by_day?month=2015-03")
    open_report(page, "taxi_by_day", "?month=2015-03")
    expect(page.get_by_label("Month", exact=True)).to_have_value("2015-03")
