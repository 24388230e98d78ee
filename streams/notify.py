"""A query has ended of which somebody wants to be told: send the notice, once.

Every message is handled on its own, and one that fails comes again.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

from core.aws.environment import notice_services
from core.notices.notify import Outcome, notify

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics()
tracer = Tracer(patch_modules=["botocore"])

COUNTED = {  # each outcome as its metric; what was sent before counts for nothing
    Outcome.SENT: "NoticeSent",
    Outcome.NOT_DUE: "NoticeNotDue",
    Outcome.UNSURE: "NoticeUnsure",
}


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Handle a batch of messages and answer those that failed, which come again."""
    failed = [message["messageId"] for message in event["Records"] if not handled(message)]
    metrics.add_metric("NoticeFailed", MetricUnit.Count, len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def handled(message: Mapping[str, Any]) -> bool:
    try:
        query_id = json.loads(message["body"])["queryId"]
        logger.set_correlation_id(query_id)
        outcome = notify(notice_services(), query_id, attempt=str(uuid4()))
    except Exception:  # whatever is wrong with one message, the others are handled
        logger.exception("Could not send the notice of a query's end")
        return False
    if outcome in COUNTED:
        metrics.add_metric(COUNTED[outcome], MetricUnit.Count, 1)
    logger.info("The notice of a query's end: %s", outcome.value)
    return True
