"""`POST /graphql`: from bytes to an answer with AppSync's status, headers and shapes.

https://docs.aws.amazon.com/appsync/latest/devguide/graphql-overview.html
"""

import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from local.appsync.api import Api
from local.appsync.apis import Apis
from local.appsync.auth.caller import Credentials
from local.appsync.errors import DocumentError, InternalFailure, MalformedRequest, RequestError
from local.appsync.graphql.coercion import coerce_variables
from local.appsync.graphql.documents import Operation
from local.appsync.resolvers.call import Request

MAX_BODY_BYTES = 5 * 1024 * 1024

_EXPOSED = (
    b"x-amzn-RequestId,x-amzn-ErrorType,x-amz-user-agent,x-amzn-ErrorMessage,Date,"
    b"x-amz-schema-version"
)
CORS = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", _EXPOSED)]

log = logging.getLogger("local.appsync.requests")


@dataclass(slots=True)
class HttpRequest:
    """A request as it arrived."""

    headers: list[tuple[str, str]]  # lower-case names, in order
    path: str
    query: str
    body: bytes
    source_ip: str

    def single_headers(self) -> dict[str, str]:
        """Each header once, as signatures and keys need them."""
        return dict(self.headers)

    def resolver_headers(self) -> dict[str, str | list[str]]:
        """`ctx.request.headers`: a repeated header is a list, a cookie is hidden."""
        seen: dict[str, str | list[str]] = {}
        for name, value in self.headers:
            if name in seen:
                before = seen[name]
                seen[name] = [*before, value] if isinstance(before, list) else [before, value]
            elif name != "cookie":
                seen[name] = value
        return seen


@dataclass(slots=True)
class HttpAnswer:
    """A response before it is sent."""

    status: int
    body: bytes
    headers: list[tuple[bytes, bytes]]


@dataclass(slots=True)
class _Record:
    """What the log tells of a request: never a value, never a secret."""

    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    operation: Operation | None = None
    auth: str | None = None
    errors: list[str | None] = field(default_factory=list)

    def line(self, status: int, seconds: float) -> str:
        operation = self.operation
        line = {
            "requestId": self.request_id,
            "status": status,
            "operation": operation and operation.kind,
            "name": operation and operation.name,
            "fields": operation and operation.root_fields,
            "auth": self.auth,
            "ms": round(seconds * 1000, 1),
            "errors": self.errors,
        }
        return orjson.dumps(line).decode()


async def answer(apis: Apis, http: HttpRequest) -> HttpAnswer:
    """Answer one POST."""
    started = time.perf_counter()
    record = _Record()
    error_type = None
    try:
        body, status = await _execute(apis, http, record), 200
    except RequestError as error:
        body, status, error_type = error.body(), error.status, error.error_type
    except Exception:
        log.exception("Request %s failed.", record.request_id)
        failure = InternalFailure()
        body, status, error_type = failure.body(), failure.status, failure.error_type
    record.errors = [entry.get("errorType") for entry in body.get("errors", ())]
    log.info("%s", record.line(status, time.perf_counter() - started))
    return HttpAnswer(status, orjson.dumps(body), _headers(record.request_id, error_type))


def preflight(requested: bytes | None) -> HttpAnswer:
    """Answer an OPTIONS: anybody may send any header from anywhere."""
    headers = [
        *CORS,
        (b"access-control-allow-methods", b"POST"),
        (b"access-control-max-age", b"172800"),
    ]
    if requested:
        headers.append((b"access-control-allow-headers", requested))
    return HttpAnswer(200, b"", headers)


async def _execute(apis: Apis, http: HttpRequest, record: _Record) -> dict[str, Any]:
    headers = http.single_headers()
    api = apis.choose(headers)
    credentials = Credentials(headers, http.path, http.body, http.source_ip, http.query)
    caller = await api.authorization.authenticate(credentials)
    record.auth = caller.mode.value
    request = Request(caller, http.resolver_headers())
    try:
        return await _answer(api, parse_body(http.body), request, record)
    except DocumentError as error:
        return {"data": None, "errors": error.errors}


async def _answer(
    api: Api, given: Mapping[str, Any], request: Request, record: _Record
) -> dict[str, Any]:
    name = given.get("operationName") or None
    operation = api.documents.get(given["query"]).operation(name)
    record.operation = operation
    if operation.kind == "subscription":
        text = "Subscriptions are served over WebSocket."
        return {"data": None, "errors": [{"errorType": "OperationNotSupported", "message": text}]}
    variables = coerce_variables(operation.variables, given.get("variables"))
    return await api.execute(operation, variables, request)


def parse_body(body: bytes | str) -> dict[str, Any]:
    """A GraphQL request from JSON; unknown keys are ignored.

    Raises:
        MalformedRequest: it is no JSON object with a text `query`.
    """
    if not body:
        raise MalformedRequest("Request body is empty.")
    try:
        given = orjson.loads(body)
    except ValueError as error:
        raise MalformedRequest from error
    if not isinstance(given, dict) or not isinstance(given.get("query"), str):
        raise MalformedRequest
    if not given["query"].strip():
        raise MalformedRequest("Invalid request, `query` can't be empty.")
    return given


def _headers(request_id: str, error_type: str | None) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"content-type", b"application/json;charset=UTF-8"),
        (b"x-amzn-requestid", request_id.encode()),
        (b"x-amzn-appsync-tokensconsumed", b"1"),
        *CORS,
    ]
    if error_type is not None:
        headers.append((b"x-amzn-errortype", error_type.encode()))
    return headers
