"""A record and its item say the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.access import Caller
from core.aws.query_table import QueryTable, item_from_record, record_from_item
from core.cancel import cancel_query
from core.coercion import timestamp
from core.complete import observe_statement
from core.context import After, QueryFilter
from core.errors import WarehouseBusy
from core.pipelines.run import run_scheduled
from core.query import QueryExecution, cancelled
from core.report import ID
from core.statement import StatementStatus
from core.submit import SubmitQueryInput, submit_query
from tests.fakes import FakeServices


def test_a_record_survives_being_an_item(
    services: FakeServices, query: QueryExecution, statement_id: str
) -> None:
    for record in services.queries.history:
        assert record_from_item(item_from_record(record)) == record


def test_a_failed_record_survives_being_an_item(
    services: FakeServices, query: QueryExecution, statement_id: str
) -> None:
    services.warehouse.set(statement_id, StatementStatus.FAILED, "ERROR: Divide by zero")
    record = observe_statement(services.context, query.id, statement_id)
    assert record is not None
    assert record_from_item(item_from_record(record)) == record


def test_a_run_of_a_pipeline_survives_being_an_item(services: FakeServices) -> None:
    record = run_scheduled(services.context, "load", services.clock())
    assert record is not None
    assert record_from_item(item_from_record(record)) == record


def test_a_cancelled_record_survives_being_an_item(
    services: FakeServices, query: QueryExecution, ana: Caller
) -> None:
    cancel_query(services.context, ana, query.id)
    record = services.queries.history[-1]
    assert record.cancelled_by == ana.id
    assert record_from_item(item_from_record(record)) == record
    settled = replace(record, is_settled=True)
    assert record_from_item(item_from_record(settled)) == settled


def test_a_record_that_waits_for_room_or_has_timed_out_survives_being_an_item(
    services: FakeServices, query: QueryExecution
) -> None:
    record = services.queries.history[0]
    bounded = replace(record, timeout=timedelta(seconds=90), wants_room=True)
    assert record_from_item(item_from_record(bounded)) == bounded
    stopped = replace(bounded, executed_at=services.clock(), is_timed_out=True)
    assert record_from_item(item_from_record(stopped)) == stopped


def test_a_record_whose_end_is_to_be_told_survives_being_an_item(
    services: FakeServices, query: QueryExecution
) -> None:
    told = replace(services.queries.history[0], notify=True)
    assert record_from_item(item_from_record(told)) == told


def test_what_stands_in_line_is_in_a_part_of_its_own(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    services.warehouse.trouble = WarehouseBusy("full")
    submit_query(services.context, ana, june)
    record = services.queries.history[-1]
    assert item_from_record(record)["unfinished"] == {"S": "room"}
    ended = cancelled(record, ana.id, services.clock())
    assert ended is not None
    assert item_from_record(ended)["unfinished"] == {"S": "yes"}


def test_only_an_unfinished_query_is_in_the_sweepers_index(
    services: FakeServices, query: QueryExecution, statement_id: str
) -> None:
    assert item_from_record(services.queries.history[-1])["unfinished"] == {"S": "yes"}
    services.warehouse.finish(statement_id, [])
    record = observe_statement(services.context, query.id, statement_id)
    assert record is not None
    assert "unfinished" not in item_from_record(record)


def test_a_query_that_ended_without_a_statement_stays_in_it_until_settled(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    services.warehouse.trouble = WarehouseBusy("full")
    cancel_query(services.context, ana, submit_query(services.context, ana, june).id)
    record = services.queries.history[-1]
    assert item_from_record(record)["unfinished"] == {"S": "yes"}
    assert "unfinished" not in item_from_record(replace(record, is_settled=True))


class RecordedQueries:
    """A DynamoDB client that keeps what it is asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def query(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        return {"Items": []}


def test_the_time_of_a_list_is_a_condition_on_the_key_with_its_end_left_out() -> None:
    client: Any = RecordedQueries()
    june = datetime(2026, 6, 1, tzinfo=UTC)
    wanted = QueryFilter(ID("r"), None, june, june + timedelta(days=30))
    QueryTable(client, "queries").of_owner("ana", wanted, 20, None)
    (request,) = client.asked
    values = {name: value["S"] for name, value in request["ExpressionAttributeValues"].items()}
    begin, end = values[":submittedAfter"], values[":submittedBefore"]
    assert begin == timestamp(june)
    assert "2026-06-30T23:59:59.999Z" < end < "2026-07-01T00:00:00.000Z"
    assert request["FilterExpression"] == "#report = :report"


def test_the_runs_of_a_schedule_are_read_from_its_index_and_are_the_owners() -> None:
    client: Any = RecordedQueries()
    after = After("q", datetime(2026, 6, 1, tzinfo=UTC))
    QueryTable(client, "queries").of_owner("ana", QueryFilter(schedule=ID("s")), 10, after)
    (request,) = client.asked
    assert request["IndexName"] == "bySchedule"
    assert request["KeyConditionExpression"].startswith("#schedule = :schedule AND submittedAt")
    assert request["FilterExpression"] == "#owner = :owner"
    values = request["ExpressionAttributeValues"]
    assert (values[":schedule"], values[":owner"]) == ({"S": "s"}, {"S": "ana"})
    assert request["ExclusiveStartKey"] == {
        "id": {"S": "q"},
        "submittedAt": {"S": "2026-06-01T00:00:00.000Z"},
        "schedule": {"S": "s"},
    }


def test_a_list_of_all_times_has_bounds_that_nothing_is_beyond() -> None:
    client: Any = RecordedQueries()
    QueryTable(client, "queries").of_owner("ana", QueryFilter(), 20, None)
    (request,) = client.asked
    values = request["ExpressionAttributeValues"]
    now = timestamp(datetime.now(UTC))
    assert values[":submittedAfter"]["S"] < now < values[":submittedBefore"]["S"]
    assert "FilterExpression" not in request


def test_a_record_is_kept_for_thirty_days(
    services: FakeServices, query: QueryExecution, ana: Caller
) -> None:
    record = services.queries.history[-1]
    expires = int(item_from_record(record)["expiresAt"]["N"])
    assert expires - query.submitted_at.timestamp() == 30 * 24 * 3600
    assert record_from_item(item_from_record(replace(record))) == record


@pytest.mark.parametrize("groups", [None, frozenset(), frozenset({"analysts", "managers"})])
@pytest.mark.parametrize("name", ["report_groups", "bound_groups"])
def test_groups_survive_being_an_item(
    services: FakeServices, query: QueryExecution, name: str, groups: frozenset[str] | None
) -> None:
    record = replace(services.queries.history[-1], **{name: groups})  # type: ignore[arg-type]  # by name
    assert record_from_item(item_from_record(record)) == record


class UnfinishedItems(RecordedQueries):
    """Its index holds these."""

    def __init__(self, *items: dict[str, Any]) -> None:
        super().__init__()
        self.items = list(items)

    def get_paginator(self, _: str) -> "UnfinishedItems":
        return self

    def paginate(self, **request: Any) -> list[dict[str, Any]]:
        is_swept = request["ExpressionAttributeValues"][":part"] == {"S": "yes"}
        return [{"Items": self.items if is_swept else []}]


def test_an_item_that_cannot_be_read_leaves_the_others_to_the_sweeper(
    services: FakeServices, query: QueryExecution, caplog: pytest.LogCaptureFixture
) -> None:
    """Such as one of a later version, after a rollback."""
    item = item_from_record(services.queries.history[-1])
    later = {**item, "id": {"S": "later"}, "kind": {"S": "SOMETHING_NEW"}}
    client: Any = UnfinishedItems(later, item)
    found = list(QueryTable(client, "queries").unfinished(datetime.now(UTC)))
    assert [record.query.id for record in found] == [query.id]
    assert "later" in caplog.text
