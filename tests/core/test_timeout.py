"""A report's timeout: a statement beyond it is stopped, and the query says why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.access import Caller
from core.again import LONGEST_DELAY
from core.cancel import cancel_query
from core.catalogue import Catalogue
from core.complete import observe_statement
from core.errors import WarehouseBusy
from core.query import QueryError, QueryExecution, QueryStatus
from core.revisit import revisit
from core.statement import StatementStatus
from core.submit import SubmitQueryInput, submit_query
from core.sweep import stale, sweep
from tests.core.conftest import QUERY_ID
from tests.fakes import BY_DAY, FakeServices

STATEMENT_ID = f"statement-of-{QUERY_ID}"
TIMED_OUT = QueryError(
    "QueryTimedOut", "Stopped: it took longer than the 5 minutes that it may take."
)


@pytest.fixture
def services() -> FakeServices:
    bounded = replace(BY_DAY, timeout=timedelta(minutes=5))
    return FakeServices(catalogue=Catalogue({"taxi_by_day": bounded}))


def event(services: FakeServices) -> QueryExecution:
    record = observe_statement(services.context, QUERY_ID, STATEMENT_ID)
    assert record is not None
    return record.query


def swept(services: FakeServices) -> None:
    for record in stale(services.context):
        sweep(services.context, record)


def test_a_message_is_sent_for_when_the_time_is_over(
    services: FakeServices, query: QueryExecution
) -> None:
    assert services.revisits.asked == [(query.id, timedelta(minutes=5, seconds=1), 0)]


def test_at_that_time_the_statement_is_stopped_and_the_query_says_why(
    services: FakeServices, query: QueryExecution
) -> None:
    services.clock.pass_by(minutes=5, seconds=1)
    revisit(services.context, query.id, 0)
    assert services.warehouse.statements[STATEMENT_ID].status is StatementStatus.ABORTED
    ended = event(services)
    assert (ended.status, ended.error) == (QueryStatus.ABORTED, TIMED_OUT)
    assert ended.cancel_requested_at is not None


def test_the_sweeper_stops_it_where_the_message_is_lost(
    services: FakeServices, query: QueryExecution
) -> None:
    services.clock.pass_by(minutes=4)
    swept(services)
    assert not services.queries.records[query.id].is_to_stop
    services.clock.pass_by(minutes=1)
    swept(services)
    assert event(services).error == TIMED_OUT


def test_a_message_that_comes_early_is_followed_by_another(
    services: FakeServices, query: QueryExecution
) -> None:
    services.clock.pass_by(minutes=2)
    revisit(services.context, query.id, 0)
    assert services.revisits.asked[1:] == [(query.id, timedelta(minutes=3, seconds=1), 0)]


def test_a_long_time_takes_several_messages(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    long = replace(BY_DAY, timeout=timedelta(hours=2))
    services.catalogue = Catalogue({"taxi_by_day": long})
    submit_query(services.context, ana, june)
    assert services.revisits.asked == [(QUERY_ID, LONGEST_DELAY, 0)]


def test_time_counts_from_when_redshift_has_the_statement(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    services.warehouse.trouble = WarehouseBusy("full")
    submit_query(services.context, ana, june)
    services.warehouse.trouble = None
    services.clock.pass_by(minutes=30)
    revisit(services.context, QUERY_ID, 5)
    services.clock.pass_by(minutes=4)
    swept(services)
    assert not services.queries.records[QUERY_ID].is_to_stop


def test_what_finishes_first_is_finished(services: FakeServices, query: QueryExecution) -> None:
    services.warehouse.finish(STATEMENT_ID, [])
    services.clock.pass_by(minutes=6)
    revisit(services.context, query.id, 0)
    assert services.queries.records[query.id].query.status is QueryStatus.FINISHED


def test_a_stop_that_redshift_did_not_hear_is_repeated(
    services: FakeServices, query: QueryExecution
) -> None:
    services.clock.pass_by(minutes=6)
    services.warehouse.trouble = WarehouseBusy("Rate exceeded")
    revisit(services.context, query.id, 0)
    assert services.warehouse.statements[STATEMENT_ID].status is StatementStatus.SUBMITTED
    services.warehouse.trouble = None
    services.clock.pass_by(minutes=1)
    swept(services)
    assert event(services).error == TIMED_OUT


def test_of_a_cancel_and_a_timeout_the_first_is_told(
    services: FakeServices, ana: Caller, query: QueryExecution
) -> None:
    services.warehouse.trouble = WarehouseBusy("Rate exceeded")
    cancel_query(services.context, ana, query.id)
    services.clock.pass_by(minutes=6)
    services.warehouse.trouble = None
    swept(services)
    error = event(services).error
    assert error is not None
    assert error.type == "QueryCancelled"


def test_a_report_without_one_takes_as_long_as_it_takes(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    services.catalogue = Catalogue({"taxi_by_day": BY_DAY})
    submit_query(services.context, ana, june)
    services.clock.pass_by(hours=12)
    swept(services)
    assert not services.queries.records[QUERY_ID].is_to_stop
    assert services.revisits.asked == []
