"""Services that throttle: between the Lambda functions and each of them, an HTTP server of ours.

It refuses a share of the requests in the service's own words, passes on the others, and remembers
all. botocore names each call by an id that its retries share.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

import json
import random
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.integration.faults.machinery import Machinery

CALL_ID, TARGET = "amz-sdk-invocation-id", "x-amz-target"
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "date", "server", "content-length"}
PASSED_WITHIN = 60.0  # seconds


@dataclass(frozen=True)
class Refusal:
    """What a service says when it throttles."""

    status: int
    type: str

    @property
    def body(self) -> bytes:
        error = {"__type": self.type, "message": "Rate exceeded"}
        return json.dumps(error | {"errors": [{"errorType": self.type}]}).encode()


DYNAMODB = (Refusal(400, "ThrottlingException"), Refusal(400, "RequestLimitExceeded"))
APPSYNC = (Refusal(429, "TooManyRequestsException"),)
DATA_API = (Refusal(500, "InternalServerException"), Refusal(400, "ThrottlingException"))
STARTING = (Refusal(400, "ActiveStatementsExceededException"), *DATA_API)


@dataclass(frozen=True)
class Call:
    """One attempt. `id`: of the call that it belongs to; AppSync's have none but their own."""

    at: float
    id: str
    operation: str
    is_refused: bool


class Server(ThreadingHTTPServer):
    """Says nothing of callers who leave, as a Lambda worker does that is ended."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Throttle:
    """In front of the service at a URL; refuses the share that it is told."""

    def __init__(self, service: str, target: str) -> None:
        self.service = service
        self.share = 0.0
        self.calls: list[Call] = []
        self._target = urlsplit(target).netloc
        self._path = urlsplit(target).path
        self._random = random.Random(6)
        self._server = Server(("127.0.0.1", 0), self._handler())

    @property
    def refused(self) -> int:
        """How many attempts were, by now."""
        return sum(call.is_refused for call in list(self.calls))

    @property
    def url(self) -> str:
        """The name is the one that an AppSync signature was made for but its port."""
        return f"http://127.0.0.1:{self._server.server_port}{self._path}"

    @contextmanager
    def serving(self) -> Iterator[None]:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        yield
        self._server.shutdown()
        self._server.server_close()

    def refusal(self, headers: Mapping[str, str]) -> Refusal | None:
        """What this request is refused with, if it is."""
        operation = headers.get(TARGET, "publish").rpartition(".")[2]
        is_refused = self._random.random() < self.share
        call_id = headers.get(CALL_ID) or f"{self.service} {len(self.calls)}"
        self.calls.append(Call(time.monotonic(), call_id, operation, is_refused))
        if not is_refused:
            return None
        starting = STARTING if operation == "ExecuteStatement" else DATA_API
        refusals = {"dynamodb": DYNAMODB, "appsync": APPSYNC, "redshift-data": starting}
        return self._random.choice(refusals[self.service])

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        throttle = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            service: HTTPConnection | None = None

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if refusal := throttle.refusal(self.headers):  # type: ignore[arg-type]  # is a mapping
                    kind = [("x-amzn-errortype", refusal.type)]
                    self._answer(refusal.status, kind, refusal.body)
                    return
                self.service = self.service or HTTPConnection(throttle._target, timeout=60)
                self.service.request("POST", self.path, body, dict(self.headers.items()))
                answer = self.service.getresponse()
                self._answer(answer.status, answer.getheaders(), answer.read())

            def finish(self) -> None:
                super().finish()
                if self.service:
                    self.service.close()

            def _answer(self, status: int, headers: Any, body: bytes) -> None:
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in HOP_BY_HOP:
                        self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing: what was asked is remembered."""

        return Handler


@contextmanager
def throttles(machinery: Machinery) -> Iterator[dict[str, Throttle]]:
    """One in front of each service, by its name; the functions' environment names them.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    """
    outputs = machinery.outputs
    found = {
        "dynamodb": Throttle("dynamodb", outputs["awsEndpointUrl"]),
        "redshift-data": Throttle("redshift-data", outputs["redshiftDataUrl"]),
        "appsync": Throttle("appsync", outputs["graphqlUrl"]),
    }
    variables = {
        "AWS_ENDPOINT_URL_DYNAMODB": found["dynamodb"].url,
        "AWS_ENDPOINT_URL_REDSHIFT_DATA": found["redshift-data"].url,
    }

    def more(before: Mapping[str, str]) -> dict[str, str]:
        publishing = {"GRAPHQL_URL": found["appsync"].url} if "GRAPHQL_URL" in before else {}
        return variables | publishing if "QUERY_TABLE" in before else {}

    with ExitStack() as stack:
        for throttle in found.values():
            stack.enter_context(throttle.serving())
        stack.enter_context(machinery.environment(more))
        yield found


def attempts(calls: list[Call]) -> dict[str, list[Call]]:
    """The attempts of each call, in their order."""
    found: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        found[call.id].append(call)
    return found
