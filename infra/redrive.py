"""Make good what no retry could: empty the dead-letter queues of a deployed stack.

    python -m infra.redrive

SQS's own redrive moves messages back to where they came from, and these came from no queue. Each
only hints at work that was lost, so that work is done again, from what is true now:

| a message about | has | and is made good by |
|---|---|---|
| changes that were not pushed | their places in the stream | pushing those queries as they are |
| ends whose places were not passed on | their places in the stream | passing them on now |
| changes of the agenda that were not pushed | their places in the stream | pushing them again |
| a query to look at again | its id | looking at it now |
| an export whose files were not made | its id | making them now |
| a notice that could not be sent | the query's id | sending it now, unless it was sent |
| a report to run again for who watches | its name, and the pipeline's run | running it now |
| a pipeline that a schedule called for | its name, and the time | recording that it is too late |
| a report that a schedule called for | its schedule, and the time | recording that it is too late |
| an event of a statement | the event | asking Redshift about the statement |
| a sweep | nothing | the sweeps since, one a minute |

A message goes when that has succeeded. One that fails again stays, and why is told.
https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

import argparse
import base64
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.deployed import Deployed, NoStack, find_deployed

Body = Mapping[str, Any]

HIDDEN_SECONDS = 600  # what is in hand is nobody else's for so long
WAIT_SECONDS = 2  # with a wait SQS asks all its servers, and an empty answer means empty
PUSHED_AT_ONCE = 10  # as the stream hands them over
STATEMENT_CHANGED = "Redshift Data Statement Status Change"
MAX_PAGES = 1_000  # an open shard has no end, so a place that is not in it is never reached
ENDED = ("FINISHED", "FAILED", "ABORTED")
FORGOTTEN = ("TrimmedDataAccessException", "ResourceNotFoundException")  # after 24 hours


class NotMadeGood(Exception):
    """It failed again; the message says what to look at."""


def main(arguments: Sequence[str] | None = None) -> int:
    summary = __doc__.splitlines()[0]
    argparse.ArgumentParser(prog="python -m infra.redrive", description=summary).parse_args(
        arguments
    )
    try:
        deployed = find_deployed()
        with ThreadPoolExecutor(len(AGAIN)) as pool:  # to learn that one is empty takes a while
            remaining = sum(pool.map(redrive, repeat(deployed), AGAIN, AGAIN.values()))
    except (NoStack, BotoCoreError, ClientError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 1 if remaining else 0


def redrive(deployed: Deployed, queue: str, again: Callable[[Deployed, Body], str]) -> int:
    """Make good what is in the queue; answers how many messages stay."""
    sqs, url = deployed.client("sqs"), deployed.output(queue)
    done, stay = 0, []
    for message in messages(sqs, url):
        try:
            told = again(deployed, json.loads(message["Body"]))
        except (NotMadeGood, ClientError, ValueError, KeyError) as error:
            print(f"{message['MessageId']} stays: {type(error).__name__}: {error}", file=sys.stderr)
            stay.append(message["ReceiptHandle"])
            continue
        print(told)
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        done += 1
    for handle in stay:  # not before the end, or it would be received again
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    print(f"{queue.removesuffix('QueueUrl')}: {done} made good, {len(stay)} stay")
    return len(stay)


def messages(sqs: Any, url: str) -> Iterator[Any]:
    """Until the queue is empty."""
    while received := sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        VisibilityTimeout=HIDDEN_SECONDS,
        WaitTimeSeconds=WAIT_SECONDS,
    ).get("Messages"):
        yield from received


def publish_again(deployed: Deployed, body: Body) -> str:
    """Push the queries whose changes were at those places, as they are now."""
    items = changed_queries(deployed, body)
    if items is None:
        return "the changes are older than the stream; their results expired too"
    return f"pushed {hand_over(deployed, 'publishFunction', items)} again"


def pass_on_again(deployed: Deployed, body: Body) -> str:
    """Pass on the places of the queries that ended at those places of the stream."""
    items = changed_queries(deployed, body)
    if items is None:
        return "the ends are older than the stream; the sweeper has passed on their places"
    ended = [item for item in items if item["status"]["S"] in ENDED or "awaitsFiles" in item]
    return f"passed on the places of {hand_over(deployed, 'endedFunction', ended)} again"


def tell_again(deployed: Deployed, body: Body) -> str:
    """Push the changes of the agenda at those places, as they were: clients know a version."""
    batch = body["DDBStreamBatchInfo"]
    try:
        records = [as_read(each) for each in between(deployed.client("dynamodbstreams"), batch)]
    except ClientError as error:
        if error.response["Error"]["Code"] not in FORGOTTEN:
            raise
        return "the changes are older than the stream; clients have read the agenda since"
    for first in range(0, len(records), PUSHED_AT_ONCE):
        event = {"Records": records[first : first + PUSHED_AT_ONCE]}
        answer = invoke(deployed, "agendaChangedFunction", event)
        told_failures(deployed, "agendaChangedFunction", answer)
    return f"told of {len(records)} changes of the agenda again"


def as_read(record: Any) -> Any:
    """What the function reads of a record; the rest is no JSON."""
    stream = record["dynamodb"]
    kept = ("Keys", "OldImage", "NewImage", "SequenceNumber")
    read = {name: stream[name] for name in kept if name in stream}
    return {"eventName": record["eventName"], "dynamodb": read}


def changed_queries(deployed: Deployed, body: Body) -> list[Any] | None:
    """The queries whose changes were at those places, as they are now; None after 24 hours."""
    try:
        ids = set(changed(deployed.client("dynamodbstreams"), body["DDBStreamBatchInfo"]))
    except ClientError as error:
        if error.response["Error"]["Code"] not in FORGOTTEN:
            raise
        return None
    items = [item for query_id in sorted(ids) if (item := current(deployed, query_id))]
    return [item for item in items if "status" in item]  # the table has items of owners, too


def hand_over(deployed: Deployed, function: str, items: Sequence[Any]) -> str:
    """Have the function handle the items as the stream would have it; their ids."""
    for first in range(0, len(items), PUSHED_AT_ONCE):
        event = {"Records": [as_record(item) for item in items[first : first + PUSHED_AT_ONCE]]}
        told_failures(deployed, function, invoke(deployed, function, event))
    return ", ".join(item["id"]["S"] for item in items) or "nothing"


def revisit_again(deployed: Deployed, body: Body) -> str:
    """Look at the query of a message."""
    deliver(deployed, "revisitFunction", body["queryId"], body)
    return f"looked at {body['queryId']} again"


def export_again(deployed: Deployed, body: Body) -> str:
    """Make the files of an export, unless it has ended."""
    deliver(deployed, "exportFunction", body["queryId"], body)
    return f"made the files of {body['queryId']}"


def notify_again(deployed: Deployed, body: Body) -> str:
    """Send the notice of a query's end, unless it was sent, or may have been."""
    deliver(deployed, "notifyFunction", body["queryId"], body)
    return f"saw to the notice of {body['queryId']}"


def refresh_again(deployed: Deployed, body: Body) -> str:
    """Run the report again for who watches it."""
    deliver(deployed, "refreshFunction", body["report"], body)
    return f"ran {body['report']} again for who watches it"


def schedule_again(deployed: Deployed, body: Body) -> str:
    """Have the pipeline run for that time, unless that is long ago."""
    event = body.get("requestPayload", body)
    invoke(deployed, "pipelineFunction", event)
    return f"called {event['pipeline']} for {event['scheduledAt']} again"


def run_again(deployed: Deployed, body: Body) -> str:
    """Have the scheduled report run for that time, unless that is long ago."""
    event = body.get("requestPayload", body)
    invoke(deployed, "scheduledReportFunction", event)
    return f"called schedule {event['schedule']} for {event['scheduledAt']} again"


def deliver(deployed: Deployed, function: str, about: str, body: Body) -> None:
    """Have the function handle the message as its queue would have it."""
    message = {"messageId": about, "body": json.dumps(body)}
    told_failures(deployed, function, invoke(deployed, function, {"Records": [message]}))


def told_failures(deployed: Deployed, function: str, answer: Any) -> None:
    if failed := [each["itemIdentifier"] for each in answer["batchItemFailures"]]:
        name = deployed.output(function)
        raise NotMadeGood(f"{name} fails again for {', '.join(failed)}; see its log")


def changed(streams: Any, batch: Mapping[str, Any]) -> Iterator[str]:
    """The ids of the queries that changed between two places of the stream, these included."""
    for record in between(streams, batch):
        if record["eventName"] != "REMOVE":
            yield record["dynamodb"]["Keys"]["id"]["S"]


def between(streams: Any, batch: Mapping[str, Any]) -> Iterator[Any]:
    """The records between two places of a stream, these included."""
    last = int(batch["endSequenceNumber"])
    iterator = streams.get_shard_iterator(
        StreamArn=batch["streamArn"],
        ShardId=batch["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=batch["startSequenceNumber"],
    )["ShardIterator"]
    for _ in range(MAX_PAGES):
        page = streams.get_records(ShardIterator=iterator)
        for record in page["Records"]:
            yield record
            if int(record["dynamodb"]["SequenceNumber"]) >= last:
                return
        iterator = page.get("NextShardIterator")
        if iterator is None:
            return
    raise NotMadeGood(f"the stream does not come to {last}; look at {batch['streamArn']}")


def current(deployed: Deployed, query_id: str) -> Any:
    """The query's item; None where it has expired."""
    answer = deployed.client("dynamodb").get_item(
        TableName=deployed.output("queryTable"), Key={"id": {"S": query_id}}, ConsistentRead=True
    )
    return answer.get("Item")


def as_record(item: Mapping[str, Any]) -> Any:
    """The item as the stream would tell it, numbered by its id."""
    image = {name: value for name, value in item.items() if name != "isSettled"}
    keys = {"id": item["id"]}
    number = item["id"]["S"]
    record = {"Keys": keys, "NewImage": image, "SequenceNumber": number}
    return {"eventName": "MODIFY", "dynamodb": record}


def observe_again(deployed: Deployed, body: Body) -> str:
    """Have Redshift asked about the statement of an event, which Lambda keeps in an envelope."""
    event = body.get("requestPayload", body)
    if event["detail-type"] == "Scheduled Event":
        return "a sweep was missed; others have done its work"
    if event["detail-type"] != STATEMENT_CHANGED:
        raise NotMadeGood(f"nothing here handles a {event['detail-type']!r}")
    invoke(deployed, "statementChangedFunction", event)
    return f"asked about statement {event['detail']['statementId']} again"


def invoke(deployed: Deployed, function: str, event: Any) -> Any:
    payload = json.dumps(event, default=as_base64).encode()
    answer = deployed.client("lambda").invoke(
        FunctionName=deployed.output(function), Payload=payload
    )
    answered = answer["Payload"].read()
    if "FunctionError" in answer:
        raise NotMadeGood(f"{deployed.output(function)} fails again; see its log")
    return json.loads(answered)


def as_base64(binary: bytes) -> str:
    """A binary attribute as Lambda has it."""
    return base64.b64encode(binary).decode()


AGAIN = {
    "publishDeadLetterQueueUrl": publish_again,
    "eventDeadLetterQueueUrl": observe_again,
    "endedDeadLetterQueueUrl": pass_on_again,
    "agendaDeadLetterQueueUrl": tell_again,
    "revisitDeadLetterQueueUrl": revisit_again,
    "exportDeadLetterQueueUrl": export_again,
    "noticeDeadLetterQueueUrl": notify_again,
    "refreshDeadLetterQueueUrl": refresh_again,
    "pipelineDeadLetterQueueUrl": schedule_again,
    "scheduledReportDeadLetterQueueUrl": run_again,
}


if __name__ == "__main__":
    sys.exit(main())
