"""AWS JSON 1.1 over HTTP: one POST, the operation in `X-Amz-Target`, errors with `__type`.

Plain ASGI, because there is one path and nothing to route.
https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
"""

import logging
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

from local.redshift.api.caller import caller
from local.redshift.api.operations import OPERATIONS, Service
from local.redshift.api.service_model import check_input
from local.redshift.api.signature import Signatures
from local.redshift.errors import (
    DataApiError,
    InternalServerException,
    SerializationException,
    UnknownOperationException,
)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_BODY_BYTES = 8 * 1024 * 1024  # forty statements of 100 KB, and their parameters

_TARGET = "RedshiftData."
_log = logging.getLogger(__name__)


class Application:
    """The ASGI application: `POST /` is the Data API, `GET /health` tells that it serves."""

    def __init__(self, service: Service, signatures: Signatures | None = None) -> None:
        """Calls must be signed if there are `signatures` to verify."""
        self._service = service
        self._signatures = signatures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["method"] == "GET" and scope["path"] == "/health":
            await _respond(send, 200, b'{"status":"ok"}')
            return
        try:
            body = await self._answer(scope, receive)
            await _respond(send, 200, body)
        except DataApiError as error:
            await _respond_error(send, error)
        except Exception:
            _log.exception("The call failed")
            await _respond_error(send, InternalServerException("Internal server error."))

    async def _answer(self, scope: Scope, receive: Receive) -> bytes:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        target = headers.get("x-amz-target", "")
        operation = target.removeprefix(_TARGET)
        if scope["method"] != "POST" or not target.startswith(_TARGET):
            raise UnknownOperationException(
                f"Expected POST with X-Amz-Target: {_TARGET}<Operation>."
            )
        body = await _body(receive)
        if self._signatures is not None:
            self._signatures.verify(headers, body)
        input = _input(body)
        check_input(operation, input)
        return await OPERATIONS[operation](
            self._service, input, caller(headers.get("authorization", ""))
        )


def _input(body: bytes) -> dict[str, Any]:
    try:
        input = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise SerializationException(f"The body is not JSON: {error}") from None
    if not isinstance(input, dict):
        raise SerializationException("The body is not a JSON object.")
    return input


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            raise SerializationException(f"The body has more than {MAX_BODY_BYTES:,} bytes.")
        if not message.get("more_body"):
            return bytes(body)


async def _respond_error(send: Send, error: DataApiError) -> None:
    body = {"__type": type(error).__name__, "Message": str(error)}
    await _respond(send, error.status, orjson.dumps(body))


async def _respond(send: Send, status: int, body: bytes) -> None:
    headers = [
        (b"content-type", b"application/x-amz-json-1.1"),
        (b"content-length", str(len(body)).encode()),
        (b"x-amzn-requestid", str(uuid.uuid4()).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
