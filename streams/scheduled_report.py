"""EventBridge Scheduler calls for a run of a scheduled report.

It may call twice, and late; Lambda calls again where this fails.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

from core.agenda.run import run_firing
from core.agenda.schedule_services import Firing
from core.aws.environment import context

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics()
tracer = Tracer(patch_modules=["botocore"])


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], _: "LambdaContext") -> None:
    """Run the schedule for that time: {"schedule", "version", "scheduledAt"}."""
    slot = datetime.fromisoformat(event["scheduledAt"])
    record = run_firing(context(), Firing(event["schedule"], event["version"], slot))
    if record is None:
        metrics.add_metric("ScheduledReportNotRun", MetricUnit.Count, 1)
        logger.info("Schedule %s is not run for %s", event["schedule"], event["scheduledAt"])
        return
    logger.set_correlation_id(record.query.id)
    metrics.add_metric("ScheduledReport", MetricUnit.Count, 1)
    logger.info(
        "The run of schedule %s for %s is %s",
        event["schedule"],
        event["scheduledAt"],
        record.query.status.value,
    )
