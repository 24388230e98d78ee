"""The ASGI application: a request becomes an event, what the function returns a response.

`/ID/...` is the function URL `https://ID.lambda-url.REGION.on.aws/...`, which is also known by its
own host; `GET /health` tells whether the server answers. What is signed is the path as it is sent.
"""

import json
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from local.function_urls.caller import Authority
from local.function_urls.directory import Directory
from local.function_urls.errors import Refused
from local.function_urls.event import payload
from local.function_urls.functions import Functions
from local.function_urls.request import Receive, Request, read_request
from local.function_urls.response import JSON, Response, refusal, response

HEALTHY = Response(200, [(b"content-type", JSON.encode())], b'{"status":"ok"}')

Send = Callable[[Any], Awaitable[None]]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Application:
    """What uvicorn calls for each request."""

    directory: Directory
    authority: Authority
    functions: Functions

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """One HTTP request; the server speaks no WebSocket."""
        started = time.perf_counter()
        answer = await self._answer(scope, receive)
        if answer is None:
            return
        _write_log(scope, answer, time.perf_counter() - started)
        length = (b"content-length", str(len(answer.body)).encode())
        head = {"status": answer.status, "headers": [*answer.headers, length]}
        await send({"type": "http.response.start", **head})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Any, receive: Receive) -> Response | None:
        """None when the client left before its request was whole."""
        if (scope["method"], scope["path"]) == ("GET", "/health"):
            return HEALTHY
        try:
            request = await read_request(scope, receive)
            return None if request is None else await self._invoked(request)
        except Refused as refused:
            return refusal(refused)

    async def _invoked(self, request: Request) -> Response:
        url = await self.directory.find(request.url_id)
        if url is None:
            raise Refused(
                404,
                "ResourceNotFoundException",
                f"No function URL has the id {request.url_id[:80]!a}; the stack's outputs have "
                "the addresses of those there are.",
            )
        iam = await self.authority.identify(request, url) if url.is_signed else None
        return response(await self.functions.invoke(url, payload(request, url, iam)))


def _write_log(scope: Any, answer: Response, seconds: float) -> None:
    """One line of JSON: never a header, a query or a body, any of which may hold a secret."""
    line = {
        "method": scope["method"],
        "path": scope["path"][:200],
        "status": answer.status,
        "ms": round(seconds * 1000, 1),
    }
    log.info("%s", json.dumps(line))
