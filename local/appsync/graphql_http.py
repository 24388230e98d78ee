"""`POST /graphql`: from bytes to an answer with AppSync's status, headers and shapes.

A GET is served too, for queries only: what changes something must not hide in a link.
https://docs.aws.amazon.com/appsync/latest/devguide/graphql-overview.html
"""

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from local.appsync.api import Answer, Api
from local.appsync.apis import Apis
from local.appsync.auth.caller import Credentials
from local.appsync.errors import DocumentError, InternalFailure, RequestError
from local.appsync.graphql.coercion import coerce_variables
from local.appsync.http_body import check_encoding, parse_body, parse_query_string
from local.appsync.request_log import Record
from local.appsync.resolvers.call import Request
from local.appsync.route import Route

KILOBYTE_SECONDS_PER_TOKEN = 1_500

_EXPOSED = (
    b"x-amzn-RequestId,x-amzn-ErrorType,x-amz-user-agent,x-amzn-ErrorMessage,Date,"
    b"x-amz-schema-version"
)
CORS = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", _EXPOSED)]

log = logging.getLogger("local.appsync.requests")


@dataclass(slots=True)
class HttpRequest:
    """A request as it arrived."""

    method: str
    headers: list[tuple[str, str]]  # lower-case names, in order
    route: Route
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


async def answer(apis: Apis, http: HttpRequest) -> HttpAnswer:
    """Answer one request."""
    record = Record(http.method)
    apis.requests += 1
    try:
        executed = await _execute(apis, http, record)
        answered = _answered(200, executed.body, record)
        answered.headers += executed.headers
        return answered
    except RequestError as error:
        return refusal(error, record)
    except Exception:
        log.exception("Request %s failed.", record.request_id)
        return refusal(InternalFailure(), record)


def refusal(error: RequestError, record: Record) -> HttpAnswer:
    """Answer that a request is refused as a whole."""
    answer = _answered(error.status, error.body(), record)
    answer.headers.append((b"x-amzn-errortype", error.error_type.encode()))
    return answer


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


async def _execute(apis: Apis, http: HttpRequest, record: Record) -> Answer:
    headers = http.single_headers()
    api = apis.choose(headers, http.route.api_id)
    record.api_id = api.definition.api_id
    credentials = Credentials(
        headers, http.route.path, http.body, http.query, http.method, source_ip=http.source_ip
    )
    caller = await api.authorization.authenticate(credentials)
    record.auth = caller.mode.value
    request = Request(caller, http.resolver_headers())
    check_encoding(headers.get("content-encoding", ""))
    try:
        return await _answer(api, _given(http), request, record)
    except DocumentError as error:
        return Answer({"data": None, "errors": error.errors})


def _given(http: HttpRequest) -> dict[str, Any]:
    """What is asked: in a GET's parameters or, as in a POST, in the body."""
    if http.method == "GET" and not http.body:
        return parse_query_string(http.query)
    return parse_body(http.body)


async def _answer(api: Api, given: Mapping[str, Any], request: Request, record: Record) -> Answer:
    name = given.get("operationName") or None
    operation = api.documents.get(given["query"]).operation(name)
    record.operation = operation
    if operation.kind == "subscription":
        text = "Subscriptions are served over WebSocket."
        error = {"errorType": "OperationNotSupported", "message": text}
        return Answer({"data": None, "errors": [error]})
    if operation.kind == "mutation" and record.method == "GET":
        text = "A mutation is not served by GET; use POST."
        raise RequestError(405, "MethodNotAllowedException", text)
    variables = coerce_variables(operation.variables, given.get("variables"))
    return await api.execute(operation, variables, request)


def _answered(status: int, body: dict[str, Any], record: Record) -> HttpAnswer:
    encoded = orjson.dumps(body)
    kilobyte_seconds = record.seconds * len(encoded) / 1024
    tokens = max(1, math.ceil(kilobyte_seconds / KILOBYTE_SECONDS_PER_TOKEN))
    headers = [
        (b"content-type", b"application/json;charset=UTF-8"),
        (b"x-amzn-requestid", record.request_id.encode()),
        (b"x-amzn-appsync-tokensconsumed", b"%d" % tokens),
        *CORS,
    ]
    record.write(status, body)
    return HttpAnswer(status, encoded, headers)
