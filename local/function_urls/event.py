"""The event that a function gets of a request: payload format 2.0.

Keys that have nothing to say are left out, as Lambda leaves them out.
https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload
"""

import base64
import time
import uuid
from typing import Any
from urllib.parse import parse_qsl

from local.function_urls.directory import FunctionUrl
from local.function_urls.request import Request

_TEXTS = ("application/json", "application/xml", "application/javascript")
_TEXT_SUFFIXES = ("+json", "+xml")
_KEPT_FROM_FUNCTIONS = ("authorization", "cookie")  # the one is verified, the other split


def payload(request: Request, url: FunctionUrl, iam: dict[str, Any] | None) -> dict[str, Any]:
    """The event. `iam`: who signed; None where the URL is everybody's."""
    body, is_base64 = _body(request)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": _headers(request, url, is_signed=iam is not None),
        "requestContext": _context(request, url, iam),
        "isBase64Encoded": is_base64,
    }
    optional = {
        "cookies": request.cookies,
        "queryStringParameters": _parameters(request.query),
        "body": body,
    }
    return event | {name: value for name, value in optional.items() if value}


def _context(request: Request, url: FunctionUrl, iam: dict[str, Any] | None) -> dict[str, Any]:
    now = time.time()
    context = {
        "accountId": "anonymous" if iam is None else iam["accountId"],
        "apiId": url.id,
        "domainName": url.domain,
        "domainPrefix": url.id,
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": request.protocol,
            "sourceIp": request.source_ip,
            "userAgent": request.headers.get("user-agent", ""),
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": "$default",
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }
    return context if iam is None else context | {"authorizer": {"iam": iam}}


def _headers(request: Request, url: FunctionUrl, *, is_signed: bool) -> dict[str, str]:
    left_out = _KEPT_FROM_FUNCTIONS if is_signed else ("cookie",)
    given = {name: value for name, value in request.headers.items() if name not in left_out}
    return given | {
        "host": url.domain,
        "x-forwarded-for": request.source_ip,
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }


def _parameters(query: str) -> dict[str, str]:
    """By name; of a name that came twice, the values with commas between."""
    parameters: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
    return parameters


def _body(request: Request) -> tuple[str, bool]:
    """The body, and whether it is in base64, as everything is that is not known to be text."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not request.body:
        return "", False
    if kind.startswith("text/") or kind in _TEXTS or kind.endswith(_TEXT_SUFFIXES):
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass  # it says that it is text, and is not
    return base64.b64encode(request.body).decode(), True
