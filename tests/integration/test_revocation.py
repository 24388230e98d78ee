"""A group that is taken from a user counts no more within a minute, whatever their token says."""

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api import LIST
from tests.integration.conftest import PASSWORD, Person, sign_in
from tests.integration.subscriber import CHANGE, COMPLETE, subscribed
from tests.integration.test_lifecycle import ended
from tests.integration.wait import until

WITHIN = 60  # seconds, of the promise
REPORT = "taxi_trips_search"  # for analysts
REVOKED = "AccessRevoked"


@pytest.fixture
def revoke(outputs: Any, aws: Callable[[str], Any]) -> Callable[[Person, str], float]:
    """Takes a group from a person; answers when that was."""

    def taken(person: Person, group: str) -> float:
        aws("cognito-idp").admin_remove_user_from_group(
            UserPoolId=outputs["userPoolId"], Username=person.email, GroupName=group
        )
        return time.monotonic()

    return taken


@pytest.fixture
def push_again(outputs: Any, aws: Callable[[str], Any]) -> Callable[[str], None]:
    """Has a query pushed as it is."""
    return lambda query_id: touch(aws("dynamodb"), outputs["queryTable"], query_id)


def touch(dynamodb: Any, table: str, query_id: str) -> None:
    """Change a query's item, so that it is pushed as it is."""
    dynamodb.update_item(
        TableName=table,
        Key={"id": {"S": query_id}},
        UpdateExpression="SET touched = :now",
        ExpressionAttributeValues={":now": {"S": str(uuid.uuid4())}},
    )


def test_a_live_subscription_is_pushed_no_row_more_after_a_minute(
    outputs: Any,
    person: Callable[..., Person],
    revoke: Callable[[Person, str], float],
    push_again: Callable[[str], None],
) -> None:
    vic = person("analysts")
    query_id = ended(vic, vic.api.submitted(REPORT))["id"]

    async def pushed() -> list[tuple[float, Any]]:
        """What is delivered from the revocation on, for as long as any answer is kept."""
        async with subscribed(outputs, vic.token, COMPLETE, id=query_id) as delivered:
            push_again(query_id)
            assert (await asyncio.wait_for(delivered.get(), 30))["result"] is not None
            revoked_at = revoke(vic, "analysts")
            pushes: list[tuple[float, Any]] = []
            while not pushes or pushes[-1][1]["error"] is None or pushes[-1][0] < WITHIN / 2:
                push_again(query_id)
                push = await asyncio.wait_for(delivered.get(), WITHIN)
                pushes.append((time.monotonic() - revoked_at, push))
                assert pushes[-1][0] < WITHIN
            return pushes

    pushes = asyncio.run(pushed())
    end = pushes[-1][1]
    assert (end["status"], end["error"]["type"], end["result"]) == ("FAILED", REVOKED, None)
    assert (end["report"], end["resultRows"]) == (None, None)


def test_a_query_that_ends_after_it_ends_for_its_subscriber(
    outputs: Any,
    ada: Person,
    person: Callable[..., Person],
    revoke: Callable[[Person, str], float],
) -> None:
    """Running while the group is taken, stopped when that counts: the waiting is over too."""
    vic = person("analysts")

    async def pushed() -> tuple[Any, list[Any]]:
        query_id = str(uuid.uuid4())
        async with (
            subscribed(outputs, vic.token, COMPLETE, id=query_id) as ends,
            subscribed(outputs, vic.token, CHANGE) as changes,
        ):
            assert not vic.api.submit("endless_for_analysts", query_id).errors
            assert (await asyncio.wait_for(changes.get(), 30))["status"] == "QUEUED"
            revoked_at = revoke(vic, "analysts")
            await asyncio.to_thread(until, lambda: vic.api.get(query_id) is None, WITHIN)
            await asyncio.to_thread(until, lambda: time.monotonic() > revoked_at + WITHIN / 2, 60)
            cancel = "mutation ($id: ID!) { cancelQuery(id: $id) { id } }"
            assert not ada.api.ask(cancel, id=query_id).errors
            end = await asyncio.wait_for(ends.get(), WITHIN)
            return end, [changes.get_nowait() for _ in range(changes.qsize())]

    end, changes = asyncio.run(pushed())
    assert end["error"]["type"] == REVOKED
    assert {change["status"] for change in changes} <= {"SUBMITTED", "PICKED", "STARTED", "FAILED"}


def test_reading_and_listing_refuse_the_old_token_within_a_minute_and_a_new_one_at_once(
    outputs: Any,
    aws: Callable[[str], Any],
    person: Callable[..., Person],
    revoke: Callable[[Person, str], float],
) -> None:
    vic = person("analysts")
    query_id = ended(vic, vic.api.submitted(REPORT))["id"]
    revoke(vic, "analysts")
    again = sign_in(aws("cognito-idp"), outputs, vic.email, PASSWORD)
    assert is_hidden(again, query_id)
    until(lambda: is_hidden(vic, query_id), WITHIN)
    assert vic.api.submit(REPORT).error["errorType"] == "ReportNotFound"


def test_rows_of_a_lost_group_are_not_read_though_the_report_is_for_everyone(
    person: Callable[..., Person], revoke: Callable[[Person, str], float]
) -> None:
    vic = person("analysts", "administrators")
    query_id = ended(vic, vic.api.submitted("of_mine"))["id"]
    revoke(vic, "administrators")
    until(lambda: is_hidden(vic, query_id), WITHIN)
    assert len(ended(vic, vic.api.submitted("of_mine"))["result"]["rows"]) > len("[]")


def is_hidden(person: Person, query_id: str) -> bool:
    """Whether the query is neither read nor listed, nor its report."""
    listed = person.api.ask(LIST, limit=100).data["listQueries"]["queries"]
    return person.api.get(query_id) is None and query_id not in {query["id"] for query in listed}
