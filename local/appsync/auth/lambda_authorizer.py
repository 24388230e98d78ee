"""The Lambda authorizer: a function decides about a token, and for how long.

https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#aws-lambda-authorization
"""

import asyncio
import re
import time
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import orjson

from local.appsync.auth.caller import Caller, Credentials
from local.appsync.definition import ApiDefinition, AuthMode, LambdaAuthorizer
from local.appsync.errors import FieldError, Unauthorized
from local.appsync.resolvers.lambda_function import LambdaFunction

AUTHORIZER_SECONDS = 10.0
MAX_KEPT_BYTES = 1_048_576  # a larger answer is not kept
MAX_KEPT = 1_000
CONNECT_OPERATION = "DeepDish:Connect"  # the service's own name for a WebSocket connection
CONNECT_PATH = "/connect"

_FIELD_ARN = re.compile(r"arn:.*:apis/[^/]+/types/([^/]+)/fields/([^/]+)")


@dataclass(frozen=True, slots=True)
class _Kept:
    caller: Caller
    until: float  # by the monotonic clock


class FunctionAuthorizer:
    """Asks the function of one API."""

    def __init__(
        self, definition: ApiDefinition, authorizer: LambdaAuthorizer, function: LambdaFunction
    ) -> None:
        self._definition = definition
        self._authorizer = authorizer
        self._function = function
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def authenticate(self, credentials: Credentials) -> Caller:
        """The caller whom the function lets in.

        Raises:
            RequestError: 401; there is no token, it does not have the expected form, or the
                function does not say `isAuthorized`.
        """
        token = credentials.headers.get("authorization", "")
        pattern = self._authorizer.token_regex
        if not token or (pattern and not re.fullmatch(pattern, token)):
            raise Unauthorized
        kept = self._kept.get(token)
        if kept is not None and kept.until > time.monotonic():
            return kept.caller
        answer = await self._ask(token, credentials)
        if answer.get("isAuthorized") is not True:
            raise Unauthorized
        caller = _caller(answer)
        self._keep(token, caller, answer)
        return caller

    async def _ask(self, token: str, credentials: Credentials) -> dict[str, Any]:
        try:
            async with asyncio.timeout(AUTHORIZER_SECONDS):
                answer = await self._function.invoke(self._event(token, credentials))
        except (FieldError, TimeoutError) as error:
            raise Unauthorized from error
        return answer if isinstance(answer, dict) else {}

    def _event(self, token: str, credentials: Credentials) -> dict[str, Any]:
        if credentials.path.endswith(CONNECT_PATH):
            request: dict[str, Any] = {"operationName": CONNECT_OPERATION}
        else:
            request = _request(credentials.body)
        return {
            "authorizationToken": token,
            "requestContext": {
                "apiId": self._definition.api_id,
                "accountId": self._definition.account_id,
                "requestId": str(uuid.uuid4()),
                "queryString": request.get("query", ""),
                "operationName": request.get("operationName"),
                "variables": request.get("variables") or {},
            },
            "requestHeaders": dict(credentials.headers),
        }

    def _keep(self, token: str, caller: Caller, answer: dict[str, Any]) -> None:
        seconds = answer.get("ttlOverride")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            seconds = self._authorizer.ttl_seconds
        if seconds <= 0 or len(orjson.dumps(answer)) >= MAX_KEPT_BYTES:
            return
        self._kept[token] = _Kept(caller, time.monotonic() + seconds)
        self._kept.move_to_end(token)
        if len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)


def _request(body: bytes) -> dict[str, Any]:
    """What the request says, as far as it can be read; whether it is right is found out later."""
    try:
        request = orjson.loads(body)
    except ValueError:
        return {}
    return request if isinstance(request, dict) else {}


def _caller(answer: dict[str, Any]) -> Caller:
    context = answer.get("resolverContext")
    denied = answer.get("deniedFields")
    return Caller(
        AuthMode.AWS_LAMBDA,
        {"resolverContext": context if isinstance(context, dict) else {}},
        denied_fields=frozenset(
            _coordinate(field) for field in (denied if isinstance(denied, list) else ())
        ),
    )


def _coordinate(field: Any) -> str:
    """`Type.field`, also of an ARN."""
    match = _FIELD_ARN.fullmatch(str(field))
    return f"{match[1]}.{match[2]}" if match else str(field)
