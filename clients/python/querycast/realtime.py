"""AppSync's real-time protocol: gql's transport, with what gql leaves out.

- gql drops `start_ack`, so nobody can know that a subscription stands: here it is an answer of its
  own, START_ACK, the first that `answers` gives.
- gql authorises each subscription as it did the connection, whose token may have expired since, and
  hears the answers to a subscription only once it is sent: `answers` does neither.
- gql puts the authorization into the URL, where logs keep it: here it is a subprotocol.
- gql waits for keep-alives for ever unless told: here as long as the service says in its ack.
- gql can hang as it closes, when a keep-alive comes at that moment: here it does not.
https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
"""

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from typing import Any

from gql.transport.appsync_auth import AppSyncAuthentication
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport
from gql.transport.common.listener_queue import ListenerQueue
from gql.transport.exceptions import (
    TransportError,
    TransportProtocolError,
    TransportQueryError,
    TransportServerError,
)
from graphql import ExecutionResult

CONNECT_SECONDS = 10
CLOSE_SECONDS = 1  # for the closing handshake: nothing is lost without it
KEEP_ALIVE_SECONDS = 300  # where the service's ack does not say

START_ACK = ExecutionResult(extensions={"type": "start_ack"})

Answer = tuple[str, int | None, ExecutionResult | None]


class RealtimeTransport(AppSyncWebsocketsTransport):
    """One connection, with the authorization it was made with; make a new one to reconnect."""

    def __init__(self, realtime_url: str, authorization: Mapping[str, str]) -> None:
        """`authorization`: the headers of an HTTP request to the API, and its `host`."""
        super().__init__(
            realtime_url,
            auth=_Authorization(authorization),
            connect_timeout=CONNECT_SECONDS,
            close_timeout=CLOSE_SECONDS,
            ack_timeout=CONNECT_SECONDS,
            keep_alive_timeout=KEEP_ALIVE_SECONDS,
            connect_args={"close_timeout": CLOSE_SECONDS},
        )
        self.adapter.subprotocols = ["graphql-ws", _header_subprotocol(authorization)]

    @property
    def is_open(self) -> bool:
        """Whether it stands, as far as is known here."""
        return self._connected and self.close_task is None

    async def answers(
        self, data: str, authorization: Mapping[str, str]
    ) -> AsyncGenerator[ExecutionResult]:
        """START_ACK, then each event of a subscription; it is stopped when this is closed.

        data: the operation and its variables, as JSON. authorization: headers as of an HTTP request
            with that body, and `host`.
        """
        number = self.next_query_id
        self.next_query_id += 1
        listener = self.listeners[number] = ListenerQueue(number, send_stop=True)
        self._no_more_listeners.clear()
        payload = {"data": data, "extensions": {"authorization": dict(authorization)}}
        start = {"id": str(number), "type": "start", "payload": payload}
        try:
            await self._send(json.dumps(start, separators=(",", ":")))
            while (answer := (await listener.get())[1]) is not None:
                yield answer
        finally:
            if listener.send_stop and self.is_open:
                with suppress(TransportError):  # it is lost, and the subscription with it
                    await self._send(json.dumps({"id": str(number), "type": "stop"}))
            self._remove_listener(number)

    async def _check_ws_liveness(self) -> None:
        """gql's own, without asyncio.wait_for, which in Python 3.11 may forget that it is cancelled
        when what it waits for comes at that moment (https://github.com/python/cpython/issues/86296).
        """
        try:
            while True:
                async with asyncio.timeout(self.keep_alive_timeout):
                    await self._next_keep_alive_message.wait()
                self._next_keep_alive_message.clear()
        except TimeoutError:
            if self.close_task is None:
                silent = f"No keep-alive message came within {self.keep_alive_timeout:g} s"
                await self._fail(TransportServerError(silent), clean_close=False)
        except asyncio.CancelledError:
            return  # it is closing

    def _parse_answer(self, answer: str) -> Answer:
        message = _message(answer)
        match message.get("type"):
            case "start_ack" if "id" in message:
                return "data", int(message["id"]), START_ACK
            case "connection_error":
                raise _connection_error(message.get("payload"))
            case "connection_ack":
                self.keep_alive_timeout = _keep_alive_seconds(message.get("payload"))
            case "error" if "id" not in message:
                raise _connection_error(message.get("payload"))
        parsed: Answer = super()._parse_answer(answer)
        return parsed


class ConnectionRefused(TransportServerError):
    """The service refuses the whole connection. `errors`: its words, as in a GraphQL answer."""

    def __init__(self, errors: list[Any]) -> None:
        super().__init__(str(errors))
        self.errors = errors


def frame_errors(error: TransportQueryError) -> list[Any]:
    """The errors of an `error` frame, which gql wraps as the frame's whole payload."""
    return [found for payload in error.errors or [] for found in _errors(payload)]


class _Authorization(AppSyncAuthentication):
    """Headers that were computed before; gql's own classes hold one token for ever."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = dict(headers)

    def get_auth_url(self, url: str) -> str:
        return url

    def get_headers(
        self, data: str | None = None, headers: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        return self._headers


def _header_subprotocol(authorization: Mapping[str, str]) -> str:
    written = json.dumps(dict(authorization), separators=(",", ":")).encode()
    return "header-" + urlsafe_b64encode(written).decode().rstrip("=")


def _message(answer: str) -> dict[str, Any]:
    try:
        message = json.loads(answer)
    except ValueError:
        message = None
    if not isinstance(message, dict):
        raise TransportProtocolError(f"not a frame of AppSync's: {answer[:80]!r}")
    return message


def _keep_alive_seconds(payload: Any) -> float:
    milliseconds = payload.get("connectionTimeoutMs") if isinstance(payload, dict) else None
    return milliseconds / 1000 if milliseconds else KEEP_ALIVE_SECONDS


def _connection_error(payload: Any) -> ConnectionRefused:
    return ConnectionRefused(_errors(payload))


def _errors(payload: Any) -> list[Any]:
    """AppSync sends `errors` as a list, and some as one object."""
    found = payload.get("errors") if isinstance(payload, dict) else None
    return found if isinstance(found, list) else [found or payload]
