"""Passing places on when the stream tells of ends: each record by itself, failures reported."""

from types import SimpleNamespace
from typing import Any

import pytest

from core.access import Caller
from core.aws.query_table import item_from_record
from core.complete import observe_statement
from core.exports.export import ExportFormat
from core.exports.export_query import ExportQueryInput
from core.parameters import ParameterInput
from core.places import Limits
from core.query import QueryExecution, QueryStatus
from core.report import ID
from core.submit import SubmitQueryInput, submit_query
from streams import ended
from tests.core.exports.exporting import exporting
from tests.fakes import FakeServices

AUDIT_AS_JSON = ExportQueryInput(ID("audit"), ExportFormat.JSON)


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> FakeServices:
    services = FakeServices(limits=Limits(running=1, waiting=9))
    monkeypatch.setattr(ended, "context", lambda: services.context)
    return services


@pytest.fixture
def waiting(services: FakeServices, query: QueryExecution) -> QueryExecution:
    """The owner's next."""
    input = SubmitQueryInput(ID("taxi_by_day"), parameters=[ParameterInput("month", "2015-06")])
    return submit_query(services.context, Caller(ID("ana")), input)


def change(number: int, image: dict[str, Any]) -> dict[str, Any]:
    keys = {"id": image["id"]}
    return {"dynamodb": {"Keys": keys, "NewImage": image, "SequenceNumber": str(number)}}


def end(services: FakeServices, query: QueryExecution) -> dict[str, Any]:
    statement_id = f"statement-of-{query.id}"
    services.warehouse.finish(statement_id, [])
    record = observe_statement(services.context, query.id, statement_id)
    assert record is not None
    return item_from_record(record)


def test_the_next_query_starts(
    services: FakeServices,
    query: QueryExecution,
    waiting: QueryExecution,
    invocation: SimpleNamespace,
) -> None:
    event = {"Records": [change(1, end(services, query))]}
    answer = ended.handler(event, invocation)
    assert answer == {"batchItemFailures": []}
    assert services.queries.records[waiting.id].query.status is QueryStatus.SUBMITTED


def test_an_export_whose_rows_lie_in_s3_has_its_files_made(
    services: FakeServices, invocation: SimpleNamespace
) -> None:
    export = exporting(services, Caller(ID("ada"), frozenset({"administrators"})), AUDIT_AS_JSON)
    export.unload(b"{}\n")
    event = {"Records": [change(1, item_from_record(export.record))]}
    assert ended.handler(event, invocation) == {"batchItemFailures": []}
    assert services.export_queue.asked == [export.query.id]


@pytest.mark.parametrize("notify", [True, False])
def test_a_notice_is_asked_for_where_one_is_wanted(
    services: FakeServices, invocation: SimpleNamespace, *, notify: bool
) -> None:
    june = [ParameterInput("month", "2015-06")]
    input = SubmitQueryInput(ID("taxi_by_day"), parameters=june, notify=notify)
    query = submit_query(services.context, Caller(ID("ana")), input)
    event = {"Records": [change(1, end(services, query))]}
    assert ended.handler(event, invocation) == {"batchItemFailures": []}
    assert services.notices.asked == ([query.id] if notify else [])


def test_a_record_that_cannot_be_handled_is_reported_and_the_others_are_handled(
    services: FakeServices,
    query: QueryExecution,
    waiting: QueryExecution,
    invocation: SimpleNamespace,
) -> None:
    event = {"Records": [change(1, {"id": {"S": "broken"}}), change(2, end(services, query))]}
    answer = ended.handler(event, invocation)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert services.queries.records[waiting.id].query.status is QueryStatus.SUBMITTED
