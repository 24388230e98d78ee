"""The load model says what docs/scaling.md says, and follows from a query's counted calls."""

import pytest

from bench.scale.__main__ import RATES, table
from bench.scale.model import COST, QUOTAS, Load, asked, counted_calls, most_queries_a_minute, used

SCALING = COST.with_name("scaling.md")


@pytest.mark.parametrize("shared", [0.0, 0.9])
def test_the_document_has_the_models_tables(shared: float) -> None:
    assert "\n".join(table(RATES, shared=shared)) in SCALING.read_text()


def test_every_quota_is_asked_for_something() -> None:
    needs = asked(Load(queries_a_minute=60), counted_calls())
    assert needs.keys() == QUOTAS.keys()
    assert all(need > 0 for need in needs.values())


def test_twice_the_load_asks_for_twice_as_much() -> None:
    once, twice = (used(Load(queries_a_minute=rate), counted_calls()) for rate in (50, 100))
    assert twice == pytest.approx({key: 2 * part for key, part in once.items()})


def test_a_quota_is_used_up_where_the_model_says() -> None:
    rate = most_queries_a_minute("started", counted_calls(), shared=0.5)
    assert used(Load(rate, shared=0.5), counted_calls())["started"] == pytest.approx(1)


def test_a_shared_answer_starts_no_statement() -> None:
    needs = asked(Load(queries_a_minute=600, shared=1.0), counted_calls())
    assert (needs["started"], needs["active"]) == (0, 0)
    assert needs["results"] == 10
