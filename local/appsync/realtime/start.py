"""`start`: from a message to a subscription, or to the errors of its `error` frame.

The caller is authorized anew, the operation checked, and the subscription's resolver runs, once:
it may refuse, and it may set the filter.
https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-data.html
"""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson

from local.appsync.api import Api
from local.appsync.apis import Apis
from local.appsync.auth.caller import Caller, Credentials
from local.appsync.errors import (
    AppSyncError,
    DocumentError,
    FieldError,
    MalformedRequest,
    RequestError,
    not_authorized,
)
from local.appsync.graphql.coercion import coerce_variables
from local.appsync.graphql.execution import REQUEST_SECONDS
from local.appsync.graphql.selection import SelectedField
from local.appsync.http_body import parse_body
from local.appsync.realtime.event import Projection
from local.appsync.realtime.filters import FilterError, argument_filter, enhanced_filter
from local.appsync.realtime.handshake import lower_case
from local.appsync.realtime.registry import Subscription
from local.appsync.resolvers.call import FieldCall, Request, Resolver

GRAPHQL_PATH = "/graphql"  # what gql signs, whatever path it dials
MAX_ID_LENGTH = 128

Headers = dict[str, str]
Errors = list[dict[str, Any]]


class StartRefused(AppSyncError):
    """A subscription does not start; `errors` goes into the frame."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(errors[0].get("message"))
        self.errors = errors


class Starter:
    """Starts the subscriptions of one connection."""

    def __init__(
        self, apis: Apis, api: Api, caller: Caller, headers: Headers, source_ip: str, path: str
    ) -> None:
        self._apis = apis
        self._api_id = api.definition.api_id
        self._caller = caller
        self._headers = headers
        self._source_ip = source_ip
        self._path = path

    async def start(self, id: str, payload: Any, deliver: Callable[[bytes], None]) -> Subscription:
        """The subscription that a `start` message asks for, not yet registered.

        Raises:
            StartRefused: with the entries for the `error` frame.
        """
        try:
            return await self._start(id, payload, deliver)
        except RequestError as error:
            raise StartRefused(error.body()["errors"]) from error
        except DocumentError as error:
            messages = [{"message": entry["message"]} for entry in error.errors]
            raise StartRefused(messages) from error
        except FieldError as error:
            entry = {"errorType": error.error_type, "message": error.message}
            raise StartRefused([entry]) from error
        except FilterError as error:
            raise StartRefused([{"message": str(error), "errorCode": 400}]) from error

    async def _start(self, id: str, payload: Any, deliver: Callable[[bytes], None]) -> Subscription:
        api = self._apis.current(self._api_id)
        text, authorization = _read(payload)
        request = await self._request(api, text, authorization)
        given = parse_body(text)
        name = given.get("operationName") or None
        operation = api.documents.get(given["query"]).operation(name)
        if operation.kind != "subscription":
            raise unsupported(operation.kind)
        variables = coerce_variables(operation.variables, given.get("variables"))
        field = _only_field(id, operation.selection(variables))
        request = await api.permitted(request, field.parent.name, {field.name})
        _check_access(field, request.caller)
        arguments = field.arguments(variables)
        alternatives, invalidated_by = argument_filter(arguments), None
        if field.resolver is not None:
            call = api.call(field, arguments, variables, request)
            await _resolve(field.resolver, call)
            if call.extensions.subscription_filter is not None:
                alternatives = enhanced_filter(call.extensions.subscription_filter, field.name)
            if call.extensions.invalidation_filter is not None:
                invalidated_by = enhanced_filter(call.extensions.invalidation_filter, field.name)
        projection = Projection(operation.schema, field)
        return Subscription(field.name, projection, alternatives, deliver, invalidated_by)

    async def _request(self, api: Api, text: str, authorization: Any) -> Request:
        """Whoever starts, by the start's own credentials or else the connection's."""
        if not isinstance(authorization, dict):
            return Request(self._caller, self._headers)
        headers = lower_case(authorization)
        credentials = Credentials(
            headers, self._path, text.encode(), other_path=GRAPHQL_PATH, source_ip=self._source_ip
        )
        return Request(await api.authorization.authenticate(credentials), headers)


def unsupported(what: str) -> StartRefused:
    """The channel knows subscriptions only."""
    text = f"{what} not supported through the realtime channel"
    return StartRefused([{"errorType": "UnsupportedOperation", "message": text}])


def unusable(id: Any) -> StartRefused:
    """The id is no text, or too long to be repeated with every event."""
    found = f"{len(id):,} characters" if isinstance(id, str) else f"the type {type(id).__name__}"
    text = f"The id must be a string of at most {MAX_ID_LENGTH} characters; it has {found}."
    return StartRefused([{"errorType": "BadRequestException", "message": text}])


def duplicated(id: str) -> StartRefused:
    """The id is live, or one operation asks for two subscriptions."""
    text = f"Duplicated operation with id {id}"
    return StartRefused([{"errorType": "DuplicatedOperationError", "message": text}])


def _read(payload: Any) -> tuple[str, Any]:
    """The request's text and its authorization headers."""
    payload = payload if isinstance(payload, dict) else {}
    data = payload.get("data")
    extensions = payload.get("extensions")
    authorization = extensions.get("authorization") if isinstance(extensions, dict) else None
    if isinstance(data, dict):
        try:
            data = orjson.dumps(data).decode()
        except orjson.JSONEncodeError as error:  # nested too deeply
            raise MalformedRequest from error
    return data if isinstance(data, str) else "", authorization


async def _resolve(resolver: Resolver, call: FieldCall) -> None:
    """Let a subscription's resolver refuse it or set filters; its value is not delivered."""
    try:
        async with asyncio.timeout(REQUEST_SECONDS):
            await resolver.resolve(call)
    except TimeoutError as error:
        raise FieldError("Execution timed out.", "ExecutionTimeout") from error


def _only_field(id: str, selection: list[SelectedField]) -> SelectedField:
    """The one root field that a subscription may have."""
    if len(selection) != 1 or selection[0].name.startswith("__"):
        raise duplicated(id)
    return selection[0]


def _check_access(field: SelectedField, caller: Caller) -> None:
    """Refuse the start if any selected field is refused: events are not checked again."""
    for selected in field.all_below():
        if not selected.is_visible_to(caller):
            raise not_authorized(selected.name, selected.parent.name)
