"""A notice is sent once, whoever refuses it, is killed over it, or asks for it again."""

import logging

import pytest

from core.access import Caller
from core.cancel import cancel_query
from core.errors import GroupsUnavailable, NoticeInHand, NoticeRefused, NoticeUnsure
from core.notices.notify import SENDING_TAKES, Outcome
from core.notices.services import NoticeState
from core.query import QueryExecution, QueryStatus
from core.report import ID
from core.statement import StatementStatus
from core.submit import SubmitQueryInput, submit_query
from tests.core.notices.noticing import ANA, Noticing
from tests.fakes import AUDIT

ADA = Caller(ID("ada"), frozenset({"administrators"}))


class Killed(BaseException):
    """The Lambda is gone, as no handler sees it."""


def raising(error: BaseException) -> None:
    raise error


@pytest.fixture
def noticing() -> Noticing:
    return Noticing()


def test_the_end_of_a_query_is_told_once_however_often_it_is_asked(noticing: Noticing) -> None:
    query = noticing.finished()
    assert [noticing.notify(query) for _ in range(3)] == [
        Outcome.SENT,
        Outcome.SENT_BEFORE,
        Outcome.SENT_BEFORE,
    ]
    assert noticing.mail.to == "ana@example.com"


def test_nothing_is_told_before_the_end(noticing: Noticing) -> None:
    query = noticing.submit()
    assert noticing.notify(query) is Outcome.NOT_DUE
    noticing.finish(query)
    assert noticing.notify(query) is Outcome.SENT


def test_what_was_refused_is_sent_when_asked_again(noticing: Noticing) -> None:
    query = noticing.finished()
    noticing.before = lambda: raising(NoticeRefused("Rate exceeded"))
    for _ in range(3):
        with pytest.raises(NoticeRefused):
            noticing.notify(query)
    assert noticing.mails == []
    noticing.before = lambda: None
    assert noticing.notify(query) is Outcome.SENT
    assert noticing.mail


def test_what_may_have_been_sent_is_not_sent_again_and_told_once(
    noticing: Noticing, caplog: pytest.LogCaptureFixture
) -> None:
    query = noticing.finished()
    noticing.after = lambda: raising(NoticeUnsure("SES gave no answer: ReadTimeoutError."))
    outcomes = [noticing.notify(query) for _ in range(3)]
    assert outcomes == [Outcome.UNSURE, Outcome.SENT_BEFORE, Outcome.SENT_BEFORE]
    assert len(noticing.mails) == 1
    [line] = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert "ReadTimeoutError" in line.getMessage()


@pytest.mark.parametrize("when", ["before", "after"])
def test_whoever_is_killed_while_sending_leaves_at_most_one(noticing: Noticing, when: str) -> None:
    query = noticing.finished()
    setattr(noticing, when, lambda: raising(Killed()))
    with pytest.raises(Killed):
        noticing.notify(query)
    setattr(noticing, when, lambda: None)
    with pytest.raises(NoticeInHand):  # for it may be somebody else who is at it
        noticing.notify(query)
    noticing.fakes.clock.pass_by(seconds=SENDING_TAKES.total_seconds())
    assert noticing.notify(query) is Outcome.UNSURE
    assert noticing.notify(query) is Outcome.SENT_BEFORE
    assert len(noticing.mails) == (1 if when == "after" else 0)


def test_of_two_attempts_at_once_one_sends(noticing: Noticing) -> None:
    query = noticing.finished()

    def another() -> None:
        with pytest.raises(NoticeInHand):
            noticing.notify(query)

    noticing.before = another
    assert noticing.notify(query) is Outcome.SENT
    assert noticing.mail
    assert noticing.sent.claims[query.id].state is NoticeState.SENT


def test_a_query_that_nobody_wants_to_be_told_of_is_left_alone(noticing: Noticing) -> None:
    noticing.notify(noticing.finished())
    assert noticing.fakes.notices.asked == []  # nobody has passed on its end here
    unknown = noticing.finished()
    del noticing.fakes.queries.records[unknown.id]
    assert noticing.notify(unknown) is Outcome.NOT_DUE


def test_who_cancelled_is_not_told_and_whose_query_was_cancelled_is(noticing: Noticing) -> None:
    own, others = noticing.submit(), noticing.submit(month="2015-07")
    for caller, query in ((ANA, own), (ADA, others)):
        cancel_query(noticing.fakes.context, caller, query.id)
        noticing.end(query, StatementStatus.ABORTED)
    assert noticing.notify(own) is Outcome.NOT_DUE
    assert noticing.notify(others) is Outcome.SENT
    assert noticing.mail.subject == "Taxi trips by day was cancelled"
    assert "Cancelled by administrator ada." in noticing.mail.text


def test_who_cancelled_too_late_is_told(noticing: Noticing) -> None:
    query = noticing.submit()
    statement_id = f"statement-of-{query.id}"
    noticing.fakes.warehouse.finish(statement_id, [])
    cancel_query(noticing.fakes.context, ANA, query.id)
    noticing.finish(query)
    assert noticing.fakes.queries.records[query.id].query.status is QueryStatus.FINISHED
    assert noticing.notify(query) is Outcome.SENT


def test_who_is_gone_or_has_no_verified_mailbox_is_not_told(
    noticing: Noticing, caplog: pytest.LogCaptureFixture
) -> None:
    query = noticing.finished()
    noticing.mailboxes.clear()
    assert noticing.notify(query) is Outcome.NOT_DUE
    assert query.id in caplog.text


def test_a_deployment_that_sends_no_mail_any_more_sends_none(noticing: Noticing) -> None:
    query = noticing.finished()
    noticing.fakes.sends_mail = False
    assert noticing.notify(query) is Outcome.NOT_DUE


def test_who_lost_the_group_is_told_of_an_end_and_of_nothing_else(noticing: Noticing) -> None:
    query = failed_audit(noticing)
    assert noticing.notify(query) is Outcome.SENT
    assert noticing.mail.subject == "Your query has ended"
    whole = f"{noticing.mail.text}{noticing.mail.html}"
    assert "no longer have a group" in whole
    assert AUDIT.report.title not in whole
    assert "secret" not in whole


def test_nothing_is_told_while_nobody_knows_the_groups(noticing: Noticing) -> None:
    query = failed_audit(noticing)

    class Silent(dict[str, frozenset[str]]):
        def get(self, *_: object) -> frozenset[str]:
            raise GroupsUnavailable("Cognito does not answer")

    noticing.fakes.groups = Silent()
    with pytest.raises(GroupsUnavailable):
        noticing.notify(query)
    assert noticing.sent.claims == {}


def failed_audit(noticing: Noticing) -> QueryExecution:
    """A query of Ana's that failed, of a report for administrators, as she was one."""
    ana = Caller(ANA.id, ADA.groups)
    query = submit_query(noticing.fakes.context, ana, SubmitQueryInput(ID("audit"), notify=True))
    return noticing.end(query, StatementStatus.FAILED, "ERROR: secret").query
