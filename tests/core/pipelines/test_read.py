from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.access import API_KEY_OWNER, Caller
from core.catalogue import Catalogue
from core.context import QueryFilter
from core.errors import PipelineNotFound
from core.pipelines.read import get_pipeline, list_pipelines, on_pipeline_run
from core.pipelines.run import run_scheduled
from core.read import get_query, list_queries
from core.report import ID
from tests.fakes import LOAD, FakeServices

NOTHING = frozenset[str]()
ITS_RUNS = QueryFilter(pipeline=ID("load"))


def test_a_pipeline_tells_when_it_runs_next_in_its_time_zone(
    services: FakeServices, ana: Caller
) -> None:
    [pipeline] = list_pipelines(services.context, ana, NOTHING)
    assert pipeline.next_run_at == datetime(2026, 11, 21, 11, tzinfo=UTC)  # 6 in New York
    assert pipeline.runs is None


def test_a_rate_tells_that_once_it_has_begun(services: FakeServices, ana: Caller) -> None:
    rate = replace(LOAD.pipeline, schedule="rate(10 minutes)", timezone="UTC")
    services.catalogue = Catalogue({}, {"load": replace(LOAD, pipeline=rate)})
    [pipeline] = list_pipelines(services.context, ana, NOTHING)
    assert pipeline.next_run_at is None
    slot = services.clock() - timedelta(minutes=4)
    run_scheduled(services.context, "load", slot)
    [pipeline] = list_pipelines(services.context, ana, NOTHING)
    assert pipeline.next_run_at == slot + timedelta(minutes=10)


def test_what_no_schedule_runs_has_no_next_time(services: FakeServices, ana: Caller) -> None:
    unscheduled = replace(LOAD.pipeline, schedule=None)
    services.catalogue = Catalogue({}, {"load": replace(LOAD, pipeline=unscheduled)})
    [pipeline] = list_pipelines(services.context, ana, NOTHING)
    assert pipeline.next_run_at is None


def test_the_latest_runs_are_told_where_they_are_selected(
    services: FakeServices, ana: Caller, slot: datetime
) -> None:
    run = run_scheduled(services.context, "load", slot)
    assert run is not None
    pipeline = get_pipeline(services.context, ana, frozenset({"runs"}), ID("load"))
    assert pipeline is not None
    assert pipeline.runs == [run.query]


def test_its_runs_are_read_by_members_and_administrators(
    services: FakeServices, ana: Caller, ada: Caller, slot: datetime
) -> None:
    run = run_scheduled(services.context, "load", slot)
    assert run is not None
    for caller in (ana, ada):
        assert list_queries(services.context, caller, ITS_RUNS).queries == [run.query]
        assert get_query(services.context, caller, NOTHING, run.query.id) == run.query
    assert list_queries(services.context, ana).queries == []


def test_who_subscribes_has_to_remain_in_a_group_of_it(services: FakeServices, ana: Caller) -> None:
    wanted = on_pipeline_run(services.context, ana, ID("load"))
    assert (wanted.pipeline, wanted.subscriber) == ("load", ana.id)


@pytest.mark.parametrize("stranger", [Caller(ID("zoe")), Caller(API_KEY_OWNER)])
def test_strangers_learn_nothing_of_it(
    services: FakeServices, stranger: Caller, slot: datetime
) -> None:
    run = run_scheduled(services.context, "load", slot)
    assert run is not None
    assert list_pipelines(services.context, stranger, NOTHING) == []
    assert get_pipeline(services.context, stranger, NOTHING, ID("load")) is None
    assert get_query(services.context, stranger, NOTHING, run.query.id) is None
    for refused in (
        lambda: list_queries(services.context, stranger, ITS_RUNS),
        lambda: on_pipeline_run(services.context, stranger, ID("load")),
    ):
        with pytest.raises(PipelineNotFound):
            refused()


def test_a_run_of_a_pipeline_that_is_gone_is_read_by_who_might_run_it(
    services: FakeServices, ana: Caller, zoe: Caller, slot: datetime
) -> None:
    run = run_scheduled(services.context, "load", slot)
    assert run is not None
    services.catalogue = Catalogue(services.catalogue.reports)
    assert get_query(services.context, ana, NOTHING, run.query.id) == run.query
    assert get_query(services.context, zoe, NOTHING, run.query.id) is None
