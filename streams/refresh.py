"""A pipeline has refreshed a report: run it again for those who watch it.

Every message is handled on its own, and one that fails comes again.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

from core.aws.environment import context
from core.coercion import from_json
from core.context import After
from core.live.refresh import refresh

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
    metrics.add_metric("RefreshFailed", MetricUnit.Count, len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def handled(message: Mapping[str, Any]) -> bool:
    try:
        asked = json.loads(message["body"])
        logger.set_correlation_id(asked["run"])
        after = from_json(After, asked["after"])
        count = refresh(context(), asked["report"], asked["run"], after)
    except Exception:  # whatever is wrong with one message, the others are handled
        logger.exception("Could not refresh a report")
        return False
    metrics.add_metric("Refreshed", MetricUnit.Count, count)
    logger.info("Ran %s again for %d who watch it", asked["report"], count)
    return True
