"""The rows of an export lie in S3: make its files, and end it.

Every message is handled on its own, and one that fails comes again.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

from core.aws.environment import context
from core.exports.assemble import assemble

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
    metrics.add_metric("Assembled", MetricUnit.Count, len(event["Records"]) - len(failed))
    metrics.add_metric("AssemblyFailed", MetricUnit.Count, len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def handled(message: Mapping[str, Any]) -> bool:
    try:
        query_id = json.loads(message["body"])["queryId"]
        logger.set_correlation_id(query_id)
        record = assemble(context(), query_id)
    except Exception:  # whatever is wrong with one message, the others are handled
        logger.exception("Could not make the files of an export")
        return False
    logger.info("Made the files of an export: %s", record.query.status.value if record else "gone")
    return True
