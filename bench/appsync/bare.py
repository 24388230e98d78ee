"""The floor: a broadcast of the same bytes on the same stack, with no GraphQL at all.

uvicorn, uvloop and websockets-sansio; every connection that said `start` gets one frame for each of
its ids, through the ordinary send. `python -m bench.appsync.bare PORT`.
"""

import asyncio
import json
import sys
from typing import Any

import uvicorn

connections: dict[int, tuple[Any, list[str]]] = {}


async def app(scope: Any, receive: Any, send: Any) -> None:
    """WebSocket: acknowledge and remember. POST: broadcast the body's `payload`."""
    if scope["type"] == "websocket":
        await realtime(receive, send)
    elif scope["type"] == "http":
        await publish(receive, send)


async def realtime(receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept", "subprotocol": "graphql-ws"})
    ids: list[str] = []
    while (event := await receive())["type"] == "websocket.receive":
        message = json.loads(event["text"])
        if message["type"] == "connection_init":
            await send({"type": "websocket.send", "text": '{"type":"connection_ack"}'})
        else:
            ids.append(message["id"])
            connections[id(ids)] = send, ids
            text = json.dumps({"id": message["id"], "type": "start_ack"})
            await send({"type": "websocket.send", "text": text})
    connections.pop(id(ids), None)


async def publish(receive: Any, send: Any) -> None:
    body = b""
    while True:
        message = await receive()
        body += message["body"]
        if not message.get("more_body"):
            break
    variables = json.loads(body)["variables"]
    payload = json.dumps({"data": {"onAdd": variables}})
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})
    await asyncio.gather(*(broadcast(*connection, payload) for connection in connections.values()))


async def broadcast(send: Any, ids: list[str], payload: str) -> None:
    for one in ids:
        text = f'{{"id":"{one}","type":"data","payload":{payload}}}'
        await send({"type": "websocket.send", "text": text})


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        lifespan="off",
        log_level="error",
    )
