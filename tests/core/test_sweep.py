"""Every query ends, also when its events are lost."""

import pytest

from core.access import Caller
from core.catalogue import Catalogue
from core.errors import WarehouseBusy
from core.line import start_in_turn
from core.query import QueryExecution, QueryRecord, QueryStatus
from core.statement import StatementStatus
from core.submit import SubmitQueryInput, submit_query
from core.sweep import stale, sweep, sweep_places
from tests.fakes import FakeServices


def swept(services: FakeServices) -> list[QueryRecord]:
    """A whole sweep; the stale queries as they are after it."""
    records = [sweep(services.context, record) for record in stale(services.context)]
    held = list(services.places.held())
    newcomers = [record for each in held for record in sweep_places(services.context, each)]
    start_in_turn(services.context, newcomers)
    return [services.queries.records[record.query.id] for record in records]


def test_a_query_that_moved_just_now_is_left_alone(
    services: FakeServices, query: QueryExecution
) -> None:
    services.clock.pass_by(seconds=29)
    assert swept(services) == []


def test_a_lost_event_is_made_good(
    services: FakeServices, query: QueryExecution, statement_id: str
) -> None:
    services.warehouse.finish(statement_id, [])
    services.clock.pass_by(seconds=31)
    assert [record.query.status for record in swept(services)] == [QueryStatus.FINISHED]


def test_a_running_statement_stays_as_it_is(
    services: FakeServices, query: QueryExecution, statement_id: str
) -> None:
    services.warehouse.set(statement_id, StatementStatus.STARTED)
    services.clock.pass_by(seconds=31)
    swept(services)
    services.clock.pass_by(seconds=31)
    assert [record.query.version for record in swept(services)] == [3]


def test_a_statement_that_redshift_forgot_fails_its_query(
    services: FakeServices, query: QueryExecution
) -> None:
    services.warehouse.statements.clear()
    services.clock.pass_by(hours=25)
    (record,) = swept(services)
    assert record.query.error is not None
    assert record.query.error.type == "StatementLost"


def test_a_query_that_found_no_room_is_started(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    services.warehouse.trouble = WarehouseBusy("full")
    submit_query(services.context, ana, june)
    services.warehouse.trouble = None
    services.clock.pass_by(seconds=31)
    assert [record.query.status for record in swept(services)] == [QueryStatus.SUBMITTED]


def test_a_query_that_finds_no_room_for_an_hour_fails(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    services.warehouse.trouble = WarehouseBusy("full")
    submit_query(services.context, ana, june)
    services.clock.pass_by(hours=1, seconds=1)
    services.warehouse.trouble = None
    (record,) = swept(services)
    assert record.query.error is not None
    assert record.query.error.type == "NotStarted"


def test_a_report_that_changed_meanwhile_is_not_run(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    services.warehouse.trouble = WarehouseBusy("full")
    submit_query(services.context, ana, june)
    services.catalogue = Catalogue({})
    services.clock.pass_by(seconds=31)
    services.warehouse.trouble = None
    (record,) = swept(services)
    assert record.query.error is not None
    assert record.query.error.type == "ReportChanged"
    assert services.warehouse.started == []


@pytest.mark.parametrize("changed", [True, False])
def test_a_query_whose_start_was_not_recorded_is_not_given_up(
    services: FakeServices, ana: Caller, june: SubmitQueryInput, changed: bool
) -> None:
    """Found by the simulator: Redshift had started it, and its starter was killed."""
    services.warehouse.trouble = WarehouseBusy("no answer")
    query = submit_query(services.context, ana, june)
    services.warehouse.trouble = None
    services.warehouse.set(f"statement-of-{query.id}", StatementStatus.STARTED)
    if changed:
        services.catalogue = Catalogue({})
    services.clock.pass_by(hours=2)
    swept(services)
    services.clock.pass_by(minutes=1)
    assert [record.query.status for record in swept(services)] == [QueryStatus.STARTED]


def test_a_query_that_was_started_after_the_sweep_read_it_is_not_given_up(
    services: FakeServices, query: QueryExecution
) -> None:
    """Found by the simulator, where the index of unfinished queries tells late."""
    waiting = services.queries.history[0]
    services.catalogue = Catalogue({})
    assert sweep(services.context, waiting).query.status is QueryStatus.SUBMITTED
