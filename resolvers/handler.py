"""The Lambda behind every field that needs one: finds the function, coerces, answers.

resolvers/invoke.js sends {field, arguments, identity, selection} and turns the answer {data} or
{error: {type, message}} into AppSync's. A mistake of the caller is an answer; whatever else goes
wrong fails the invocation, which AppSync reports as InternalError with the query's id.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

from core.access import as_of_now, caller
from core.aws.environment import context
from core.coercion import arguments, to_json
from core.errors import QuerycastError
from core.submit import UUID
from resolvers.routes import ROUTES

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

SUBMITTING = (
    *("Mutation.submitQuery", "Mutation.exportQuery", "Mutation.runPipeline"),
    "Mutation.scheduleReport",
)

logger = Logger()
metrics = Metrics()
tracer = Tracer(patch_modules=["botocore"])


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Answer one field: {"data": ...} or {"error": {"type", "message"}}."""
    field, given = event["field"], event["arguments"]
    logger.set_correlation_id(query_id(given))
    metrics.add_metric(field.partition(".")[2], MetricUnit.Count, 1)
    try:
        data = to_json(resolve(field, given, event))
    except QuerycastError as error:
        logger.info("Refused %s: %s", field, error.type)
        return {"error": {"type": error.type, "message": str(error)}}
    if field in SUBMITTING:
        logger.set_correlation_id(data["id"])  # the caller may have left it to us
    logger.info("Resolved %s", field)
    return {"data": data}


def resolve(field: str, given: Mapping[str, Any], event: Mapping[str, Any]) -> Any:
    """Call the field's function with its arguments and with what it takes besides."""
    function = ROUTES[field]
    asking = as_of_now(caller(event["identity"]), context().groups)
    besides = {"context": context(), "caller": asking}
    if "selection" in function.__annotations__:
        besides["selection"] = frozenset(event["selection"])
    return function(**besides, **arguments(function, given))


def query_id(given: Mapping[str, Any]) -> str | None:
    """The id of the query that a field's arguments are about: one id to find its story by.

    What is no id is not logged: it can be anything.
    """
    text = given.get("id") or (given.get("input") or {}).get("id")
    return text if text and UUID.fullmatch(text) else None
