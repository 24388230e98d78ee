"""Messages that have a report run again for those who watch it: a few of them each."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from core.coercion import to_json
from core.context import After

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class RefreshQueue:
    """The queue at `url`. `client`: made when the first message is sent, which mostly none is."""

    def __init__(self, client: "Callable[[], SQSClient]", url: str) -> None:
        self._client = client
        self._url = url

    def ask(self, report: str, run_id: str, after: After | None) -> None:
        """Not sent is an error: who asks, a stream or a message, tries again."""
        message = {"report": report, "run": run_id, "after": to_json(after)}
        self._client().send_message(QueueUrl=self._url, MessageBody=json.dumps(message))
