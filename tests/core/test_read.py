"""Reading: one's own, a page at a time, as long as Redshift keeps it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.access import Caller
from core.catalogue import Catalogue
from core.complete import observe_statement
from core.context import QueryFilter
from core.errors import (
    InvalidId,
    InvalidLimit,
    InvalidNextToken,
    QueryNotFinished,
    QueryNotFound,
    ResultExpired,
    WarehouseBusy,
    WarehouseUnavailable,
)
from core.query import QueryExecution, QueryStatus
from core.read import (
    get_query,
    get_query_result,
    get_report,
    list_queries,
    list_reports,
)
from core.report import ID
from core.submit import SubmitQueryInput, submit_query
from tests.fakes import BY_DAY, FakeServices

ALL = frozenset({"id", "result"})


@pytest.fixture
def finished(services: FakeServices, query: QueryExecution, statement_id: str) -> QueryExecution:
    services.warehouse.finish(statement_id, [[{"longValue": n}] for n in range(5)])
    record = observe_statement(services.context, query.id, statement_id)
    assert record is not None
    return record.query


def test_a_caller_sees_the_reports_of_its_groups(services: FakeServices, ana: Caller) -> None:
    admin = replace(ana, groups=frozenset({"administrators"}))
    assert [report.name for report in list_reports(services.context, ana)] == ["taxi_by_day"]
    assert [report.name for report in list_reports(services.context, admin)] == [
        "audit",
        "taxi_by_day",
    ]


def test_a_report_of_another_group_is_null(services: FakeServices, ana: Caller) -> None:
    assert get_report(services.context, ana, ID("audit")) is None
    assert get_report(services.context, ana, ID("taxi_by_day")) == BY_DAY.report


def test_the_owner_reads_the_first_page_with_the_query(
    services: FakeServices, ana: Caller, finished: QueryExecution
) -> None:
    read = get_query(services.context, ana, ALL, finished.id)
    assert read is not None
    assert read.result is not None
    assert read.result.rows == [[0], [1], [2], [3], [4]]


def test_a_result_that_is_not_selected_is_not_fetched(
    services: FakeServices, ana: Caller, finished: QueryExecution
) -> None:
    services.warehouse.results.clear()
    assert get_query(services.context, ana, frozenset({"id"}), finished.id) == finished


def test_a_query_of_another_caller_is_not_found(
    services: FakeServices, ben: Caller, finished: QueryExecution
) -> None:
    assert get_query(services.context, ben, ALL, finished.id) is None
    with pytest.raises(QueryNotFound):
        get_query_result(services.context, ben, finished.id)


def test_a_malformed_id_is_refused(services: FakeServices, ana: Caller) -> None:
    with pytest.raises(InvalidId):
        get_query(services.context, ana, ALL, ID("../etc"))


def test_who_left_the_reports_group_reads_no_more(
    services: FakeServices, ana: Caller, finished: QueryExecution
) -> None:
    closed = replace(BY_DAY, report=replace(BY_DAY.report, groups=["administrators"]))
    services.catalogue = Catalogue({"taxi_by_day": closed})
    assert get_query(services.context, ana, ALL, finished.id) is None
    assert list_queries(services.context, ana).queries == []


def test_pages_together_are_the_result(
    services: FakeServices, ana: Caller, finished: QueryExecution
) -> None:
    rows: list[object] = []
    token = None
    while True:
        page = get_query_result(services.context, ana, finished.id, limit=2, next_token=token)
        rows += page.rows
        token = page.next_token
        if token is None:
            break
    assert rows == [[0], [1], [2], [3], [4]]


@pytest.mark.parametrize("limit", [0, -1, 10_001])
def test_a_limit_out_of_bounds_is_refused(
    services: FakeServices, ana: Caller, finished: QueryExecution, limit: int
) -> None:
    with pytest.raises(InvalidLimit, match=f"limit {limit} is not from 1 to 10,000"):
        get_query_result(services.context, ana, finished.id, limit=limit)


@pytest.mark.parametrize("token", ["", "x", "bnVsbA==", "WyJhIiwgLTFd", "W10=", "\u20ac"])
def test_a_token_that_no_page_gave_is_refused(
    services: FakeServices, ana: Caller, finished: QueryExecution, token: str
) -> None:
    with pytest.raises(InvalidNextToken, match="begin again without a nextToken"):
        get_query_result(services.context, ana, finished.id, next_token=token)
    with pytest.raises(InvalidNextToken):
        list_queries(services.context, ana, next_token=token)


def test_an_unfinished_query_has_no_result(
    services: FakeServices, ana: Caller, query: QueryExecution
) -> None:
    with pytest.raises(QueryNotFinished, match="SUBMITTED; subscribe to onQueryComplete"):
        get_query_result(services.context, ana, query.id)


def test_a_result_that_redshift_dropped_is_expired(
    services: FakeServices, ana: Caller, finished: QueryExecution
) -> None:
    services.warehouse.results.clear()
    with pytest.raises(ResultExpired, match=r"until 2026-11-21T12:00:00.000Z; submit the query"):
        get_query_result(services.context, ana, finished.id)


def test_a_query_whose_result_is_expired_is_read_without_it(
    services: FakeServices, ana: Caller, finished: QueryExecution
) -> None:
    services.warehouse.results.clear()
    read = get_query(services.context, ana, ALL, finished.id)
    assert read == finished
    assert (finished.result, finished.result_expires_at) == (
        None,
        services.clock() + timedelta(hours=24),
    )


def test_a_result_that_cannot_be_read_now_can_be_asked_for_again(
    services: FakeServices, ana: Caller, finished: QueryExecution
) -> None:
    services.warehouse.trouble = WarehouseBusy("Rate exceeded")
    with pytest.raises(WarehouseUnavailable, match="ask again"):
        get_query_result(services.context, ana, finished.id)


def test_a_list_is_newest_first_and_the_callers(
    services: FakeServices, ana: Caller, ben: Caller, june: SubmitQueryInput
) -> None:
    mine = [submit_query(services.context, ana, replace(june, id=None)).id for _ in range(3)]
    submit_query(services.context, ben, replace(june, id=None))
    first = list_queries(services.context, ana, limit=2)
    rest = list_queries(services.context, ana, limit=2, next_token=first.next_token)
    assert [query.id for query in first.queries + rest.queries] == mine[::-1]
    assert rest.next_token is None


def test_a_list_can_be_of_a_status(
    services: FakeServices, ana: Caller, finished: QueryExecution, june: SubmitQueryInput
) -> None:
    submit_query(services.context, ana, replace(june, id=None))
    page = list_queries(services.context, ana, QueryFilter(status=QueryStatus.FINISHED))
    assert page.queries == [finished]


@pytest.fixture
def hourly(services: FakeServices, ana: Caller, june: SubmitQueryInput) -> list[QueryExecution]:
    """Three queries, an hour between them."""
    submitted = []
    for _ in range(3):
        submitted.append(submit_query(services.context, ana, replace(june, id=None)))
        services.clock.pass_by(hours=1)
    return submitted


def test_a_list_can_be_of_a_time(
    services: FakeServices, ana: Caller, hourly: list[QueryExecution]
) -> None:
    """From a moment on, and up to one: two times that meet share no query and miss none."""
    first, second, third = hourly
    since = QueryFilter(submitted_after=second.submitted_at)
    until = QueryFilter(submitted_before=second.submitted_at)
    between = QueryFilter(submitted_after=second.submitted_at, submitted_before=third.submitted_at)
    assert list_queries(services.context, ana, since).queries == [third, second]
    assert list_queries(services.context, ana, until).queries == [first]
    assert list_queries(services.context, ana, between).queries == [second]


def test_a_time_that_ends_before_it_begins_has_no_queries(
    services: FakeServices, ana: Caller, hourly: list[QueryExecution]
) -> None:
    moment = hourly[1].submitted_at
    for end in (moment, moment - timedelta(hours=1), moment + timedelta(microseconds=9)):
        wanted = QueryFilter(submitted_after=moment, submitted_before=end)
        assert list_queries(services.context, ana, wanted).queries == []


def test_a_token_of_a_list_of_another_time_is_refused(
    services: FakeServices, ana: Caller, hourly: list[QueryExecution]
) -> None:
    token = list_queries(services.context, ana, limit=1).next_token
    earlier = QueryFilter(submitted_before=hourly[1].submitted_at)
    with pytest.raises(InvalidNextToken):
        list_queries(services.context, ana, earlier, next_token=token)


def test_a_token_of_a_list_from_less_than_a_millisecond_on_is_taken(
    services: FakeServices, ana: Caller, hourly: list[QueryExecution]
) -> None:
    """Times are stored in milliseconds, and so they are compared."""
    token = list_queries(services.context, ana, limit=2).next_token
    begin = QueryFilter(submitted_after=hourly[1].submitted_at + timedelta(microseconds=9))
    assert list_queries(services.context, ana, begin, next_token=token).queries == []
