"""On a schedule: end the queries whose events never came, start or stop what could not be, and free
the places that nobody needs.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

from core.aws.environment import context
from core.line import start_in_turn
from core.places import OwnerPlaces
from core.query import QueryRecord
from core.sweep import stale, sweep, sweep_places

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics()
tracer = Tracer(patch_modules=["botocore"])

TIME_TO_STOP_MS = 10_000  # left of the invocation: the next one goes on


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(_: Mapping[str, Any], invocation: "LambdaContext") -> dict[str, int]:
    """Sweep for as long as there is time; answers how many queries were looked at and ended."""
    start_waiting(invocation)
    looked_at = ended = 0
    for record in stale(context()):
        if not has_time(invocation):
            break
        looked_at += 1
        ended += swept(record)
    metrics.add_metric("Swept", MetricUnit.Count, looked_at)
    metrics.add_metric("EndedBySweep", MetricUnit.Count, ended)
    logger.info("Swept %d queries, of which %d have ended", looked_at, ended)
    return {"lookedAt": looked_at, "ended": ended}


def start_waiting(invocation: "LambdaContext") -> None:
    """Start whose turn has come, once the places that nobody needs are free, and the line."""
    newcomers: list[QueryRecord] = []
    try:
        for places in context().places.held():
            if not has_time(invocation):
                return
            newcomers += next_of(places)
        start_in_turn(context(), newcomers)
    except Exception:  # whatever is wrong there, queries are swept
        logger.exception("Could not start what waits; the next sweep tries again")


def has_time(invocation: "LambdaContext") -> bool:
    return invocation.get_remaining_time_in_millis() >= TIME_TO_STOP_MS


def swept(record: QueryRecord) -> bool:
    """Whether the query has ended now."""
    logger.set_correlation_id(record.query.id)
    try:
        status = sweep(context(), record).query.status
    except Exception:  # whatever is wrong with one query, the others are swept
        logger.exception("Could not sweep a query; the next sweep tries again")
        return False
    logger.info("Swept a query: %s", status.value)
    return status.is_final and not record.query.status.is_final


def next_of(places: OwnerPlaces) -> list[QueryRecord]:
    """The owner's queries whose turn has come, once the places nobody needs are free."""
    logger.set_correlation_id(places.owner)
    try:
        return sweep_places(context(), places)
    except Exception:  # whatever is wrong with one owner's, the others' are swept
        logger.exception("Could not sweep an owner's places; the next sweep tries again")
        return []
