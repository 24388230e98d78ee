"""Whoever can never be told is refused at once; and a wish is no part of what is asked."""

import pytest

from core.access import API_KEY_OWNER, Caller
from core.errors import InvalidNotify
from core.exports.export import ExportFormat
from core.exports.export_query import ExportQueryInput, export_query
from core.parameters import ParameterInput
from core.report import ID
from core.submit import SubmitQueryInput, submit_query
from tests.core.conftest import QUERY_ID
from tests.fakes import FakeServices

JUNE = [ParameterInput("month", "2015-06")]
EXPORT = ExportQueryInput(ID("taxi_by_day"), ExportFormat.CSV, parameters=JUNE, notify=True)


def asked(notify: bool | None) -> SubmitQueryInput:
    return SubmitQueryInput(ID("taxi_by_day"), QUERY_ID, JUNE, notify=notify)


def test_whoever_holds_a_key_is_refused(services: FakeServices) -> None:
    holder = Caller(API_KEY_OWNER)
    with pytest.raises(InvalidNotify, match="no mailbox; sign in as a user, or leave notify out"):
        submit_query(services.context, holder, asked(True))
    with pytest.raises(InvalidNotify, match="no mailbox"):
        export_query(services.context, holder, EXPORT)
    assert services.queries.records == {}


def test_a_deployment_that_sends_no_mail_says_so(ana: Caller) -> None:
    services = FakeServices(sends_mail=False)
    with pytest.raises(InvalidNotify, match="sends no mail; leave notify out, and subscribe to"):
        submit_query(services.context, ana, asked(True))
    with pytest.raises(InvalidNotify, match="mail_from"):
        export_query(services.context, ana, EXPORT)


@pytest.mark.parametrize("notify", [None, False])
def test_who_wants_no_mail_is_never_refused(notify: bool | None) -> None:
    services = FakeServices(sends_mail=False)
    submit_query(services.context, Caller(API_KEY_OWNER), asked(notify))
    assert not services.queries.records[QUERY_ID].notify


def test_a_wish_is_recorded(services: FakeServices, ana: Caller) -> None:
    submit_query(services.context, ana, asked(True))
    export = export_query(services.context, ana, EXPORT)
    assert services.queries.records[QUERY_ID].notify
    assert services.queries.records[export.id].notify


def test_the_first_wish_about_a_query_counts(services: FakeServices, ana: Caller) -> None:
    first = submit_query(services.context, ana, asked(True))
    assert submit_query(services.context, ana, asked(None)).version >= first.version
    assert services.queries.records[QUERY_ID].notify
