"""A query is followed to its end whatever is lost, late, doubled or broken on the way."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from querycast.errors import NotSignedIn, QuerycastError, QueryTimedOut, Refused, Unavailable
from querycast.follow import Follower, Pace, Subscription, end_of, every_change
from querycast.operations import submit_query
from querycast.query import QueryStatus
from querycast.session import Data, Variables
from tests.clients.service import READ_ROWS, ROWS, FakeService, page, query

ID = "6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10"
NEVER = 1_000  # seconds
ONLY_PUSHES = Pace(rereads=(NEVER,), resubmits=(0, 0), backoff=0.001, longest_backoff=0.002)
ONLY_REREADS = Pace(rereads=(0.01,), resubmits=(0, 0), backoff=0.01)


def follow(
    service: FakeService,
    pace: Pace = ONLY_PUSHES,
    pushes: Subscription | None = None,
    timeout: float | None = 5,
) -> list[tuple[str, int]]:
    """Status and version of every change that is told."""

    async def run() -> list[tuple[str, int]]:
        follower = Follower(service, ID, pushes or end_of(ID), pace)
        submit = lambda: submit_query(service, ID, "taxi_by_day", {"month": "2015-06"})  # noqa: E731  # it names an argument
        return [
            (change.status.value, change.version)
            async for change in follower.changes(submit, timeout)
        ]

    return asyncio.run(run())


@pytest.fixture
def service() -> FakeService:
    return FakeService()


def soon(action: Callable[[], None]) -> None:
    """Run it when everybody has come to wait."""
    asyncio.get_running_loop().call_later(0.01, action)


def test_it_subscribes_before_it_submits(service: FakeService) -> None:
    service.on_subscribe = lambda: service.operations.append("subscribed")
    service.on_submit = service.finish

    follow(service)

    assert service.operations[:2] == ["subscribed", "submitQuery"]


def test_an_end_pushed_after_the_reply_is_told(service: FakeService) -> None:
    service.on_submit = lambda query_id: soon(lambda: service.finish(query_id))

    assert follow(service) == [("QUEUED", 1), ("FINISHED", 2)]
    assert service.operations == ["submitQuery", "getQuery"]


def test_an_end_pushed_before_the_reply_is_told_once(service: FakeService) -> None:
    service.on_submit = service.finish

    assert follow(service)[-1] == ("FINISHED", 2)


def test_an_end_before_the_subscription_is_told(service: FakeService) -> None:
    """The same id was submitted before, and its query has ended."""
    service.queries[ID] = query(ID, "FINISHED", 5)

    assert follow(service) == [("FINISHED", 5)]


def test_an_end_between_the_reply_and_the_first_read_is_told_though_its_push_is_lost(
    service: FakeService,
) -> None:
    service.loses_pushes = True
    service.on_submit = service.finish

    assert follow(service) == [("QUEUED", 1), ("FINISHED", 2)]


def test_a_lost_push_is_healed_by_the_next_read(service: FakeService) -> None:
    service.loses_pushes = True
    service.on_submit = lambda query_id: soon(lambda: service.finish(query_id))

    assert follow(service, ONLY_REREADS) == [("QUEUED", 1), ("FINISHED", 2)]


def test_every_change_is_told_in_order(service: FakeService) -> None:
    def go_on(query_id: str) -> None:
        for status in ("SUBMITTED", "PICKED", "STARTED", "FINISHED"):
            service.advance(query_id, status)

    service.on_submit = lambda query_id: soon(lambda: go_on(query_id))

    assert [status for status, _ in follow(service, pushes=every_change())] == [
        "QUEUED",
        "SUBMITTED",
        "PICKED",
        "STARTED",
        "FINISHED",
    ]


def test_duplicates_and_older_versions_are_not_told(service: FakeService) -> None:
    def repeat(query_id: str) -> None:
        for status, version in (("STARTED", 4), ("STARTED", 4), ("PICKED", 3), ("FINISHED", 5)):
            service.push(query(query_id, status, version))

    service.on_submit = lambda query_id: soon(lambda: repeat(query_id))

    assert follow(service, pushes=every_change()) == [
        ("QUEUED", 1),
        ("STARTED", 4),
        ("FINISHED", 5),
    ]


def test_pushes_of_other_queries_are_not_told(service: FakeService) -> None:
    def both(query_id: str) -> None:
        service.push(query("another", "FAILED", 9))
        service.finish(query_id)

    service.on_submit = lambda query_id: soon(lambda: both(query_id))

    assert follow(service, pushes=every_change()) == [("QUEUED", 1), ("FINISHED", 2)]


def test_what_ended_while_the_connection_was_lost_is_read_after_reconnecting(
    service: FakeService,
) -> None:
    def lose(query_id: str) -> None:
        service.break_connections()
        service.loses_pushes = True
        service.finish(query_id)

    service.on_submit = lambda query_id: soon(lambda: lose(query_id))

    assert follow(service)[-1] == ("FINISHED", 2)
    assert service.subscriptions == 2


def test_a_connection_that_cannot_be_made_at_first_does_not_keep_it_from_submitting(
    service: FakeService,
) -> None:
    service.connect_outages.extend([Unavailable("no route"), Unavailable("no route")])
    service.on_submit = lambda query_id: soon(lambda: service.finish(query_id))

    assert follow(service)[-1] == ("FINISHED", 2)


def test_submitting_is_tried_again_with_the_same_id(service: FakeService) -> None:
    service.outages.append(Unavailable("the answer is lost"))
    service.on_submit = service.finish

    assert follow(service)[-1] == ("FINISHED", 2)
    assert service.submitted == [ID]


def test_submitting_is_given_up_where_no_answer_ever_comes(service: FakeService) -> None:
    service.outages.extend(Unavailable("down") for _ in range(3))

    with pytest.raises(Unavailable, match="down"):
        follow(service)


def test_a_read_that_fails_is_made_again(service: FakeService) -> None:
    def fail_then_finish(query_id: str) -> None:
        service.loses_pushes = True
        service.outages.append(Unavailable("down"))
        service.finish(query_id)

    service.on_submit = fail_then_finish

    assert follow(service, ONLY_REREADS)[-1] == ("FINISHED", 2)


def test_a_read_that_does_not_find_the_query_yet_is_made_again(service: FakeService) -> None:
    def hide(query_id: str) -> None:
        service.loses_pushes = True
        service.finish(query_id)
        hidden = service.queries.pop(query_id)
        service.on_read = lambda _: service.queries.setdefault(query_id, hidden)

    service.on_submit = hide

    assert follow(service, ONLY_REREADS)[-1] == ("FINISHED", 2)


@pytest.mark.parametrize(
    "error", [Refused("InvalidParameter", "no"), NotSignedIn("sign in")], ids=["refused", "auth"]
)
def test_a_refusal_ends_it(service: FakeService, error: QuerycastError) -> None:
    service.outages.append(error)

    with pytest.raises(type(error)):
        follow(service)


def test_a_refused_subscription_ends_it_before_anything_is_submitted(service: FakeService) -> None:
    service.connect_outages.append(Refused("Unauthorized", "not yours"))

    with pytest.raises(Refused, match="not yours"):
        follow(service)
    assert service.submitted == []


def test_a_query_that_does_not_end_in_time_times_out(service: FakeService) -> None:
    with pytest.raises(
        QueryTimedOut, match=rf"{ID} is QUEUED after 0.05 s.*querycast show"
    ) as told:
        follow(service, timeout=0.05)
    assert told.value.query_id == ID


def test_it_leaves_no_subscriber_behind(service: FakeService) -> None:
    service.on_submit = service.finish

    follow(service)

    assert service.subscribers == []


class Forgetful(FakeService):
    """A subscription that forgets, once, that it was cancelled."""

    @asynccontextmanager
    async def subscribe(
        self, document: str, variables: Variables
    ) -> AsyncGenerator[AsyncIterator[Data]]:
        async with super().subscribe(document, variables) as events:
            yield self._remembering(events)

    async def _remembering(self, events: AsyncIterator[Data]) -> AsyncGenerator[Data]:
        try:
            async for data in events:
                yield data
        except asyncio.CancelledError:
            await asyncio.Event().wait()


def test_the_end_is_told_though_the_subscription_forgets_that_it_is_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("querycast.tasks.AGAIN_SECONDS", 0.01)
    service = Forgetful()
    service.on_submit = lambda query_id: soon(lambda: service.finish(query_id))

    async def followed() -> list[str]:
        follower = Follower(service, ID, end_of(ID), ONLY_PUSHES)
        changes = follower.changes(lambda: submit_query(service, ID, "taxi_by_day", {}), None)
        async with asyncio.timeout(5):
            return [change.status.value async for change in changes]

    assert asyncio.run(followed()) == ["QUEUED", "FINISHED"]
    assert service.subscribers == []


@pytest.mark.parametrize("milliseconds", range(0, 20, 2))
def test_an_end_at_any_moment_is_told(service: FakeService, milliseconds: int) -> None:
    """Swept over the moments around submitting; every other push is lost."""
    service.loses_pushes = milliseconds % 4 == 0
    service.on_submit = lambda query_id: _later(
        milliseconds / 1000, lambda: service.finish(query_id)
    )

    assert follow(service, Pace(rereads=(0.01,)))[-1] == ("FINISHED", 2)


def _later(seconds: float, action: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, action)


def test_a_push_brings_its_preview_along(service: FakeService) -> None:
    async def run() -> list[list[object]]:
        follower = Follower(service, ID, end_of(ID), ONLY_PUSHES)
        submit = lambda: submit_query(service, ID, "taxi_by_day", {})  # noqa: E731  # it names an argument
        async for change in follower.changes(submit, 5):
            if change.status is QueryStatus.FINISHED:
                assert change.result is not None
                return change.result.rows
        return []

    def finish(query_id: str) -> None:
        service.advance(query_id, "FINISHED", result=page(ROWS))

    service.on_submit = lambda query_id: soon(lambda: finish(query_id))

    assert asyncio.run(run()) == READ_ROWS
