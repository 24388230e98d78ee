"""Messages to an SNS topic, which passes them on to whoever subscribes.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from typing import Any

from core.aws.handed_over import handed_over
from core.notices.services import TopicMessage


class NoticeTopic:
    """Calling it publishes a message. `client`: of SNS, and one that tries once (`ONCE`)."""

    def __init__(self, client: Any, arn: str) -> None:
        self._client = client
        self._arn = arn

    def __call__(self, message: TopicMessage) -> None:
        """
        Raises:
            NoticeRefused, NoticeUnsure: as they say.
        """
        with handed_over("SNS"):
            self._client.publish(
                TopicArn=self._arn,
                Subject=message.subject,
                Message=message.text,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in message.attributes.items()
                },
            )
