"""A statement's status change, told by an event that may be early, late, doubled or forged."""

from core.complete import observe_statement
from core.query import QueryExecution, QueryRecord, QueryStatus
from core.statement import StatementStatus
from tests.fakes import FakeServices


def test_an_event_makes_us_record_what_redshift_says(
    services: FakeServices, query: QueryExecution, statement_id: str
) -> None:
    services.warehouse.finish(statement_id, [])
    after = observe_statement(services.context, query.id, statement_id)
    assert after is not None
    assert after.query.status is QueryStatus.FINISHED


def test_a_doubled_event_changes_nothing(
    services: FakeServices, query: QueryExecution, statement_id: str
) -> None:
    services.warehouse.finish(statement_id, [])
    first = observe_statement(services.context, query.id, statement_id)
    assert observe_statement(services.context, query.id, statement_id) == first
    assert len(services.queries.history) == 3


def test_a_forged_event_changes_nothing(
    services: FakeServices, query: QueryExecution, statement_id: str
) -> None:
    services.warehouse.set("of-somebody-else", StatementStatus.FAILED, "gotcha")
    assert observe_statement(services.context, query.id, "of-somebody-else") is None
    assert services.queries.records[query.id].query == query


def test_an_event_of_no_query_of_ours_is_ignored(services: FakeServices) -> None:
    assert observe_statement(services.context, "nightly-vacuum", "s") is None


def test_an_event_that_outruns_the_submission_ends_the_query(
    services: FakeServices, query: QueryExecution, statement_id: str
) -> None:
    queued = services.queries.history[0]
    services.queries.records[query.id] = queued
    services.warehouse.finish(statement_id, [])
    after = observe_statement(services.context, query.id, statement_id)
    assert after is not None
    assert (after.query.status, after.statement_id) == (QueryStatus.FINISHED, statement_id)


def test_of_two_racing_writers_the_later_state_wins(
    services: FakeServices, query: QueryExecution, statement_id: str
) -> None:
    services.warehouse.set(statement_id, StatementStatus.STARTED)
    outdated = services.queries.get
    services.queries.get = _once(services.queries.history[0], outdated)  # type: ignore[method-assign]  # one stale read
    after = observe_statement(services.context, query.id, statement_id)
    assert after is not None
    assert (after.query.status, after.query.version) == (QueryStatus.STARTED, 3)


def _once(stale: QueryRecord, then):  # type: ignore[no-untyped-def]  # a reader like `get`
    answers = iter([stale])
    return lambda query_id: next(answers, None) or then(query_id)
