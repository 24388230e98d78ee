"""Places: the limits hold at every moment, owners wait in their order, and no place is lost."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from core.access import Caller
from core.cancel import cancel_query
from core.complete import observe_statement
from core.ended import after_end
from core.errors import IdAlreadyUsed, TooManyQueries, WarehouseBusy
from core.line import start_in_turn
from core.parameters import ParameterInput
from core.places import Limits
from core.query import QueryExecution, QueryStatus
from core.report import ID
from core.submit import SubmitQueryInput, submit_query
from core.sweep import stale, sweep, sweep_places
from tests.core.conftest import QUERY_ID
from tests.fakes import FakeServices

Submit = Callable[..., QueryExecution]


class Killed(BaseException):
    """A Lambda stops here: no code of ours catches it."""


@pytest.fixture
def services() -> FakeServices:
    return FakeServices(limits=Limits(running=1, waiting=2))


@pytest.fixture
def submit(services: FakeServices, ana: Caller) -> Submit:
    """Submits another query, a second after the one before."""

    def submitted(caller: Caller = ana, **changes: object) -> QueryExecution:
        services.clock.pass_by(seconds=1)
        month = ParameterInput("month", "2015-06")
        given = SubmitQueryInput(ID("taxi_by_day"), parameters=[month])
        return submit_query(services.context, caller, replace(given, **changes))  # type: ignore[arg-type]  # fields of the input

    return submitted


def end(services: FakeServices, query: QueryExecution) -> None:
    """Its statement ends, and both events arrive."""
    services.warehouse.finish(f"statement-of-{query.id}", [])
    observe_statement(services.context, query.id, f"statement-of-{query.id}")
    told(services, query)


def told(services: FakeServices, query: QueryExecution) -> None:
    """The stream tells that the query has ended."""
    after_end(services.context, services.queries.records[query.id])


def swept(services: FakeServices) -> None:
    """Two minutes pass, with a sweep after each."""
    for _ in range(2):
        services.clock.pass_by(minutes=1)
        for record in stale(services.context):
            sweep(services.context, record)
        held = list(services.places.held())
        newcomers = [record for each in held for record in sweep_places(services.context, each)]
        start_in_turn(services.context, newcomers)


def started(services: FakeServices) -> list[str]:
    return [query_id for query_id, _, _ in services.warehouse.started]


def status(services: FakeServices, query: QueryExecution) -> QueryStatus:
    return services.queries.records[query.id].query.status


def test_what_is_beyond_the_limit_waits_and_starts_in_its_order(
    services: FakeServices, submit: Submit
) -> None:
    first, second, third = (submit() for _ in range(3))
    assert [query.status for query in (second, third)] == [QueryStatus.QUEUED] * 2
    end(services, first)
    assert started(services) == [first.id, second.id]
    end(services, second)
    assert started(services) == [first.id, second.id, third.id]


def test_one_more_than_may_wait_is_refused_and_leaves_nothing(
    services: FakeServices, submit: Submit
) -> None:
    queries = [submit() for _ in range(3)]
    with pytest.raises(TooManyQueries, match=r"1 queries that run and 2 that wait.*submit again"):
        submit(id=QUERY_ID)
    assert QUERY_ID not in services.queries.records
    end(services, queries[0])
    assert submit(id=QUERY_ID).status is QueryStatus.QUEUED


def test_others_are_not_held_up_by_a_full_queue(
    services: FakeServices, submit: Submit, ben: Caller
) -> None:
    for _ in range(3):
        submit()
    assert submit(ben).status is QueryStatus.SUBMITTED


def test_a_query_submitted_again_keeps_its_place_and_takes_no_other(
    services: FakeServices, submit: Submit
) -> None:
    submit()
    waiting = submit(id=QUERY_ID)
    submit()
    assert submit(id=QUERY_ID) == waiting
    assert len(services.places.of("ana").waiting) == 2


def test_an_ended_query_submitted_again_is_answered_though_all_places_are_held(
    services: FakeServices, submit: Submit
) -> None:
    end(services, submit(id=QUERY_ID))
    for _ in range(3):
        submit()
    assert submit(id=QUERY_ID).status is QueryStatus.FINISHED


def test_an_ended_query_submitted_again_gives_the_place_back(
    services: FakeServices, submit: Submit
) -> None:
    end(services, submit(id=QUERY_ID))
    assert submit(id=QUERY_ID).status is QueryStatus.FINISHED
    assert submit().status is QueryStatus.SUBMITTED


def test_the_id_of_anothers_query_takes_no_place(
    services: FakeServices, submit: Submit, ben: Caller
) -> None:
    submit(id=QUERY_ID)
    with pytest.raises(IdAlreadyUsed):
        submit(ben, id=QUERY_ID)
    assert QUERY_ID not in services.places.of("ben")


def test_a_place_that_names_anothers_query_is_freed(
    services: FakeServices, submit: Submit, ben: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever tried that id was killed before it could give the place back."""
    submit(id=QUERY_ID)
    with monkeypatch.context() as patched:
        patched.setattr(services.places, "free", lambda *_: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            submit(ben, id=QUERY_ID)
    swept(services)
    assert submit(ben).status is QueryStatus.SUBMITTED
    assert QUERY_ID in services.places.of("ana").running


def test_a_turn_of_another_owners_does_not_start_a_query_that_waits_for_its_own(
    services: FakeServices, submit: Submit, ben: Caller
) -> None:
    """Found by the simulator: the place that was left behind came to its turn."""
    submit()
    waiting, bens = submit(id=QUERY_ID), submit(ben)
    services.places.take("ben", QUERY_ID, services.clock(), services.limits)
    end(services, bens)
    assert QUERY_ID in services.places.of("ben").running
    assert status(services, waiting) is QueryStatus.QUEUED
    swept(services)
    assert status(services, waiting) is QueryStatus.QUEUED
    assert QUERY_ID not in services.places.of("ben")


def test_another_input_does_not_free_the_place_of_the_query_that_runs(
    services: FakeServices, submit: Submit
) -> None:
    submit(id=QUERY_ID)
    with pytest.raises(IdAlreadyUsed):
        submit(id=QUERY_ID, parameters=[ParameterInput("month", "2015-07")])
    assert QUERY_ID in services.places.of("ana").running


def test_a_waiting_query_that_is_cancelled_makes_room_for_another(
    services: FakeServices, submit: Submit, ana: Caller
) -> None:
    first, second, third = (submit() for _ in range(3))
    cancel_query(services.context, ana, second.id)
    told(services, second)
    assert submit().status is QueryStatus.QUEUED
    end(services, first)
    assert started(services) == [first.id, third.id]


def test_a_query_cancelled_as_its_turn_comes_is_not_started(
    services: FakeServices, submit: Submit, ana: Caller
) -> None:
    first, second, third = (submit() for _ in range(3))
    cancel_query(services.context, ana, second.id)
    end(services, first)  # before the stream tells of the cancelled one
    assert started(services) == [first.id]
    told(services, second)
    assert started(services) == [first.id, third.id]


def test_two_ends_at_once_start_no_more_than_may_run(ana: Caller) -> None:
    services = FakeServices(limits=Limits(running=2, waiting=9))
    month = [ParameterInput("month", "2015-06")]
    input = SubmitQueryInput(ID("taxi_by_day"), parameters=month)
    queries = []
    for _ in range(5):
        services.clock.pass_by(seconds=1)
        queries.append(submit_query(services.context, ana, input))
    promote, seen = services.places.promote, services.places.of("ana")

    def raced(owner: str, query_id: str, *rest: object) -> object:
        """Before this one's promotion, the other end does all of its work."""
        services.places.promote = promote  # type: ignore[method-assign]  # once
        end(services, queries[1])
        return promote(owner, query_id, *rest)  # type: ignore[arg-type]  # passed on

    services.places.promote = raced  # type: ignore[method-assign,assignment]  # raced once
    end(services, queries[0])
    assert len(seen.waiting) == 3
    assert started(services) == [query.id for query in queries[:4]]
    assert len(services.places.of("ana").running) == 2
    assert services.warehouse.unfinished == 2


def test_an_end_told_twice_or_hours_late_frees_nobody_elses_place(
    services: FakeServices, submit: Submit
) -> None:
    first, second, third = (submit() for _ in range(3))
    end(services, first)
    told(services, first)
    services.clock.pass_by(hours=5)
    told(services, first)
    assert started(services) == [first.id, second.id]
    assert list(services.places.of("ana").waiting) == [third.id]


def test_a_place_whose_query_was_never_recorded_is_freed(
    services: FakeServices, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(services.queries, "put_new", lambda _: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            submit()
    waiting = submit()
    assert waiting.status is QueryStatus.QUEUED
    swept(services)
    assert started(services) == [waiting.id]


def test_a_submit_between_its_place_and_its_record_keeps_the_place(
    services: FakeServices, submit: Submit
) -> None:
    services.places.take("ana", QUERY_ID, services.clock(), services.limits)
    services.clock.pass_by(seconds=25)  # as long as a resolver lives
    sweep_places(services.context, services.places.of("ana"))
    assert submit(id=QUERY_ID).status is QueryStatus.SUBMITTED


def test_a_turn_that_comes_before_the_record_is_not_missed(
    services: FakeServices, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one before ends after the place was taken, and finds no record to start."""
    first, put_new = submit(), services.queries.put_new

    def put_after_the_end(record: object) -> bool:
        end(services, first)
        return put_new(record)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(services.queries, "put_new", put_after_the_end)
    assert submit().status is QueryStatus.SUBMITTED


def test_a_place_whose_end_was_never_told_is_freed(services: FakeServices, submit: Submit) -> None:
    first, second = submit(), submit()
    services.warehouse.finish(f"statement-of-{first.id}", [])
    swept(services)  # the sweeper alone finds out
    assert started(services) == [first.id, second.id]
    assert list(services.places.of("ana").running) == [second.id]


@pytest.mark.parametrize("step", ["free", "promote", "execute"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_who_passes_a_place_on_may_be_killed_at_any_step(
    services: FakeServices,
    submit: Submit,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    when: str,
) -> None:
    first, second, third = (submit() for _ in range(3))
    seam = services.warehouse if step == "execute" else services.places
    effect = getattr(seam, step)

    def killed(*arguments: object) -> None:
        if when == "after":
            effect(*arguments)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(seam, step, killed)
        with pytest.raises(Killed):
            end(services, first)
    swept(services)
    assert started(services) == [first.id, second.id]
    end(services, second)
    assert started(services) == [first.id, second.id, third.id]


@pytest.mark.parametrize("step", ["take", "put_new", "execute", "replace"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_who_submits_may_be_killed_at_any_step(
    services: FakeServices,
    submit: Submit,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    when: str,
) -> None:
    seams = {"take": services.places, "execute": services.warehouse}
    seam = seams.get(step, services.queries)
    effect = getattr(seam, step)

    def killed(*arguments: object, **named: object) -> None:
        if when == "after":
            effect(*arguments, **named)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(seam, step, killed)
        with pytest.raises(Killed):
            submit(id=QUERY_ID)
    swept(services)
    if QUERY_ID in services.queries.records:
        assert started(services) == [QUERY_ID]
        end(services, services.queries.records[QUERY_ID].query)
    swept(services)
    assert submit().status is QueryStatus.SUBMITTED


def test_lost_places_are_held_again_by_who_should_have_them(
    services: FakeServices, submit: Submit
) -> None:
    first, second, third = (submit() for _ in range(3))
    services.places.owners.clear()
    swept(services)
    places = services.places.of("ana")
    assert (list(places.running), list(places.waiting)) == ([first.id], [second.id, third.id])
    assert started(services) == [first.id]


def test_an_owner_without_queries_is_left_out_of_the_sweep(
    services: FakeServices, submit: Submit
) -> None:
    end(services, submit())
    assert services.places.open == {"ana"}
    swept(services)
    assert services.places.open == set()


def test_a_query_whose_turn_does_not_come_in_time_says_so(
    services: FakeServices, submit: Submit
) -> None:
    submit()
    waiting = submit()
    services.clock.pass_by(hours=1)
    swept(services)
    error = services.queries.records[waiting.id].query.error
    assert error is not None
    assert (error.type, error.message) == (
        "NotStarted",
        "Its turn among its owner's queries did not come within 1 hour; submit it again later.",
    )


def test_limits_hold_whatever_order_things_happen_in(ana: Caller, ben: Caller) -> None:
    """A thousand random steps; after each, no owner has more running than may."""
    services, rng = FakeServices(limits=Limits(running=3, waiting=5)), random.Random(7)
    month = [ParameterInput("month", "2015-06")]
    submitted: list[QueryExecution] = []
    for _ in range(1_000):
        services.clock.pass_by(seconds=rng.choice((0, 1, 20)))
        services.warehouse.trouble = WarehouseBusy("full") if rng.random() < 0.2 else None
        caller, step = rng.choice((ana, ben)), rng.random()
        if step < 0.5:
            try:
                input = SubmitQueryInput(ID("taxi_by_day"), parameters=month)
                submitted.append(submit_query(services.context, caller, input))
            except TooManyQueries:
                assert len(services.places.of(caller.id).waiting) == 5
        elif step < 0.8 and services.warehouse.statements:
            query = rng.choice(submitted)
            if f"statement-of-{query.id}" in services.warehouse.statements:
                end(services, query)
        elif step < 0.9 and submitted:
            query = rng.choice(submitted)
            cancel_query(services.context, Caller(query.owner), query.id)
            if status(services, query).is_final:
                told(services, query)
        else:
            with suppress(WarehouseBusy):
                swept(services)
        for owner in ("ana", "ben"):
            running = [
                record
                for record in services.queries.records.values()
                if record.query.owner == owner
                and record.statement_id is not None
                and not record.query.status.is_final
            ]
            assert len(running) <= 3
    services.warehouse.trouble = None
    services.clock.pass_by(seconds=timedelta(minutes=1).total_seconds())
    for _ in range(12):
        swept(services)
        for query in submitted:
            if f"statement-of-{query.id}" in services.warehouse.statements:
                end(services, query)
    assert {status(services, query).is_final for query in submitted} == {True}
    assert not services.places.of("ana").running
