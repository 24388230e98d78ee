"""Mails handed to SES once: what SES refuses was not sent, and what it does not answer may be."""

import socket
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from core.aws.handed_over import ONCE
from core.aws.mails import Mails
from core.errors import NoticeRefused, NoticeUnsure
from core.notices.services import Mail

MAIL = Mail("ana@example.com", "Trips are ready", "text", "<p>html</p>")
SENT = {
    "FromEmailAddress": "querycast@example.com",
    "Destination": {"ToAddresses": ["ana@example.com"]},
    "Content": {
        "Simple": {
            "Subject": {"Data": "Trips are ready", "Charset": "UTF-8"},
            "Body": {
                "Text": {"Data": "text", "Charset": "UTF-8"},
                "Html": {"Data": "<p>html</p>", "Charset": "UTF-8"},
            },
        }
    },
}


def ses(**more: Any) -> Any:
    return boto3.client("sesv2", aws_access_key_id="a", aws_secret_access_key="b", **more)


def mails(client: Any) -> Mails:
    return Mails(client, "querycast@example.com")


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_mail_has_one_recipient_and_two_bodies() -> None:
    client = ses()
    with Stubber(client) as api:
        api.add_response("send_email", {"MessageId": "m"}, SENT)
        mails(client)(MAIL)
        api.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("MessageRejected", 400, NoticeRefused),
        ("TooManyRequestsException", 429, NoticeRefused),
        ("ServiceUnavailable", 503, NoticeRefused),
        ("InternalFailure", 500, NoticeUnsure),
        ("GatewayTimeout", 504, NoticeUnsure),
    ],
)
def test_what_ses_answers_decides_whether_it_may_have_been_sent(
    code: str, status: int, error: type[Exception]
) -> None:
    client = ses()
    with Stubber(client) as api:
        words = "Email address is not verified: ana@example.com"
        api.add_client_error("send_email", code, words, http_status_code=status)
        with pytest.raises(error, match=f"{code}.*not verified: the recipient$"):
            mails(client)(MAIL)


def test_ses_that_cannot_be_reached_has_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = f"http://127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(NoticeRefused, match="SES was not reached: EndpointConnectionError"):
        mails(ses(config=ONCE, endpoint_url=nobody))(MAIL)


def test_what_ses_does_not_answer_may_have_been_sent_and_is_sent_once(silent: str) -> None:
    impatient = ONCE.merge(Config(read_timeout=0.2))
    client, requests = ses(config=impatient, endpoint_url=silent), []
    client.meta.events.register("before-send", lambda **request: requests.append(request))
    with pytest.raises(NoticeUnsure, match="SES gave no answer: ReadTimeoutError"):
        mails(client)(MAIL)
    assert len(requests) == 1


def test_a_mail_that_is_no_mail_is_not_sent() -> None:
    with pytest.raises(NoticeRefused, match="ParamValidationError"):
        mails(ses())(Mail(None, "", "", ""))  # type: ignore[arg-type]  # as nobody makes it
