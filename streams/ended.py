"""A query's record says that it has ended: its place goes to its owner's next query.

Or that an export's rows lie in S3: a message has its files made.

One that fails is reported by its sequence number; Lambda then delivers the stream again from there
on, which does no harm.
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

from core.aws.environment import context
from core.aws.query_table import record_from_item
from core.ended import after_change

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics()
tracer = Tracer(patch_modules=["botocore"])


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Handle a batch of stream records and answer those that failed."""
    changes = [record["dynamodb"] for record in event["Records"]]
    failed = [change["SequenceNumber"] for change in changes if not passed_on(change)]
    metrics.add_metric("PassedOn", MetricUnit.Count, len(changes))
    metrics.add_metric("PassOnFailed", MetricUnit.Count, len(failed))
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def passed_on(change: Mapping[str, Any]) -> bool:
    logger.set_correlation_id(change["Keys"]["id"]["S"])
    try:
        after_change(context(), record_from_item(change["NewImage"]))
    except Exception:  # whatever is wrong with one record, the others are handled
        logger.exception("Could not do what follows on a change of a query")
        return False
    logger.info("Did what follows on a change of a query")
    return True
