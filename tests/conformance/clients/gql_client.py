"""gql with its AppSync transport: a lost connection raises, and the user's code connects again.

Commands and events as in lines.mjs. gql tells nobody of `start_ack`: it reads once it has asked to
subscribe.  https://gql.readthedocs.io/en/stable/transports/appsync.html
"""

import asyncio
import json
import sys
from typing import Any
from urllib.parse import urlsplit

from gql import Client, GraphQLRequest
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.appsync_auth import AppSyncApiKeyAuthentication
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport
from gql.transport.exceptions import TransportConnectionFailed, TransportError

PAUSE = 0.2  # seconds before it connects again


class GqlClient:
    def __init__(self, url: str, apiKey: str) -> None:
        self.url = url
        self.auth = AppSyncApiKeyAuthentication(urlsplit(url).netloc, apiKey)

    async def request(
        self, document: str, variables: dict[str, Any], event: str = "answer"
    ) -> None:
        transport = AIOHTTPTransport(self.url, auth=self.auth)
        try:
            async with Client(transport=transport) as session:
                data = await session.execute(GraphQLRequest(document, variable_values=variables))
                emit(event, data=data)
        except TransportError as error:
            refused(error)

    async def follow(self, subscription: str, query: str, variables: dict[str, Any]) -> None:
        while True:
            try:
                await self.followed(subscription, query, variables)
            except (TransportConnectionFailed, OSError):
                await asyncio.sleep(PAUSE)
            except TransportError as error:
                return refused(error)

    async def followed(self, subscription: str, query: str, variables: dict[str, Any]) -> None:
        url = self.url.replace("http:", "ws:")  # it makes wss: of https: only
        transport = AppSyncWebsocketsTransport(url, auth=self.auth)
        async with Client(transport=transport) as session:
            events = session.subscribe(GraphQLRequest(subscription, variable_values=variables))
            next_event = asyncio.ensure_future(anext(events))
            await self.request(query, variables, "read")  # what was pushed meanwhile is lost
            while True:
                emit("push", data=await next_event)
                next_event = asyncio.ensure_future(anext(events))


def emit(event: str, **details: Any) -> None:
    print(json.dumps({"event": event, **details}), flush=True)


def refused(error: TransportError) -> None:
    emit("refused", error={"name": type(error).__name__, "message": str(error)})


async def obey(client: GqlClient) -> None:
    """Until the commands end."""
    async with asyncio.TaskGroup() as running:
        tasks = []
        while line := await asyncio.to_thread(sys.stdin.readline):
            details = json.loads(line)
            command = getattr(client, details.pop("command"))
            tasks.append(running.create_task(command(**details)))
        for task in tasks:
            task.cancel()


if __name__ == "__main__":
    asyncio.run(obey(GqlClient(**json.loads(sys.argv[1]))))
