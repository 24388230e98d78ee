"""Runs the steps of one case against a target and keeps the transcript of what was said.

A step is known by the one key of ACTIONS that it has; the README tells what each does. Nothing
here waits for a fixed time: that something did not arrive is proven by what arrives after.
"""

import base64
import json
import re
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.conformance.appsync.cases import Case
from tests.conformance.appsync.credentials import OF_A_SOCKET, headers_of
from tests.conformance.appsync.expectation import AtLeast, Bindings, JsonText, difference
from tests.conformance.appsync.target import Target

ACTIONS = [
    "ask",
    "request",
    "connect",
    "subscribe",
    "send",
    "together",
    "receive",
    "event",
    "close",
    "closed",
]
PATIENCE = 8.0  # seconds until an answer is missed; a Lambda may start from cold
ACK = {"type": "connection_ack", "payload": {"connectionTimeoutMs": 300000}}
VARIABLE = re.compile(r"\$\{(\w+)\}")
MARK = re.compile(r"case[0-9a-f]{12}")

Step = dict[str, Any]


class Run:
    """One case, once. `id` is in what it publishes: frames that name another's are not its own."""

    def __init__(self, target: Target, case: Case, http: httpx.Client) -> None:
        self._target = target
        self._case = case
        self._http = http
        self._bindings = Bindings()
        self._sockets: dict[str, ClientConnection] = {}
        self._open = ExitStack()
        self._settle_seconds = 0.0
        self.transcript: list[str] = []
        self._variables = {"id": f"case{uuid.uuid4().hex[:12]}"}

    def perform(self) -> None:
        """Every step in order; AssertionError with the transcript where an answer differs."""
        with self._open:
            for step in self._case.steps:
                self._perform(self._filled(step))

    def _perform(self, step: Step) -> None:
        for number in range(step.pop("times", 1)):
            self._variables["n"] = str(number + 1)
            self._action(step)(self._filled(step))
        del self._variables["n"]

    def _action(self, step: Step) -> Callable[[Step], None]:
        for name in ACTIONS:
            if name in step:
                return getattr(self, f"_{name}")  # type: ignore[no-any-return]  # a method below
        raise ValueError(f"{self._case.id}: a step needs one of {ACTIONS}; it has {sorted(step)}.")

    def _ask(self, step: Step) -> None:
        body = {"query": step["ask"]} | {
            k: step[k] for k in ("variables", "operationName") if k in step
        }
        body |= step.get("more", {})
        self._exchange(step, "POST", json.dumps(body), step.get("headers", {}))

    def _request(self, step: Step) -> None:
        given = step["request"]
        raw = given.get("raw", "")
        self._exchange(step, given.get("method", "POST"), raw, given.get("headers", {}))

    def _exchange(self, step: Step, method: str, raw: str, headers: dict[str, str]) -> None:
        api = self._target.apis[step.get("api", self._case.api)]
        sent = {"content-type": "application/json", "host": api.host}
        sent |= headers_of(self._target, api, step.get("auth"), "/graphql", raw) | headers
        time.sleep(self._settle_seconds)  # nothing tells when AWS begins to deliver
        self._settle_seconds = 0.0
        self._note(f"> {method} as {step.get('auth', 'default')} {headers or ''} {raw}")
        answer = self._http.request(method, api.url, content=raw.encode(), headers=sent)
        self._note(f"< {answer.status_code} {answer.text}")
        expected, got = {"status": step.get("status", 200)}, {"status": answer.status_code}
        if "answer" in step:
            expected["body"], got["body"] = step["answer"], _json(answer.text)
        for name, value in step.get("answerHeaders", {}).items():
            expected[name], got[name] = value, answer.headers.get(name)
        self._compare(expected, got)

    def _connect(self, step: Step) -> None:
        given = step["connect"] or {}
        api = self._target.apis[given.get("api", self._case.api)]
        headers = headers_of(
            self._target, api, given.get("auth"), "/graphql/connect", "{}", OF_A_SOCKET
        )
        url, protocols, more = _handshake(
            api.realtime_url,
            {"host": api.host} | headers | given.get("headers", {}),
            given.get("via", "subprotocol"),
        )
        protocols = given.get("protocols", protocols)
        if given.get("path") == "realtime":
            url = url.replace("/graphql", "/graphql/realtime", 1)
        self._note(f"{step.get('on', '1')} > connect {given}")
        socket = self._open.enter_context(
            connect(
                url,
                subprotocols=protocols or None,
                additional_headers=more,
                open_timeout=PATIENCE,
                max_size=None,
            )
        )
        self._sockets[step.get("socket", "1")] = socket
        if "subprotocol" in given:
            self._compare(given["subprotocol"], socket.subprotocol)
        if given.get("init", True):
            self._send({"send": {"type": "connection_init"}, "socket": step.get("socket", "1")})
            self._receive({"receive": [ACK], "socket": step.get("socket", "1")})

    def _subscribe(self, step: Step) -> None:
        api = self._target.apis[self._case.api]
        id, on = step.get("id", "1"), step.get("socket", "1")
        data = json.dumps(
            {"query": step["subscribe"]} | {k: step[k] for k in ("variables",) if k in step}
        )
        payload: dict[str, Any] = {"data": data}
        if step.get("auth") != "connection":
            headers = headers_of(self._target, api, step.get("auth"), "/graphql", data, OF_A_SOCKET)
            authorization = {"host": api.host} | headers | step.get("headers", {})
            payload["extensions"] = {"authorization": authorization}
        self._send({"send": {"id": id, "type": "start", "payload": payload}, "socket": on})
        if "refused" in step:
            refusal = {"id": id, "type": "error", "payload": {"errors": step["refused"]}}
            self._receive({"receive": [refusal], "socket": on})
        else:
            self._receive({"receive": [{"id": id, "type": "start_ack"}], "socket": on})
            self._settle_seconds = self._target.settle_seconds

    def _send(self, step: Step) -> None:
        on, message = step.get("socket", "1"), step["send"]
        text = message if isinstance(message, str) else json.dumps(message)
        self._note(f"{on} > {text}")
        self._sockets[on].send(text)

    def _together(self, step: Step) -> None:
        """Several messages in one write: the server has them before it answers the first."""
        socket = self._sockets[step.get("socket", "1")]
        self._note(f"{step.get('socket', '1')} > together {step['together']}")
        with socket.protocol_mutex:
            for message in step["together"]:
                socket.protocol.send_text(json.dumps(message).encode())
            socket.socket.sendall(b"".join(socket.protocol.data_to_send()))

    def _event(self, step: Step) -> None:
        payload = {"data": step["event"]} | ({"errors": step["errors"]} if "errors" in step else {})
        frame = {"id": step.get("id", "1"), "type": "data", "payload": payload}
        self._receive({"receive": [frame], "socket": step.get("socket", "1")})

    def _receive(self, step: Step) -> None:
        on = step.get("socket", "1")
        for expected in step["receive"]:
            self._compare(expected, self._frame(on, _type(expected) == "ka"))

    def _frame(self, on: str, is_ka: bool) -> Any:
        """The next frame of this case; keep-alives are passed over unless one is expected."""
        while True:
            try:
                text = self._sockets[on].recv(timeout=PATIENCE)
            except (TimeoutError, ConnectionClosed) as end:
                self._note(f"{on} < nothing: {end!r}")
                return None
            frame = _json(str(text))
            if is_ka or _type(frame) != "ka":
                self._note(f"{on} < {text!s}")
                if self._is_ours(str(text)):
                    return frame

    def _is_ours(self, text: str) -> bool:
        return set(MARK.findall(text)) <= {self._variables["id"]}

    def _close(self, step: Step) -> None:
        self._note(f"{step['close']} > close")
        self._sockets[step["close"]].close()

    def _closed(self, step: Step) -> None:
        on = step.get("socket", "1")
        code = None
        try:
            while True:
                self._note(f"{on} < {self._sockets[on].recv(timeout=PATIENCE)!s}")
        except ConnectionClosed as end:
            code = end.rcvd.code if end.rcvd else None
        except TimeoutError:
            self._note(f"{on} < not closed within {PATIENCE} s")
        self._compare(step["closed"], code)

    def _compare(self, expected: Any, got: Any) -> None:
        found = difference(expected, got, self._bindings)
        if found:
            said = "\n".join(line[:2000] for line in self.transcript)
            raise AssertionError(f"{self._case.id}\n\n{said}\n\n{found}")

    def _note(self, line: str) -> None:
        self.transcript.append(line)

    def _filled(self, value: Any) -> Any:
        """The value with the case's variables in place."""
        if isinstance(value, str):
            return VARIABLE.sub(lambda found: self._variables.get(found[1], found[0]), value)
        if isinstance(value, dict):
            return {self._filled(key): self._filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        if isinstance(value, AtLeast):
            return AtLeast(self._filled(value.entries))
        if isinstance(value, JsonText):
            return JsonText(self._filled(value.value))
        return value


def _handshake(
    url: str, headers: dict[str, str], via: str
) -> tuple[str, list[Any], dict[str, str]]:
    """URL, subprotocols and headers of an upgrade that carries the authorization one way."""
    encoded = base64.b64encode(json.dumps(headers).encode()).decode()
    if via == "query":
        return f"{url}?header={encoded}&payload=e30=", ["graphql-ws"], {}
    if via == "headers":
        return url, ["graphql-ws"], {k: v for k, v in headers.items() if k != "host"}
    url_safe = encoded.replace("+", "-").replace("/", "_").rstrip("=")
    return url, ["graphql-ws", f"header-{url_safe}"], {}


def _type(frame: Any) -> Any:
    entries = frame.entries if isinstance(frame, AtLeast) else frame
    return entries.get("type") if isinstance(entries, dict) else None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
