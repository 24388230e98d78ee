"""gql with a token, and how it leaves; tests/conformance/clients has what else its users see."""

import asyncio
from collections.abc import Callable

import pytest
from gql import Client, gql
from gql.transport.appsync_auth import (
    AppSyncApiKeyAuthentication,
    AppSyncAuthentication,
    AppSyncJWTAuthentication,
)
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport

from tests.local.appsync.fakes import API_KEY, API_KEYS, COGNITO, ECHO, Endpoint, RunningServer, api

SDL = """
type Post @aws_api_key @aws_cognito_user_pools { id: ID!  title: String }
type Query @aws_api_key @aws_cognito_user_pools { me: String }
type Mutation @aws_api_key @aws_cognito_user_pools { addPost(id: ID!, title: String): Post }
type Subscription @aws_api_key @aws_cognito_user_pools {
  onAdd(id: ID): Post @aws_subscribe(mutations: ["addPost"]) }
"""
ON_ADD = gql("subscription S($id: ID) { onAdd(id: $id) { id title } }")
MUTATION = 'mutation { addPost(id: "1", title: "t") { id title } }'


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    return serve(api(SDL, {"Mutation.addPost": ECHO}, providers=(API_KEYS, COGNITO)))


def transport(server: RunningServer, auth: AppSyncAuthentication) -> AppSyncWebsocketsTransport:
    """Leaves when the server has answered its `stop`, however long that takes."""
    url = f"ws://127.0.0.1:{server.port}/graphql"
    transport = AppSyncWebsocketsTransport(url, auth=auth)
    transport.close_timeout = None  # for good; the constructor's type is stricter
    return transport


async def first_event(
    server: RunningServer, auth: AppSyncAuthentication, publish: Callable[[], object]
) -> object:
    """Subscribe, publish when the server knows, take one event, leave."""
    async with asyncio.timeout(10), Client(transport=transport(server, auth)) as session:
        ON_ADD.variable_values = {"id": "1"}
        events = session.subscribe(ON_ADD)
        waiting = asyncio.ensure_future(anext(events))
        while server.apis.counts.subscriptions == 0:
            await asyncio.sleep(0.005)
        await asyncio.to_thread(publish)
        event: object = await waiting
        await events.aclose()
        return event


@pytest.mark.parametrize("by", ["key", "token"])
def test_gql_subscribes_receives_and_is_told_that_it_may_leave(
    server: RunningServer, endpoint: Endpoint, ask: Callable[..., object], by: str
) -> None:
    host = f"127.0.0.1:{server.port}"
    token = endpoint.pool.token()
    auth: AppSyncAuthentication = AppSyncApiKeyAuthentication(host, API_KEY)
    if by == "token":
        auth = AppSyncJWTAuthentication(host, token)
    event = asyncio.run(first_event(server, auth, lambda: ask(server, MUTATION)))
    assert event == {"onAdd": {"id": "1", "title": "t"}}
