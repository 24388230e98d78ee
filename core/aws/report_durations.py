"""How long recent runs took, in the table of queries: one item a report, `report#REPORT`.

It has a fixed number of numbers. A run writes over the one that its query's id falls to, so that
noting it again changes nothing, nothing is read first, and the item never grows.
"""

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT = 20  # runs of a report


class ReportDurations:
    """The table `name`, through a boto3 client."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def add(self, report: str, query_id: str, duration_ms: int) -> None:
        self._client.update_item(
            TableName=self._name,
            Key={"id": {"S": f"report#{report}"}},
            UpdateExpression="SET #run = :took",
            ExpressionAttributeNames={"#run": f"run{zlib.crc32(query_id.encode()) % KEPT}"},
            ExpressionAttributeValues={":took": {"N": str(duration_ms)}},
        )

    def of(self, report: str) -> list[int]:
        found = self._client.get_item(
            TableName=self._name, Key={"id": {"S": f"report#{report}"}}, ConsistentRead=True
        )
        return [int(value["N"]) for value in found.get("Item", {}).values() if "N" in value]
