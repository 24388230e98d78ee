"""One real-time connection with several subscriptions, in AppSync's own frames.

https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from querycast import documents
from tests.integration.conftest import Person


class Socket:
    """`ended`: asks for the end of a query, and what is pushed of it."""

    def __init__(self, connection: ClientConnection, authorization: dict[str, str]) -> None:
        self._connection = connection
        self._authorization = authorization
        self._frames: dict[str, asyncio.Queue[Any]] = {}

    @asynccontextmanager
    async def ended(self, query_id: str) -> AsyncIterator["asyncio.Queue[Any]"]:
        """The pushes of a query's end, once the subscription is acknowledged."""
        frames = self._frames[query_id] = asyncio.Queue()
        operation = {"query": documents.ON_QUERY_COMPLETE, "variables": {"id": query_id}}
        payload = {
            "data": json.dumps(operation),
            "extensions": {"authorization": self._authorization},
        }
        await self._send({"id": query_id, "type": "start", "payload": payload})
        acknowledged = await frames.get()
        assert acknowledged["type"] == "start_ack", acknowledged
        try:
            yield frames
        finally:
            await self._send({"id": query_id, "type": "stop"})
            del self._frames[query_id]

    async def read(self) -> None:
        """Hand each frame to its subscription, until the connection ends."""
        async for text in self._connection:
            frame = json.loads(text)
            if (frames := self._frames.get(frame.get("id", ""))) is not None:
                frames.put_nowait(frame)

    async def _send(self, frame: Any) -> None:
        await self._connection.send(json.dumps(frame))


@asynccontextmanager
async def opened(outputs: Any, person: Person) -> AsyncIterator[Socket]:
    """A connection that is acknowledged."""
    host = urlsplit(outputs["graphqlUrl"]).netloc
    authorization = {"host": host, "Authorization": person.token}
    header = base64.urlsafe_b64encode(json.dumps(authorization).encode()).decode().rstrip("=")
    protocols = [Subprotocol("graphql-ws"), Subprotocol(f"header-{header}")]
    async with connect(
        outputs["realtimeUrl"], subprotocols=protocols, proxy=None, ping_interval=None
    ) as connection:
        await connection.send(json.dumps({"type": "connection_init"}))
        answer = json.loads(await connection.recv())
        assert answer["type"] == "connection_ack", answer
        socket = Socket(connection, authorization)
        reading = asyncio.create_task(socket.read())
        try:
            yield socket
        finally:
            reading.cancel()
