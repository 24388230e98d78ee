import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.access import Caller
from core.cancel import cancel_query
from core.catalogue import Catalogue
from core.complete import observe_statement
from core.ended import after_end
from core.errors import IdAlreadyUsed, InvalidId, PipelineBusy, PipelineNotFound
from core.pipelines.pause import pause_pipeline, resume_pipeline
from core.pipelines.pipeline import CompiledPipeline, Overlap
from core.pipelines.run import RunPipelineInput, run_pipeline, run_scheduled
from core.places import OwnerPlaces
from core.query import QueryKind, QueryRecord, QueryStatus
from core.report import ID
from core.statement import StatementStatus
from core.submit import SubmitQueryInput, own_id, submit_query
from core.sweep import sweep, sweep_places
from tests.fakes import LOAD, FakeServices

LOAD_NOW = RunPipelineInput(ID("load"))
QUEUEING = replace(LOAD, pipeline=replace(LOAD.pipeline, overlap=Overlap.QUEUE))


def publish(services: FakeServices, pipeline: CompiledPipeline) -> None:
    services.catalogue = Catalogue(services.catalogue.reports, {"load": pipeline})


def scheduled(services: FakeServices, slot: datetime) -> QueryRecord:
    record = run_scheduled(services.context, "load", slot)
    assert record is not None
    return record


def ended(services: FakeServices, record: QueryRecord, status: StatementStatus) -> QueryRecord:
    """The run's statement ends, which is heard of."""
    statement_id = f"statement-of-{record.query.id}"
    services.warehouse.now = services.clock()
    services.warehouse.set(statement_id, status, "no file")
    found = observe_statement(services.context, record.query.id, statement_id)
    assert found is not None
    after_end(services.context, found)
    return found


def test_a_slot_runs_as_a_query_of_the_pipelines(services: FakeServices, slot: datetime) -> None:
    query = scheduled(services, slot).query
    assert (query.kind, query.pipeline, query.owner) == (
        QueryKind.PIPELINE,
        "load",
        "pipeline:load",
    )
    assert (query.status, query.scheduled_for, query.report) == (
        QueryStatus.SUBMITTED,
        slot,
        None,
    )
    assert services.warehouse.started == [(query.id, "call load()", [])]


def test_a_slot_runs_once_however_often_it_is_called_for(
    services: FakeServices, slot: datetime
) -> None:
    first = scheduled(services, slot)
    again = scheduled(services, slot)
    ended(services, first, StatementStatus.FINISHED)
    later = scheduled(services, slot)
    assert {record.query.id for record in (first, again, later)} == {first.query.id}
    assert len(services.warehouse.started) == 1
    assert not services.places.of("pipeline:load").running


def test_several_statements_are_one_transaction(services: FakeServices, slot: datetime) -> None:
    publish(services, replace(LOAD, sqls=["delete from t", "insert into t select 1"]))
    scheduled(services, slot)
    assert services.warehouse.batches == [["delete from t", "insert into t select 1"]]


def test_a_slot_whose_time_is_over_is_left_out_and_says_so(
    services: FakeServices, slot: datetime
) -> None:
    services.clock.pass_by(hours=2)
    query = scheduled(services, slot).query
    assert query.status is QueryStatus.ABORTED
    assert query.error is not None
    assert (query.error.type, query.error.message) == (
        "RunSkipped",
        "Left out: it came more than 3 hours after its time.",
    )
    assert services.warehouse.started == []


def test_a_slot_during_a_run_is_left_out_and_says_so(
    services: FakeServices, slot: datetime
) -> None:
    scheduled(services, slot)
    record = scheduled(services, slot + timedelta(minutes=5))
    assert record.query.error is not None
    assert record.query.error.message == "Left out: the run before had not ended."
    assert not record.is_settled  # or those who follow the pipeline would not be told
    services.clock.pass_by(minutes=3)
    assert sweep(services.context, record).is_settled


def test_a_pipeline_that_queues_runs_one_after_the_other(
    services: FakeServices, slot: datetime
) -> None:
    publish(services, QUEUEING)
    first = scheduled(services, slot)
    second = scheduled(services, slot + timedelta(minutes=5))
    assert second.query.status is QueryStatus.QUEUED
    ended(services, first, StatementStatus.FAILED)
    assert [run for run, *_ in services.warehouse.started] == [first.query.id, second.query.id]


def test_what_is_gone_or_switched_off_is_not_run(services: FakeServices, slot: datetime) -> None:
    publish(services, replace(LOAD, pipeline=replace(LOAD.pipeline, enabled=False)))
    assert run_scheduled(services.context, "load", slot) is None
    assert run_scheduled(services.context, "gone", slot) is None
    assert not services.queries.records


def test_a_paused_pipeline_runs_only_when_somebody_asks(
    services: FakeServices, ana: Caller, slot: datetime
) -> None:
    paused = pause_pipeline(services.context, ana, ID("load"))
    assert (paused.paused_by, paused.paused_at) == ("ana", services.clock())
    assert paused.next_run_at is None
    assert run_scheduled(services.context, "load", slot) is None
    assert run_pipeline(services.context, ana, LOAD_NOW).status is QueryStatus.SUBMITTED


def test_a_resumed_pipeline_is_run_again(
    services: FakeServices, ana: Caller, ada: Caller, slot: datetime
) -> None:
    pause_pipeline(services.context, ana, ID("load"))
    again = pause_pipeline(services.context, ada, ID("load"))
    assert again.paused_by == "ana"
    resumed = resume_pipeline(services.context, ada, ID("load"))
    assert (resumed.paused_at, resumed.paused_by) == (None, None)
    assert scheduled(services, slot).query.status is QueryStatus.SUBMITTED


def test_whoever_runs_it_while_it_runs_is_told_which_run_does(
    services: FakeServices, ana: Caller, slot: datetime
) -> None:
    run = scheduled(services, slot)
    with pytest.raises(PipelineBusy, match=f"Run {run.query.id} of pipeline load has not ended"):
        run_pipeline(services.context, ana, LOAD_NOW)


def test_who_runs_it_again_as_soon_as_it_has_ended_need_not_wait(
    services: FakeServices, ana: Caller, slot: datetime
) -> None:
    first = scheduled(services, slot)
    statement_id = f"statement-of-{first.query.id}"
    services.warehouse.set(statement_id, StatementStatus.FINISHED)
    observe_statement(services.context, first.query.id, statement_id)
    assert first.query.id in services.places.of("pipeline:load").running
    assert run_pipeline(services.context, ana, LOAD_NOW).status is QueryStatus.SUBMITTED


def test_the_same_id_is_the_same_run_and_no_other_querys(
    services: FakeServices, ana: Caller, june: SubmitQueryInput
) -> None:
    taken = submit_query(services.context, ana, june)
    with pytest.raises(IdAlreadyUsed):
        run_pipeline(services.context, ana, RunPipelineInput(ID("load"), taken.id))
    chosen = ID(str(uuid.uuid4()))
    first = run_pipeline(services.context, ana, RunPipelineInput(ID("load"), chosen))
    assert run_pipeline(services.context, ana, RunPipelineInput(ID("load"), chosen)) == first
    assert services.queries.records[first.id].started_by == "ana"


def test_nobody_can_take_the_id_of_a_run_to_come(
    services: FakeServices, ana: Caller, june: SubmitQueryInput, slot: datetime
) -> None:
    coming = own_id("run", "load", "2026-11-20T11:00:00.000Z")
    with pytest.raises(InvalidId, match="version 8, which the server keeps"):
        submit_query(services.context, ana, replace(june, id=coming))
    assert scheduled(services, slot).query.id == coming


@pytest.mark.parametrize("steer", [run_pipeline, pause_pipeline, resume_pipeline])
def test_who_has_nothing_to_do_with_it_finds_no_pipeline(
    services: FakeServices, zoe: Caller, steer: object
) -> None:
    asked = LOAD_NOW if steer is run_pipeline else ID("load")
    with pytest.raises(PipelineNotFound, match="no pipeline 'load' for you"):
        steer(services.context, zoe, asked)  # type: ignore[operator]  # one of three functions


def test_members_and_administrators_stop_a_run_and_nobody_else(
    services: FakeServices, ana: Caller, ada: Caller, zoe: Caller, slot: datetime
) -> None:
    run = scheduled(services, slot).query.id
    with pytest.raises(Exception, match="You have no query"):
        cancel_query(services.context, zoe, run)
    cancel_query(services.context, ana, run)
    record = observe_statement(services.context, run, f"statement-of-{run}")
    assert record is not None
    assert record.query.error is not None
    assert record.query.error.message == "Cancelled by user ana."


def test_a_run_whose_place_was_lost_has_it_again(services: FakeServices, slot: datetime) -> None:
    run = scheduled(services, slot)
    services.places.free("pipeline:load", run.query.id)
    services.clock.pass_by(minutes=2)
    sweep(services.context, run)
    assert run.query.id in services.places.of("pipeline:load").running
    sweep_places(services.context, services.places.of("pipeline:load"))
    assert run.query.id in services.places.of("pipeline:load").running


def test_a_run_that_waits_for_a_pipeline_that_has_changed_says_so(
    services: FakeServices, slot: datetime
) -> None:
    publish(services, QUEUEING)
    first = scheduled(services, slot)
    second = scheduled(services, slot + timedelta(minutes=5))
    publish(services, replace(QUEUEING, version="2"))
    ended(services, first, StatementStatus.FINISHED)
    error = services.queries.records[second.query.id].query.error
    assert error is not None
    assert error.type == "PipelineChanged"


def test_a_finish_is_known_before_anyone_hears_of_it(
    services: FakeServices, slot: datetime
) -> None:
    run = ended(services, scheduled(services, slot), StatementStatus.FINISHED)
    state = services.pipelines.state("load")
    assert (state.finished_run, state.finished_at) == (run.query.id, run.query.finished_at)
    assert services.refreshes.asked == [("taxi_by_day", run.query.id, None)]


def test_a_failure_refreshes_nothing(services: FakeServices, slot: datetime) -> None:
    run = ended(services, scheduled(services, slot), StatementStatus.FAILED)
    assert run.query.error is not None
    assert run.query.error.message == "no file"
    assert services.pipelines.state("load").finished_run is None
    assert services.refreshes.asked == []


def test_nor_who_asks_just_as_the_end_is_heard_of(
    services: FakeServices, ana: Caller, slot: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = scheduled(services, slot)
    take = services.places.take

    def taken_before_the_end(*place: Any) -> OwnerPlaces:
        monkeypatch.undo()
        places = take(*place)
        ended(services, first, StatementStatus.FINISHED)
        return places

    monkeypatch.setattr(services.places, "take", taken_before_the_end)
    assert run_pipeline(services.context, ana, LOAD_NOW).status is QueryStatus.SUBMITTED
