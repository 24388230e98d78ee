"""Many ask the same at once, some lose access meanwhile, all leave: one statement to the last."""

import asyncio
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.integration.api import SUBMIT
from tests.integration.conftest import Person, new_person
from tests.integration.faults.machinery import Machinery
from tests.integration.faults.scale import sized
from tests.integration.subscriber import COMPLETE, subscribed
from tests.integration.test_cancel import cancelled
from tests.integration.test_lifecycle import ended
from tests.integration.test_revocation import touch
from tests.integration.wait import until

REPORT = "shared_by_analysts"
ASKERS = sized(8, 100)
REVOKED = sized(2, 3)  # of them
REVOKED_WITHIN = 60  # seconds
SWEPT_WITHIN = 120  # seconds; a sweep is due each minute


@pytest.fixture
def askers(machinery: Machinery) -> Sequence[Person]:
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda _: new_person(machinery.outputs, "analysts"), range(ASKERS)))


@pytest.fixture
def ada(machinery: Machinery) -> Person:
    return new_person(machinery.outputs, "administrators")


def asked_at_once(askers: Sequence[Person], query_ids: Sequence[str]) -> None:
    round = str(uuid.uuid4())
    with ThreadPoolExecutor(16) as pool:
        asked = pool.map(
            lambda asker, query_id: until(
                lambda: not asker.api.submit(REPORT, query_id, round=round).errors
            ),
            askers,
            query_ids,
        )
        assert all(asked)


def statements(machinery: Machinery, query_ids: Sequence[str]) -> list[Any]:
    with ThreadPoolExecutor(8) as pool:
        return [each for found in pool.map(machinery.statements, query_ids) for each in found]


def revoke(machinery: Machinery, person: Person) -> None:
    machinery.aws("cognito-idp").admin_remove_user_from_group(
        UserPoolId=machinery.outputs["userPoolId"], Username=person.email, GroupName="analysts"
    )


async def told_nothing(machinery: Machinery, pushes: "asyncio.Queue[Any]", query_id: str) -> Any:
    """The end as who may not read it is told; it is pushed again until that is known."""
    while True:
        push = await pushes.get()
        assert push["result"] is None
        if push["error"]["type"] == "AccessRevoked":
            return push
        await asyncio.to_thread(touch, machinery.dynamodb, machinery.table, query_id)


def test_they_share_one_statement_which_the_last_to_leave_stops(
    machinery: Machinery, askers: Sequence[Person], ada: Person
) -> None:
    query_ids = [str(uuid.uuid4()) for _ in askers]
    revoked = list(zip(askers, query_ids, strict=True))[:REVOKED]
    leaving = list(zip(askers, query_ids, strict=True))[REVOKED:]

    async def pushed_to_the_revoked() -> list[Any]:
        async with AsyncExitStack() as stack:
            queues = [
                await stack.enter_async_context(
                    subscribed(machinery.outputs, person.token, COMPLETE, id=query_id)
                )
                for person, query_id in revoked
            ]
            await asyncio.to_thread(share_and_leave)
            return [
                await asyncio.wait_for(told_nothing(machinery, queue, query_id), REVOKED_WITHIN)
                for queue, (_, query_id) in zip(queues, revoked, strict=True)
            ]

    def share_and_leave() -> None:
        asked_at_once(askers, query_ids)
        (statement,) = statements(machinery, query_ids)
        for person, _ in revoked:
            revoke(machinery, person)
        with ThreadPoolExecutor(16) as pool:
            left = list(pool.map(lambda leaver: cancelled(*leaver), leaving))
        assert {(query["status"], query["error"]["type"]) for query in left} == {
            ("ABORTED", "QueryCancelled")
        }
        (statement,) = statements(machinery, query_ids)
        assert statement["Status"] in ("SUBMITTED", "PICKED", "STARTED")
        for _, query_id in revoked:
            cancelled(ada, query_id)

    pushes = asyncio.run(pushed_to_the_revoked())
    assert {push["error"]["type"] for push in pushes} == {"AccessRevoked"}
    assert {push["result"] for push in pushes} == {None}
    until(lambda: statements(machinery, query_ids)[0]["Status"] == "ABORTED", SWEPT_WITHIN)


def test_who_asks_again_within_max_age_is_answered_at_once(
    machinery: Machinery, ana: Person, ben: Person
) -> None:
    month = {"month": "2015-03"}
    first = ended(ana, ana.api.submitted("taxi_by_day", **month))
    given = [{"name": name, "value": value} for name, value in month.items()]
    input = {"report": "taxi_by_day", "parameters": given, "maxAge": 3600}
    again = ben.api.ask(SUBMIT, input=input).data["submitQuery"]
    assert (again["status"], again["version"], again["owner"]) == ("FINISHED", 1, ben.id)
    assert again["finishedAt"] == first["finishedAt"]
    assert statements(machinery, [again["id"]]) == []
    assert ben.api.get(again["id"])["result"] == ana.api.get(first["id"])["result"]
