"""The queue through the public API: turns by owner, refusals beyond, room, timeouts, estimates."""

import json
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.integration.api import FINAL
from tests.integration.conftest import Person
from tests.integration.test_cancel import CANCEL, Backstage
from tests.integration.test_lifecycle import ended
from tests.integration.wait import until

RUNNING, WAITING = 2, 3  # of an owner, while these tests run
STARTERS = (  # told the limits
    *("Resolvers", "Sweep", "Ended", "Revisit", "Pipeline", "Refresh"),
    "ScheduledReport",
)
MAX_ACTIVE_STATEMENTS = 500  # of the local Redshift
TIMES = """query ($id: ID!) {
  getQuery(id: $id) { status submittedAt startedAt estimatedDurationMs cancelRequestedAt }
}"""


@pytest.fixture(scope="module", autouse=True)
def limits(outputs: Any, aws: Callable[[str], Any]) -> Iterator[None]:
    """Small ones, by the environment of the functions that start queries."""
    if "redshiftDataUrl" not in outputs:
        pytest.skip("the limits of a real account's stack are not ours to change")
    before = _variables(aws)
    small = {"RUNNING_LIMIT": str(RUNNING), "WAITING_LIMIT": str(WAITING)}
    _configure(aws, {name: variables | small for name, variables in before.items()})
    yield
    _configure(aws, before)


def _variables(aws: Callable[[str], Any]) -> dict[str, dict[str, str]]:
    """The environment of each function that is told the limits."""
    functions = [
        function
        for page in aws("lambda").get_paginator("list_functions").paginate()
        for function in page["Functions"]
    ]
    return {
        function["FunctionName"]: function["Environment"]["Variables"]
        for function in functions
        if "RUNNING_LIMIT" in function.get("Environment", {}).get("Variables", {})
    }


def _configure(aws: Callable[[str], Any], functions: dict[str, dict[str, str]]) -> None:
    assert len(functions) == len(STARTERS)
    for name, variables in functions.items():
        aws("lambda").update_function_configuration(
            FunctionName=name, Environment={"Variables": variables}
        )


@pytest.fixture
def backstage(outputs: Any, aws: Callable[[str], Any]) -> Backstage:
    return Backstage(outputs, aws)


@pytest.fixture
def dan(person: Callable[..., Person]) -> Iterator[Person]:
    """Someone with no queries yet, whose queries are cancelled in the end."""
    someone = person("analysts")
    yield someone
    document = "{ listQueries(limit: 100) { queries { id status } } }"
    for query in someone.api.ask(document).data["listQueries"]["queries"]:
        if query["status"] not in FINAL:
            someone.api.ask(CANCEL, id=query["id"])


def status(person: Person, query_id: str) -> str:
    return str(person.api.get(query_id)["status"])


def has_started(person: Person, query_id: str) -> bool:
    return status(person, query_id) != "QUEUED"


def test_beyond_the_limit_queries_wait_and_start_in_their_order(dan: Person) -> None:
    ids = [dan.api.submitted("endless") for _ in range(RUNNING + WAITING)]
    assert [has_started(dan, query_id) for query_id in ids] == [True] * 2 + [False] * 3
    for number, waiting in enumerate(ids[RUNNING:]):
        dan.api.ask(CANCEL, id=ids[number])
        until(lambda query_id=waiting: has_started(dan, query_id))  # type: ignore[misc]  # a lambda's default
        assert not any(has_started(dan, query_id) for query_id in ids[RUNNING + number + 1 :])


def test_a_waiting_query_that_is_cancelled_gives_its_turn_to_the_next(dan: Person) -> None:
    ids = [dan.api.submitted("endless") for _ in range(RUNNING + 2)]
    dan.api.ask(CANCEL, id=ids[RUNNING])
    dan.api.ask(CANCEL, id=ids[0])
    until(lambda: has_started(dan, ids[-1]))
    assert dan.api.get(ids[RUNNING])["status"] == "ABORTED"


def test_one_more_than_may_wait_is_refused_whoever_is_first(dan: Person, ana: Person) -> None:
    with ThreadPoolExecutor(10) as pool:
        ids = [str(uuid.uuid4()) for _ in range(10)]
        answers = list(pool.map(lambda id: dan.api.submit("endless", id), ids))
    refused = [id for id, answer in zip(ids, answers, strict=True) if answer.errors]
    assert len(refused) == 10 - RUNNING - WAITING
    for answer in answers:
        if answer.errors:
            assert answer.error["errorType"] == "TooManyQueries"
            assert "2 queries that run and 3 that wait" in answer.error["message"]
            assert "submit again when one of them has ended" in answer.error["message"]
    assert [dan.api.get(id) for id in refused] == [None] * len(refused)
    assert sum(has_started(dan, id) for id in ids if id not in refused) == RUNNING
    assert ended(ana, ana.api.submitted("taxi_by_day"))["status"] == "FINISHED"
    taken = next(id for id in ids if id not in refused)
    assert not dan.api.submit("endless", taken).errors


def test_a_place_that_was_freed_takes_the_next_query(dan: Person) -> None:
    ids = [dan.api.submitted("endless") for _ in range(RUNNING + WAITING)]
    assert dan.api.submit("taxi_by_day").error["errorType"] == "TooManyQueries"
    dan.api.ask(CANCEL, id=ids[-1])
    until(lambda: not dan.api.submit("taxi_by_day").errors)


def test_what_redshift_has_no_room_for_starts_by_itself_soon(
    dan: Person, backstage: Backstage
) -> None:
    flood = [str(uuid.uuid4()) for _ in range(MAX_ACTIVE_STATEMENTS)]
    with ThreadPoolExecutor(8) as pool:
        statements = list(pool.map(backstage.execute, flood))
        query_id = dan.api.submitted("taxi_by_day")
        assert status(dan, query_id) == "QUEUED"
        assert "wantsRoom" in backstage.item(query_id)
        list(pool.map(lambda id: backstage.redshift.cancel_statement(Id=id), statements))
    assert ended(dan, query_id, seconds=60)["status"] == "FINISHED"


def test_a_statement_that_takes_too_long_is_stopped(dan: Person) -> None:
    query = ended(dan, dan.api.submitted("bounded"), seconds=25)  # the sweeper would take longer
    assert query["status"] == "ABORTED"
    assert query["error"] == {
        "type": "QueryTimedOut",
        "message": "Stopped: it took longer than the 2 seconds that it may take.",
    }


def test_a_lost_place_and_a_place_for_nothing_are_put_right_by_the_sweeper(
    outputs: Any, dan: Person, backstage: Backstage, aws: Callable[[str], Any]
) -> None:
    """The owner's item names a query that never came to be, and not the one that runs."""
    running = dan.api.submitted("endless")
    long_ago = {"S": "2026-01-01T00:00:00.000Z"}
    held = {"M": {str(uuid.uuid4()): long_ago for _ in range(RUNNING)}}
    owner = {"id": {"S": f"owner#{dan.id}"}, "unfinished": {"S": "places"}, "updatedAt": long_ago}
    item = {**owner, "running": held, "waiting": {"M": {}}}
    aws("dynamodb").put_item(TableName=outputs["queryTable"], Item=item)
    waiting = dan.api.submitted("endless")
    assert not has_started(dan, waiting)
    backstage.put(backstage.item(running), updatedAt=long_ago["S"])
    backstage.sweep()
    until(lambda: has_started(dan, waiting))
    places = backstage.item(f"owner#{dan.id}")
    assert (set(places["running"]["M"]), places["waiting"]["M"]) == ({running, waiting}, {})


def test_a_report_that_has_run_tells_how_long_it_takes(dan: Person) -> None:
    ended(dan, dan.api.submitted("taxi_by_hour"))

    def estimate() -> Any:
        query = ended(dan, dan.api.submitted("taxi_by_hour"))
        return dan.api.ask(TIMES, id=query["id"]).data["getQuery"]["estimatedDurationMs"]

    assert until(estimate) > 0


def test_what_is_no_query_is_pushed_to_nobody(
    outputs: Any, dan: Person, aws: Callable[[str], Any]
) -> None:
    ended(dan, dan.api.submitted("taxi_by_day"))
    for name in ("publishDeadLetterQueueUrl", "endedDeadLetterQueueUrl"):
        found = aws("sqs").receive_message(QueueUrl=outputs[name]).get("Messages", [])
        assert [json.loads(message["Body"]) for message in found] == []
