"""A statement of Redshift's changed state: record it in its query.

https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-monitoring-events.html
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

from core.aws.environment import context
from core.complete import observe_statement

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics()
tracer = Tracer(patch_modules=["botocore"])


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], _: "LambdaContext") -> None:
    """Handle one EventBridge event; it is ours where its statement's name is the id of a query."""
    detail = event["detail"]
    query_id = detail["statementName"]
    logger.set_correlation_id(query_id)
    record = observe_statement(context(), query_id, detail["statementId"])
    if record is None:
        metrics.add_metric("EventIgnored", MetricUnit.Count, 1)
        logger.info("No query of ours runs statement %s", detail["statementId"])
        return
    status = record.query.status
    metrics.add_metric(f"Query{status.value.title()}", MetricUnit.Count, 1)
    logger.info("Query is %s at version %d", status.value, record.query.version)
