"""A query's record changed: push it to its subscribers through AppSync.

Records of one query are pushed in their order, different queries at the same time. What could not
be pushed is reported by its sequence number; Lambda then delivers the stream again from the first
such record on, so that a subscriber may see a version twice.
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

from core.aws.environment import appsync, context, group_members
from core.aws.query_table import record_from_item
from core.coercion import to_json
from core.members import MembersTold
from core.push import pushed, watching_groups
from core.query import QueryExecution

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics()
tracer = Tracer(patch_modules=["botocore"])

AT_ONCE = 16  # queries pushed at the same time
StreamRecord = Mapping[str, Any]

# Subscribers receive what this selects: all there is.
PUBLISH = """mutation Publish($input: PublishQueryInput!) {
  publishQuery(input: $input) {
    id kind report parameters { name value } owner status version error { type message }
    submittedAt estimatedDurationMs cancelRequestedAt startedAt finishedAt durationMs
    resultRows resultBytes resultExpiresAt pipeline scheduledFor watch schedule
    result { columns { name type } rows nextToken }
    export {
      format compression singleFile formulaSafe steps { phase at } files { name bytes sha256 }
    }
  }
}"""
KEEP_MEMBERS = """mutation KeepMembers($pipeline: ID!, $members: [ID!]!) {
  keepPipelineMembers(pipeline: $pipeline, members: $members)
}"""


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Push a batch of stream records and answer those that failed."""
    by_query = defaultdict(list)
    for record in event["Records"]:
        by_query[record["dynamodb"]["Keys"]["id"]["S"]].append(record)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        failed = [number for number in pool.map(first_failure, by_query.values()) if number]
    metrics.add_metric("Pushed", MetricUnit.Count, len(event["Records"]))
    metrics.add_metric("PushFailed", MetricUnit.Count, len(failed))
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def first_failure(records: Sequence[StreamRecord]) -> str | None:
    """Push one query's records in order; the sequence number where that stopped, if it did."""
    for record in records:
        about = {"correlation_id": record["dynamodb"]["Keys"]["id"]["S"]}
        try:
            stored = record_from_item(record["dynamodb"]["NewImage"])
            if stored.is_settled:
                continue  # a note of the sweeper's: the end was pushed before
            query = pushed(context(), stored)
            if query is None:  # it has not ended yet
                logger.info("Withheld a query: its owner has lost a group", **about)
                continue
            if query.pipeline is not None:
                members_told().before(query.pipeline, watching_groups(context(), stored))
            push(query)
        except Exception:  # whatever is wrong with one record, the others are delivered
            logger.exception("Could not push a query", **about)
            return str(record["dynamodb"]["SequenceNumber"])
        logger.info("Pushed a query", **about)
    return None


def push(query: QueryExecution) -> None:
    """Call publishQuery, whose input is the query itself; its rows are AWSJSON, which is a text."""
    document = to_json(query)
    if query.result is not None:
        document["result"]["rows"] = json.dumps(query.result.rows, ensure_ascii=False)
    appsync().execute(PUBLISH, {"input": document})


@cache
def members_told() -> MembersTold:
    """Made once a Lambda environment."""
    return MembersTold(group_members(), keep_members)


def keep_members(pipeline: str, members: Sequence[str]) -> None:
    """Have AppSync end the subscriptions to the pipeline's runs of all who are no members."""
    appsync().execute(KEEP_MEMBERS, {"pipeline": pipeline, "members": list(members)})
