"""The ASGI application: which path is answered by what.

`POST`, `GET` and `OPTIONS` on `/graphql`, WebSocket there and on `/graphql/realtime`, the same
below the id of an API, and `GET /health`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from local.appsync.apis import Apis
from local.appsync.errors import RequestError
from local.appsync.graphql_http import HttpAnswer, HttpRequest, answer, preflight, refusal
from local.appsync.http_body import read_body
from local.appsync.realtime.connection import Connection
from local.appsync.request_log import Record
from local.appsync.route import Route, route

KEEP_ALIVE_SECONDS = 55.0  # AppSync: about 60; Amplify calls it missed after 65
METHODS = ("GET", "POST")

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
                await send_answer(send, found)

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
        found = route(scope["path"])
        if found is None:
            await receive()
            await send({"type": "websocket.close"})  # before it is accepted: an HTTP error
            return
        connection = Connection(self.apis, found, scope, receive, send)
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
        try:
            found = _route(path, method)
            if method == "OPTIONS":
                return preflight(_header(scope, b"access-control-request-headers"))
            body = await read_body(receive, _header(scope, b"content-length"))
        except RequestError as error:
            return _refused_unread(error, method)
        return None if body is None else await answer(self.apis, _request(scope, found, body))

    def _health(self) -> HttpAnswer:
        counts = self.apis.counts
        status: dict[str, Any] = {
            "status": self.apis.problem or "ok",
            "apis": self.apis.states,
            "readAt": self.apis.read_at,
            "requests": self.apis.requests,
            "connections": counts.connections,
            "subscriptions": counts.subscriptions,
            "deliveries": counts.deliveries,
        }
        headers = [(b"content-type", b"application/json")]
        return HttpAnswer(503 if self.apis.problem else 200, orjson.dumps(status), headers)


def _route(path: str, method: str) -> Route:
    found = route(path)
    if found is None or found.is_realtime:
        text = f"Nothing is at {path}; GraphQL is at /graphql and at /{{apiId}}/graphql."
        raise RequestError(404, "NotFoundException", text)
    if method not in (*METHODS, "OPTIONS"):
        text = f"{method} is not served; use POST."
        raise RequestError(405, "MethodNotAllowedException", text)
    return found


def _request(scope: Any, found: Route, body: bytes) -> HttpRequest:
    return HttpRequest(
        method=scope["method"],
        headers=[(n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"]],
        route=found,
        query=scope["query_string"].decode("latin-1"),
        body=body,
        source_ip=(scope.get("client") or ("127.0.0.1",))[0],
    )


def _header(scope: Any, name: bytes) -> bytes | None:
    return next((value for key, value in scope["headers"] if key == name), None)


def _refused_unread(error: RequestError, method: str) -> HttpAnswer:
    """Refuse a request whose body nobody reads: nothing may follow on its connection."""
    found = refusal(error, Record(method))
    found.headers.append((b"connection", b"close"))
    if error.status == 405:
        found.headers.append((b"allow", b"POST, GET, OPTIONS"))
    return found


async def send_answer(send: Send, answer: HttpAnswer, *, with_body: bool = True) -> None:
    """Send it; without its body, it is the answer to HEAD."""
    headers = [*answer.headers, (b"content-length", b"%d" % len(answer.body))]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body if with_body else b""})
