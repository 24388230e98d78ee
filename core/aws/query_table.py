"""The records of queries in DynamoDB: one item a query, its keys camelCase as in GraphQL.

Three indexes: `byOwner` lists a caller's queries by time, `bySchedule` those that one schedule had
run; `unfinished` holds only what the sweeper is to look at (its key is removed then), and apart
from the rest what stands in line for room. Every write is conditional. The table also holds items
that are no queries and have none of these keys (owner_places.py, pipeline_states.py,
report_durations.py, sent_notices.py, shared_statements.py):
they have no `status`, by which the stream leaves them out.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-general-sparse-indexes.html
"""

import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from core.coercion import from_json, from_seconds, timestamp, to_json, whole_seconds
from core.context import After, QueryFilter
from core.query import RECORD_KEPT, QueryExecution, QueryRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BEGIN, END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
INDEXES = {"owner": "byOwner", "schedule": "bySchedule"}  # by their partition keys
SWEPT, IN_LINE = "yes", "room"  # values of the key of the index `unfinished`
LINE_PAGE = 20  # ids read at once; the line is mostly tried no further than its head
log = logging.getLogger(__name__)

MAX_READS = 10  # of an index, to fill one page whose filter passes little


class QueryTable:
    """The table `name`, through a boto3 client."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def put_new(self, record: QueryRecord) -> bool:
        return self._put(record, ConditionExpression="attribute_not_exists(id)")

    def replace(self, record: QueryRecord, expected_version: int) -> bool:
        return self._put(
            record,
            ConditionExpression="version = :expected",
            ExpressionAttributeValues={":expected": {"N": str(expected_version)}},
        )

    def get(self, query_id: str) -> QueryRecord | None:
        found = self._client.get_item(
            TableName=self._name, Key={"id": {"S": query_id}}, ConsistentRead=True
        )
        return record_from_item(found["Item"]) if "Item" in found else None

    def of_owner(
        self,
        owner: str,
        wanted: QueryFilter,
        limit: int,
        after: After | None,
    ) -> tuple[list[QueryRecord], After | None]:
        """DynamoDB filters what it has read, so one page may take several reads; after `MAX_READS`
        it is answered with what it has."""
        request = _owner_request(owner, wanted)
        records: list[QueryRecord] = []
        for _ in range(MAX_READS):
            found = self._client.query(
                TableName=self._name,
                Limit=limit - len(records),
                **request,
                **_start_key(_partition(owner, wanted), after),
            )
            records += map(record_from_item, found["Items"])
            after = _after(found.get("LastEvaluatedKey"))
            if after is None or len(records) == limit:
                break
        return records, after

    def unfinished(self, before: datetime) -> Iterator[QueryRecord]:
        for part in (SWEPT, IN_LINE):
            for item in self._unfinished(part, before):
                try:
                    record = record_from_item(item)
                except (KeyError, ValueError, TypeError):  # of a later version, after a rollback
                    log.exception("Cannot read query %s, which nobody sweeps", item["id"]["S"])
                    continue
                yield record

    def in_line(self) -> Iterator[str]:
        for item in self._unfinished(IN_LINE, END, Limit=LINE_PAGE):
            yield item["id"]["S"]

    def _unfinished(self, part: str, before: datetime, **more: Any) -> Iterator[Mapping[str, Any]]:
        """The items of one part of the index, the one that was updated longest ago first."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName="unfinished",
            KeyConditionExpression="unfinished = :part AND updatedAt < :before",
            ExpressionAttributeValues={":part": {"S": part}, ":before": {"S": timestamp(before)}},
            **more,
        )
        for found in pages:
            yield from found["Items"]

    def _put(self, record: QueryRecord, **condition: Any) -> bool:
        try:
            self._client.put_item(TableName=self._name, Item=item_from_record(record), **condition)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def item_from_record(record: QueryRecord) -> dict[str, Any]:
    """The item, in DynamoDB's JSON; what is None is left out."""
    query = record.query
    document = to_json(query) | {
        "reportVersion": record.report_version,
        "maxAgeSeconds": whole_seconds(record.max_age),
        "follows": record.follows,
        "timeoutSeconds": whole_seconds(record.timeout),
        "wantsRoom": record.wants_room or None,
        "statementId": record.statement_id,
        "executedAt": record.executed_at and timestamp(record.executed_at),
        "hasResult": record.has_result,
        "updatedAt": timestamp(record.updated_at),
        "cancelledBy": record.cancelled_by,
        "isTimedOut": record.is_timed_out or None,
        "isSettled": record.is_settled or None,
        "unfinished": _part(record),
        "reportGroups": _sorted(record.report_groups),
        "boundGroups": _sorted(record.bound_groups),
        "exportPrefix": record.export_prefix,
        "fileKeys": list(record.file_keys) or None,
        "notify": record.notify or None,
        "startedBy": record.started_by,
        "awaitsFiles": "yes" if record.awaits_files else None,
        "expiresAt": int((query.submitted_at + RECORD_KEPT).timestamp()),
    }
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in document.items() if value is not None}


def record_from_item(item: Mapping[str, Any]) -> QueryRecord:
    """The record, from an item in DynamoDB's JSON, as the API and a stream's NewImage have it."""
    deserialize = TypeDeserializer().deserialize
    document = {name: plain(deserialize(value)) for name, value in item.items()}
    document.setdefault("report", None)  # a run of a pipeline has none
    executed_at = document.get("executedAt")
    return QueryRecord(
        query=from_json(QueryExecution, document),
        report_version=document["reportVersion"],
        updated_at=datetime.fromisoformat(document["updatedAt"]),
        max_age=from_seconds(document.get("maxAgeSeconds")),
        follows=document.get("follows"),
        timeout=from_seconds(document.get("timeoutSeconds")),
        wants_room=document.get("wantsRoom", False),
        statement_id=document.get("statementId"),
        executed_at=None if executed_at is None else datetime.fromisoformat(executed_at),
        has_result=document["hasResult"],
        cancelled_by=document.get("cancelledBy"),
        is_timed_out=document.get("isTimedOut", False),
        is_settled=document.get("isSettled", False),
        report_groups=_set(document.get("reportGroups")),
        bound_groups=_set(document.get("boundGroups")),
        export_prefix=document.get("exportPrefix"),
        file_keys=tuple(document.get("fileKeys", ())),
        notify=document.get("notify", False),
        started_by=document.get("startedBy"),
    )


def _part(record: QueryRecord) -> str | None:
    """Where in the index `unfinished` the record is, if it is there."""
    if record.is_in_line:
        return IN_LINE
    return SWEPT if record.needs_sweeping else None


def _sorted(groups: frozenset[str] | None) -> list[str] | None:
    return None if groups is None else sorted(groups)


def _set(groups: list[str] | None) -> frozenset[str] | None:
    return None if groups is None else frozenset(groups)


def plain(value: Any) -> Any:
    """DynamoDB's numbers arrive as Decimal; ours are all whole."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return int(value) if isinstance(value, Decimal) else value


def _owner_request(owner: str, wanted: QueryFilter) -> dict[str, Any]:
    """The query of `byOwner`, or of `bySchedule`: that and the time are its key.

    The rest is filtered, so that a schedule of another's shows nothing.
    """
    partition = _partition(owner, wanted)
    rest = {"report": wanted.report, "status": wanted.status and wanted.status.value}
    filtered = {name: text for name, text in rest.items() if text is not None}
    if "schedule" in partition:
        filtered["owner"] = owner
    [(key, _)] = partition.items()
    values = partition | _bounds(wanted) | filtered
    return {
        "IndexName": INDEXES[key],
        "KeyConditionExpression": f"#{key} = :{key}"
        " AND submittedAt BETWEEN :submittedAfter AND :submittedBefore",
        "ExpressionAttributeNames": {f"#{name}": name for name in (key, *filtered)},
        "ExpressionAttributeValues": {f":{name}": {"S": text} for name, text in values.items()},
        "ScanIndexForward": False,
    } | ({"FilterExpression": _all_of(filtered)} if filtered else {})


def _partition(owner: str, wanted: QueryFilter) -> dict[str, str]:
    """The partition key of the index that is read, and its value."""
    return {"owner": owner} if wanted.schedule is None else {"schedule": wanted.schedule}


def _bounds(wanted: QueryFilter) -> dict[str, str]:
    """The filter's time as two texts between which BETWEEN, which has both ends in, is as it says.

    Without its Z, the text of a moment comes after all earlier ones and before that moment's own.
    """
    begin, end = wanted.submitted_after or BEGIN, wanted.submitted_before or END
    return {"submittedAfter": timestamp(begin), "submittedBefore": timestamp(end).rstrip("Z")}


def _all_of(filtered: Mapping[str, str]) -> str:
    return " AND ".join(f"#{name} = :{name}" for name in filtered)


def _start_key(partition: Mapping[str, str], after: After | None) -> dict[str, Any]:
    """The owner is the caller's and no part of the token, so that nobody reads on in another's."""
    if after is None:
        return {}
    key = {"id": after.id, "submittedAt": timestamp(after.submitted_at), **partition}
    return {"ExclusiveStartKey": {name: {"S": text} for name, text in key.items()}}


def _after(key: Mapping[str, Any] | None) -> After | None:
    if not key:
        return None
    return After(key["id"]["S"], datetime.fromisoformat(key["submittedAt"]["S"]))
