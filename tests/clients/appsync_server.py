"""A FakeService on the wire: AppSync's HTTP and real-time protocol, and Cognito's sign-in."""

import asyncio
import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

from local.aws_http.sigv4 import (
    ALGORITHM,
    KnownCredentials,
    SignatureRefused,
    SignedRequest,
    verify,
)
from querycast.errors import Refused, Unavailable
from querycast.loop import LoopThread
from tests.clients.password_verifier import PasswordVerifier
from tests.clients.service import FakeService
from tests.clients.software_token import VERIFIED, CodeRefused, SoftwareToken

PASSWORD = "correct horse"
POOL_ID = "us-east-1_demo"
SUBSCRIPTIONS = (
    *("onQueryComplete", "onQueryChange", "onEventChange"),
    *("onPipelineRun", "onReportRefresh"),
)
LATE = "Invalid session for the user, session is expired."
EXPIRED = {"errorType": "UnauthorizedException", "message": "Token has expired."}


class AppSyncServer:
    """Serves one FakeService on a free port.

    valid_tokens: access tokens that are accepted; `expire_tokens` empties it.
    signers: whose signatures are accepted.
    sign_ins: the flow, or the answered challenge, of each call to Cognito; challenge: what it asks
        for after the password. password: of every user; a new one takes its place. token: of every
        user. is_late: whether sessions have expired.
    connections: the header of each connection; protocols, paths: how it was sent.
    starts: what authorises each subscription.
    mute_starts: how many next start frames get no start_ack; broken_pushes: data that come broken.
    """

    def __init__(self, service: FakeService, loop: LoopThread) -> None:
        self.service = service
        self.loop = loop
        self.valid_tokens: set[str] = {"key"}
        self.signers = KnownCredentials(None, {})
        self.refresh_tokens: set[str] = set()
        self.token_seconds = 3600
        self.sign_ins: list[str] = []
        self.challenge: str | None = None
        self.password = PASSWORD
        self.token = SoftwareToken()
        self.is_late = False
        self.verifier: PasswordVerifier | None = None  # of the sign-in that has begun
        self.connections: list[dict[str, str]] = []
        self.starts: list[dict[str, str]] = []
        self.protocols: list[str] = []
        self.paths: list[str] = []
        self.keep_alive_ms = 300_000
        self.mute_starts = 0
        self.broken_pushes = 0
        self.start_error: dict[str, Any] | None = None
        self.sockets: list[web.WebSocketResponse] = []
        self.port = 0
        self._numbers = count(1)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def outputs(self) -> dict[str, Any]:
        """The outputs file of a local stack."""
        return {
            "graphqlUrl": f"{self.url}/graphql",
            "realtimeUrl": f"ws://127.0.0.1:{self.port}/graphql/realtime",
            "region": "us-east-1",
            "userPoolId": POOL_ID,
            "userPoolClientId": "client0demo",
            "awsEndpointUrl": f"{self.url}/cognito",
            "demoUsers": [{"email": "ana@example.com", "password": PASSWORD, "groups": []}],
        }

    def expire_tokens(self) -> None:
        self.valid_tokens.clear()

    async def start(self) -> None:
        application = web.Application()
        application.router.add_post("/graphql", self._graphql)
        application.router.add_get("/graphql/realtime", self._realtime)
        application.router.add_post("/cognito", self._cognito)
        self._runner = web.AppRunner(application, shutdown_timeout=0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self.disconnect()
        await self._runner.cleanup()

    async def disconnect(self) -> None:
        """Cut every WebSocket without a closing handshake."""
        for socket in self.sockets:
            if socket._writer:
                socket._writer.transport.abort()
        self.sockets.clear()

    async def _graphql(self, request: web.Request) -> web.Response:
        if not self._is_authorised(request.headers, request.path, await request.read()):
            return web.json_response({"errors": [EXPIRED]}, status=401)
        sent = await request.json()
        try:
            data = await self.service.execute(sent["query"], sent.get("variables", {}))
        except Refused as error:
            refusal = {"errorType": error.type, "message": str(error)}
            return web.json_response({"data": None, "errors": [refusal]})
        except Unavailable as error:
            return web.Response(text=str(error), status=503)
        return web.json_response({"data": data})

    def _is_authorised(self, headers: Any, path: str, body: bytes) -> bool:
        shown = headers.get("Authorization") or headers.get("x-api-key") or ""
        if not shown.startswith(ALGORITHM):
            return shown in self.valid_tokens
        sent = {name.lower(): value for name, value in headers.items()}
        try:
            verify(SignedRequest(sent, path, body), self.signers, "appsync", "us-east-1")
        except SignatureRefused:
            return False
        return True

    async def _realtime(self, request: web.Request) -> web.WebSocketResponse:
        offered = request.headers["Sec-WebSocket-Protocol"]
        self.protocols.append(offered)
        self.paths.append(request.path_qs)
        written = offered.split("header-")[1]
        header = json.loads(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
        self.connections.append(header)
        socket = web.WebSocketResponse(protocols=("graphql-ws",), timeout=0.1)
        await socket.prepare(request)
        self.sockets.append(socket)
        tasks: dict[str, asyncio.Task[None]] = {}
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._answer(socket, header, json.loads(frame.data), tasks)
        finally:
            for task in tasks.values():
                task.cancel()
        return socket

    async def _answer(
        self,
        socket: web.WebSocketResponse,
        header: dict[str, str],
        frame: dict[str, Any],
        tasks: dict[str, asyncio.Task[None]],
    ) -> None:
        match frame["type"]:
            case "connection_init" if self._is_authorised(header, "/graphql/connect", b"{}"):
                ack = {"connectionTimeoutMs": self.keep_alive_ms}
                await socket.send_json({"type": "connection_ack", "payload": ack})
                await socket.send_json({"type": "ka"})
            case "connection_init":
                payload = {"errors": [{**EXPIRED, "errorCode": 401}]}
                await socket.send_json({"type": "connection_error", "payload": payload})
                await socket.close()
            case "start":
                tasks[frame["id"]] = asyncio.create_task(self._push(socket, frame))
            case "stop":
                tasks.pop(frame["id"]).cancel()
                await socket.send_json({"type": "complete", "id": frame["id"]})

    async def _push(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        authorization = frame["payload"]["extensions"]["authorization"]
        self.starts.append(authorization)
        data = frame["payload"]["data"].encode()
        is_authorised = self._is_authorised(authorization, "/graphql", data)
        if self.start_error or not is_authorised:
            payload = {"errors": [self.start_error or EXPIRED]}
            await socket.send_json({"type": "error", "id": frame["id"], "payload": payload})
            return
        operation = json.loads(frame["payload"]["data"])
        variables = operation.get("variables", {})
        field = next(name for name in SUBSCRIPTIONS if name in operation["query"])
        async with self.service.subscribe(operation["query"], variables) as events:
            if self.mute_starts:
                self.mute_starts -= 1
                await socket.close()
                return
            await socket.send_json({"type": "start_ack", "id": frame["id"]})
            async for event in events:
                if field in event:
                    await socket.send_json(self._data(frame["id"], {field: event[field]}))

    def _data(self, subscription_id: str, data: dict[str, Any]) -> dict[str, Any]:
        payload: dict[str, Any] = {"data": data}
        if self.broken_pushes:
            self.broken_pushes -= 1
            payload = {"data": dict.fromkeys(data), "errors": [{"message": "Cannot return null"}]}
        return {"type": "data", "id": subscription_id, "payload": payload}

    async def _cognito(self, request: web.Request) -> web.Response:
        sent = json.loads(await request.text())
        action = request.headers["X-Amz-Target"].rpartition(".")[2]
        try:
            return self._sign_in(action, sent)
        except CodeRefused as refusal:
            return _cognito_refusal(*refusal.args)

    def _sign_in(self, action: str, sent: dict[str, Any]) -> web.Response:
        match action:
            case "InitiateAuth":
                assert sent["ClientId"] == "client0demo"
                self.sign_ins.append(sent["AuthFlow"])
                return self._initiate_auth(sent["AuthFlow"], sent["AuthParameters"])
            case "RespondToAuthChallenge":
                assert sent["ClientId"] == "client0demo"
                self.sign_ins.append(sent["ChallengeName"])
                expected = VERIFIED if sent["ChallengeName"] == "MFA_SETUP" else "session"
                assert sent["Session"] == expected
                return self._next_challenge(sent["ChallengeName"], sent["ChallengeResponses"])
        if "AccessToken" in sent and sent["AccessToken"] not in self.valid_tokens:
            raise CodeRefused("NotAuthorizedException", "Access Token has been revoked")
        actions = {
            "AssociateSoftwareToken": self.token.associate,
            "VerifySoftwareToken": self.token.verify,
            "SetUserMFAPreference": self.token.prefer,
            "GetUser": self.token.get_user,
        }
        if self.is_late and "Session" in sent:
            raise CodeRefused("NotAuthorizedException", LATE)
        return _cognito_answer(actions[action](sent))

    def _initiate_auth(self, flow: str, given: dict[str, str]) -> web.Response:
        if flow == "USER_SRP_AUTH":
            self.verifier = PasswordVerifier(POOL_ID, self.password, given["SRP_A"])
            return _challenge("PASSWORD_VERIFIER", self.verifier.parameters)
        assert flow == "REFRESH_TOKEN_AUTH"
        if given["REFRESH_TOKEN"] not in self.refresh_tokens:
            return _wrong()
        return self._signed_in(refresh_token=None)

    def _next_challenge(self, answered: str, responses: dict[str, str]) -> web.Response:
        if answered == "PASSWORD_VERIFIER":
            assert self.verifier
            if not self.verifier.accepts(responses):
                return _wrong()
            if self.challenge:
                return _challenge(self.challenge, {})
            if self.token.is_on:
                return _challenge("SOFTWARE_TOKEN_MFA", {"FRIENDLY_DEVICE_NAME": "app"})
        elif answered == "NEW_PASSWORD_REQUIRED":
            if len(responses["NEW_PASSWORD"]) < 12:
                words = "Password did not conform with policy: Password not long enough"
                return _cognito_refusal("InvalidPasswordException", words)
            self.password, self.challenge = responses["NEW_PASSWORD"], None
        elif answered == "SOFTWARE_TOKEN_MFA":
            if self.is_late:
                raise CodeRefused("NotAuthorizedException", LATE)
            self.token.check(responses["SOFTWARE_TOKEN_MFA_CODE"])
        return self._signed_in(f"refresh-{len(self.refresh_tokens) + 1}")

    def _signed_in(self, refresh_token: str | None) -> web.Response:
        number = next(self._numbers)
        self.valid_tokens.add(f"access-{number}")
        tokens = {"AccessToken": f"access-{number}", "ExpiresIn": self.token_seconds}
        if refresh_token:
            self.refresh_tokens.add(refresh_token)
            tokens["RefreshToken"] = refresh_token
        return _cognito_answer({"AuthenticationResult": tokens})


def _challenge(name: str, parameters: dict[str, str]) -> web.Response:
    return _cognito_answer(
        {"ChallengeName": name, "ChallengeParameters": parameters, "Session": "session"}
    )


def _wrong() -> web.Response:
    return _cognito_refusal("NotAuthorizedException", "Incorrect username or password.")


def _cognito_answer(document: dict[str, Any]) -> web.Response:
    return web.Response(text=json.dumps(document), content_type="application/x-amz-json-1.1")


def _cognito_refusal(kind: str, message: str) -> web.Response:
    document = json.dumps({"__type": kind, "message": message})
    return web.Response(text=document, status=400, content_type="application/x-amz-json-1.1")


@contextmanager
def running(service: FakeService) -> Iterator[AppSyncServer]:
    """The server in a thread of its own, and stopped."""
    loop = LoopThread()
    server = AppSyncServer(service, loop)
    loop.call(server.start())
    try:
        yield server
    finally:
        loop.call(server.stop())
        loop.close()
