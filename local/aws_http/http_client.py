"""HTTP from the event loop to the endpoint: kept connections, AWS signatures, nothing else.

boto3 blocks, and a thread for each of 200 invocations at once costs more than the invocations.
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import httptools
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session

MAX_KEPT_CONNECTIONS = 64
MAX_RESPONSE_BYTES = 16 * 1024 * 1024  # a Lambda's is 6 MB at most


@dataclass(slots=True)
class Response:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)  # lower-case names
    body: bytes = b""


class Signer:
    """Signs requests with this process's own credentials."""

    def __init__(self, service: str, region: str) -> None:
        self._session = Session()
        self._service = service
        self._region = region

    def sign(self, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        """The headers of a signed POST."""
        request = AWSRequest("POST", url, headers=dict(headers), data=body)
        credentials = self._session.get_credentials()
        if credentials is not None:
            frozen = credentials.get_frozen_credentials()
            SigV4Auth(frozen, self._service, self._region).add_auth(request)
        return dict(request.headers.items())


class HttpClient:
    """Requests to one endpoint, many at once."""

    def __init__(self, endpoint_url: str) -> None:
        url = urlsplit(endpoint_url)
        self.url = endpoint_url.rstrip("/")
        self._host = url.hostname or "localhost"
        self._port = url.port or (443 if url.scheme == "https" else 80)
        self._is_tls = url.scheme == "https"
        self._authority = url.netloc
        self._prefix = url.path.rstrip("/")
        self._idle: list[_Connection] = []

    async def request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Response:
        """Send a request and wait for its whole response.

        Raises:
            OSError: the endpoint cannot be reached, or hangs up in between.
        """
        message = self._message(method, path, headers or {}, body)
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                try:
                    return await self._exchange(connection, message)
                except _Stale:
                    continue  # the endpoint had closed the kept connection: nothing was done
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            _Connection, self._host, self._port, ssl=self._is_tls or None
        )
        return await self._exchange(connection, message)

    def close(self) -> None:
        """Close the kept connections."""
        while self._idle:
            self._idle.pop().close()

    async def _exchange(self, connection: "_Connection", message: bytes) -> Response:
        try:
            response = await connection.exchange(message)
        except BaseException:
            connection.close()
            raise
        if connection.is_open and len(self._idle) < MAX_KEPT_CONNECTIONS:
            self._idle.append(connection)
        else:
            connection.close()
        return response

    def _message(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        lines = [f"{method} {self._prefix}{path} HTTP/1.1"]
        if not any(name.lower() == "host" for name in headers):
            lines.append(f"Host: {self._authority}")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body)}", "", ""]
        return "\r\n".join(lines).encode() + body


class _Stale(ConnectionError):
    """A kept connection ended before any byte of a response."""


class _Connection(asyncio.Protocol):
    """One connection; one exchange at a time."""

    def __init__(self) -> None:
        self.is_open = False
        self._used = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        self.is_open = True

    async def exchange(self, message: bytes) -> Response:
        """Write a request, read its response."""
        self._response = Response()
        self._received = False
        self._done: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._transport.write(message)
        response = await self._done
        self._used = True
        return response

    def close(self) -> None:
        """Hang up."""
        self.is_open = False
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._received = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(ConnectionError(f"The endpoint does not speak HTTP: {error}"))

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._used and not self._received:
            self._fail(_Stale("The kept connection was closed."))
        else:
            self._fail(exc or ConnectionError("The endpoint closed the connection."))

    def _fail(self, error: Exception) -> None:
        if hasattr(self, "_done") and not self._done.done():
            self._done.set_exception(error)

    # Called by the parser.

    def on_header(self, name: bytes, value: bytes) -> None:
        self._response.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._response.body += body
        if len(self._response.body) > MAX_RESPONSE_BYTES:
            self._fail(ConnectionError(f"The response is over {MAX_RESPONSE_BYTES:,} bytes."))
            self.close()

    def on_message_complete(self) -> None:
        self._response.status = self._parser.get_status_code()
        if not self._parser.should_keep_alive():
            self.is_open = False
        if not self._done.done():
            self._done.set_result(self._response)
