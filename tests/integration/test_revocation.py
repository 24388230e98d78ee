"""A group that is taken from a user counts no more within a minute, whatever their token says."""

import asyncio
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.api import FINAL, LIST
from tests.integration.conftest import PASSWORD, Person, sign_in
from tests.integration.subscriber import CHANGE, COMPLETE, subscribed
from tests.integration.test_lifecycle import ended
from tests.integration.test_pipelines import FILLED, ON_RUN, started
from tests.integration.test_pipelines import ended as run_ended
from tests.integration.wait import until

WITHIN = 60  # seconds, of the promise
REPORT = "taxi_trips_search"  # for analysts
REVOKED = "AccessRevoked"


@dataclass(frozen=True)
class Scene:
    """A stack, an administrator, and how to make people."""

    outputs: Any
    aws: Callable[[str], Any]
    person: Callable[..., Person]
    ada: Person

    def revoke(self, person: Person, group: str) -> float:
        """Take a group from a person; answers when that was."""
        self.aws("cognito-idp").admin_remove_user_from_group(
            UserPoolId=self.outputs["userPoolId"], Username=person.email, GroupName=group
        )
        return time.monotonic()

    def push_again(self, query_id: str) -> None:
        """Have a query pushed as it is."""
        touch(self.aws("dynamodb"), self.outputs["queryTable"], query_id)


def touch(dynamodb: Any, table: str, query_id: str) -> None:
    """Change a query's item, so that it is pushed as it is."""
    dynamodb.update_item(
        TableName=table,
        Key={"id": {"S": query_id}},
        UpdateExpression="SET touched = :now",
        ExpressionAttributeValues={":now": {"S": str(uuid.uuid4())}},
    )


def a_live_subscription_is_pushed_no_row_more(scene: Scene) -> None:
    vic = scene.person("analysts")
    query_id = ended(vic, vic.api.submitted(REPORT))["id"]

    async def pushed() -> list[tuple[float, Any]]:
        """What is delivered from the revocation on, for as long as any answer is kept."""
        async with subscribed(scene.outputs, vic.token, COMPLETE, id=query_id) as delivered:
            scene.push_again(query_id)
            assert (await asyncio.wait_for(delivered.get(), 30))["result"] is not None
            revoked_at = scene.revoke(vic, "analysts")
            pushes: list[tuple[float, Any]] = []
            while not pushes or pushes[-1][1]["error"] is None or pushes[-1][0] < WITHIN / 2:
                scene.push_again(query_id)
                push = await asyncio.wait_for(delivered.get(), WITHIN)
                pushes.append((time.monotonic() - revoked_at, push))
                assert pushes[-1][0] < WITHIN
            return pushes

    pushes = asyncio.run(pushed())
    end = pushes[-1][1]
    assert (end["status"], end["error"]["type"], end["result"]) == ("FAILED", REVOKED, None)
    assert (end["report"], end["resultRows"]) == (None, None)


def a_query_that_ends_later_ends_for_its_subscriber(scene: Scene) -> None:
    """Running while the group is taken, stopped when that counts: the waiting is over too."""
    vic = scene.person("analysts")

    async def pushed() -> tuple[Any, list[Any]]:
        query_id = str(uuid.uuid4())
        async with (
            subscribed(scene.outputs, vic.token, COMPLETE, id=query_id) as ends,
            subscribed(scene.outputs, vic.token, CHANGE) as changes,
        ):
            assert not vic.api.submit("endless_for_analysts", query_id).errors
            assert (await asyncio.wait_for(changes.get(), 30))["status"] == "QUEUED"
            revoked_at = scene.revoke(vic, "analysts")
            await asyncio.to_thread(until, lambda: vic.api.get(query_id) is None, WITHIN)
            await asyncio.to_thread(until, lambda: time.monotonic() > revoked_at + WITHIN / 2, 60)
            cancel = "mutation ($id: ID!) { cancelQuery(id: $id) { id } }"
            assert not scene.ada.api.ask(cancel, id=query_id).errors
            end = await asyncio.wait_for(ends.get(), WITHIN)
            return end, [changes.get_nowait() for _ in range(changes.qsize())]

    end, changes = asyncio.run(pushed())
    assert end["error"]["type"] == REVOKED
    assert {change["status"] for change in changes} <= {"SUBMITTED", "PICKED", "STARTED", "FAILED"}


def reading_and_listing_refuse_the_old_token_and_a_new_one_at_once(scene: Scene) -> None:
    vic = scene.person("analysts")
    query_id = ended(vic, vic.api.submitted(REPORT))["id"]
    scene.revoke(vic, "analysts")
    again = sign_in(scene.aws("cognito-idp"), scene.outputs, vic.email, PASSWORD)
    assert is_hidden(again, query_id)
    until(lambda: is_hidden(vic, query_id), WITHIN)
    until(lambda: is_refused_the_report(vic), WITHIN)


def rows_of_a_lost_group_are_not_read_though_the_report_is_for_everyone(scene: Scene) -> None:
    vic = scene.person("analysts", "administrators")
    query_id = ended(vic, vic.api.submitted("of_mine"))["id"]
    scene.revoke(vic, "administrators")
    until(lambda: is_hidden(vic, query_id), WITHIN)
    until(lambda: has_rows(vic), WITHIN)


def the_runs_of_a_pipeline_are_followed_no_more(scene: Scene) -> None:
    vic = scene.person("analysts")
    run_id = run_ended(scene.ada, started(scene.ada, FILLED))["id"]

    async def delivered_for() -> float:
        """How many seconds after the revocation the last run was delivered that was."""
        async with (
            subscribed(scene.outputs, vic.token, ON_RUN, name=FILLED) as lost,
            subscribed(scene.outputs, scene.ada.token, ON_RUN, name=FILLED) as kept,
        ):
            scene.push_again(run_id)
            assert (await asyncio.wait_for(lost.get(), 30))["id"] == run_id
            revoked_at, last = scene.revoke(vic, "analysts"), 0.0
            while last < WITHIN:
                scene.push_again(run_id)
                await asyncio.wait_for(kept.get(), 30)
                try:
                    await asyncio.wait_for(lost.get(), 5)
                except TimeoutError:
                    break
                last = time.monotonic() - revoked_at
            return last

    assert asyncio.run(delivered_for()) < WITHIN


def has_rows(person: Person) -> bool:
    """Whether they are answered; not, while one Lambda binds a group that another knows lost."""
    query_id = person.api.submitted("of_mine")
    (query,) = until(lambda: ended_or_hidden(person, query_id))
    return query is not None and len(query["result"]["rows"]) > len("[]")


def ended_or_hidden(person: Person, query_id: str) -> list[Any]:
    """The query once it has ended, or None where it is hidden; nothing while it is at work."""
    query = person.api.get(query_id)
    return [query] if query is None or query["status"] in FINAL else []


def is_refused_the_report(person: Person) -> bool:
    """Not, while the Lambda that is asked knows them by what it was told before."""
    submitted = person.api.submit(REPORT)
    return [error["errorType"] for error in submitted.errors] == ["ReportNotFound"]


def is_hidden(person: Person, query_id: str) -> bool:
    """Whether the query is neither read nor listed, nor its report."""
    listed = person.api.ask(LIST, limit=100).data["listQueries"]["queries"]
    return person.api.get(query_id) is None and query_id not in {query["id"] for query in listed}


SCENARIOS = (
    a_live_subscription_is_pushed_no_row_more,
    a_query_that_ends_later_ends_for_its_subscriber,
    reading_and_listing_refuse_the_old_token_and_a_new_one_at_once,
    rows_of_a_lost_group_are_not_read_though_the_report_is_for_everyone,
    the_runs_of_a_pipeline_are_followed_no_more,
)


@pytest.fixture(scope="module")
def played(
    outputs: Any, aws: Callable[[str], Any], person: Callable[..., Person], ada: Person
) -> Iterator[Mapping[Callable[[Scene], None], "Future[None]"]]:
    """All at once, for each of them waits until what was answered before is forgotten."""
    scene = Scene(outputs, aws, person, ada)
    with ThreadPoolExecutor(len(SCENARIOS)) as pool:
        yield {scenario: pool.submit(scenario, scene) for scenario in SCENARIOS}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_within_a_minute(
    played: Mapping[Callable[[Scene], None], "Future[None]"], scenario: Callable[[Scene], None]
) -> None:
    played[scenario].result()
