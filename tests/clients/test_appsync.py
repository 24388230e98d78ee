"""The session over real sockets: AppSync's protocol, authorization, and what breaks on the way."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest

from querycast import documents
from querycast.appsync import AppSyncSession
from querycast.async_client import AsyncClient
from querycast.auth import ApiKey
from querycast.client import Client
from querycast.errors import NotSignedIn, Refused, Unavailable
from querycast.follow import Pace
from tests.clients.appsync_server import AppSyncServer
from tests.clients.service import FakeService, query

ID = "6f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10"
QUICK = Pace(rereads=(1_000,), resubmits=(0.01, 0.05), backoff=0.01, longest_backoff=0.05)

T = TypeVar("T")


class RenewableKey(ApiKey):
    """Shows a stale key until it is renewed."""

    def __init__(self) -> None:
        super().__init__("stale")
        self.renewals = 0

    async def renew(self) -> None:
        self.renewals += 1
        self._key = "key"


def session(server: AppSyncServer, auth: ApiKey | None = None) -> AppSyncSession:
    urls = server.outputs
    return AppSyncSession(urls["graphqlUrl"], urls["realtimeUrl"], auth or ApiKey("key"))


def with_session(
    open_session: AppSyncSession, act: Callable[[AppSyncSession], Coroutine[Any, Any, T]]
) -> T:
    async def run() -> T:
        try:
            return await act(open_session)
        finally:
            await open_session.close()

    return asyncio.run(run())


@asynccontextmanager
async def subscribed(open_session: AppSyncSession) -> AsyncIterator[AsyncIterator[Any]]:
    async with open_session.subscribe(documents.ON_QUERY_COMPLETE, {"id": ID}) as events:
        yield events


async def subscribe(open_session: AppSyncSession) -> None:
    async with subscribed(open_session):
        pass


async def next_event(open_session: AppSyncSession) -> Any:
    async with subscribed(open_session) as events:
        return await anext(events)


def test_a_run_goes_over_the_wire(server: AppSyncServer, service: FakeService) -> None:
    service.on_submit = service.finish
    with Client(session(server), QUICK) as client:
        result = client.run("taxi_by_day", {"month": "2015-06"})

        assert len(list(result.rows())) == 3


def test_a_subscription_is_entered_when_the_service_has_acknowledged_it(
    server: AppSyncServer, service: FakeService
) -> None:
    async def act(open_session: AppSyncSession) -> int:
        async with subscribed(open_session):
            return len(service.subscribers)

    assert with_session(session(server), act) == 1


def test_events_are_given_as_they_come(server: AppSyncServer, service: FakeService) -> None:
    async def act(open_session: AppSyncSession) -> list[int]:
        async with subscribed(open_session) as events:
            server.loop.call(_push(service, 2))
            server.loop.call(_push(service, 3))
            return [(await anext(events))["onQueryComplete"]["version"] for _ in range(2)]

    assert with_session(session(server), act) == [2, 3]


async def _push(service: FakeService, version: int) -> None:
    service.push(query(ID, "STARTED", version))


def test_credentials_travel_in_the_subprotocol_and_never_in_the_address(
    server: AppSyncServer,
) -> None:
    with_session(session(server), subscribe)

    assert server.connections == [{"host": f"127.0.0.1:{server.port}", "x-api-key": "key"}]
    assert server.paths == ["/graphql/realtime"]


def test_a_subscription_without_acknowledgement_is_no_subscription(server: AppSyncServer) -> None:
    server.mute_starts = 1

    with pytest.raises(Unavailable):
        with_session(session(server), subscribe)


def test_a_cut_connection_is_told(server: AppSyncServer) -> None:
    async def act(open_session: AppSyncSession) -> None:
        async with subscribed(open_session) as events:
            server.loop.call(server.disconnect())
            await anext(events)

    with pytest.raises(Unavailable, match="does not answer"):
        with_session(session(server), act)


def test_a_connection_without_keep_alives_is_given_up(server: AppSyncServer) -> None:
    server.keep_alive_ms = 50

    with pytest.raises(Unavailable, match="No keep-alive message"):
        with_session(session(server), next_event)


def test_a_push_that_comes_broken_is_told_as_an_outage(
    server: AppSyncServer, service: FakeService
) -> None:
    server.broken_pushes = 1
    service.on_subscribe = lambda: service.push(query(ID))

    with pytest.raises(Unavailable, match="Cannot return null"):
        with_session(session(server), next_event)


@pytest.mark.parametrize("act", [subscribe, lambda it: it.execute(documents.LIST_REPORTS, {})])
def test_refused_credentials_are_renewed_once(server: AppSyncServer, act: Any) -> None:
    key = RenewableKey()

    with_session(session(server, key), act)

    assert key.renewals == 1


@pytest.mark.parametrize("act", [subscribe, lambda it: it.execute(documents.LIST_REPORTS, {})])
def test_an_api_key_that_is_refused_cannot_be_renewed(server: AppSyncServer, act: Any) -> None:
    with pytest.raises(NotSignedIn, match="refuses the API key"):
        with_session(session(server, ApiKey("wrong")), act)


def test_a_refused_subscription_is_told_with_its_type(server: AppSyncServer) -> None:
    server.start_error = {"errorType": "InvalidId", "message": "The id is not a lower-case UUID."}

    with pytest.raises(Refused) as told:
        with_session(session(server), subscribe)

    assert told.value.line == "InvalidId: The id is not a lower-case UUID."


@pytest.mark.parametrize("error_type", ["InternalError", "Lambda:Unhandled", "ThrottlingException"])
def test_what_broke_there_is_an_outage_and_no_refusal(
    server: AppSyncServer, error_type: str
) -> None:
    server.start_error = {"errorType": error_type, "message": "no"}

    with pytest.raises(Unavailable, match=error_type):
        with_session(session(server), subscribe)


def test_an_answer_that_is_no_graphql_is_an_outage(
    server: AppSyncServer, service: FakeService
) -> None:
    service.outages.append(Unavailable("<html>"))

    with pytest.raises(Unavailable, match="503"):
        with_session(session(server), lambda it: it.execute(documents.LIST_REPORTS, {}))


def test_nobody_there_is_an_outage() -> None:
    nowhere = AppSyncSession("http://127.0.0.1:1/graphql", "ws://127.0.0.1:1", ApiKey("key"))

    with pytest.raises(Unavailable, match=r"127.0.0.1:1.*Is the stack up"):
        with_session(nowhere, lambda it: it.execute(documents.LIST_REPORTS, {}))


def test_a_run_survives_a_cut_connection_and_expired_credentials(
    server: AppSyncServer, service: FakeService
) -> None:
    """While nobody listens the query ends; a new connection is made with new credentials."""

    def end_unheard(query_id: str) -> None:
        service.loses_pushes = True
        asyncio.get_running_loop().call_later(0.05, cut, query_id)

    def cut(query_id: str) -> None:
        service.finish(query_id)
        server.valid_tokens = {"key"}
        _ = asyncio.ensure_future(server.disconnect())  # noqa: RUF006 # ends with the test

    key = RenewableKey()
    key._key = "first"
    server.valid_tokens = {"first"}
    service.on_submit = end_unheard
    with Client(session(server, key), QUICK) as client:
        result = client.run("taxi_by_day", timeout=5)

    assert result.query.status == "FINISHED"
    assert [each["x-api-key"] for each in server.connections] == ["first", "first", "key"]


def test_many_queries_at_once_share_one_connection_and_reconnect_over_one(
    server: AppSyncServer, service: FakeService
) -> None:
    read: list[str] = []  # from now on only a new connection tells of these

    def cut_when_all_are_read(query_id: str) -> None:
        read.append(query_id)
        if len(read) == 50:
            service.loses_pushes = True
            _ = asyncio.ensure_future(cut())  # noqa: RUF006  # it ends with the test

    async def cut() -> None:
        await server.disconnect()
        for query_id in service.submitted:
            service.finish(query_id)

    async def run() -> set[str]:
        async with AsyncClient(session(server), QUICK) as client:
            runs = [client.run("taxi_by_day", n=number, timeout=30) for number in range(50)]
            return {result.query.id for result in await asyncio.gather(*runs)}

    service.on_read = cut_when_all_are_read

    assert len(asyncio.run(run())) == 50
    assert len(server.connections) == 2  # before the cut and after it


def test_one_query_after_the_other_goes_over_one_connection(
    server: AppSyncServer, service: FakeService
) -> None:
    service.on_submit = service.finish
    with Client(session(server), QUICK) as client:
        for _ in range(3):
            client.run("taxi_by_day")

    assert len(server.connections) == 1


def test_each_subscription_shows_what_authorises_it_now(server: AppSyncServer) -> None:
    """The token with which the connection was made may have expired since."""

    async def act(open_session: AppSyncSession) -> None:
        async with subscribed(open_session):
            server.valid_tokens = {"key"}
            await subscribe(open_session)

    key = RenewableKey()
    server.valid_tokens = {"stale"}
    with_session(session(server, key), act)

    assert [each["x-api-key"] for each in server.starts] == ["stale", "stale", "key"]
    assert len(server.connections) == 1


def test_what_many_are_refused_at_once_is_renewed_once(server: AppSyncServer) -> None:
    key = RenewableKey()

    async def act(open_session: AppSyncSession) -> None:
        asks = [open_session.execute(documents.LIST_REPORTS, {}) for _ in range(9)]
        await asyncio.gather(*asks, *(subscribe(open_session) for _ in range(9)))

    with_session(session(server, key), act)

    assert key.renewals == 1


def test_a_run_survives_a_restart_of_the_service(
    server: AppSyncServer, service: FakeService
) -> None:
    def restart(query_id: str) -> None:
        _ = asyncio.ensure_future(run_restart(query_id))  # noqa: RUF006  # it ends with the test

    async def run_restart(query_id: str) -> None:
        await server.stop()
        service.finish(query_id)
        await server.start()

    service.on_submit = lambda query_id: asyncio.get_running_loop().call_later(
        0.05, restart, query_id
    )
    with Client(session(server), QUICK) as client:
        assert client.run("taxi_by_day", timeout=5).query.status == "FINISHED"


def test_no_credentials_are_logged(
    server: AppSyncServer, service: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    service.on_submit = service.finish
    with Client(session(server), QUICK) as client:
        client.run("taxi_by_day")

    assert "x-api-key" not in caplog.text
