"""What is known of pipelines, in the table of queries: one item a pipeline, `pipeline#NAME`."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.coercion import from_json, timestamp
from core.pipelines.state import PipelineState

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAUSE = "SET pausedAt = :now, pausedBy = :by"
IS_NOT_PAUSED = "attribute_not_exists(pausedAt)"
RESUME = "REMOVE pausedAt, pausedBy"
SCHEDULED = "SET lastSlot = :slot"
IS_LATER = "(attribute_not_exists(lastSlot) OR lastSlot < :slot)"
FINISHED = "SET finishedAt = :at, finishedRun = :run"
IS_NEWER = "(attribute_not_exists(finishedAt) OR finishedAt < :at)"


class PipelineStates:
    """The table `name`, through a boto3 client."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def state(self, name: str) -> PipelineState:
        found = self._client.get_item(TableName=self._name, Key=_key(name), ConsistentRead=True)
        return _state(found.get("Item", {}))

    def pause(self, name: str, by: str, now: datetime) -> PipelineState:
        return self._update(name, PAUSE, IS_NOT_PAUSED, {":now": timestamp(now), ":by": by})

    def resume(self, name: str) -> PipelineState:
        return self._update(name, RESUME, None, {})

    def scheduled(self, name: str, slot: datetime) -> PipelineState:
        return self._update(name, SCHEDULED, IS_LATER, {":slot": timestamp(slot)})

    def finished(self, name: str, run_id: str, at: datetime) -> None:
        self._update(name, FINISHED, IS_NEWER, {":at": timestamp(at), ":run": run_id})

    def _update(
        self, name: str, update: str, condition: str | None, values: Mapping[str, str]
    ) -> PipelineState:
        """The state as it then is, whether or not the condition held."""
        optional: Any = {}
        if condition is not None:
            optional["ConditionExpression"] = condition
        if values:
            optional["ExpressionAttributeValues"] = {
                key: {"S": text} for key, text in values.items()
            }
        try:
            answer = self._client.update_item(
                TableName=self._name,
                Key=_key(name),
                UpdateExpression=update,
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **optional,
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            item: Any = error.response.get("Item")
            return _state(item)
        return _state(answer["Attributes"])


def _key(name: str) -> dict[str, Any]:
    return {"id": {"S": f"pipeline#{name}"}}


def _state(item: Mapping[str, Any]) -> PipelineState:
    document = {name: value["S"] for name, value in item.items()}
    state: PipelineState = from_json(PipelineState, document)
    return state
