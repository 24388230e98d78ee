"""Cancelling: whatever it races with, the query ends once and no statement runs on unseen."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.access import Caller
from core.cancel import cancel_query
from core.complete import observe_statement
from core.errors import InvalidId, QueryNotFound, WarehouseBusy
from core.query import QueryError, QueryExecution, QueryRecord, QueryStatus
from core.report import ID
from core.statement import StatementStatus
from core.submit import SubmitQueryInput, submit_query
from core.sweep import stale, sweep
from tests.core.conftest import QUERY_ID
from tests.fakes import FakeServices

BY_OWNER = QueryError("QueryCancelled", "Cancelled by its owner.")


class Killed(BaseException):
    """A Lambda stops here: no code of ours catches it."""


@pytest.fixture
def ada() -> Caller:
    return Caller(ID("ada"), frozenset({"administrators"}))


@pytest.fixture
def waiting(services: FakeServices, ana: Caller, june: SubmitQueryInput) -> QueryExecution:
    """A query for which Redshift had no room; now it has."""
    services.warehouse.trouble = WarehouseBusy("full")
    query = submit_query(services.context, ana, june)
    services.warehouse.trouble = None
    return query


@pytest.fixture
def sweeps(services: FakeServices) -> Callable[[], list[QueryRecord]]:
    """Lets a minute pass and sweeps."""

    def swept() -> list[QueryRecord]:
        services.clock.pass_by(minutes=1)
        return [sweep(services.context, record) for record in stale(services.context)]

    return swept


def event(services: FakeServices, statement_id: str) -> QueryExecution:
    """The statement's completion event arrives."""
    record = observe_statement(services.context, QUERY_ID, statement_id)
    assert record is not None
    return record.query


def status(services: FakeServices, statement_id: str) -> StatementStatus:
    return services.warehouse.statements[statement_id].status


def test_a_running_query_is_marked_and_its_statement_stopped(
    services: FakeServices, ana: Caller, query: QueryExecution, statement_id: str
) -> None:
    marked = cancel_query(services.context, ana, query.id)
    assert (marked.status, marked.version) == (QueryStatus.SUBMITTED, query.version + 1)
    assert marked.cancel_requested_at == services.clock()
    assert status(services, statement_id) is StatementStatus.ABORTED


def test_the_event_ends_it_and_says_who_cancelled(
    services: FakeServices, ana: Caller, query: QueryExecution, statement_id: str
) -> None:
    cancel_query(services.context, ana, query.id)
    ended = event(services, statement_id)
    assert (ended.status, ended.error) == (QueryStatus.ABORTED, BY_OWNER)


def test_an_administrator_cancels_and_is_named(
    services: FakeServices, ada: Caller, query: QueryExecution, statement_id: str
) -> None:
    cancel_query(services.context, ada, query.id)
    ended = event(services, statement_id)
    assert ended.error == QueryError("QueryCancelled", "Cancelled by administrator ada.")


def test_what_redshift_aborts_by_itself_says_so(
    services: FakeServices, query: QueryExecution, statement_id: str
) -> None:
    services.warehouse.set(statement_id, StatementStatus.ABORTED, "out of memory")
    assert event(services, statement_id).error == QueryError("StatementAborted", "out of memory")


def test_what_is_missing_and_what_is_others_look_alike(
    services: FakeServices, ben: Caller, query: QueryExecution
) -> None:
    unknown = ID("00000000-0000-4000-8000-000000000000")
    for query_id in (query.id, unknown):
        with pytest.raises(QueryNotFound) as refused:
            cancel_query(services.context, ben, query_id)
        assert str(refused.value) == f"You have no query {query_id}; listQueries names yours."
    assert services.queries.records[query.id].query == query


@pytest.mark.parametrize("who", ["ana", "ada"])
def test_a_malformed_id_is_refused(
    services: FakeServices, who: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(InvalidId):
        cancel_query(services.context, request.getfixturevalue(who), ID("../etc"))


def test_a_waiting_query_ends_at_once(
    services: FakeServices, ana: Caller, waiting: QueryExecution
) -> None:
    ended = cancel_query(services.context, ana, waiting.id)
    assert (ended.status, ended.error) == (QueryStatus.ABORTED, BY_OWNER)
    assert ended.finished_at == ended.cancel_requested_at == services.clock()


def test_a_cancelled_query_never_starts(
    services: FakeServices,
    ana: Caller,
    june: SubmitQueryInput,
    waiting: QueryExecution,
    sweeps: Callable[[], object],
) -> None:
    listed = services.queries.records[waiting.id]
    cancel_query(services.context, ana, waiting.id)
    assert submit_query(services.context, ana, june).status is QueryStatus.ABORTED
    assert sweep(services.context, listed).query.status is QueryStatus.ABORTED
    sweeps()
    assert services.warehouse.started == []


def test_a_cancel_between_the_start_and_its_record_stops_the_statement(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    services.warehouse.after_execute = lambda: cancel_query(services.context, ana, QUERY_ID)
    ended = submit_query(services.context, ana, june)
    assert (ended.status, ended.error) == (QueryStatus.ABORTED, BY_OWNER)
    assert status(services, f"statement-of-{QUERY_ID}") is StatementStatus.ABORTED


def test_a_start_between_the_cancels_read_and_write_is_stopped(
    services: FakeServices,
    ana: Caller,
    june: SubmitQueryInput,
    waiting: QueryExecution,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    get = services.queries.get

    def start_after_reading(query_id: str) -> QueryRecord | None:
        record = get(query_id)
        monkeypatch.setattr(services.queries, "get", get)
        submit_query(services.context, ana, june)
        return record

    monkeypatch.setattr(services.queries, "get", start_after_reading)
    marked = cancel_query(services.context, ana, waiting.id)
    assert (marked.status, marked.version) == (QueryStatus.SUBMITTED, 4)
    assert status(services, f"statement-of-{QUERY_ID}") is StatementStatus.ABORTED


@pytest.mark.parametrize("trouble", ["killed", "lost answer", "no answer to the stop"])
def test_a_statement_that_started_unseen_is_stopped_by_the_sweeper(
    services: FakeServices,
    ana: Caller,
    june: SubmitQueryInput,
    sweeps: Callable[[], object],
    trouble: str,
) -> None:
    """Started, but the query's record never came to say so before the query was cancelled."""

    def unseen() -> None:
        if trouble == "no answer to the stop":
            cancel_query(services.context, ana, QUERY_ID)
            services.warehouse.trouble = WarehouseBusy("no answer")
        else:
            raise Killed if trouble == "killed" else WarehouseBusy("no answer")

    services.warehouse.after_execute = unseen
    try:
        submit_query(services.context, ana, june)
    except Killed:
        assert trouble == "killed"
    services.warehouse.trouble = None
    cancel_query(services.context, ana, QUERY_ID)
    statement_id = f"statement-of-{QUERY_ID}"
    assert status(services, statement_id) is StatementStatus.SUBMITTED
    sweeps()
    assert status(services, statement_id) is StatementStatus.ABORTED
    sweeps()
    assert not services.queries.records[QUERY_ID].needs_sweeping


def test_a_waiting_query_is_watched_until_nobody_can_be_starting_it(
    services: FakeServices,
    ana: Caller,
    waiting: QueryExecution,
    sweeps: Callable[[], list[QueryRecord]],
) -> None:
    ended = cancel_query(services.context, ana, waiting.id)
    assert [record.is_settled for record in sweeps()] == [False]
    assert [(record.is_settled, record.query) for record in sweeps()] == [(True, ended)]
    assert sweeps() == []


def test_a_query_that_fails_before_it_starts_is_watched_too(
    services: FakeServices,
    june: SubmitQueryInput,
    waiting: QueryExecution,
    sweeps: Callable[[], list[QueryRecord]],
) -> None:
    services.clock.pass_by(hours=1)
    assert [record.query.status for record in sweeps()] == [QueryStatus.FAILED]
    services.warehouse.set(f"statement-of-{QUERY_ID}", StatementStatus.STARTED)
    sweeps()
    assert status(services, f"statement-of-{QUERY_ID}") is StatementStatus.ABORTED


def test_the_sweeper_repeats_a_cancel_that_redshift_did_not_hear(
    services: FakeServices,
    ana: Caller,
    query: QueryExecution,
    statement_id: str,
    sweeps: Callable[[], list[QueryRecord]],
) -> None:
    services.warehouse.trouble = WarehouseBusy("Rate exceeded")
    marked = cancel_query(services.context, ana, query.id)
    assert marked.cancel_requested_at is not None
    sweeps()
    assert status(services, statement_id) is StatementStatus.SUBMITTED
    services.warehouse.trouble = None
    sweeps()
    assert status(services, statement_id) is StatementStatus.ABORTED
    assert [record.query.error for record in sweeps()] == [BY_OWNER]


def test_a_cancel_that_was_killed_after_its_record_is_made_good(
    services: FakeServices,
    ana: Caller,
    query: QueryExecution,
    statement_id: str,
    sweeps: Callable[[], object],
) -> None:
    services.warehouse.trouble = Killed()
    with pytest.raises(Killed):
        cancel_query(services.context, ana, query.id)
    services.warehouse.trouble = None
    sweeps()
    assert status(services, statement_id) is StatementStatus.ABORTED


def test_the_sweeper_stops_nothing_that_nobody_cancelled(
    services: FakeServices,
    query: QueryExecution,
    statement_id: str,
    sweeps: Callable[[], object],
) -> None:
    services.warehouse.set(statement_id, StatementStatus.STARTED)
    sweeps()
    assert status(services, statement_id) is StatementStatus.STARTED


def test_a_cancel_after_the_end_answers_the_query_as_it_ended(
    services: FakeServices, ana: Caller, query: QueryExecution, statement_id: str
) -> None:
    services.warehouse.finish(statement_id, [])
    finished = event(services, statement_id)
    assert cancel_query(services.context, ana, query.id) == finished


def test_a_cancel_before_the_end_is_heard_of_answers_it_too(
    services: FakeServices, ana: Caller, query: QueryExecution, statement_id: str
) -> None:
    services.warehouse.finish(statement_id, [])
    late = cancel_query(services.context, ana, query.id)
    assert (late.status, late.error) == (QueryStatus.FINISHED, None)
    assert event(services, statement_id) == late


def test_a_statement_that_failed_first_keeps_its_words(
    services: FakeServices, ana: Caller, query: QueryExecution, statement_id: str
) -> None:
    services.warehouse.set(statement_id, StatementStatus.FAILED, "ERROR: Divide by zero")
    late = cancel_query(services.context, ana, query.id)
    assert late.error == QueryError("StatementFailed", "ERROR: Divide by zero")


def test_cancelling_again_is_harmless(
    services: FakeServices, ana: Caller, ada: Caller, query: QueryExecution, statement_id: str
) -> None:
    first = cancel_query(services.context, ana, query.id)
    second = cancel_query(services.context, ada, query.id)
    third = cancel_query(services.context, ana, query.id)
    assert second.status is third.status is QueryStatus.ABORTED
    assert (second, second.cancel_requested_at) == (third, first.cancel_requested_at)
    assert second.error == BY_OWNER


def test_a_second_cancel_asks_redshift_again(
    services: FakeServices, ana: Caller, query: QueryExecution, statement_id: str
) -> None:
    services.warehouse.trouble = WarehouseBusy("Rate exceeded")
    first = cancel_query(services.context, ana, query.id)
    services.warehouse.trouble = None
    assert cancel_query(services.context, ana, query.id) == first
    assert status(services, statement_id) is StatementStatus.ABORTED


def test_who_left_the_reports_group_cancels_no_more(
    services: FakeServices, ana: Caller, ada: Caller, query: QueryExecution
) -> None:
    compiled = services.catalogue.reports["taxi_by_day"]
    closed = replace(compiled, report=replace(compiled.report, groups=["others"]))
    services.catalogue = replace(services.catalogue, reports={"taxi_by_day": closed})
    with pytest.raises(QueryNotFound):
        cancel_query(services.context, ana, query.id)
    assert cancel_query(services.context, ada, query.id).cancel_requested_at is not None
