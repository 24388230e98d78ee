"""A session with AppSync over gql: HTTP for operations, a WebSocket for all subscriptions.

Authorization is asked for before every request, every connection and every subscription; where the
service refuses it, it is renewed and what was refused is tried once more.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

from gql import GraphQLRequest
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportError, TransportQueryError
from graphql import ExecutionResult

from querycast.auth import Auth, Post
from querycast.connections import Connections
from querycast.errors import NotSignedIn, QuerycastError, Refused, Unavailable
from querycast.realtime import START_ACK, ConnectionRefused, RealtimeTransport, frame_errors
from querycast.session import Data, Variables

HTTP_SECONDS = 35  # AppSync answers or gives up within 30
START_SECONDS = 10

HTTP_HEADERS = {"content-type": "application/json"}
REALTIME_HEADERS = {  # that AppSync's page has signed; what signs nothing leaves them out
    "accept": "application/json, text/javascript",
    "content-encoding": "amz-1.0",
    "content-type": "application/json; charset=UTF-8",
}

UNAUTHORIZED = (  # the authorization itself, not what it may do
    "UnauthorizedException",
    "ExpiredTokenException",
    "InvalidSignatureException",
    "UnrecognizedClientException",
)
BROKEN = (  # errorTypes that say nothing against the request
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "ExecutionTimeout",
    "GroupsUnavailable",
    "LimitExceededError",
    "MaxSubscriptionsReachedError",
    "ResourceNotFoundException",  # the API itself
    "ServiceUnavailableException",
    "ThrottlingException",
    "TooManyRequestsException",
    "WarehouseUnavailable",
)

T = TypeVar("T")


class AppSyncSession:
    """The API at two addresses; connects when first used."""

    def __init__(self, graphql_url: str, realtime_url: str, auth: Auth) -> None:
        self._graphql_url = graphql_url
        self._realtime_url = realtime_url
        self._auth = auth
        self._http = AIOHTTPTransport(
            graphql_url, timeout=HTTP_SECONDS, client_session_args={"trust_env": True}
        )
        self._connections = Connections(lambda: self._authorised(self._connected))
        self._renewing = asyncio.Lock()
        self._renewals = 0

    async def execute(self, document: str, variables: Variables) -> Data:
        return await self._authorised(lambda: self._execute(document, variables))

    @asynccontextmanager
    async def subscribe(
        self, document: str, variables: Variables
    ) -> AsyncGenerator[AsyncIterator[Data]]:
        data = json.dumps(_request(document, variables).payload, separators=(",", ":"))
        async with self._connections.connection() as transport:
            answers = await self._authorised(lambda: self._start(transport, data))
            async with aclosing(answers), aclosing(self._events(answers)) as events:
                yield events

    async def close(self) -> None:
        await self._connections.close()
        await self._http.close()

    async def _authorised(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """What the attempt gives; of many that are refused at once one renews the authorization."""
        renewals = self._renewals
        try:
            return await attempt()
        except NotSignedIn:
            async with self._renewing:
                if self._renewals == renewals:
                    await self._auth.renew()
                    self._renewals += 1
        return await attempt()

    async def _execute(self, document: str, variables: Variables) -> Data:
        request = _request(document, variables)
        body = json.dumps(request.payload)  # the very text that is authorised
        post = Post(self._graphql_url, body, HTTP_HEADERS)
        headers = {**post.headers, **await self._auth.headers(post)}
        with _translated(self._graphql_url):
            if self._http.session is None:
                await self._http.connect()
            sent = {"json": None, "data": body.encode(), "headers": headers}
            answer = await self._http.execute(request, extra_args=sent)
        return _data(answer)

    async def _connected(self) -> RealtimeTransport:
        transport = RealtimeTransport(
            self._realtime_url, await self._authorization("/connect", "{}")
        )
        try:
            with _translated(self._realtime_url):
                await transport.connect()
        except BaseException:
            await transport.close()
            raise
        return transport

    async def _authorization(self, path: str, body: str) -> dict[str, str]:
        """Of what happens in real time: as of a POST to the API, which is never sent."""
        headers = await self._auth.headers(
            Post(f"{self._graphql_url}{path}", body, REALTIME_HEADERS)
        )
        return {"host": urlsplit(self._graphql_url).netloc, **headers}

    async def _start(
        self, transport: RealtimeTransport, data: str
    ) -> AsyncGenerator[ExecutionResult]:
        """The answers after START_ACK."""
        answers = transport.answers(data, await self._authorization("", data))
        try:
            with _translated(self._realtime_url):
                async with asyncio.timeout(START_SECONDS):
                    answer = await anext(answers, None)
            if answer is not START_ACK:
                raise Unavailable(f"{self._realtime_url} did not acknowledge the subscription.")
        except BaseException as error:
            if isinstance(error, Unavailable):
                self._connections.give_up(transport)
            await answers.aclose()
            raise
        return answers

    async def _events(self, answers: AsyncIterator[ExecutionResult]) -> AsyncGenerator[Data]:
        with _translated(self._realtime_url):
            async for answer in answers:
                if answer.errors:  # the event does not fit the schema: it can still be read
                    raise Unavailable(f"A push came broken: {answer.errors}")
                yield answer.data or {}


@cache
def _parsed(document: str) -> GraphQLRequest:
    return GraphQLRequest(document)


def _request(document: str, variables: Variables) -> GraphQLRequest:
    return GraphQLRequest(_parsed(document), variable_values=dict(variables))


def _data(answer: ExecutionResult) -> Data:
    if answer.errors:
        raise _refusal(answer.errors)
    return answer.data or {}


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """gql's exceptions as ours."""
    try:
        yield
    except TransportQueryError as error:
        raise _refusal(frame_errors(error)) from error
    except ConnectionRefused as error:
        raise _refusal(error.errors) from error
    except (TransportError, TimeoutError) as error:
        reason = error.__cause__ or error
        words = str(reason) or type(reason).__name__
        raise Unavailable(f"{url} does not answer: {words}. Is the stack up?") from error


def _refusal(errors: list[Any]) -> QuerycastError:
    """The first of a GraphQL answer's errors as an exception."""
    first = errors[0] if isinstance(errors[0], dict) else {"message": str(errors[0])}
    error_type = str(first.get("errorType") or "GraphQLError")
    message = str(first.get("message") or "no reason given")
    if error_type.endswith(UNAUTHORIZED):
        return NotSignedIn(
            f"{message} Sign in again with `querycast login`, or show what is valid now."
        )
    if error_type in BROKEN or error_type.startswith("Lambda:"):
        return Unavailable(f"{error_type}: {message}")
    return Refused(error_type, message)
