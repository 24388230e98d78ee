"""Who watches a report, in the table of queries: one item a watch, `watch#ID`.

It is found by its report in the index `byOwner`, under an owner that no user is.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core.coercion import from_json, timestamp, to_json
from core.context import After, Watch
from core.parameters import Parameter
from core.report import ID

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEEP = (
    "SET #owner = :of, submittedAt = if_not_exists(submittedAt, :now), watcher = :watcher,"
    " report = :report, #parameters = :parameters, expiresAt = :expires"
)


class ReportWatches:
    """The table `name`, through a boto3 client."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def keep(self, watch: Watch) -> None:
        self._client.update_item(
            TableName=self._name,
            Key={"id": {"S": f"watch#{watch.id}"}},
            UpdateExpression=KEEP,
            ExpressionAttributeNames={"#owner": "owner", "#parameters": "parameters"},
            ExpressionAttributeValues={
                ":of": {"S": _owner(watch.report)},
                ":now": {"S": timestamp(datetime.now(UTC))},
                ":watcher": {"S": watch.owner},
                ":report": {"S": watch.report},
                ":parameters": {"S": json.dumps(to_json(watch.parameters))},
                ":expires": {"N": str(int(watch.expires_at.timestamp()))},
            },
        )

    def of_report(
        self, report: str, limit: int, after: After | None
    ) -> tuple[list[Watch], After | None]:
        found = self._client.query(
            TableName=self._name,
            IndexName="byOwner",
            KeyConditionExpression="#owner = :of",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues={":of": {"S": _owner(report)}},
            Limit=limit,
            **_start_key(report, after),
        )
        last = found.get("LastEvaluatedKey")
        next_after = None
        if last:
            moment = datetime.fromisoformat(last["submittedAt"]["S"])
            next_after = After(last["id"]["S"], moment)
        return [_watch(item) for item in found["Items"]], next_after


def _owner(report: str) -> str:
    return f"watch#{report}"


def _start_key(report: str, after: After | None) -> dict[str, Any]:
    if after is None:
        return {}
    key = {"id": after.id, "submittedAt": timestamp(after.submitted_at), "owner": _owner(report)}
    return {"ExclusiveStartKey": {name: {"S": text} for name, text in key.items()}}


def _watch(item: Mapping[str, Any]) -> Watch:
    return Watch(
        ID(item["id"]["S"].removeprefix("watch#")),
        ID(item["watcher"]["S"]),
        ID(item["report"]["S"]),
        from_json(list[Parameter], json.loads(item["parameters"]["S"])),
        datetime.fromtimestamp(int(item["expiresAt"]["N"]), UTC),
    )
