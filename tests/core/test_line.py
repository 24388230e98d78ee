"""The line for room in Redshift: retried soon, oldest first, and fair to all owners."""

from datetime import timedelta

import pytest

from core.access import Caller
from core.again import LONGEST_PAUSE, pause
from core.cancel import cancel_query
from core.complete import observe_statement
from core.ended import after_end
from core.errors import TooManyQueries, WarehouseBusy
from core.line import start_in_turn
from core.parameters import ParameterInput
from core.places import Limits
from core.query import QueryExecution, QueryStatus
from core.report import ID
from core.revisit import revisit
from core.submit import SubmitQueryInput, submit_query
from core.sweep import stale, sweep
from tests.core.conftest import QUERY_ID
from tests.fakes import FakeServices

MONTH = [ParameterInput("month", "2015-06")]
REPORT = ID("taxi_by_day")


def submit(services: FakeServices, owner: str) -> QueryExecution:
    services.clock.pass_by(seconds=1)
    caller = Caller(ID(owner))
    return submit_query(services.context, caller, SubmitQueryInput(REPORT, parameters=MONTH))


def end(services: FakeServices, query_id: str) -> None:
    """Its statement ends, and both events arrive."""
    services.clock.pass_by(seconds=1)
    services.warehouse.finish(f"statement-of-{query_id}", [])
    record = observe_statement(services.context, query_id, f"statement-of-{query_id}")
    assert record is not None
    after_end(services.context, record)


def started(services: FakeServices) -> list[str]:
    return [query_id for query_id, _, _ in services.warehouse.started]


@pytest.fixture
def waiting(services: FakeServices, ana: Caller, june: SubmitQueryInput) -> QueryExecution:
    """A query for which Redshift had no room; now it has."""
    services.warehouse.trouble = WarehouseBusy("full")
    query = submit_query(services.context, ana, june)
    services.warehouse.trouble = None
    return query


def test_a_query_without_room_is_looked_at_again_within_seconds(
    services: FakeServices, waiting: QueryExecution
) -> None:
    [(query_id, after, attempt)] = services.revisits.asked
    assert (query_id, attempt) == (waiting.id, 0)
    assert timedelta(0) <= after <= timedelta(seconds=2)


def test_the_message_starts_it_and_no_other_follows(
    services: FakeServices, waiting: QueryExecution
) -> None:
    record = revisit(services.context, waiting.id, 0)
    assert record is not None
    assert record.query.status is QueryStatus.SUBMITTED
    assert len(services.revisits.asked) == 1


def test_a_message_that_finds_no_room_is_followed_by_another(
    services: FakeServices, waiting: QueryExecution
) -> None:
    services.warehouse.trouble = WarehouseBusy("full")
    version = services.queries.records[waiting.id].query.version
    revisit(services.context, waiting.id, 3)
    assert [attempt for _, _, attempt in services.revisits.asked] == [0, 4]
    assert services.queries.records[waiting.id].query.version == version


def test_a_message_starts_nothing_whose_turn_has_not_come(ana: Caller) -> None:
    services = FakeServices(limits=Limits(running=1, waiting=1))
    submit(services, "ana")
    second = submit(services, "ana")
    revisit(services.context, second.id, 0)
    assert second.id not in started(services)


def test_a_message_that_comes_twice_or_late_does_no_harm(
    services: FakeServices, waiting: QueryExecution, ana: Caller
) -> None:
    for _ in range(2):
        revisit(services.context, waiting.id, 0)
    cancel_query(services.context, ana, waiting.id)
    services.clock.pass_by(hours=5)
    revisit(services.context, waiting.id, 0)
    revisit(services.context, "00000000-0000-4000-8000-000000000000", 0)
    assert started(services) == [waiting.id]


def test_pauses_grow_up_to_a_minute_and_are_drawn_from_all_up_to_that() -> None:
    for attempt in range(40):
        longest = min(2 * 2**attempt, LONGEST_PAUSE.total_seconds())
        pauses = [pause(attempt).total_seconds() for _ in range(200)]
        assert 0 <= min(pauses) < longest / 4
        assert longest * 3 / 4 < max(pauses) <= longest


def test_the_sweeper_starts_it_where_the_message_is_lost(
    services: FakeServices, waiting: QueryExecution
) -> None:
    start_in_turn(services.context)
    assert started(services) == [waiting.id]


def test_a_query_cancelled_in_line_is_not_started(
    services: FakeServices, waiting: QueryExecution, ana: Caller
) -> None:
    listed = services.queries.records[waiting.id]
    cancel_query(services.context, ana, waiting.id)
    start_in_turn(services.context, [services.queries.records[waiting.id]])
    services.warehouse.room = 0
    start_in_turn(services.context, [listed])
    assert started(services) == []


def test_the_line_is_tried_no_further_than_its_first_refusal(services: FakeServices) -> None:
    services.warehouse.room = 0
    for number in range(20):
        submit(services, f"user {number}")
    tries = 0
    execute = services.warehouse.execute

    def counted(*arguments: object) -> str:
        nonlocal tries
        tries += 1
        return execute(*arguments)  # type: ignore[arg-type]  # passed on

    services.warehouse.execute = counted  # type: ignore[method-assign,assignment]  # counts
    start_in_turn(services.context)
    assert tries == 1


def test_a_query_that_waits_in_vain_does_not_hold_up_the_line(services: FakeServices) -> None:
    services.warehouse.room = 0
    old = submit(services, "ana")
    services.clock.pass_by(hours=1)
    young = submit(services, "ben")
    services.warehouse.room = 1
    start_in_turn(services.context)
    assert started(services) == [young.id]
    error = services.queries.records[old.id].query.error
    assert error is not None
    assert error.message.startswith("Redshift had no room for it within 1 hour; submit")


def test_one_that_redshift_tells_nothing_about_holds_nobody_up_for_long(
    services: FakeServices, waiting: QueryExecution
) -> None:
    services.clock.pass_by(hours=2)
    services.warehouse.trouble = WarehouseBusy("Rate exceeded")
    start_in_turn(services.context)
    assert services.queries.records[waiting.id].query.status is QueryStatus.QUEUED
    services.warehouse.trouble = None
    start_in_turn(services.context)
    assert services.queries.records[waiting.id].query.status is QueryStatus.FAILED


def test_the_sweeper_ends_what_waits_in_vain_however_far_behind(services: FakeServices) -> None:
    services.warehouse.room = 0
    queries = [submit(services, f"user {number}") for number in range(5)]
    services.clock.pass_by(hours=1, seconds=1)
    for record in stale(services.context):
        sweep(services.context, record)
    records = [services.queries.records[query.id] for query in queries]
    assert {record.query.status for record in records} == {QueryStatus.FAILED}


def test_nobody_waits_behind_anothers_thousand() -> None:
    """T13: Redshift has five slots, one user floods it, twenty others submit one query each."""
    services = FakeServices(limits=Limits(running=5, waiting=100))
    services.warehouse.room = 5
    flood = []
    for _ in range(1_000):
        try:
            flood.append(submit(services, "flooder").id)
        except TooManyQueries:
            continue
    assert len(flood) == 105
    others = [submit(services, f"user {number}").id for number in range(20)]
    assert started(services) == flood[:5]
    for _ in range(20 + 2):
        end(services, next(id for id in started(services) if not ended(services, id)))
    turns = {query_id: turn for turn, query_id in enumerate(started(services)[5:])}
    assert all(turns[query_id] <= position + 2 for position, query_id in enumerate(others))


def ended(services: FakeServices, query_id: str) -> bool:
    return services.queries.records[query_id].query.status.is_final


def test_a_flood_never_has_more_than_its_places_while_others_come_and_go() -> None:
    services = FakeServices(limits=Limits(running=2, waiting=50))
    services.warehouse.room = 4
    for _ in range(40):
        submit(services, "flooder")
    for number in range(30):
        one = submit(services, f"user {number}")
        assert one.id in started(services)
        end(services, one.id)
    flooders = [
        id for id in started(services) if services.queries.records[id].query.owner[0] == "f"
    ]
    assert len(flooders) == 2


def test_a_query_that_stands_in_line_keeps_its_place(
    services: FakeServices, waiting: QueryExecution
) -> None:
    assert waiting.id == QUERY_ID
    assert list(services.places.of("ana").running) == [QUERY_ID]
