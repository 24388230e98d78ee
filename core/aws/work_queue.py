"""Messages that have something done for a query: the files of an export made, a notice sent.

Each kind of work has a queue of its own, for it takes its own time and may reach other things than
what looks at a query again (revisit_queue.py), which takes a moment.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class WorkQueue:
    """The queue at `url`. `client`: made when the first message is sent, which mostly none is."""

    def __init__(self, client: "Callable[[], SQSClient]", url: str) -> None:
        self._client = client
        self._url = url

    def ask(self, query_id: str) -> None:
        """Not sent is an error: who asks, the table's stream or the sweeper, tries again."""
        self._client().send_message(
            QueueUrl=self._url, MessageBody=json.dumps({"queryId": query_id})
        )
