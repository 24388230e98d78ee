"""The mailbox of a user: verified, of somebody who is there, or none."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from core.aws.mailboxes import Mailboxes
from core.report import ID

ANA = ID("a7d1c0de-0000-4000-8000-000000000001")


@pytest.fixture
def cognito() -> Any:
    return boto3.client("cognito-idp", aws_access_key_id="a", aws_secret_access_key="b")


@pytest.fixture
def api(cognito: Any) -> Iterator[Stubber]:
    with Stubber(cognito) as api:
        yield api
        api.assert_no_pending_responses()


def user(*, enabled: bool = True, **attributes: str) -> dict[str, Any]:
    listed = [{"Name": name, "Value": value} for name, value in attributes.items()]
    return {"Username": ANA, "Enabled": enabled, "UserAttributes": listed}


@pytest.mark.parametrize(
    ("answer", "address"),
    [
        (user(email="ana@example.com", email_verified="true"), "ana@example.com"),
        (user(email="ana@example.com", email_verified="false"), None),
        (user(email="ana@example.com"), None),
        (user(email_verified="true"), None),
        (user(enabled=False, email="ana@example.com", email_verified="true"), None),
    ],
)
def test_a_mailbox_is_verified_and_its_user_may_sign_in(
    cognito: Any, api: Stubber, answer: dict[str, Any], address: str | None
) -> None:
    api.add_response("admin_get_user", answer, {"UserPoolId": "pool", "Username": ANA})
    assert Mailboxes(cognito, "pool")(ANA) == address


def test_who_is_gone_has_no_mailbox(cognito: Any, api: Stubber) -> None:
    api.add_client_error("admin_get_user", "UserNotFoundException", "User does not exist.")
    assert Mailboxes(cognito, "pool")(ANA) is None


def test_cognito_that_does_not_answer_is_asked_again_later(cognito: Any, api: Stubber) -> None:
    api.add_client_error("admin_get_user", "TooManyRequestsException", "Rate exceeded")
    with pytest.raises(ClientError):
        Mailboxes(cognito, "pool")(ANA)
