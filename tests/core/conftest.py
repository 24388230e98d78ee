"""What tests of core begin with: services in memory, callers, and a submitted query."""

import pytest

from core.access import Caller
from core.parameters import ParameterInput
from core.query import QueryExecution
from core.report import ID
from core.submit import SubmitQueryInput, submit_query
from tests.fakes import FakeServices

QUERY_ID = ID("6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10")


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def ana() -> Caller:
    return Caller(ID("ana"), frozenset({"analysts"}))


@pytest.fixture
def ben() -> Caller:
    return Caller(ID("ben"), frozenset({"analysts"}))


@pytest.fixture
def june() -> SubmitQueryInput:
    return SubmitQueryInput(ID("taxi_by_day"), QUERY_ID, [ParameterInput("month", "2015-06")])


@pytest.fixture
def query(services: FakeServices, ana: Caller, june: SubmitQueryInput) -> QueryExecution:
    return submit_query(services.context, ana, june)


@pytest.fixture
def statement_id(query: QueryExecution) -> str:
    return f"statement-of-{query.id}"
