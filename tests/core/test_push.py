"""What is pushed depends on what the owner may read at that moment."""

from dataclasses import replace

import pytest

from core.access import API_KEY_OWNER, Caller
from core.catalogue import Catalogue
from core.complete import observe_statement
from core.push import REVOKED, pushed
from core.query import QueryRecord, QueryStatus
from core.report import ID
from core.submit import SubmitQueryInput, submit_query
from tests.core.conftest import QUERY_ID
from tests.fakes import AUDIT, OF_GROUPS, FakeServices

STATEMENT_ID = f"statement-of-{QUERY_ID}"
CALLERS = {
    "audit": Caller(ID("ada"), frozenset({"administrators"})),
    "of_groups": Caller(ID("ana"), frozenset({"analysts"})),
}


@pytest.fixture
def services() -> FakeServices:
    return FakeServices(catalogue=Catalogue({"audit": AUDIT, "of_groups": OF_GROUPS}))


@pytest.fixture(params=CALLERS)
def running(request: pytest.FixtureRequest, services: FakeServices) -> QueryRecord:
    """Of a report for a group, and of one that is bound to the groups of the caller."""
    submit_query(
        services.context, CALLERS[request.param], SubmitQueryInput(ID(request.param), QUERY_ID)
    )
    return services.queries.records[QUERY_ID]


@pytest.fixture
def finished(services: FakeServices, running: QueryRecord) -> QueryRecord:
    services.warehouse.finish(STATEMENT_ID, [[{"longValue": 7}]])
    record = observe_statement(services.context, QUERY_ID, STATEMENT_ID)
    assert record is not None
    return record


def test_a_member_is_pushed_the_rows(services: FakeServices, finished: QueryRecord) -> None:
    query = pushed(services.context, finished)
    assert query is not None
    assert query.result is not None
    assert query.result.rows == [[7]]


def test_who_lost_the_group_is_pushed_an_end_without_anything(
    services: FakeServices, finished: QueryRecord
) -> None:
    services.groups.clear()
    query = pushed(services.context, finished)
    assert query is not None
    assert query.error is not None
    assert (query.status, query.error.type) == (QueryStatus.FAILED, "AccessRevoked")
    assert (query.id, query.version) == (finished.query.id, finished.query.version)
    assert (query.report, query.parameters, query.result) == (None, [], None)
    assert (query.result_rows, query.duration_ms) == (None, None)


def test_who_lost_the_group_is_pushed_nothing_before_the_end(
    services: FakeServices, running: QueryRecord
) -> None:
    assert pushed(services.context, running) == running.query
    services.groups.clear()
    assert pushed(services.context, running) is None


def test_of_a_report_for_everyone_nobody_asks_for_groups(services: FakeServices) -> None:
    everyone = replace(AUDIT, report=replace(AUDIT.report, groups=None))
    services.catalogue = Catalogue({"audit": everyone})
    ada = CALLERS["audit"]
    submit_query(services.context, ada, SubmitQueryInput(ID("audit"), QUERY_ID))
    asked: list[str] = []

    def groups(user_id: str) -> frozenset[str]:
        asked.append(user_id)
        return frozenset()

    context = replace(services.context, groups=groups)
    assert pushed(context, services.queries.records[QUERY_ID]) is not None
    assert asked == []


def test_holders_of_an_api_key_are_no_user_to_ask_about(
    services: FakeServices, running: QueryRecord
) -> None:
    services.groups[API_KEY_OWNER] = frozenset({"administrators", "analysts"})
    theirs = replace(running, query=replace(running.query, owner=API_KEY_OWNER))
    services.catalogue = Catalogue(dict.fromkeys(CALLERS, AUDIT))
    assert pushed(services.context, theirs) is None


def test_of_a_report_that_is_gone_those_count_whom_it_was_for(
    services: FakeServices, finished: QueryRecord
) -> None:
    services.catalogue = Catalogue({})
    member = pushed(services.context, finished)
    services.groups.clear()
    lost = pushed(services.context, finished)
    assert member is not None
    assert lost is not None
    assert (member.error, lost.error) == (None, REVOKED)
