"""Pipelines through the public API: run, scheduled, stopped, paused, and told to those who may."""

import asyncio
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.integration.api import FINAL, Answer
from tests.integration.conftest import Person
from tests.integration.functions import invoke
from tests.integration.subscriber import subscribed
from tests.integration.test_cancel import Backstage, cancelled
from tests.integration.test_cancel import backstage as backstage  # a fixture
from tests.integration.wait import until

RUN_FIELDS = """id kind status version owner pipeline report scheduledFor submittedAt finishedAt
  durationMs error { type message }"""
RUN = f"mutation ($input: RunPipelineInput!) {{ runPipeline(input: $input) {{ {RUN_FIELDS} }} }}"
STATE = "name title enabled pausedAt pausedBy nextRunAt schedule timezone overlap feeds"
PAUSE = f"mutation ($name: ID!) {{ pausePipeline(name: $name) {{ {STATE} }} }}"
RESUME = f"mutation ($name: ID!) {{ resumePipeline(name: $name) {{ {STATE} }} }}"
GET = f"query ($id: ID!) {{ getQuery(id: $id) {{ {RUN_FIELDS} }} }}"
PIPELINE = f"query ($name: ID!) {{ getPipeline(name: $name) {{ {STATE} runs {{ id status }} }} }}"
PIPELINES = f"{{ listPipelines {{ {STATE} }} }}"
RUNS = """query ($filter: QueryFilter) {
  listQueries(filter: $filter, limit: 100) { queries { id status kind } }
}"""
ON_RUN = f"subscription ($name: ID!) {{ onPipelineRun(name: $name) {{ {RUN_FIELDS} }} }}"
ON_REFRESH = """subscription ($report: ID!) {
  onReportRefresh(report: $report) { id status watch owner report result { rows } }
}"""
FILLED, FAILING, LONG = "filling", "failing_halfway", "filling_for_long"


@pytest.fixture(scope="module", autouse=True)
def _table(outputs: Any, aws: Callable[[str], Any]) -> None:
    if "redshiftDataUrl" not in outputs:
        pytest.skip("makes a table, which a real warehouse may not want")
    execute(Backstage(outputs, aws), "create table if not exists filled_rows (n bigint)")


def execute(backstage: Backstage, sql: str) -> Any:
    """Run a statement behind the product's back; its first value, if it gives any."""
    target = {
        "Database": backstage.outputs["warehouseDatabase"],
        "WorkgroupName": backstage.outputs["warehouseWorkgroup"],
    }
    started = backstage.redshift.execute_statement(Sql=sql, WaitTimeSeconds=30, **target)
    assert started["Status"] == "FINISHED", started
    if not backstage.redshift.describe_statement(Id=started["Id"])["HasResultSet"]:
        return None
    records = backstage.redshift.get_statement_result(Id=started["Id"])["Records"]
    return records[0][0]["longValue"]


def rows(backstage: Backstage) -> Any:
    return execute(backstage, "select count(*) from filled_rows")


def run(person: Person, name: str, **more: str) -> Answer:
    return person.api.ask(RUN, input={"name": name} | more)


def started(person: Person, name: str, **more: str) -> str:
    """The id of a run that was taken."""
    answer = run(person, name, **more)
    assert not answer.errors, answer.errors
    return str(answer.data["runPipeline"]["id"])


def got(person: Person, query_id: str) -> Any:
    answer = person.api.ask(GET, id=query_id)
    assert not answer.errors, answer.errors
    return answer.data["getQuery"]


def ended(person: Person, query_id: str, seconds: float = 60) -> Any:
    def asked() -> Any:
        query = got(person, query_id)
        return query if query and query["status"] in FINAL else None

    return until(asked, seconds)


def call(outputs: Any, aws: Callable[[str], Any], name: str, slot: datetime) -> None:
    """Call for a run as EventBridge Scheduler does, once it has replaced what it replaces."""
    event = {"pipeline": name, "scheduledAt": slot.strftime("%Y-%m-%dT%H:%M:%SZ")}
    invoke(aws, outputs["pipelineFunction"], event)


def runs(person: Person, name: str) -> Any:
    answer = person.api.ask(RUNS, filter={"pipeline": name})
    assert not answer.errors, answer.errors
    return answer.data["listQueries"]["queries"]


def a_slot(**ago: float) -> datetime:
    """A time for which nothing else calls."""
    moment = datetime.now(UTC).replace(microsecond=0) - timedelta(**ago)
    return moment - timedelta(seconds=uuid.uuid4().int % 600)


def test_who_follows_a_pipeline_sees_a_run_from_beginning_to_end(
    outputs: Any, ana: Person, ada: Person, backstage: Backstage
) -> None:
    async def followed() -> list[Any]:
        async with subscribed(outputs, ada.token, ON_RUN, name=FILLED) as told:
            run_id = await asyncio.to_thread(started, ana, FILLED)
            seen: list[Any] = []
            while not seen or seen[-1]["status"] not in FINAL:
                query = await asyncio.wait_for(told.get(), 30)
                if query["id"] == run_id:
                    seen.append(query)
            return seen

    before = rows(backstage)
    seen = asyncio.run(followed())
    assert seen[-1]["status"] == "FINISHED"
    assert [query["version"] for query in seen] == sorted({query["version"] for query in seen})
    assert seen[-1] == got(ana, seen[-1]["id"])
    assert (seen[-1]["kind"], seen[-1]["owner"]) == ("PIPELINE", f"pipeline:{FILLED}")
    assert rows(backstage) == before + 1


def test_a_pipeline_lists_its_runs_and_they_are_nobodys_queries(ana: Person) -> None:
    run_id = started(ana, FILLED)
    ended(ana, run_id)

    def listed() -> bool:
        pipeline = ana.api.ask(PIPELINE, name=FILLED).data["getPipeline"]
        return {"id": run_id, "status": "FINISHED"} in pipeline["runs"]

    until(listed)
    assert run_id in [query["id"] for query in runs(ana, FILLED)]
    own = ana.api.ask(RUNS, filter={}).data["listQueries"]["queries"]
    assert not any(query["kind"] == "PIPELINE" for query in own)


def test_one_that_fails_halfway_leaves_nothing_and_says_what_redshift_said(
    ana: Person, backstage: Backstage
) -> None:
    ended(ana, started(ana, FILLED))
    before = rows(backstage)
    query = ended(ana, started(ana, FAILING))
    assert query["status"] == "FAILED"
    assert "divide by zero" in query["error"]["message"].lower()
    assert rows(backstage) == before


def test_runs_never_overlap_and_one_can_be_stopped(ana: Person, ben: Person) -> None:
    run_id = started(ana, LONG)
    refused = run(ben, LONG).error
    assert refused["errorType"] == "PipelineBusy"
    assert run_id in refused["message"]
    cancelled(ben, run_id)
    query = ended(ana, run_id)
    assert query["status"] == "ABORTED"
    assert query["error"]["message"] == f"Cancelled by user {ben.id}."


def test_a_slot_that_comes_during_a_run_is_left_out_and_says_so(
    outputs: Any, aws: Callable[[str], Any], ana: Person
) -> None:
    slot, run_id = a_slot(), started(ana, LONG)

    async def told() -> Any:
        async with subscribed(outputs, ana.token, ON_RUN, name=LONG) as delivered:
            await asyncio.to_thread(call, outputs, aws, LONG, slot)
            while True:
                query = await asyncio.wait_for(delivered.get(), 30)
                if query["scheduledFor"] is not None:
                    return query

    query = asyncio.run(told())
    cancelled(ana, run_id)
    assert query == until(lambda: of_slot(ana, LONG, slot))
    assert (query["status"], query["error"]["type"]) == ("ABORTED", "RunSkipped")
    assert query["error"]["message"] == "Left out: the run before had not ended."
    ended(ana, run_id)


def test_those_who_queue_run_one_after_the_other(ana: Person, backstage: Backstage) -> None:
    before = rows(backstage)
    ids = [started(ana, FILLED) for _ in range(4)]
    assert {ended(ana, each)["status"] for each in ids} == {"FINISHED"}
    assert rows(backstage) == before + 4
    numbers = execute(backstage, "select count(distinct n) from filled_rows")
    assert numbers == before + 4  # each saw what the one before it had added


def test_a_slot_runs_once_however_often_it_is_called_for(
    outputs: Any, aws: Callable[[str], Any], ana: Person, backstage: Backstage
) -> None:
    before, slot = rows(backstage), a_slot(minutes=1)
    for _ in range(3):
        call(outputs, aws, FILLED, slot)
    found = until(lambda: of_slot(ana, FILLED, slot))
    ended(ana, found["id"])
    call(outputs, aws, FILLED, slot)
    assert rows(backstage) == before + 1


def of_slot(person: Person, name: str, slot: datetime) -> Any:
    """The run for that time, once it is listed."""
    wanted = slot.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    every = (got(person, query["id"]) for query in runs(person, name))
    return next((query for query in every if query["scheduledFor"] == wanted), None)


def test_a_slot_that_is_called_for_too_late_is_left_out(
    outputs: Any, aws: Callable[[str], Any], ana: Person
) -> None:
    slot = a_slot(hours=3)
    call(outputs, aws, FILLED, slot)
    query = until(lambda: of_slot(ana, FILLED, slot))
    assert (query["status"], query["error"]["type"]) == ("ABORTED", "RunSkipped")
    assert query["error"]["message"] == "Left out: it came more than 3 hours after its time."


@contextmanager
def scheduled(outputs: Any, aws: Callable[[str], Any], name: str, at: datetime) -> Iterator[None]:
    """A schedule for the pipeline, like those that are deployed, in the time zone of Tokyo."""
    scheduler, own = aws("scheduler"), f"test-{uuid.uuid4()}"
    [summary] = [
        each
        for each in scheduler.list_schedules()["Schedules"]
        if each["Target"]["Arn"].endswith(f":{outputs['pipelineFunction']}")
    ]
    like = scheduler.get_schedule(Name=summary["Name"], GroupName=summary["GroupName"])
    target = like["Target"] | {
        "Input": json.dumps({"pipeline": name, "scheduledAt": "<aws.scheduler.scheduled-time>"})
    }
    there = at.astimezone(ZoneInfo("Asia/Tokyo"))
    scheduler.create_schedule(
        Name=own,
        ScheduleExpression=f"at({there:%Y-%m-%dT%H:%M:%S})",
        ScheduleExpressionTimezone="Asia/Tokyo",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )
    try:
        yield
    finally:
        scheduler.delete_schedule(Name=own)


def test_a_schedule_really_fires_in_its_time_zone(
    outputs: Any, aws: Callable[[str], Any], ana: Person
) -> None:
    slot = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
    with scheduled(outputs, aws, FILLED, slot):
        query = until(lambda: of_slot(ana, FILLED, slot))
    assert ended(ana, query["id"])["status"] == "FINISHED"


def test_a_paused_pipeline_is_not_run_by_its_schedule_until_it_is_resumed(
    outputs: Any, aws: Callable[[str], Any], ana: Person, ada: Person
) -> None:
    paused = ana.api.ask(PAUSE, name=FILLED).data["pausePipeline"]
    assert paused["pausedBy"] == ana.id
    slot = a_slot(minutes=2)
    call(outputs, aws, FILLED, slot)
    assert of_slot(ana, FILLED, slot) is None
    assert ended(ana, started(ana, FILLED))["status"] == "FINISHED"
    resumed = ada.api.ask(RESUME, name=FILLED).data["resumePipeline"]
    assert resumed["pausedAt"] is None
    call(outputs, aws, FILLED, slot)
    assert until(lambda: of_slot(ana, FILLED, slot))


def test_the_sample_tells_its_schedule_and_fills_the_trips(ana: Person) -> None:
    listed = {each["name"]: each for each in ana.api.ask(PIPELINES).data["listPipelines"]}
    sample = listed["load_taxi_trips"]
    assert (sample["schedule"], sample["timezone"]) == ("cron(0 6 * * ? *)", "America/New_York")
    next_run = datetime.fromisoformat(sample["nextRunAt"])
    assert next_run.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M") == "06:00"
    assert "taxi_by_day" in sample["feeds"]
    query = ended(ana, started(ana, "load_taxi_trips"), seconds=120)
    assert query["status"] == "FINISHED", query["error"]


def test_a_page_left_open_stays_true(
    outputs: Any, ana: Person, ben: Person, backstage: Backstage
) -> None:
    async def refreshed() -> list[Any]:
        async with (
            subscribed(outputs, ana.token, ON_REFRESH, report="filled") as to_ana,
            subscribed(outputs, ben.token, ON_REFRESH, report="filled") as to_ben,
        ):
            await asyncio.to_thread(started, ana, FILLED)
            return [await asyncio.wait_for(told.get(), 60) for told in (to_ana, to_ben)]

    pushed = asyncio.run(refreshed())
    number = rows(backstage)
    assert [query["owner"] for query in pushed] == [ana.id, ben.id]
    for query in pushed:
        assert query["status"] == "FINISHED"
        assert json.loads(query["result"]["rows"]) == [[number]]
    statements = {backstage.item(query["id"])["statementId"]["S"] for query in pushed}
    assert len(statements) == 1


def test_a_result_from_before_a_run_answers_nobody_after_it(ana: Person) -> None:
    number = filled(ana)
    assert filled(ana) == number  # of the same statement: it may be 15 minutes old
    ended(ana, started(ana, FILLED))
    assert filled(ana) == number + 1


def filled(person: Person) -> Any:
    """What the report says now."""
    query_id = person.api.submitted("filled")

    def asked() -> Any:
        query = person.api.get(query_id)
        return query if query["status"] in FINAL else None

    [[number]] = json.loads(until(asked)["result"]["rows"])
    return number
