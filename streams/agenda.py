"""Something of the agenda changed: tell its subscribers through AppSync.

Records of one event are told in their order, different events at the same time. What could not be
told is reported by its sequence number; Lambda then delivers the stream again from the first such
record on, so that a subscriber may be told twice. A record that is none of ours, which nobody will
ever be able to tell, is counted and passed over.
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

from core.agenda.calendar import group_of
from core.agenda.changes import changes
from core.agenda.event import DeletedEvent, EventChange, StoredEvent
from core.aws.environment import appsync, group_members
from core.aws.event_table import PREFIX, MalformedItem, event_from_item
from core.aws.schedule_table import PREFIX as SCHEDULE_PREFIX
from core.coercion import to_json
from core.members import MembersTold
from streams.schedule_changed import tell_schedule

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics()
tracer = Tracer(patch_modules=["botocore"])

AT_ONCE = 16  # events told of at the same time
StreamRecord = Mapping[str, Any]

# Subscribers receive what this selects: all there is.
PUBLISH = """mutation Publish($input: PublishEventChangeInput!) {
  publishEventChange(input: $input) {
    calendar id version kind
    event {
      id calendar title start end timezone allDay firstDay lastDay location notes
      owner version createdAt updatedAt
    }
  }
}"""
KEEP_MEMBERS = """mutation KeepMembers($calendar: ID!, $members: [ID!]!) {
  keepCalendarMembers(calendar: $calendar, members: $members) { id }
}"""


@dataclass(frozen=True)
class Outcome:
    """Of one item's records: the sequence number where it stopped, if it did, and passed over."""

    failed: str | None
    malformed: int


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Tell of a batch of stream records and answer those that failed."""
    by_item = defaultdict(list)
    for record in event["Records"]:
        by_item[record["dynamodb"]["Keys"]["id"]["S"]].append(record)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(told, by_item.values()))
    failed = [outcome.failed for outcome in outcomes if outcome.failed]
    malformed = sum(outcome.malformed for outcome in outcomes)
    metrics.add_metric("AgendaRecords", MetricUnit.Count, len(event["Records"]))
    metrics.add_metric("AgendaPushFailed", MetricUnit.Count, len(failed))
    metrics.add_metric("AgendaMalformed", MetricUnit.Count, malformed)
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def told(records: Sequence[StreamRecord]) -> Outcome:
    """Tell of one item's records in order."""
    malformed = 0
    for record in records:
        about = {"correlation_id": record["dynamodb"]["Keys"]["id"]["S"][:80]}
        try:
            tell(record)
        except MalformedItem as error:
            malformed += 1
            logger.error("Passed over what is no item of the agenda: %s", error, **about)
            continue
        except Exception:  # whatever is wrong with one record, the others are told of
            logger.exception("Could not tell of a change", **about)
            return Outcome(str(record["dynamodb"]["SequenceNumber"]), malformed)
        logger.info("Told of a change", **about)
    return Outcome(None, malformed)


def tell(record: StreamRecord) -> None:
    """Tell of one record, by what it is about.

    Raises:
        MalformedItem: that is nothing of the agenda now; or was none, and is gone.
    """
    if record["dynamodb"]["Keys"]["id"]["S"].startswith(SCHEDULE_PREFIX):
        tell_schedule(record["dynamodb"])
        return
    for change in event_changes(record):
        push(change)


def event_changes(record: StreamRecord) -> list[EventChange]:
    """What a record tells of an event.

    Raises:
        MalformedItem: what it is about is no event now; or was none, and is gone.
    """
    stream = record["dynamodb"]
    if not stream["Keys"]["id"]["S"].startswith(PREFIX):
        raise MalformedItem("its id is of no kind that is known")
    after = event_from_item(stream["NewImage"]) if "NewImage" in stream else None
    return changes(_before(stream, is_gone=after is None), after)


def _before(stream: Mapping[str, Any], *, is_gone: bool) -> StoredEvent | DeletedEvent | None:
    """What the item was; None, too, where that was no event, which now has become one."""
    if "OldImage" not in stream:
        return None
    try:
        return event_from_item(stream["OldImage"])
    except MalformedItem:
        if is_gone:
            raise
        return None


def push(change: EventChange) -> None:
    """Call publishEventChange, once nobody is subscribed any more who has lost the calendar."""
    group = group_of(change.calendar)
    if group is not None:
        members_told().before(change.calendar, [group])
    appsync().execute(PUBLISH, {"input": to_json(change)})


@cache
def members_told() -> MembersTold:
    """Made once a Lambda environment."""
    return MembersTold(group_members(), keep_members)


def keep_members(calendar: str, members: Sequence[str]) -> None:
    """Have AppSync end the subscriptions to the calendar of all who are no members."""
    appsync().execute(KEEP_MEMBERS, {"calendar": calendar, "members": list(members)})
