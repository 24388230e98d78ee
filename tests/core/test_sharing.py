"""Who asks the same question shares its statement, and each has a query of their own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from core.access import Caller
from core.cancel import cancel_query
from core.complete import observe_statement
from core.errors import InvalidMaxAge, QueryNotFound, WarehouseBusy
from core.line import start_in_turn
from core.parameters import ParameterInput
from core.query import QueryExecution, QueryRecord, QueryStatus, following
from core.read import get_query_result
from core.report import ID
from core.revisit import revisit
from core.sharing import share
from core.statement import StatementStatus
from core.submit import SubmitQueryInput, submit_query
from core.sweep import stale, sweep
from tests.fakes import OF_GROUPS, SHARED_BY_DAY, FakeServices

Ask = Callable[..., QueryExecution]


class Killed(BaseException):
    """A Lambda stops here: no code of ours catches it."""


@pytest.fixture
def services(services: FakeServices) -> FakeServices:
    services.catalogue = replace(
        services.catalogue,
        reports={
            "taxi_by_day": SHARED_BY_DAY,
            "of_groups": replace(OF_GROUPS, max_age=timedelta(minutes=15)),
        },
    )
    return services


@pytest.fixture
def ask(services: FakeServices) -> Ask:
    """Submits the report for somebody: `ask("ana", max_age=60)`."""

    def asked(who: str, *groups: str, max_age: int | None = None, **values: str) -> QueryExecution:
        report = values.pop("report", "taxi_by_day")
        given = [ParameterInput(name, value) for name, value in values.items()]
        if report == "taxi_by_day" and not values:
            given = [ParameterInput("month", "2015-06")]
        asker = Caller(ID(who), frozenset(groups))
        query_id = ID(str(uuid4()))
        return submit_query(
            services.context, asker, SubmitQueryInput(ID(report), query_id, given, max_age)
        )

    return asked


def finish(services: FakeServices, query: QueryExecution) -> None:
    """The statement of that name ends with three rows, and its event arrives."""
    statement_id = f"statement-of-{query.id}"
    services.warehouse.now = services.clock()
    services.warehouse.finish(statement_id, [[{"longValue": n}] for n in range(3)])
    observe_statement(services.context, query.id, statement_id)


def stored(services: FakeServices, query: QueryExecution) -> QueryRecord:
    return services.queries.records[query.id]


def cancelled(services: FakeServices, query: QueryExecution) -> QueryExecution:
    return cancel_query(services.context, Caller(query.owner), query.id)


def statuses(services: FakeServices, *queries: QueryExecution) -> list[str]:
    return [stored(services, query).query.status.value for query in queries]


def test_all_who_ask_while_it_runs_have_its_one_statement(services: FakeServices, ask: Ask) -> None:
    queries = [ask(f"user {n}") for n in range(20)]
    assert [name for name, _, _ in services.warehouse.started] == [queries[0].id]
    assert {stored(services, query).statement_id for query in queries} == {
        f"statement-of-{queries[0].id}"
    }
    finish(services, queries[0])
    assert set(statuses(services, *queries)) == {"FINISHED"}
    for query in queries:
        page = get_query_result(services.context, Caller(query.owner), query.id)
        assert page.rows == [[0], [1], [2]]


def test_a_query_is_its_askers_alone_though_its_statement_is_not(
    services: FakeServices, ask: Ask
) -> None:
    first, second = ask("ana"), ask("ben")
    finish(services, first)
    with pytest.raises(QueryNotFound):
        get_query_result(services.context, Caller(second.owner), first.id)


@pytest.mark.parametrize(
    "other", [{"month": "2015-07"}, {"month": "2015-06", "vendor": "1"}], ids=["value", "optional"]
)
def test_another_question_has_another_statement(
    services: FakeServices, ask: Ask, other: dict[str, str]
) -> None:
    ask("ana")
    ask("ben", **other)
    assert len(services.warehouse.started) == 2


def test_another_version_of_the_report_is_another_question(
    services: FakeServices, ask: Ask
) -> None:
    ask("ana")
    changed = replace(SHARED_BY_DAY, version="2")
    services.catalogue = replace(services.catalogue, reports={"taxi_by_day": changed})
    ask("ben")
    assert len(services.warehouse.started) == 2


def test_rows_of_a_users_own_are_shared_with_nobody_else(services: FakeServices, ask: Ask) -> None:
    finish(services, ask("ana", "analysts", report="of_groups"))
    ask("ben", "analysts", report="of_groups")
    assert len(services.warehouse.started) == 2
    again = ask("ana", "analysts", report="of_groups")
    assert again.status is QueryStatus.FINISHED
    ask("ana", "analysts", "administrators", report="of_groups")
    assert len(services.warehouse.started) == 3


def test_the_statement_goes_on_until_its_last_asker_cancels(
    services: FakeServices, ask: Ask
) -> None:
    queries = [ask(who) for who in ("ana", "ben", "cid")]
    statement_id = f"statement-of-{queries[0].id}"
    for query in queries[:2]:
        left = cancelled(services, query)
        assert (left.status, left.error and left.error.type) == (
            QueryStatus.ABORTED,
            "QueryCancelled",
        )
        assert services.warehouse.statements[statement_id].status is StatementStatus.SUBMITTED
    cancelled(services, queries[2])
    assert services.warehouse.statements[statement_id].status is StatementStatus.ABORTED
    observe_statement(services.context, queries[0].id, statement_id)
    assert statuses(services, *queries) == ["ABORTED"] * 3


def test_who_stays_has_the_result_though_the_first_asker_has_left(
    services: FakeServices, ask: Ask
) -> None:
    first, second = ask("ana"), ask("ben")
    cancelled(services, first)
    third = ask("cid")  # still the one statement
    finish(services, first)
    assert statuses(services, first, second, third) == ["ABORTED", "FINISHED", "FINISHED"]
    assert len(services.warehouse.started) == 1


def test_who_comes_when_all_have_left_has_a_statement_of_their_own(
    services: FakeServices, ask: Ask
) -> None:
    first = ask("ana")
    cancelled(services, first)
    late = ask("ben")
    assert [name for name, _, _ in services.warehouse.started] == [first.id, late.id]
    observe_statement(services.context, first.id, f"statement-of-{first.id}")
    assert statuses(services, first, late) == ["ABORTED", "SUBMITTED"]


def test_who_waits_in_vain_is_not_given_a_statement_that_is_being_stopped_for_all_others(
    services: FakeServices, ask: Ask
) -> None:
    """Found by the simulator: its cancel had been refused, and so was the look for it."""
    first = ask("ana")
    services.warehouse.trouble = WarehouseBusy("throttled")
    cancelled(services, first)
    late = ask("ben")
    assert stored(services, late).follows == first.id
    services.warehouse.trouble = None
    services.clock.pass_by(hours=2)
    sweep(services.context, stored(services, late))
    sweep(services.context, stored(services, first))
    error = stored(services, late).query.error
    assert error is not None
    assert error.type == "NotStarted"
    assert statuses(services, first) == ["SUBMITTED"]
    statement = services.warehouse.statements[f"statement-of-{first.id}"]
    assert statement.status is StatementStatus.ABORTED


def test_a_young_result_answers_at_once_and_takes_no_place(
    services: FakeServices, ask: Ask
) -> None:
    first = ask("ana")
    finish(services, first)
    services.clock.pass_by(minutes=10)
    reused = ask("ben", max_age=601)
    assert (reused.status, reused.version, reused.result_rows) == (QueryStatus.FINISHED, 1, 3)
    assert reused.finished_at == stored(services, first).query.finished_at
    assert reused.id not in services.places.of("ben")
    assert len(services.warehouse.started) == 1


def test_an_old_result_does_not(services: FakeServices, ask: Ask) -> None:
    finish(services, ask("ana"))
    services.clock.pass_by(minutes=10)
    for max_age in (599, None):
        assert ask(f"user {max_age}", max_age=max_age).status is QueryStatus.SUBMITTED


def test_a_result_that_expires_soon_answers_nobody_else(services: FakeServices, ask: Ask) -> None:
    finish(services, ask("ana"))
    services.clock.pass_by(hours=23, minutes=55)
    assert ask("ben", max_age=86_400).status is QueryStatus.SUBMITTED


@pytest.mark.parametrize("status", [StatementStatus.FAILED, StatementStatus.ABORTED])
def test_a_failure_answers_only_those_who_waited_for_it(
    services: FakeServices, ask: Ask, status: StatementStatus
) -> None:
    first, second = ask("ana"), ask("ben")
    services.warehouse.set(f"statement-of-{first.id}", status, "ERROR: Divide by zero")
    observe_statement(services.context, first.id, f"statement-of-{first.id}")
    assert statuses(services, first, second) == [status.value] * 2
    ask("cid", max_age=3600)
    assert len(services.warehouse.started) == 2


def test_who_wants_a_statement_of_their_own_has_one(services: FakeServices, ask: Ask) -> None:
    finish(services, ask("ana"))
    queries = [ask("ben", max_age=0), ask("cid", max_age=0)]
    assert [name for name, _, _ in services.warehouse.started[1:]] == [q.id for q in queries]


@pytest.mark.parametrize("max_age", [-1, 86_401])
def test_a_max_age_out_of_bounds_is_refused_and_nothing_is_kept(
    services: FakeServices, ask: Ask, max_age: int
) -> None:
    with pytest.raises(InvalidMaxAge, match=f"maxAge {max_age} is not from 0 to 86,400 seconds"):
        ask("ana", max_age=max_age)
    assert not services.queries.records
    assert not services.places.of("ana").running


def test_where_there_is_no_room_whoever_comes_first_starts_the_one_statement(
    services: FakeServices, ask: Ask
) -> None:
    services.warehouse.room = 0
    queries = [ask("ana"), ask("ben")]
    services.warehouse.room = 1
    sweep(services.context, stored(services, queries[1]))
    services.clock.pass_by(minutes=1)
    for record in reversed(list(stale(services.context))):
        sweep(services.context, record)
    start_in_turn(services.context)
    assert [name for name, _, _ in services.warehouse.started] == [queries[0].id]
    finish(services, queries[0])
    assert statuses(services, *queries) == ["FINISHED", "FINISHED"]


def test_a_lost_event_is_made_good_for_every_asker(services: FakeServices, ask: Ask) -> None:
    queries = [ask("ana"), ask("ben")]
    services.warehouse.now = services.clock()
    services.warehouse.finish(f"statement-of-{queries[0].id}", [])
    services.clock.pass_by(minutes=1)
    for record in list(stale(services.context)):
        sweep(services.context, record)
    assert statuses(services, *queries) == ["FINISHED", "FINISHED"]


@pytest.mark.parametrize("step", ["lead", "join", "leader"])
def test_a_follower_that_is_killed_on_the_way_follows_after_the_next_sweep(
    services: FakeServices, ask: Ask, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    first = ask("ana")
    done = getattr(services.sharing, step)

    def killed(*given: object) -> object:
        done(*given)
        raise Killed

    monkeypatch.setattr(services.sharing, step, killed)
    with pytest.raises(Killed):
        ask("ben", max_age=60)
    monkeypatch.undo()
    services.clock.pass_by(minutes=2)
    for record in list(stale(services.context)):
        sweep(services.context, record)
    assert len(services.warehouse.started) == 1
    finish(services, first)
    assert all(record.query.status.is_final for record in services.queries.records.values())


def test_each_who_takes_too_long_leaves_and_the_last_stops_the_statement(
    services: FakeServices, ask: Ask
) -> None:
    bounded = replace(SHARED_BY_DAY, timeout=timedelta(minutes=5))
    services.catalogue = replace(services.catalogue, reports={"taxi_by_day": bounded})
    first = ask("ana")
    services.clock.pass_by(minutes=4)
    second = ask("ben")  # of a statement that has a minute left
    services.clock.pass_by(minutes=2)
    for query in (first, second):
        sweep(services.context, stored(services, query))
    statement = services.warehouse.statements[f"statement-of-{first.id}"]
    assert statement.status is StatementStatus.ABORTED
    observe_statement(services.context, first.id, statement.id)
    errors = [stored(services, query).query.error for query in (first, second)]
    assert [error and error.type for error in errors] == ["QueryTimedOut"] * 2


def test_who_starts_a_query_does_not_stop_it_because_another_starter_lags_behind(
    services: FakeServices, ask: Ask
) -> None:
    """The other one still takes it for a follower of one that has ended."""

    def lag() -> None:
        [record] = services.queries.records.values()
        lagging = following(record, ID("gone"), services.clock())
        assert lagging is not None
        services.queries.replace(lagging, record.query.version)
        services.warehouse.after_execute = lambda: None

    services.warehouse.after_execute = lag
    query = ask("ana")
    assert query.status is QueryStatus.QUEUED
    services.clock.pass_by(minutes=1)
    sweep(services.context, stored(services, query))
    late = ask("ben")
    assert statuses(services, query, late) == ["SUBMITTED", "SUBMITTED"]
    [statement] = services.warehouse.statements.values()
    assert statement.status is StatementStatus.SUBMITTED


def test_who_was_left_by_a_starter_that_lags_behind_is_looked_at_soon(
    services: FakeServices, ask: Ask
) -> None:
    """It follows by another starter's doing, and is no longer among those who are told."""
    first, second = ask("ana"), ask("ben", max_age=1)
    record = stored(services, second)
    was = replace(second, status=QueryStatus.QUEUED, version=second.version - 1)
    services.sharing.leave(first.id, second.id)
    services.warehouse.set(f"statement-of-{first.id}", StatementStatus.FAILED, "no room")
    observe_statement(services.context, first.id, f"statement-of-{first.id}")
    services.revisits.asked.clear()
    share(services.context, replace(record, query=was, statement_id=None), SHARED_BY_DAY)
    assert statuses(services, first, second) == ["FAILED", "SUBMITTED"]
    assert [query_id for query_id, _, _ in services.revisits.asked] == [second.id]
    revisit(services.context, second.id, 0)
    assert statuses(services, second) == ["FAILED"]
