"""Streams' Lambdas in memory: services, a submitted query, and an invocation."""

from types import SimpleNamespace

import pytest

from core.access import Caller
from core.parameters import ParameterInput
from core.query import QueryExecution
from core.report import ID
from core.submit import SubmitQueryInput, submit_query
from tests.fakes import FakeServices


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def query(services: FakeServices) -> QueryExecution:
    month = ParameterInput("month", "2015-06")
    query_id = ID("6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10")
    input = SubmitQueryInput(ID("taxi_by_day"), query_id, [month])
    return submit_query(services.context, Caller(ID("ana")), input)


@pytest.fixture
def invocation() -> SimpleNamespace:
    return SimpleNamespace(
        function_name="f",
        function_version="$LATEST",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:f",
        aws_request_id="1",
        get_remaining_time_in_millis=lambda: 60_000,
    )
