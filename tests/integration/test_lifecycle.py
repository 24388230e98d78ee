"""Every query ends, once, as its statement did, whatever becomes of events."""

import asyncio
import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.integration.api import FINAL, GET, LIST
from tests.integration.conftest import Person
from tests.integration.functions import invoke
from tests.integration.subscriber import CHANGE, COMPLETE, subscribed
from tests.integration.wait import until

PAGE_LIMIT = 7


def ended(person: Person, query_id: str, seconds: float = 30) -> Any:
    """The query once it has ended."""

    def asked() -> Any:
        answer = person.api.ask(GET, id=query_id)
        if answer.errors and answer.error["errorType"] == "WarehouseUnavailable":
            return None
        assert not answer.errors, answer.errors
        query = answer.data["getQuery"]
        return query if query["status"] in FINAL else None

    return until(asked, seconds)


def test_a_failed_statement_fails_its_query_in_redshifts_words(ana: Person) -> None:
    query = ended(ana, ana.api.submitted("broken", divisor=0))
    assert query["status"] == "FAILED"
    assert query["error"]["type"] == "StatementFailed"
    assert "divide by zero" in query["error"]["message"].lower()
    assert query["result"] is None


def test_the_same_query_submitted_twice_runs_once(ana: Person) -> None:
    query_id = str(uuid.uuid4())
    first, second = (ana.api.submit("taxi_by_day", query_id, month="2015-03") for _ in range(2))
    assert first.errors == second.errors == []
    assert ended(ana, query_id)["status"] == "FINISHED"
    version = ana.api.get(query_id)["version"]
    ana.api.submit("taxi_by_day", query_id, month="2015-03")
    assert ana.api.get(query_id)["version"] == version


def test_pages_together_are_the_result(ana: Person) -> None:
    query = ended(ana, ana.api.submitted("taxi_by_day", month="2015-06"))
    rows, token = [], None
    while True:
        document = """query ($id: ID!, $nextToken: String) {
          getQueryResult(id: $id, limit: 7, nextToken: $nextToken) { rows nextToken }
        }"""
        page = ana.api.ask(document, id=query["id"], nextToken=token).data["getQueryResult"]
        read = json.loads(page["rows"])
        assert len(read) <= PAGE_LIMIT
        rows += read
        token = page["nextToken"]
        if token is None:
            break
    assert rows == json.loads(query["result"]["rows"])


def test_history_is_newest_first_and_can_be_filtered(person: Callable[..., Person]) -> None:
    cid = person("analysts")
    ids = [cid.api.submitted("taxi_by_day", month=f"2015-{month:02}") for month in (1, 2, 3)]
    failing = cid.api.submitted("broken", divisor=0)
    ended(cid, failing)
    document = """query ($filter: QueryFilter, $nextToken: String) {
      listQueries(filter: $filter, limit: 2, nextToken: $nextToken) { queries { id } nextToken }
    }"""
    first = cid.api.ask(document).data["listQueries"]
    rest = cid.api.ask(document, nextToken=first["nextToken"]).data["listQueries"]
    listed = [query["id"] for query in first["queries"] + rest["queries"]]
    assert listed == [failing, *reversed(ids)]
    failed = cid.api.ask(document, filter={"status": "FAILED"}).data["listQueries"]
    assert [query["id"] for query in failed["queries"]] == [failing]


def test_history_can_be_of_a_time(person: Callable[..., Person]) -> None:
    cid = person("analysts")
    ids = [cid.api.submitted("taxi_by_day", month=f"2015-{month:02}") for month in (1, 2, 3)]
    first, second, third = (cid.api.get(query_id)["submittedAt"] for query_id in ids)

    def listed(**times: str) -> list[str]:
        answer = cid.api.ask(LIST, filter=times)
        assert not answer.errors, answer.errors
        return [query["id"] for query in answer.data["listQueries"]["queries"]]

    assert listed(submittedAfter=second) == [ids[2], ids[1]]
    assert listed(submittedBefore=second) == [ids[0]]
    assert listed(submittedAfter=first, submittedBefore=third) == [ids[1], ids[0]]
    assert listed(submittedAfter=third, submittedBefore=first) == []


@pytest.mark.parametrize("moment", [0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6])
def test_an_end_before_while_or_after_subscribing_is_learnt(
    outputs: Any, ana: Person, moment: float
) -> None:
    """Submitted first, subscribed `moment` seconds later, then read once: one of the two tells."""

    async def learnt() -> str:
        query_id = ana.api.submitted("taxi_by_hour")
        await asyncio.sleep(moment)
        async with subscribed(outputs, ana.token, COMPLETE, id=query_id) as delivered:
            query = ana.api.get(query_id)
            if query["status"] not in FINAL:
                query = await asyncio.wait_for(delivered.get(), 30)
            return str(query["status"])

    assert asyncio.run(learnt()) == "FINISHED"


@pytest.fixture
def without_events(outputs: Any, aws: Callable[[str], Any]) -> Iterator[None]:
    """For as long as a test runs, no completion event arrives."""
    events = aws("events")
    events.disable_rule(Name=outputs["statementRule"])
    yield
    events.enable_rule(Name=outputs["statementRule"])


def test_a_lost_completion_event_is_healed_by_the_sweeper(
    outputs: Any, ana: Person, without_events: None
) -> None:
    async def healed() -> Any:
        query_id = str(uuid.uuid4())
        async with subscribed(outputs, ana.token, COMPLETE, id=query_id) as delivered:
            ana.api.submit("taxi_by_day", query_id)
            return await asyncio.wait_for(delivered.get(), 150)

    assert asyncio.run(healed())["status"] == "FINISHED"


def test_doubled_and_late_events_change_nothing(
    outputs: Any, ana: Person, aws: Callable[[str], Any]
) -> None:
    query = ended(ana, ana.api.submitted("taxi_by_day"))
    item = aws("dynamodb").get_item(TableName=outputs["queryTable"], Key={"id": {"S": query["id"]}})
    detail = {
        "statementName": query["id"],
        "statementId": item["Item"]["statementId"]["S"],
        "state": "FAILED",
    }
    for _ in range(3):
        invoke(aws, outputs["statementChangedFunction"], {"detail": detail})
    assert ana.api.get(query["id"]) == query


def test_two_hundred_queries_of_twenty_people_end_once_and_are_pushed(
    outputs: Any, person: Callable[..., Person]
) -> None:
    people = [person("analysts") for _ in range(20)]

    async def follow(one: Person) -> tuple[list[str], list[Any]]:
        async with subscribed(outputs, one.token, CHANGE) as delivered:
            months = range(1, 11)
            ids = await asyncio.gather(
                *(
                    asyncio.to_thread(one.api.submitted, "taxi_by_day", month=f"2015-{month:02}")
                    for month in months
                )
            )
            pushed: list[Any] = []
            while {push["id"] for push in pushed if push["status"] in FINAL} != set(ids):
                pushed.append(await asyncio.wait_for(delivered.get(), 90))
            return ids, pushed

    async def everybody() -> list[tuple[list[str], list[Any]]]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(16))
        return await asyncio.gather(*(follow(one) for one in people))

    for one, (ids, pushed) in zip(people, asyncio.run(everybody()), strict=True):
        assert {push["owner"] for push in pushed} == {one.id}
        by_query = defaultdict(list)
        for push in pushed:
            by_query[push["id"]].append(push)
        ends = Counter((push["id"], push["version"]) for push in pushed if push["status"] in FINAL)
        assert {query_id for query_id, _ in ends} == set(ids)
        assert len(ends) == len(ids), "a query has two different ends"
        for pushes in by_query.values():
            versions = [push["version"] for push in pushes]
            assert versions == sorted(versions)
