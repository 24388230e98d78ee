"""A schedule changed: have EventBridge Scheduler agree, and tell its owner through AppSync.

A part of streams/agenda.py, which sees to order, failures and what is malformed.
"""

from collections.abc import Mapping
from typing import Any

from core.agenda.agree import agree
from core.agenda.schedule import ScheduleRecord
from core.agenda.schedule_changes import schedule_change
from core.aws.environment import appsync, context
from core.aws.schedule_table import schedule_from_item, schedule_id
from core.coercion import to_json

# Subscribers receive what this selects: all there is but the runs, which onQueryChange tells.
PUBLISH = """mutation Publish($input: PublishScheduleChangeInput!) {
  publishScheduleChange(input: $input) {
    id owner version kind
    schedule {
      id report parameters { name value } expression timezone notify owner version
      createdAt updatedAt export { format compression singleFile formulaSafe }
      skipHolidays { country subdivision } pausedAt problem nextRunAt
    }
  }
}"""


def tell_schedule(stream: Mapping[str, Any]) -> None:
    """Do what a stream record (its `dynamodb`) is about.

    Raises:
        MalformedItem: what it is about is no schedule now.
    """
    before, after = _image(stream, "OldImage"), _image(stream, "NewImage")
    change = schedule_change(context(), before, after)
    if change is None:
        return  # what was left of a deleted one has expired
    agree(context(), schedule_id(stream["Keys"]))
    appsync().execute(PUBLISH, {"input": _without_runs(to_json(change))})


def _image(stream: Mapping[str, Any], name: str) -> ScheduleRecord | None:
    return schedule_from_item(stream[name]) if name in stream else None


def _without_runs(document: Any) -> Any:
    """The input has none, and takes none."""
    if document["schedule"] is not None:
        del document["schedule"]["runs"]
    return document
