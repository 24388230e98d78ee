"""A subscriber with nothing but gql's own AppSync transport, as its documentation shows it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from gql import Client, GraphQLRequest
from gql.transport.appsync_auth import AppSyncAuthentication, AppSyncJWTAuthentication
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport

from tests.integration.api import QUERY

COMPLETE = f"subscription ($id: ID!) {{ onQueryComplete(id: $id) {{ {QUERY} }} }}"
CHANGE = "subscription { onQueryChange { id status version owner } }"


class AcknowledgedTransport(AppSyncWebsocketsTransport):
    """gql's transport drops `start_ack`, which is when a subscription is in place; this tells."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.acknowledged = asyncio.Event()

    def _parse_answer(self, answer: str) -> Any:
        if '"start_ack"' in answer:
            self.acknowledged.set()
        return super()._parse_answer(answer)


@asynccontextmanager
async def subscribed(
    outputs: Any, who: str | AppSyncAuthentication, document: str, **variables: Any
) -> AsyncIterator[asyncio.Queue[Any]]:
    """A queue of what the subscription delivers, once it is in place.

    who: a user's token, or another way of signing in.
    """
    auth = AppSyncJWTAuthentication(host(outputs), who) if isinstance(who, str) else who
    transport = AcknowledgedTransport(url=outputs["realtimeUrl"], auth=auth)
    delivered: asyncio.Queue[Any] = asyncio.Queue()
    async with Client(transport=transport) as session:
        request = GraphQLRequest(document, variable_values=variables)

        async def listen() -> None:
            async for result in session.subscribe(request):
                (query,) = result.values()
                delivered.put_nowait(query)

        listening = asyncio.create_task(listen())
        acknowledged = asyncio.create_task(transport.acknowledged.wait())
        await asyncio.wait({listening, acknowledged}, return_when=asyncio.FIRST_COMPLETED)
        if listening.done():
            listening.result()
        try:
            yield delivered
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


def host(outputs: Any) -> str:
    """The name under which the API signs and is signed for."""
    return str(outputs["graphqlUrl"].partition("://")[2].partition("/")[0])
