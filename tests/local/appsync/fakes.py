"""What stands around the data plane in tests: a control plane, an endpoint, a server, a client."""

import asyncio
import base64
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from websockets.sync.client import ClientConnection, connect

from local.appsync.apis import Apis
from local.appsync.application import Application
from local.appsync.auth.authorization import FIELD_ACTION, Authorities
from local.appsync.definition import (
    ApiDefinition,
    AuthMode,
    AuthProvider,
    DataSource,
    FunctionDefinition,
    ResolverDefinition,
    UnreadableApi,
    UserPool,
)
from local.appsync.errors import RequestError
from local.appsync.realtime.protocol import RealtimeProtocol
from local.appsync.server import Server, TlsListener
from local.appsync.tls import server_context
from local.aws_http.http_client import HttpClient
from local.aws_http.iam import IamPolicies
from local.aws_http.listener import bind
from local.aws_http.sigv4 import KnownCredentials

REGION = "us-east-1"
ACCOUNT = "000000000000"
POOL_ID = "us-east-1_Example01"
CLIENT_ID = "client-1"
API_KEY = "da2-abcdefghijklmnopqrstuvwxyz"
EXPIRED_KEY = "da2-expiredexpiredexpiredexpir"
ACCESS_KEY, SECRET = "AKIAEXAMPLEEXAMPLE00", "a-secret-of-nobody"
FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:"
IN_AN_HOUR = int(time.time()) + 3600

ECHO = """
import { util } from '@aws-appsync/utils';
export function request(ctx) { return { payload: ctx.args }; }
export function response(ctx) { return ctx.result; }
"""
INVOKE = """
import { util } from '@aws-appsync/utils';
export function request(ctx) {
  return { operation: 'Invoke', payload: { field: ctx.info.fieldName, args: ctx.args } };
}
export function response(ctx) {
  if (ctx.error) util.error(ctx.error.message, ctx.error.type);
  return ctx.result;
}
"""

API_KEYS = AuthProvider(AuthMode.API_KEY)
IAM = AuthProvider(AuthMode.AWS_IAM)
COGNITO = AuthProvider(AuthMode.AMAZON_COGNITO_USER_POOLS, UserPool(POOL_ID, REGION, CLIENT_ID))


def api(
    sdl: str,
    code: dict[str, str | None] | None = None,
    *,
    providers: tuple[AuthProvider, ...] = (API_KEYS,),
    sources: dict[str, str] | None = None,
    batches: dict[str, int] | None = None,
    functions: dict[str, str | None] | None = None,
    pipelines: dict[str, list[str]] | None = None,
    **more: Any,
) -> ApiDefinition:
    """An API by its SDL and the code of its fields ("Type.field"); their data source is NONE.

    `sources`: for some fields or functions the name of a Lambda function instead; code None is
    direct Lambda. `batches`: the maxBatchSize of some. `functions`: the code of pipelines'
    functions by name. `pipelines`: which functions a field's pipeline has.
    """
    lambdas, sizes, piped = sources or {}, batches or {}, pipelines or {}
    resolvers = tuple(
        ResolverDefinition(
            type_name=coordinate.partition(".")[0],
            field_name=coordinate.partition(".")[2],
            data_source=lambdas.get(coordinate, "none"),
            kind="PIPELINE" if coordinate in piped else "UNIT",
            code=source,
            max_batch_size=sizes.get(coordinate, 0),
            functions=tuple(piped.get(coordinate, ())),
        )
        for coordinate, source in (code or {}).items()
    )
    return ApiDefinition(
        api_id=more.pop("api_id", "exampleapi"),
        arn=f"arn:aws:appsync:{REGION}:{ACCOUNT}:apis/exampleapi",
        providers=providers,
        sdl=sdl,
        resolvers=resolvers,
        functions=tuple(
            FunctionDefinition(
                name, name, lambdas.get(name, "none"), source, max_batch_size=sizes.get(name, 0)
            )
            for name, source in (functions or {}).items()
        ),
        data_sources=(
            DataSource("none", "NONE"),
            *(
                DataSource(name, "AWS_LAMBDA", FUNCTION_ARN + name)
                for name in set(lambdas.values())
            ),
        ),
        keys=more.pop("keys", ((API_KEY, IN_AN_HOUR), (EXPIRED_KEY, int(time.time()) - 1))),
        **more,
    )


class FixedControlPlane:
    """A control plane that a test changes by hand."""

    def __init__(self, *definitions: ApiDefinition | UnreadableApi) -> None:
        self.definitions = list(definitions)
        self.failure: Exception | None = None
        self.reads = 0

    def read(self) -> list[ApiDefinition | UnreadableApi]:
        self.reads += 1
        if self.failure is not None:
            raise self.failure
        return list(self.definitions)


class UserPoolDouble:
    """A pool's key pair: signs tokens, publishes keys."""

    def __init__(self) -> None:
        self.rotate("key-1")

    def rotate(self, key_id: str) -> None:
        """Sign with a new key from now on."""
        self.key_id = key_id
        self.private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwks(self) -> dict[str, Any]:
        """What the pool publishes."""
        public = json.loads(RSAAlgorithm.to_jwk(self.private_key.public_key()))
        return {"keys": [public | {"kid": self.key_id, "alg": "RS256", "use": "sig"}]}

    def token(self, sub: str = "user-1", groups: list[str] | None = None, **claims: Any) -> str:
        """An id token, with other claims where a test wants them."""
        now = int(time.time())
        body = {
            "sub": sub,
            "iss": f"https://cognito-idp.{REGION}.amazonaws.com/{POOL_ID}",
            "aud": CLIENT_ID,
            "token_use": "id",
            "iat": now,
            "exp": now + 3600,
            "cognito:username": f"{sub}@example.com",
        }
        if groups is not None:
            body["cognito:groups"] = groups
        body |= claims
        headers = {"kid": self.key_id}
        return jwt.encode(body, self.private_key, algorithm="RS256", headers=headers)


class Endpoint:
    """Lambda functions and a user pool's keys over HTTP."""

    def __init__(self) -> None:
        self.functions: dict[str, Callable[[Any], Any]] = {}
        self.events: list[Any] = []
        self.requests: list[str] = []
        self.pool = UserPoolDouble()
        self.documents: dict[str, Any] = {}  # by path; any other path has the pool's keys
        self._sockets: list[socket.socket] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def hang_up(self) -> None:
        """Close every kept connection."""
        while self._sockets:
            with suppress(OSError):
                self._sockets.pop().shutdown(socket.SHUT_RDWR)

    def _handler(endpoint) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                endpoint._sockets.append(self.request)
                super().setup()

            def do_GET(self) -> None:
                endpoint.requests.append(self.path)
                self._reply(200, endpoint.documents.get(self.path, endpoint.pool.jwks()))

            def do_POST(self) -> None:
                event = json.loads(self.rfile.read(int(self.headers["content-length"])))
                name = unquote(self.path).rsplit(":", 1)[-1].split("/")[0]
                endpoint.requests.append(self.path)
                endpoint.events.append(event)
                try:
                    self._reply(200, endpoint.functions[name](event))
                except KeyError:
                    message = {"Message": f"Function not found: {name}"}
                    headers = {"x-amzn-ErrorType": "ResourceNotFoundException"}
                    self._reply(404, message, headers)
                except Exception as error:
                    failure = {"errorMessage": str(error), "errorType": type(error).__name__}
                    self._reply(200, failure, {"X-Amz-Function-Error": "Unhandled"})

            def _reply(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
                encoded = json.dumps(body).encode()
                self.send_response(status)
                for header, value in (headers or {}).items():
                    self.send_header(header, value)
                self.send_header("content-length", str(len(encoded)))
                self.end_headers()
                self.wfile.write(encoded)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


class RunningServer:
    """The data plane on a free port, in a thread of its own."""

    def __init__(
        self,
        control_plane: FixedControlPlane,
        endpoint_url: str,
        credentials: Path | None = None,
        tls_directory: Path | None = None,
    ) -> None:
        self._listener = bind("127.0.0.1", 0)
        self.port = self._listener.getsockname()[1]
        self.control_plane = control_plane
        known = KnownCredentials(
            credentials, {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
        )
        policies = IamPolicies(endpoint_url, FIELD_ACTION)
        self.apis = Apis(control_plane, Authorities(HttpClient(endpoint_url), known, policies))
        tls = None
        if tls_directory is not None:
            tls = TlsListener(bind("127.0.0.1", 0), server_context(tls_directory))
            self.tls_port = tls.socket.getsockname()[1]
        self._server = Server(Application(self.apis), tls)
        self._thread = threading.Thread(
            target=self._server.run_on, args=(self._listener,), daemon=True
        )
        self._thread.start()
        wait_until(lambda: self._server.started and control_plane.reads > 0)
        for definition in control_plane.definitions:
            wait_until(partial(self._serves, definition.api_id))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    def _serves(self, api_id: str) -> bool:
        with suppress(RequestError):
            return self.apis.current(api_id) is not None
        return api_id in self.apis.states

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def tasks(self) -> int:
        """How many tasks its loop has."""
        return len(asyncio.all_tasks(self._server.servers[0].get_loop()))

    def web_sockets(self) -> int:
        """How many sockets of WebSockets it holds, in whatever state."""
        connections = self._server.server_state.connections
        return sum(isinstance(connection, RealtimeProtocol) for connection in connections)

    def begin_to_stop(self) -> None:
        self._server.should_exit = True

    def stop(self) -> None:
        self.begin_to_stop()
        self._thread.join(timeout=10)


def wait_until(condition: Callable[[], Any], seconds: float = 5.0) -> Any:
    """The first true value of a condition, asked again until a deadline."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "not within the deadline"
        time.sleep(0.005)
    return value


class Subscriber:
    """A bare client of the real-time protocol; every frame it gets is kept in order."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def send(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def receive(self, seconds: float = 3.0) -> Any:
        """The next frame that is no keep-alive."""
        while True:
            frame = json.loads(self.socket.recv(timeout=seconds))
            if frame["type"] != "ka":
                return frame

    def initialise(self) -> None:
        self.send(type="connection_init")
        assert self.receive()["type"] == "connection_ack"

    def start(self, query: str, id: str = "1", headers: Any = None, **variables: Any) -> None:
        data = json.dumps({"query": query, "variables": variables})
        payload: dict[str, Any] = {"data": data}
        if headers is not None:
            payload["extensions"] = {"authorization": headers}
        self.send(type="start", id=id, payload=payload)

    def subscribe(self, query: str, id: str = "1", **variables: Any) -> None:
        """Start and wait until it is acknowledged."""
        self.start(query, id, **variables)
        assert self.receive() == {"id": id, "type": "start_ack"}

    def is_quiet(self) -> bool:
        """Whether nothing but the answer to a stop comes: an order that proves nothing was sent."""
        self.send(type="stop", id="quiet")
        return bool(self.receive() == {"id": "quiet", "type": "complete"})


@contextmanager
def subscriber(
    server: RunningServer,
    headers: dict[str, str] | None = None,
    *,
    path: str = "/graphql",
    initialise: bool = True,
) -> Iterator[Subscriber]:
    """A connected and acknowledged client, by API key unless other headers are given."""
    url = f"ws://127.0.0.1:{server.port}{path}?header={header_of(headers)}&payload=e30="
    protocols: Any = ["graphql-ws"]
    with connect(url, subprotocols=protocols) as socket:
        client = Subscriber(socket)
        if initialise:
            client.initialise()
        yield client


def header_of(headers: dict[str, str] | None = None) -> str:
    """Headers as a connect URL carries them; the API key unless others are given."""
    given = headers or {"x-api-key": API_KEY}
    return base64.b64encode(json.dumps(given).encode()).decode()
