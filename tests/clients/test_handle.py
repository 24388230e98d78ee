"""A query that was submitted: watched, waited for, cancelled and read by its handle."""

import asyncio
from collections.abc import Iterator

import pytest

from querycast.client import Client
from querycast.errors import QueryFailed, QueryTimedOut, Refused
from querycast.follow import Pace
from querycast.query import QueryStatus
from tests.clients.service import READ_ROWS, FakeService, query

ID = "6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10"


@pytest.fixture
def client(service: FakeService) -> Iterator[Client]:
    with Client(service, Pace(rereads=(1_000,), resubmits=(0,))) as client:
        yield client


def finishes_when_watched(service: FakeService, query_id: str) -> None:
    """The query begins before anybody listens, and ends once somebody does."""

    def end() -> None:
        asyncio.get_running_loop().call_later(0.02, service.finish, query_id)

    service.queries.setdefault(query_id, query(query_id, "STARTED", 3))
    service.on_subscribe = end


def test_a_handle_waits_for_the_end(client: Client, service: FakeService) -> None:
    handle = client.submit("taxi_by_day", month="2015-06")
    finishes_when_watched(service, handle.id)

    assert handle.wait(timeout=5).status is QueryStatus.FINISHED


def test_a_handle_waits_and_has_the_result(client: Client, service: FakeService) -> None:
    handle = client.submit("taxi_by_day")
    finishes_when_watched(service, handle.id)

    assert list(handle.result(timeout=5).rows()) == READ_ROWS


def test_a_result_that_there_is_none_of_is_an_error(client: Client, service: FakeService) -> None:
    handle = client.submit("taxi_by_day")
    service.advance(handle.id, "FAILED", error={"type": "StatementFailed", "message": "no"})

    with pytest.raises(QueryFailed, match=handle.id):
        handle.result()


def test_what_does_not_end_in_time_is_told_with_its_id(client: Client) -> None:
    handle = client.submit("taxi_by_day")

    for act in (handle.wait, handle.result):
        with pytest.raises(QueryTimedOut, match=handle.id):
            act(0.02)


def test_updates_are_each_newer_state_until_the_final_one(
    client: Client, service: FakeService
) -> None:
    finishes_when_watched(service, ID)

    assert [each.status for each in client.attach(ID).updates()] == ["STARTED", "FINISHED"]


def test_updates_of_what_has_ended_are_its_end(client: Client, service: FakeService) -> None:
    service.queries[ID] = query(ID, "FINISHED", 5)

    assert [each.version for each in client.attach(ID).updates()] == [5]


def test_updates_that_nobody_reads_on_are_given_up(client: Client, service: FakeService) -> None:
    service.queries[ID] = query(ID, "STARTED", 3)
    updates = client.attach(ID).updates()

    next(updates)
    updates.close()

    assert service.subscribers == []


def test_the_status_is_read_anew(client: Client, service: FakeService) -> None:
    handle = client.submit("taxi_by_day")
    assert handle.status() is QueryStatus.QUEUED
    service.finish(handle.id)

    assert handle.status() is QueryStatus.FINISHED
    assert handle.submitted is not None
    assert handle.submitted.status is QueryStatus.QUEUED


def test_a_handle_cancels(client: Client) -> None:
    handle = client.submit("taxi_by_day")

    assert handle.cancel().cancel_requested_at == handle.query().cancel_requested_at != None  # noqa: E711 # three are one


def test_attaching_asks_nothing(client: Client, service: FakeService) -> None:
    handle = client.attach(ID)

    assert (handle.id, handle.submitted, service.operations) == (ID, None, [])


def test_a_query_that_is_none_is_refused_when_it_is_asked_for(client: Client) -> None:
    handle = client.attach(ID)

    for act in (handle.status, handle.wait, handle.cancel, lambda: list(handle.updates())):
        with pytest.raises(Refused, match=ID):
            act()
