"""One WebSocket connection: who connected, its subscriptions, its frames in and out.

Whatever belongs to a connection ends with it. An idle one has one task, which waits for the
client; keep-alives come to all of them from one timer.
https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from local.appsync.apis import Apis
from local.appsync.auth.caller import Credentials
from local.appsync.errors import RequestError
from local.appsync.realtime import messages
from local.appsync.realtime.handshake import (
    PROTOCOL,
    ProtocolRefused,
    authorization_headers,
    check_protocol,
)
from local.appsync.realtime.log import log, record, record_refusal
from local.appsync.realtime.outbox import Outbox
from local.appsync.realtime.session import Session
from local.appsync.realtime.start import Starter
from local.appsync.route import Route

LIFETIME_SECONDS = 24 * 3600.0
REFUSAL_SECONDS = 1.0  # how long a refused client may take until it speaks
CONNECT_PATH = "/graphql/connect"  # what gql signs, whatever path it dials

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class Connection:
    """One client, from the upgrade to the close."""

    __slots__ = ("_apis", "_opened_at", "_outbox", "_receive", "_route", "_scope", "_send")

    def __init__(
        self, apis: Apis, route: Route, scope: dict[str, Any], receive: Receive, send: Send
    ) -> None:
        self._apis = apis
        self._route = route
        self._scope = scope
        self._receive = receive
        self._send = send
        self._outbox: Outbox = scope["extensions"]["outbox"]
        self._opened_at = time.monotonic()

    async def serve(self) -> None:
        """Accept, authorize, read until either side closes."""
        await self._receive()  # websocket.connect
        subprotocol = PROTOCOL if PROTOCOL in self._scope["subprotocols"] else None
        try:
            await self._send({"type": "websocket.accept", "subprotocol": subprotocol})
        except OSError:
            return  # the client is gone already
        self._apis.counts.connections += 1
        try:
            await self._serve()
        except Exception:  # the edge: the client learns that it is a defect here
            log.exception("A connection failed.")
            self.close(1011, "The log of this server tells more.")
        finally:
            self.close(1000)
            await self._outbox.ended()
            self._apis.counts.connections -= 1

    def close(self, code: int, reason: str = "") -> None:
        """End the connection after what waits for it is written."""
        self._outbox.close(code, reason)

    def keep_alive(self) -> None:
        """Send a keep-alive; end a connection that has reached its age."""
        self._outbox.put(messages.KEEP_ALIVE)
        if time.monotonic() - self._opened_at > LIFETIME_SECONDS:
            self.close(1000, "The connection is 24 hours old.")

    async def _serve(self) -> None:
        try:
            check_protocol(self._scope["subprotocols"])
            session = await self._authorized()
        except ProtocolRefused as refusal:
            record_refusal("connect", [{"errorType": str(refusal)}])
            await self._refuse(messages.protocol_error(str(refusal)))
            return
        except RequestError as error:
            record_refusal("connect", error.body()["errors"])
            await self._refuse(messages.connection_error(error))
            return
        try:
            await self._read(session)
        finally:
            session.end()

    async def _authorized(self) -> Session:
        headers = authorization_headers(
            self._scope["query_string"], self._scope["subprotocols"], self._scope["headers"]
        )
        source_ip = (self._scope.get("client") or ("127.0.0.1",))[0]
        api = self._apis.choose(headers, self._route.api_id, self._dialled_host())
        credentials = Credentials(
            headers, self._route.connect_path, b"{}", other_path=CONNECT_PATH, source_ip=source_ip
        )
        caller = await api.authorization.authenticate(credentials)
        record("connect", auth=caller.mode.value)
        starter = Starter(self._apis, api, caller, headers, source_ip, self._route.path)
        return Session(api.registry, starter, self._outbox)

    def _dialled_host(self) -> str:
        """The host of the upgrade request itself, which need not be that of the headers."""
        hosts = [value for name, value in self._scope["headers"] if name == b"host"]
        return hosts[0].decode("latin-1") if hosts else ""

    async def _refuse(self, frame: bytes) -> None:
        """Tell why, once the client has spoken: gql cannot read what comes before its init."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REFUSAL_SECONDS):
                await self._receive()
        self._outbox.put(frame)

    async def _read(self, session: Session) -> None:
        while True:
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                return
            session.take(_message(event))


def _message(event: dict[str, Any]) -> dict[str, Any]:
    """A frame's JSON object; anything else is an empty message, of no known type."""
    try:
        message = orjson.loads(event.get("text") or "")
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
