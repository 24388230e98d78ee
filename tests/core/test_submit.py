"""Submitting: recorded before started, once an id."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.access import Caller
from core.catalogue import Catalogue
from core.errors import (
    IdAlreadyUsed,
    InvalidId,
    InvalidParameter,
    ReportNotFound,
    StatementRefused,
    WarehouseBusy,
)
from core.parameters import Parameter, ParameterInput
from core.query import QueryExecution, QueryStatus
from core.report import ID
from core.submit import SubmitQueryInput, submit_query
from tests.fakes import BY_DAY, FakeServices


def test_a_submitted_query_is_the_callers(query: QueryExecution) -> None:
    assert (query.owner, query.status, query.version) == ("ana", QueryStatus.SUBMITTED, 2)


def test_a_query_is_recorded_before_its_statement_starts(
    services: FakeServices, query: QueryExecution
) -> None:
    assert [record.query.status for record in services.queries.history] == [
        QueryStatus.QUEUED,
        QueryStatus.SUBMITTED,
    ]


def test_values_are_bound_and_absent_ones_are_null(
    services: FakeServices, query: QueryExecution
) -> None:
    assert services.warehouse.started == [
        (query.id, "select :month::date, NULL::varchar", [Parameter("month", "2015-06-01")])
    ]


def test_the_same_query_submitted_twice_runs_once(
    services: FakeServices, ana: Caller, june: SubmitQueryInput, query: QueryExecution
) -> None:
    again = submit_query(services.context, ana, june)
    assert again == query
    assert len(services.warehouse.started) == 1


def test_one_id_for_two_inputs_is_refused(
    services: FakeServices, ana: Caller, june: SubmitQueryInput, query: QueryExecution
) -> None:
    july = replace(june, parameters=[ParameterInput("month", "2015-07")])
    with pytest.raises(IdAlreadyUsed, match=query.id):
        submit_query(services.context, ana, july)


def test_the_id_of_anothers_query_is_refused(
    services: FakeServices, ben: Caller, june: SubmitQueryInput, query: QueryExecution
) -> None:
    with pytest.raises(IdAlreadyUsed, match=query.id):
        submit_query(services.context, ben, june)


def test_an_id_is_made_for_who_chooses_none(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    first, second = (
        submit_query(services.context, ana, replace(june, id=None)).id for _ in range(2)
    )
    assert first != second


@pytest.mark.parametrize("text", ["", "june", "6F1C2A4E-8B1D-4C57-9A53-0D5F3E2B7A10", "x" * 500])
def test_an_id_that_is_no_lower_case_uuid_is_refused(
    services: FakeServices, ana: Caller, june: SubmitQueryInput, text: str
) -> None:
    with pytest.raises(InvalidId, match="lower-case UUID; give one such as"):
        submit_query(services.context, ana, replace(june, id=ID(text)))
    assert services.queries.records == {}


@pytest.mark.parametrize("name", ["audit", "no_such_report"])
def test_what_is_missing_and_what_is_others_look_alike(
    services: FakeServices, ana: Caller, name: str
) -> None:
    with pytest.raises(ReportNotFound, match=f"no report '{name}' for you; listReports names"):
        submit_query(services.context, ana, SubmitQueryInput(ID(name)))


def test_a_refused_parameter_leaves_nothing_behind(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    with pytest.raises(InvalidParameter):
        submit_query(services.context, ana, replace(june, parameters=[]))
    assert services.queries.records == {}


def test_a_query_waits_while_the_warehouse_has_no_room(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    services.warehouse.trouble = WarehouseBusy("Rate exceeded")
    assert submit_query(services.context, ana, june).status is QueryStatus.QUEUED


def test_a_waiting_query_starts_when_submitted_again(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    services.warehouse.trouble = WarehouseBusy("Rate exceeded")
    submit_query(services.context, ana, june)
    services.warehouse.trouble = None
    assert submit_query(services.context, ana, june).status is QueryStatus.SUBMITTED


def test_a_waiting_query_never_runs_another_version_of_its_report(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    services.warehouse.trouble = WarehouseBusy("Rate exceeded")
    submit_query(services.context, ana, june)
    services.warehouse.trouble = None
    services.catalogue = Catalogue({"taxi_by_day": replace(BY_DAY, version="2")})
    assert submit_query(services.context, ana, june).status is QueryStatus.QUEUED
    assert services.warehouse.started == []


def test_a_statement_the_warehouse_refuses_fails_its_query(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    services.warehouse.trouble = StatementRefused("Redshift endpoint doesn't exist.")
    query = submit_query(services.context, ana, june)
    assert query.status is QueryStatus.FAILED
    assert query.error is not None
    assert query.error.message == "Redshift endpoint doesn't exist."


@settings(max_examples=10_000, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_bound_as_it_is_or_refused_and_the_statement_stays(text: str) -> None:
    services = FakeServices()
    values = [ParameterInput("month", "2015-06"), ParameterInput("vendor", text)]
    try:
        submit_query(
            services.context, Caller(ID("ana")), SubmitQueryInput(BY_DAY.report.name, None, values)
        )
    except InvalidParameter:
        assert not text or "\0" in text
        return
    ((_, sql, bound),) = services.warehouse.started
    assert sql == BY_DAY.sql
    assert bound == [Parameter("month", "2015-06-01"), Parameter("vendor", text)]
