"""Sending the notice of a query's end: one for each end and recipient, however often it is asked.

All that it takes is fetched first. Then the notice is claimed, handed over, and the claim settled.
Whom SES refuses certainly has not been told: the claim is given back, and the message that asked
comes again. Where no answer comes, or whoever had the claim is never heard of again, somebody may
have been told: it is not sent again, and that is told to the operator, once.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from enum import Enum

from core.errors import NoticeInHand, NoticeRefused, NoticeUnsure
from core.notices.last_good_run import last_good_run
from core.notices.notice import Notice, notice_of, withheld_notice
from core.notices.run_notice import is_to_be_told, run_message
from core.notices.services import Claim, Mail, NoticeServices, NoticeState
from core.notices.text import html, plain_text
from core.query import QueryRecord, QueryStatus
from core.report import ID

SENDING_TAKES = timedelta(minutes=2)  # at most: by then whoever had it in hand is no more
log = logging.getLogger(__name__)

Send = Callable[[], None]


class Outcome(Enum):
    """What became of a notice that was asked for."""

    SENT = "SENT"
    SENT_BEFORE = "SENT_BEFORE"
    NOT_DUE = "NOT_DUE"
    UNSURE = "UNSURE"


def notify(services: NoticeServices, query_id: str, attempt: str) -> Outcome:
    """Send what is due about the query's end.

    attempt: an id that no other attempt has.

    Raises:
        NoticeRefused, NoticeInHand, GroupsUnavailable: ask again later.
    """
    record = services.queries.get(query_id)
    send = None if record is None else _due(services, record)
    if send is None:
        return Outcome.NOT_DUE
    claim = services.sent.claim(query_id, attempt, services.now())
    if claim.attempt != attempt:
        return _claimed_before(services, query_id, claim)
    try:
        send()
    except NoticeRefused:
        services.sent.release(query_id, attempt)
        raise
    except NoticeUnsure as error:
        return _give_up(services, query_id, str(error))
    services.sent.settle(query_id, NoticeState.SENT)
    return Outcome.SENT


def _due(services: NoticeServices, record: QueryRecord) -> Send | None:
    """What sends the notice of an end; None where nobody is to be told."""
    if not record.query.status.is_final:
        return None
    if record.query.pipeline is not None:
        return _publication(services, record, record.query.pipeline)
    return _letter(services, record)


def _publication(services: NoticeServices, record: QueryRecord, name: ID) -> Send | None:
    catalogue = services.catalogue()
    if not is_to_be_told(record, name, catalogue):
        return None
    finished_at = services.pipelines.state(name).finished_at
    message = run_message(
        record, name, catalogue, last_good_run=finished_at, app_url=services.app_url
    )
    return lambda: services.publish(message)


def _letter(services: NoticeServices, record: QueryRecord) -> Send | None:
    query, mail = record.query, services.mail
    if not record.notify or is_own_doing(record):
        return None
    if mail is None:
        log.warning("Nobody is told of query %s: this deployment sends no mail now", query.id)
        return None
    address = services.mailbox(query.owner)
    if address is None:
        log.warning("Nobody is told of query %s: its owner has no verified mailbox", query.id)
        return None
    letter = mail_of(_notice(services, record), address)
    return lambda: mail(letter)


def is_own_doing(record: QueryRecord) -> bool:
    """Whether its owner has stopped it, and so knows."""
    is_stopped = record.query.status is QueryStatus.ABORTED
    return is_stopped and record.cancelled_by == record.query.owner


def mail_of(notice: Notice, address: str) -> Mail:
    return Mail(address, notice.title, plain_text(notice), html(notice))


def _notice(services: NoticeServices, record: QueryRecord) -> Notice:
    """Of a query that its owner may not read any more, only that it has ended."""
    catalogue = services.catalogue()
    if not catalogue.owner_may_read(record, services.groups):
        return withheld_notice(record, app_url=services.app_url)
    is_good = record.query.status is QueryStatus.FINISHED
    return notice_of(
        record,
        catalogue,
        last_good_run=None if is_good else last_good_run(services.queries, record),
        app_url=services.app_url,
    )


def _claimed_before(services: NoticeServices, query_id: str, claim: Claim) -> Outcome:
    """Another attempt has claimed it: it is done, at it, or will never be heard of again."""
    if claim.state is not NoticeState.IN_HAND:
        return Outcome.SENT_BEFORE
    if services.now() - claim.since < SENDING_TAKES:
        raise NoticeInHand(f"The notice of query {query_id} is being sent by another attempt.")
    return _give_up(services, query_id, "whoever was sending it ended before its answer came")


def _give_up(services: NoticeServices, query_id: str, why: str) -> Outcome:
    log.error("The notice of query %s may be lost, and is not sent again: %s", query_id, why)
    services.sent.settle(query_id, NoticeState.UNSURE)
    return Outcome.UNSURE
