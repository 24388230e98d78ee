"""Messages that have the files of an export made: a queue of their own, for that takes minutes.

What looks at a query again (revisit_queue.py) takes a moment, is done by two at a time, and may
reach no files.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class ExportQueue:
    """The queue at `url`. `client`: made when the first message is sent, which mostly none is."""

    def __init__(self, client: "Callable[[], SQSClient]", url: str) -> None:
        self._client = client
        self._url = url

    def ask(self, query_id: str) -> None:
        """Not sent is an error: who asks, the table's stream or the sweeper, tries again."""
        self._client().send_message(
            QueueUrl=self._url, MessageBody=json.dumps({"queryId": query_id})
        )
