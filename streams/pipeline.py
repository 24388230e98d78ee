"""EventBridge Scheduler calls for a run of a pipeline.

It may call twice, and late; Lambda calls again where this fails.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

from core.aws.environment import context
from core.pipelines.run import run_scheduled

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics()
tracer = Tracer(patch_modules=["botocore"])


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], _: "LambdaContext") -> None:
    """Run the pipeline for that time: {"pipeline", "scheduledAt"}."""
    name, slot = event["pipeline"], datetime.fromisoformat(event["scheduledAt"])
    record = run_scheduled(context(), name, slot)
    if record is None:
        metrics.add_metric("PipelineNotRun", MetricUnit.Count, 1)
        logger.info("Pipeline %s is not run for %s", name, event["scheduledAt"])
        return
    logger.set_correlation_id(record.query.id)
    metrics.add_metric("PipelineRun", MetricUnit.Count, 1)
    logger.info("The run of %s for %s is %s", name, event["scheduledAt"], record.query.status.value)
