"""The scheduled sweep: one bad query must not keep the others from ending."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from core.places import Limits
from core.query import QueryError, QueryExecution, QueryStatus, failed, queued
from core.report import ID
from streams import sweep
from tests.fakes import BY_DAY, FakeServices


@pytest.fixture
def swept(services: FakeServices, monkeypatch: pytest.MonkeyPatch) -> FakeServices:
    monkeypatch.setattr(sweep, "context", lambda: services.context)
    services.clock.pass_by(minutes=1)
    return services


def test_a_sweep_ends_what_has_ended(
    swept: FakeServices, query: QueryExecution, invocation: SimpleNamespace
) -> None:
    swept.clock.pass_by(minutes=1)
    swept.warehouse.finish(f"statement-of-{query.id}", [])
    assert sweep.handler({}, invocation) == {"lookedAt": 1, "ended": 1}


def test_a_query_that_cannot_be_swept_does_not_stop_the_sweep(
    swept: FakeServices,
    query: QueryExecution,
    invocation: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = swept.queries.records[query.id]
    bad = replace(record, query=replace(record.query, id=ID("bad")), statement_id="bad")
    swept.queries.records = {"bad": bad, query.id: record}
    describe = swept.warehouse.describe
    monkeypatch.setattr(
        swept.warehouse, "describe", lambda sid: 1 / 0 if sid == "bad" else describe(sid)
    )
    swept.warehouse.finish(f"statement-of-{query.id}", [])
    swept.clock.pass_by(minutes=1)
    assert sweep.handler({}, invocation) == {"lookedAt": 2, "ended": 1}
    assert swept.queries.records[query.id].query.status is QueryStatus.FINISHED


def test_a_place_that_nobody_needs_is_freed_and_the_next_query_starts(
    swept: FakeServices, query: QueryExecution, invocation: SimpleNamespace
) -> None:
    """Whoever took it was killed; and another owner's places cannot be read."""
    first = ID("00000000-0000-4000-8000-000000000000")
    limits = Limits(running=1, waiting=9)
    swept.places.take("ben", first, swept.clock(), limits)
    record = swept.queries.records[query.id]
    owned = replace(record.query, owner=ID("ben"), status=QueryStatus.QUEUED)
    waiting = queued(owned, BY_DAY, frozenset(), max_age=None)
    swept.queries.records = {query.id: waiting}
    swept.places.take("ben", query.id, swept.clock(), limits)
    swept.places.open.add("ana")
    swept.places.owners["ana"] = replace(swept.places.of("ana"), running={"x": 3})  # type: ignore[dict-item]  # broken
    swept.clock.pass_by(minutes=1)
    sweep.handler({}, invocation)
    assert list(swept.places.of("ben").running) == [query.id]


def test_queries_are_swept_though_what_waits_cannot_be_started(
    swept: FakeServices,
    query: QueryExecution,
    invocation: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(swept.queries, "in_line", lambda: 1 / 0)
    swept.clock.pass_by(minutes=1)
    swept.warehouse.finish(f"statement-of-{query.id}", [])
    assert sweep.handler({}, invocation) == {"lookedAt": 1, "ended": 1}


def test_a_sweep_stops_before_its_time_is_over(
    swept: FakeServices, query: QueryExecution, invocation: SimpleNamespace
) -> None:
    swept.clock.pass_by(minutes=1)
    invocation.get_remaining_time_in_millis = lambda: 9_000
    assert sweep.handler({}, invocation) == {"lookedAt": 0, "ended": 0}


def test_a_query_that_had_ended_before_is_not_counted_as_ended(
    swept: FakeServices, query: QueryExecution, invocation: SimpleNamespace
) -> None:
    record = swept.queries.records[query.id]
    ended = failed(replace(record, statement_id=None), QueryError("NotStarted", "x"), swept.clock())
    assert ended is not None
    swept.queries.records[query.id] = ended
    swept.clock.pass_by(minutes=1)
    assert sweep.handler({}, invocation) == {"lookedAt": 1, "ended": 0}
