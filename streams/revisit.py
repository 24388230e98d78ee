"""A message asked for a query to be looked at again: it waits for room, or takes too long.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

from core.aws.environment import context
from core.revisit import revisit

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics()
tracer = Tracer(patch_modules=["botocore"])


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Handle a batch of messages and answer those that failed, which come again."""
    failed = [message["messageId"] for message in event["Records"] if not handled(message)]
    metrics.add_metric("Revisited", MetricUnit.Count, len(event["Records"]))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def handled(message: Mapping[str, Any]) -> bool:
    try:
        asked = json.loads(message["body"])
        logger.set_correlation_id(asked["queryId"])
        record = revisit(context(), asked["queryId"], asked["attempt"])
    except Exception:  # whatever is wrong with one message, the others are handled
        logger.exception("Could not look at a query again")
        return False
    logger.info("Looked at a query again: %s", record.query.status.value if record else "gone")
    return True
