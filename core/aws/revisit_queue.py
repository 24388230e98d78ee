"""Messages that have a query looked at again, through an SQS queue that delays them.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html
"""

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

log = logging.getLogger(__name__)


class RevisitQueue:
    """The queue at `url`. `client`: made when the first message is sent, which mostly none is."""

    def __init__(self, client: "Callable[[], SQSClient]", url: str) -> None:
        self._client = client
        self._url = url

    def ask(self, query_id: str, after: timedelta, attempt: int) -> None:
        message = json.dumps({"queryId": query_id, "attempt": attempt})
        try:
            self._client().send_message(
                QueueUrl=self._url, MessageBody=message, DelaySeconds=ceil(after.total_seconds())
            )
        except (ClientError, BotoCoreError) as error:  # the query is recorded: it must not fail
            log.warning("The next sweep looks at query %s: %s", query_id, error)
