"""The estimate of a query's time: the median of its report's recent runs."""

from dataclasses import replace

from core.access import Caller
from core.complete import observe_statement
from core.ended import after_end
from core.query import QueryExecution
from core.report import ID
from core.statement import StatementStatus
from core.submit import SubmitQueryInput, submit_query
from tests.fakes import FakeServices


def run(services: FakeServices, caller: Caller, input: SubmitQueryInput) -> QueryExecution:
    """A query of the input that has finished, in 1,500 ms."""
    query = submit_query(services.context, caller, replace(input, id=None))
    services.warehouse.finish(f"statement-of-{query.id}", [])
    ended(services, query.id)
    return query


def ended(services: FakeServices, query_id: str) -> None:
    record = observe_statement(services.context, query_id, f"statement-of-{query_id}")
    assert record is not None
    after_end(services.context, record)


def test_a_report_that_never_ran_has_no_estimate(query: QueryExecution) -> None:
    assert query.estimated_duration_ms is None


def test_runs_of_all_owners_make_the_estimate(
    services: FakeServices, ana: Caller, ben: Caller, june: SubmitQueryInput
) -> None:
    run(services, ana, june)
    assert submit_query(services.context, ben, june).estimated_duration_ms == 1_500


def test_it_is_the_median_and_each_run_counts_once(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    services.durations.noted["taxi_by_day"] = {"a": 10, "b": 90_000}
    query = run(services, ana, june)
    ended(services, query.id)
    assert submit_query(services.context, ana, june).estimated_duration_ms == 1_500
    assert len(services.durations.noted["taxi_by_day"]) == 3


def test_what_did_not_finish_does_not_count(
    services: FakeServices, query: QueryExecution, statement_id: str
) -> None:
    services.warehouse.set(statement_id, StatementStatus.FAILED, "ERROR: Divide by zero")
    ended(services, query.id)
    assert services.durations.of(ID("taxi_by_day")) == []
