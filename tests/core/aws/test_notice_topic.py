"""Messages handed to SNS once, with attributes that subscriptions filter by."""

import boto3
import pytest
from botocore.stub import Stubber

from core.aws.notice_topic import NoticeTopic
from core.errors import NoticeRefused, NoticeUnsure
from core.notices.services import TopicMessage

ARN = "arn:aws:sns:us-east-1:123456789012:notices"
MESSAGE = TopicMessage("Pipeline load failed", "text", {"pipeline": "load", "outcome": "failure"})


def test_a_message_has_a_subject_a_text_and_attributes() -> None:
    client = boto3.client("sns", aws_access_key_id="a", aws_secret_access_key="b")
    attributes = {
        "pipeline": {"DataType": "String", "StringValue": "load"},
        "outcome": {"DataType": "String", "StringValue": "failure"},
    }
    sent = {"TopicArn": ARN, "Subject": "Pipeline load failed", "Message": "text"}
    with Stubber(client) as api:
        api.add_response("publish", {"MessageId": "m"}, {**sent, "MessageAttributes": attributes})
        NoticeTopic(client, ARN)(MESSAGE)
        api.assert_no_pending_responses()


@pytest.mark.parametrize(("status", "error"), [(403, NoticeRefused), (500, NoticeUnsure)])
def test_what_sns_answers_decides_whether_it_may_have_been_sent(
    status: int, error: type[Exception]
) -> None:
    client = boto3.client("sns", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as api:
        api.add_client_error("publish", "Code", "words", http_status_code=status)
        with pytest.raises(error, match="words"):
            NoticeTopic(client, ARN)(MESSAGE)
