"""Messages about notices: each by itself; what became of each is answered and counted."""

import json
import logging
from typing import Any

import pytest

from core.errors import NoticeRefused, NoticeUnsure
from streams import notify
from tests.core.notices.noticing import Noticing


@pytest.fixture
def noticing(monkeypatch: pytest.MonkeyPatch) -> Noticing:
    noticing = Noticing()
    monkeypatch.setattr(notify, "notice_services", lambda: noticing.services)
    return noticing


def handled(invocation: Any, *bodies: str) -> Any:
    records = [{"messageId": str(n), "body": body} for n, body in enumerate(bodies)]
    return notify.handler({"Records": records}, invocation)


def asking(query_id: str) -> str:
    return json.dumps({"queryId": query_id})


def metrics(output: str) -> dict[str, Any]:
    """What was counted, of the one line that Powertools printed."""
    [line] = [json.loads(line) for line in output.splitlines() if '"_aws"' in line]
    return {name: value[0] for name, value in line.items() if name.startswith("Notice")}


def test_a_message_that_nobody_can_handle_comes_again_alone(
    noticing: Noticing, invocation: Any
) -> None:
    query = noticing.finished()
    answer = handled(invocation, "no json", asking(query.id))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert noticing.mail


def test_what_was_refused_comes_again(
    noticing: Noticing, invocation: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    query = noticing.finished()

    def refuse() -> None:
        raise NoticeRefused("Rate exceeded")

    noticing.before = refuse
    answer = handled(invocation, asking(query.id))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert metrics(capsys.readouterr().out) == {"NoticeFailed": 1}


def test_what_may_have_been_sent_does_not_come_again_and_is_counted(
    noticing: Noticing, invocation: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    query = noticing.finished()

    def lose() -> None:
        raise NoticeUnsure("SES gave no answer")

    noticing.after = lose
    assert handled(invocation, asking(query.id)) == {"batchItemFailures": []}
    assert metrics(capsys.readouterr().out) == {"NoticeFailed": 0, "NoticeUnsure": 1}


def test_no_value_and_no_address_is_logged(
    noticing: Noticing,
    invocation: Any,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        query = noticing.submit(month="2015-06", vendor="a canary")
        noticing.finish(query)
        handled(invocation, asking(query.id))
        silent = noticing.finished()
        noticing.mailboxes.clear()
        handled(invocation, asking(silent.id))
    told = caplog.text + "".join(capsys.readouterr())
    assert "a canary" in noticing.mail.text
    assert "a canary" not in told
    assert "ana@" not in told
