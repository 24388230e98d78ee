"""One person's subscription to every change of their queries, with the moment each push arrived."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from gql import Client, gql
from gql.transport.appsync_auth import AppSyncJWTAuthentication
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport

CHANGES = gql("subscription { onQueryChange { id status durationMs result { rows } } }")


class Pushes:
    """The last push of each query and when it came, by the query's id."""

    def __init__(self) -> None:
        self._ends: dict[str, asyncio.Future[tuple[float, Any]]] = {}

    def of(self, query_id: str) -> "asyncio.Future[tuple[float, Any]]":
        """Resolves to (seconds of the monotonic clock, query) when the query's end was pushed."""
        return self._ends.setdefault(query_id, asyncio.get_running_loop().create_future())

    def arrived(self, query: Any) -> None:
        if query["status"] in ("FINISHED", "FAILED", "ABORTED"):
            end = self.of(query["id"])
            if not end.done():
                end.set_result((time.monotonic(), query))


class Transport(AppSyncWebsocketsTransport):
    """Tells when the subscription is acknowledged, which gql's transport keeps to itself."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.acknowledged = asyncio.Event()

    def _parse_answer(self, answer: str) -> Any:
        if '"start_ack"' in answer:
            self.acknowledged.set()
        return super()._parse_answer(answer)


@asynccontextmanager
async def pushes(graphql_url: str, realtime_url: str, token: str) -> AsyncIterator[Pushes]:
    """What is pushed to the owner of the token, once the subscription is in place."""
    host = graphql_url.partition("://")[2].partition("/")[0]
    transport = Transport(url=realtime_url, auth=AppSyncJWTAuthentication(host=host, jwt=token))
    received = Pushes()
    async with Client(transport=transport) as session:

        async def listen() -> None:
            async for result in session.subscribe(CHANGES):
                received.arrived(result["onQueryChange"])

        listening = asyncio.create_task(listen())
        await asyncio.wait_for(transport.acknowledged.wait(), 10)
        yield received
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
