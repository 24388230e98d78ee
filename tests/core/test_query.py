"""States only move forward, whatever news come in whatever order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.query import (
    MAX_ERROR_LENGTH,
    QueryError,
    QueryExecution,
    QueryKind,
    QueryRecord,
    QueryStatus,
    cancelled,
    failed,
    observed,
    submitted,
)
from core.report import ID
from core.statement import Statement, StatementStatus
from tests.fakes import Clock

NOW = Clock()()


def record(status: QueryStatus = QueryStatus.QUEUED) -> QueryRecord:
    query = QueryExecution(
        id=ID("q"),
        kind=QueryKind.REPORT,
        report=ID("r"),
        parameters=[],
        owner=ID("ana"),
        status=status,
        version=1,
        submitted_at=NOW,
    )
    return QueryRecord(query, "1", NOW)


def statement(status: StatementStatus) -> Statement:
    return Statement("s", status, NOW, duration_ms=2_000)


def test_a_finished_query_knows_when_it_ran_and_until_when_its_result_is_kept() -> None:
    finished = replace(statement(StatementStatus.FINISHED), has_result=True, rows=3, bytes=40)
    after = observed(record(), finished, NOW)
    assert after is not None
    query = after.query
    assert (query.started_at, query.finished_at) == (NOW - timedelta(seconds=2), NOW)
    assert query.result_expires_at == NOW + timedelta(hours=24)
    assert (query.result_rows, query.result_bytes, query.duration_ms) == (3, 40, 2_000)


@pytest.mark.parametrize("status", [StatementStatus.FAILED, StatementStatus.ABORTED])
def test_a_query_that_fails_carries_redshifts_words(status: StatementStatus) -> None:
    ended = replace(statement(status), error='ERROR: relation "x" does not exist')
    after = observed(record(), ended, NOW)
    assert after is not None
    assert after.query.error == QueryError(
        f"Statement{status.value.title()}", 'ERROR: relation "x" does not exist'
    )


def test_a_failed_query_has_no_result_whatever_its_statement_would_have_given() -> None:
    after = observed(record(), replace(statement(StatementStatus.FAILED), has_result=True), NOW)
    assert after is not None
    assert not after.has_result


def test_a_message_of_any_length_can_be_pushed() -> None:
    ended = replace(statement(StatementStatus.FAILED), error="x" * 100_000)
    after = observed(record(), ended, NOW)
    assert after is not None
    assert after.query.error is not None
    assert len(after.query.error.message) == MAX_ERROR_LENGTH + 3


@pytest.mark.parametrize("status", [s for s in QueryStatus if s.is_final])
def test_an_ended_query_never_changes(status: QueryStatus) -> None:
    ended = record(status)
    error = QueryError("NotStarted", "why")
    assert submitted(ended, ID("q"), "s", NOW, NOW) is None
    assert failed(ended, error, NOW) is None
    assert cancelled(ended, ID("ana"), NOW) is None
    assert all(observed(ended, statement(other), NOW) is None for other in StatementStatus)


@given(st.lists(st.sampled_from(StatementStatus), max_size=12))
def test_news_in_any_order_never_move_a_query_back(news: list[StatementStatus]) -> None:
    stored, versions = record(), [1]
    for status in news:
        after = observed(stored, statement(status), NOW)
        if after is not None:
            assert stored.query.status.is_before(after.query.status)
            stored = after
            versions.append(after.query.version)
    assert versions == list(range(1, len(versions) + 1))
