"""The ledger: what it keeps, for whom, and what it forgets."""

import time
from pathlib import Path

import pytest

from local.redshift.api.caller import Caller
from local.redshift.running import result_set
from local.redshift.running.ledger import Ledger
from local.redshift.running.statement import RETENTION_S, Part, Statement, Status


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


def statement(id: str, age_s: float = 0.0, status: Status = Status.FINISHED) -> Statement:
    created_at = time.time() - age_s
    return Statement(
        id=id,
        parts=[Part(sql="select 1", columns=[{"name": "n"}], pages=[(0, 3, 1)])],
        parameters=[{"name": "a", "value": "1"}],
        database="dev",
        caller=Caller("123456789012", "eu-central-1"),
        created_at=created_at,
        updated_at=created_at,
        client_token=f"token-{id}",
        status=status,
    )


def test_a_statement_comes_back_as_it_was_put(ledger: Ledger) -> None:
    put = statement("a")
    ledger.put(put)
    assert ledger.get("a") == put


def test_only_ended_statements_of_yesterday_are_forgotten(ledger: Ledger) -> None:
    ledger.put(statement("new"))
    ledger.put(statement("old", age_s=RETENTION_S + 1))
    ledger.put(statement("running", age_s=RETENTION_S + 1, status=Status.STARTED))
    assert ledger.forget(time.time() - RETENTION_S) == ["old"]
    assert ledger.get("old") is None
    assert [found.id for found in ledger.find_unfinished()] == ["running"]


def test_a_forgotten_statement_leaves_no_result(tmp_path: Path) -> None:
    files = [result_set.file(tmp_path, id, index) for id, index in (("a", 0), ("a", 1), ("b", 0))]
    for file in files:
        file.write_text("[]")
    result_set.forget(tmp_path, "a")
    assert list(tmp_path.iterdir()) == [files[2]]


def test_a_token_is_found_for_its_account_and_time_only(ledger: Ledger) -> None:
    ledger.put(statement("a", age_s=60))
    now = time.time()
    found = ledger.find_by_token("123456789012", "token-a", now - 120)
    assert found is not None
    assert found.id == "a"
    assert ledger.find_by_token("123456789012", "token-a", now - 30) is None
    assert ledger.find_by_token("999999999999", "token-a", now - 120) is None


def test_an_event_stays_until_it_is_forgotten(ledger: Ledger) -> None:
    ledger.put(statement("a"), {"id": "event"})
    ledger.put_delivered("a", ["rule/1"])
    (stored,) = ledger.undelivered()
    assert (stored.event, stored.delivered) == ({"id": "event"}, ["rule/1"])
    ledger.forget_event("a")
    assert ledger.get_event("a") is None
