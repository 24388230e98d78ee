"""Messages to SQS: delayed by whole seconds, and never the reason for a query to fail."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from core.aws.revisit_queue import RevisitQueue

URL = "https://sqs.us-east-1.amazonaws.com/123456789012/revisits"


@pytest.fixture
def client() -> Any:
    return boto3.client(
        "sqs", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )


@pytest.fixture
def api(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as api:
        yield api
        api.assert_no_pending_responses()


def test_a_message_names_the_query_and_is_delayed(client: Any, api: Stubber) -> None:
    body = json.dumps({"queryId": "q", "attempt": 3})
    sent = {"QueueUrl": URL, "MessageBody": body, "DelaySeconds": 2}
    api.add_response("send_message", {"MessageId": "m"}, sent)
    RevisitQueue(lambda: client, URL).ask("q", timedelta(seconds=1.2), 3)


def test_a_message_that_cannot_be_sent_is_left_to_the_sweeper(
    client: Any, api: Stubber, caplog: pytest.LogCaptureFixture
) -> None:
    api.add_client_error("send_message", "ThrottlingException", "Rate exceeded")
    with caplog.at_level(logging.WARNING):
        RevisitQueue(lambda: client, URL).ask("q", timedelta(0), 0)
    assert "The next sweep looks at query q" in caplog.text
