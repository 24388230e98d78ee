"""One person's subscription to every change of their queries, with the moment each push arrived."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from querycast.appsync import AppSyncSession
from querycast.auth import BearerToken

CHANGES = "subscription { onQueryChange { id status durationMs result { rows } } }"


class Pushes:
    """The end of each query and when it came, by the query's id."""

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


@asynccontextmanager
async def pushes(graphql_url: str, realtime_url: str, token: str) -> AsyncGenerator[Pushes]:
    """What is pushed to the owner of the token, once the subscription is in place."""
    session = AppSyncSession(graphql_url, realtime_url, BearerToken(token))
    received = Pushes()
    async with session.subscribe(CHANGES, {}) as events:

        async def listen() -> None:
            async for data in events:
                received.arrived(data["onQueryChange"])

        listening = asyncio.create_task(listen())
        yield received
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    await session.close()
