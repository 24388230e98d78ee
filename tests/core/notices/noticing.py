"""Notices in a world of fakes: what is claimed, and what mails go out."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.access import Caller
from core.complete import observe_statement
from core.notices.notify import Outcome, notify
from core.notices.services import Claim, Mail, NoticeServices, NoticeState, TopicMessage
from core.parameters import ParameterInput
from core.query import QueryExecution, QueryRecord
from core.report import ID
from core.statement import StatementStatus
from core.submit import SubmitQueryInput, submit_query
from tests.fakes import FakeServices

ANA = Caller(ID("ana"), frozenset({"analysts"}))
APP = "https://app.example.com"


class FakeSent:
    """Claims by query."""

    def __init__(self) -> None:
        self.claims: dict[str, Claim] = {}

    def claim(self, query_id: str, attempt: str, now: datetime) -> Claim:
        return self.claims.setdefault(query_id, Claim(attempt, now, NoticeState.IN_HAND))

    def settle(self, query_id: str, state: NoticeState) -> None:
        self.claims[query_id] = replace(self.claims[query_id], state=state)

    def release(self, query_id: str, attempt: str) -> None:
        assert self.claims[query_id].attempt == attempt
        del self.claims[query_id]


@dataclass
class Noticing:
    """Queries of Ana's, and who is told of them. `trouble`: what comes of sending, before it."""

    fakes: FakeServices = field(default_factory=FakeServices)
    sent: FakeSent = field(default_factory=FakeSent)
    mails: list[Mail] = field(default_factory=list)
    messages: list[TopicMessage] = field(default_factory=list)
    mailboxes: dict[str, str] = field(default_factory=lambda: {"ana": "ana@example.com"})
    before: Callable[[], object] = lambda: None
    after: Callable[[], object] = lambda: None
    app_url: str | None = APP
    attempts: int = 0

    @property
    def services(self) -> NoticeServices:
        return NoticeServices(
            queries=self.fakes.queries,
            pipelines=self.fakes.pipelines,
            catalogue=lambda: self.fakes.catalogue,
            groups=lambda user_id: self.fakes.groups.get(user_id, frozenset()),
            now=self.fakes.clock,
            sent=self.sent,
            mailbox=lambda user_id: self.mailboxes.get(user_id),
            mail=self._send if self.fakes.sends_mail else None,
            publish=self._publish,
            app_url=self.app_url,
        )

    def submit(self, report: str = "taxi_by_day", **parameters: str) -> QueryExecution:
        given = parameters or ({"month": "2015-06"} if report == "taxi_by_day" else {})
        values = [ParameterInput(name, value) for name, value in given.items()]
        input = SubmitQueryInput(ID(report), parameters=values, notify=True)
        return submit_query(self.fakes.context, ANA, input)

    def end(
        self, query: QueryExecution, status: StatementStatus, error: str | None = None
    ) -> QueryRecord:
        self.fakes.warehouse.set(f"statement-of-{query.id}", status, error)
        return self._observed(query)

    def finish(self, query: QueryExecution) -> QueryRecord:
        self.fakes.warehouse.finish(f"statement-of-{query.id}", [[{"longValue": 7_000_001}]])
        return self._observed(query)

    def finished(self) -> QueryExecution:
        return self.finish(self.submit()).query

    def failed(self, error: str = "ERROR: division by zero") -> QueryExecution:
        return self.end(self.submit(), StatementStatus.FAILED, error).query

    def notify(self, query: QueryExecution) -> Outcome:
        self.attempts += 1
        return notify(self.services, query.id, f"attempt {self.attempts}")

    @property
    def mail(self) -> Mail:
        """The one there is."""
        [mail] = self.mails
        return mail

    @property
    def message(self) -> TopicMessage:
        """The one there is."""
        [message] = self.messages
        return message

    def _publish(self, message: TopicMessage) -> None:
        self.before()
        self.messages.append(message)
        self.after()

    def _send(self, mail: Mail) -> None:
        self.before()
        self.mails.append(mail)
        self.after()

    def _observed(self, query: QueryExecution) -> QueryRecord:
        record = observe_statement(self.fakes.context, query.id, f"statement-of-{query.id}")
        assert record is not None
        return record
