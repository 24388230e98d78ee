"""strawberry-graphql on uvicorn. `python -m bench.appsync.peers.strawberry_server PORT`."""

import asyncio
import sys
from collections.abc import AsyncGenerator

import strawberry
import uvicorn
from strawberry.asgi import GraphQL

subscribers: set[asyncio.Queue["Item"]] = set()


@strawberry.type
class Item:
    id: strawberry.ID
    key: str | None
    payload: str | None
    f1: str | None
    f2: str | None
    f3: str | None
    f4: str | None
    f5: str | None
    f6: str | None
    f7: str | None


@strawberry.type
class Query:
    @strawberry.field
    def ping(self) -> str:
        return "pong"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def add(
        self,
        id: strawberry.ID,
        key: str | None = None,
        payload: str | None = None,
        f1: str | None = None,
        f2: str | None = None,
        f3: str | None = None,
        f4: str | None = None,
        f5: str | None = None,
        f6: str | None = None,
        f7: str | None = None,
    ) -> Item:
        item = Item(
            id=id, key=key, payload=payload, f1=f1, f2=f2, f3=f3, f4=f4, f5=f5, f6=f6, f7=f7
        )
        for queue in subscribers:
            queue.put_nowait(item)
        return item


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def on_add(self, key: str | None = None) -> AsyncGenerator[Item, None]:
        queue: asyncio.Queue[Item] = asyncio.Queue()
        subscribers.add(queue)
        try:
            while True:
                item = await queue.get()
                if key is None or item.key == key:
                    yield item
        finally:
            subscribers.discard(queue)


if __name__ == "__main__":
    uvicorn.run(
        GraphQL(strawberry.Schema(Query, Mutation, Subscription)),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        log_level="error",
    )
