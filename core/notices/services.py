"""What sending notices needs from outside. It is less than what running queries needs, and other.

Who sends has nothing of Redshift, and reads of a query only its record.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from core.catalogue import Catalogue
from core.context import Pipelines, Queries
from core.report import ID


@dataclass(frozen=True)
class Mail:
    """To one recipient. `subject`: one line; `text`, `html`: the same, for either reader."""

    to: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class TopicMessage:
    """To all who subscribe to the topic. `subject`: at most 100 characters of ASCII."""

    subject: str
    text: str
    attributes: dict[str, str]


class NoticeState(Enum):
    """Of a notice that somebody has begun to send: not known yet, sent, or never to be known."""

    IN_HAND = "IN_HAND"
    SENT = "SENT"
    UNSURE = "UNSURE"


@dataclass(frozen=True)
class Claim:
    """Who has a notice in hand: an `attempt`, since when, and what came of it."""

    attempt: str
    since: datetime
    state: NoticeState


class SentNotices(Protocol):
    """What was sent, by the query's id. Each change is one atomic write."""

    def claim(self, query_id: str, attempt: str, now: datetime) -> Claim:
        """Take it in hand where nobody has it; the claim that there is then."""

    def settle(self, query_id: str, state: NoticeState) -> None:
        """Note what came of a claim."""

    def release(self, query_id: str, attempt: str) -> None:
        """Give the attempt's claim back: nothing was sent."""


@dataclass(frozen=True)
class NoticeServices:
    """The services of whoever sends notices.

    groups: as of core/context.py.
    mailbox: the verified address of a user; None where they have none, or are not there any more.
    mail: sends one; None where this deployment sends none; raises NoticeRefused, NoticeUnsure.
    publish: publishes to the topic; raises as `mail`.
    app_url: where the application is, if somebody said.
    """

    queries: Queries
    pipelines: Pipelines
    catalogue: Callable[[], Catalogue]
    groups: Callable[[ID], frozenset[str]]
    now: Callable[[], datetime]
    sent: SentNotices
    mailbox: Callable[[ID], str | None]
    mail: Callable[[Mail], None] | None
    publish: Callable[[TopicMessage], None]
    app_url: str | None
