"""The ASGI application: which path is answered by what.

`POST` and `OPTIONS /graphql`, WebSocket on `/graphql` and `/graphql/realtime`, `GET /health`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from local.appsync.apis import Apis
from local.appsync.errors import RequestError
from local.appsync.graphql_http import (
    CORS,
    MAX_BODY_BYTES,
    HttpAnswer,
    HttpRequest,
    answer,
    preflight,
)
from local.appsync.realtime.connection import Connection

GRAPHQL_PATH = "/graphql"
KEEP_ALIVE_SECONDS = 55.0  # AppSync: about 60; Amplify calls it missed after 65
REALTIME_PATHS = (GRAPHQL_PATH, "/graphql/realtime")

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class Application:
    """What uvicorn calls for each request and connection."""

    def __init__(self, apis: Apis) -> None:
        self.apis = apis
        self._connections: set[Connection] = set()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """One HTTP request, or one WebSocket connection."""
        if scope["type"] == "websocket":
            await self._realtime(scope, receive, send)
        else:
            found = await self._http(scope, receive)
            if found is not None:
                await _send(send, found)

    def close_connections(self) -> None:
        """Tell every client that the server goes away."""
        for connection in list(self._connections):
            connection.close(1001, "The server is shutting down.")

    async def keep_alive(self) -> None:
        """Send keep-alives until cancelled."""
        while True:
            await asyncio.sleep(KEEP_ALIVE_SECONDS)
            for connection in list(self._connections):
                connection.keep_alive()

    async def _realtime(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["path"] not in REALTIME_PATHS:
            await receive()
            await send({"type": "websocket.close"})  # before it is accepted: an HTTP error
            return
        connection = Connection(self.apis, scope, receive, send)
        self._connections.add(connection)
        try:
            await connection.serve()
        finally:
            self._connections.discard(connection)

    async def _http(self, scope: Any, receive: Receive) -> HttpAnswer | None:
        """The answer to a request; None when the client left before it was whole."""
        path, method = scope["path"], scope["method"]
        if path == "/health" and method == "GET":
            return self._health()
        if path != GRAPHQL_PATH:
            return _refusal(RequestError(404, "NotFoundException", f"Nothing is at {path}."))
        if method == "OPTIONS":
            return preflight(_header(scope, b"access-control-request-headers"))
        if method != "POST":
            text = f"{method} is not served; use POST."
            return _refusal(RequestError(405, "MethodNotAllowedException", text))
        try:
            body = await _body(receive)
        except RequestError as error:
            return _refusal(error)
        return None if body is None else await answer(self.apis, _request(scope, body))

    def _health(self) -> HttpAnswer:
        counts = self.apis.counts
        status: dict[str, Any] = {
            "status": self.apis.problem or "ok",
            "connections": counts.connections,
            "subscriptions": counts.subscriptions,
            "deliveries": counts.deliveries,
        }
        headers = [(b"content-type", b"application/json")]
        return HttpAnswer(503 if self.apis.problem else 200, orjson.dumps(status), headers)


def _request(scope: Any, body: bytes) -> HttpRequest:
    return HttpRequest(
        headers=[(n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"]],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        body=body,
        source_ip=(scope.get("client") or ("127.0.0.1",))[0],
    )


async def _body(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            text = f"The body is over {MAX_BODY_BYTES:,} bytes."
            raise RequestError(413, "RequestEntityTooLargeException", text)
        if not message.get("more_body"):
            return bytes(body)


def _header(scope: Any, name: bytes) -> bytes | None:
    return next((value for key, value in scope["headers"] if key == name), None)


def _refusal(error: RequestError) -> HttpAnswer:
    headers = [
        (b"content-type", b"application/json;charset=UTF-8"),
        (b"x-amzn-errortype", error.error_type.encode()),
        *CORS,
    ]
    return HttpAnswer(error.status, orjson.dumps(error.body()), headers)


async def _send(send: Send, answer: HttpAnswer) -> None:
    headers = [*answer.headers, (b"content-length", b"%d" % len(answer.body))]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
