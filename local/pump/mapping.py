"""An event source mapping from a DynamoDB stream to a Lambda function, as the pump reads it.

https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html
"""

from collections.abc import Mapping as Description
from dataclasses import dataclass
from typing import Any

from local.errors import MappingError
from local.pump.batch import Policy
from local.pump.event_filter import Predicate, compile_filters

# What of a description the pump goes by; the rest says how the emulator's own poller is doing.
SETTINGS = (
    "UUID", "EventSourceArn", "FunctionArn", "StartingPosition", "BatchSize",
    "MaximumBatchingWindowInSeconds", "ParallelizationFactor", "MaximumRetryAttempts",
    "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError", "FunctionResponseTypes",
    "FilterCriteria", "DestinationConfig",
)  # fmt: skip
MOST_LANES = 4  # each is a process of the function, with tens of megabytes of its own


@dataclass(frozen=True)
class StreamMapping:
    """lanes: how many batches at once. on_failure: the name of the queue that learns of records
    given up; None to drop them."""

    uuid: str
    stream_arn: str
    function_arn: str
    starting_position: str
    batch_size: int
    window: float
    lanes: int
    policy: Policy
    wants: Predicate
    on_failure: str | None

    @property
    def function_name(self) -> str:
        return self.function_arn.partition(":function:")[2]


def stream_mapping(description: Description[str, Any]) -> StreamMapping:
    """
    Raises:
        MappingError: it sends what was given up to something other than a queue.
        FilterError: a filter pattern is none, or uses an operator that is unknown here.
    """
    filters = (description.get("FilterCriteria") or {}).get("Filters") or []
    return StreamMapping(
        uuid=description["UUID"],
        stream_arn=description["EventSourceArn"],
        function_arn=description["FunctionArn"],
        starting_position=description.get("StartingPosition", "TRIM_HORIZON"),
        batch_size=int(description.get("BatchSize", 100)),
        window=float(description.get("MaximumBatchingWindowInSeconds") or 0),
        lanes=min(int(description.get("ParallelizationFactor") or 1), MOST_LANES),
        policy=policy(description),
        wants=compile_filters(each["Pattern"] for each in filters),
        on_failure=queue_name(description),
    )


def policy(description: Description[str, Any]) -> Policy:
    return Policy(
        retries=limit(description.get("MaximumRetryAttempts")),
        max_age=limit(description.get("MaximumRecordAgeInSeconds")),
        bisects=bool(description.get("BisectBatchOnFunctionError")),
        reports_failures="ReportBatchItemFailures"
        in (description.get("FunctionResponseTypes") or []),
    )


def limit(value: Any) -> int | None:
    """None where there is none: the API says -1, or leaves it out."""
    return None if value is None or int(value) < 0 else int(value)


def queue_name(description: Description[str, Any]) -> str | None:
    arn = ((description.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    if not arn:
        return None
    if not arn.startswith("arn:aws:sqs:"):
        raise MappingError(
            f"Event source mapping {description['UUID']} sends failures to {arn}; "
            "the local stack serves SQS queues only."
        )
    return str(arn).rpartition(":")[2]
