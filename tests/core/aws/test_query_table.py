"""A record and its item say the same."""

from dataclasses import replace

from core.access import Caller
from core.aws.query_table import item_from_record, record_from_item
from core.complete import observe_statement
from core.query import QueryExecution
from core.statement import StatementStatus
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


def test_only_an_unfinished_query_is_in_the_sweepers_index(
    services: FakeServices, query: QueryExecution, statement_id: str
) -> None:
    assert item_from_record(services.queries.history[-1])["unfinished"] == {"S": "yes"}
    services.warehouse.finish(statement_id, [])
    record = observe_statement(services.context, query.id, statement_id)
    assert record is not None
    assert "unfinished" not in item_from_record(record)


def test_a_record_is_kept_for_thirty_days(
    services: FakeServices, query: QueryExecution, ana: Caller
) -> None:
    record = services.queries.history[-1]
    expires = int(item_from_record(record)["expiresAt"]["N"])
    assert expires - query.submitted_at.timestamp() == 30 * 24 * 3600
    assert record_from_item(item_from_record(replace(record))) == record
