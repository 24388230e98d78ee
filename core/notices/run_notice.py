"""The end of a pipeline's run, for all who subscribe to the topic: one message, with attributes.

Subscriptions filter by the attributes, so that whoever is on call hears of failures alone.
https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
"""

from datetime import datetime

from core.catalogue import Catalogue
from core.notices.notice import (
    MAX_TITLE,
    Notice,
    failure_facts,
    lines,
    link_to,
    one_line,
    outcome,
    times,
    when,
)
from core.notices.services import TopicMessage
from core.notices.text import plain_text
from core.pipelines.pipeline import NoticesOf
from core.query import QueryRecord, QueryStatus
from core.report import ID

MAX_SUBJECT = (
    100  # characters, of ASCII: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
)


def is_to_be_told(record: QueryRecord, name: ID, catalogue: Catalogue) -> bool:
    """Whether the pipeline's file wants it told; of one that is gone, all is."""
    compiled = catalogue.pipelines.get(name)
    wanted = NoticesOf.ALL if compiled is None else compiled.notices
    is_failure = record.query.status is not QueryStatus.FINISHED
    return wanted is NoticesOf.ALL or (wanted is NoticesOf.FAILURES and is_failure)


def run_message(
    record: QueryRecord,
    name: ID,
    catalogue: Catalogue,
    *,
    last_good_run: datetime | None,
    app_url: str | None,
) -> TopicMessage:
    """What subscribers are told of the run, which has ended."""
    query = record.query
    is_success = query.status is QueryStatus.FINISHED
    notice = _notice(record, name, catalogue, last_good_run, app_url)
    subject = one_line(f"Pipeline {name} {_ended(record)}", MAX_SUBJECT)
    return TopicMessage(
        subject.encode("ascii", "replace").decode(),
        plain_text(notice),
        {
            "pipeline": name,
            "outcome": "success" if is_success else "failure",
            "status": query.status.value,
            "queryId": query.id,
        },
    )


def _notice(
    record: QueryRecord,
    name: ID,
    catalogue: Catalogue,
    last_good_run: datetime | None,
    app_url: str | None,
) -> Notice:
    query = record.query
    compiled = catalogue.pipelines.get(name)
    title = name if compiled is None else compiled.pipeline.title
    facts = [("Pipeline", str(name)), ("Started by", _started_by(record)), *times(query)]
    if query.error is not None:
        facts += failure_facts(query, last_good_run, "of it")
    facts.append(("Run", query.id))
    return Notice(
        one_line(f"{title} {_ended(record)}", MAX_TITLE),
        facts,
        None if query.error is None else lines(query.error.message),
        f"Look at it: querycast show {query.id}" if app_url is None else "Open it:",
        link_to(query, app_url),
    )


def _ended(record: QueryRecord) -> str:
    is_success = record.query.status is QueryStatus.FINISHED
    return "has finished" if is_success else outcome(record.query)


def _started_by(record: QueryRecord) -> str:
    slot = record.query.scheduled_for
    if slot is not None:
        return f"its schedule, for {when(slot)}"
    return f"user {record.started_by}"
