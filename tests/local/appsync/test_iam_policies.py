"""IAM policies per field, as far as the endpoint's IAM can tell."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.local.appsync.fakes import (
    ACCESS_KEY,
    ECHO,
    IAM,
    REGION,
    SECRET,
    RunningServer,
    api,
)

SDL = """
type Query { one(id: ID): AWSJSON  two(id: ID): AWSJSON }
type Mutation { add: String }
"""
ANSWERS = {
    "GetAccessKeyLastUsed": "<UserName>ana</UserName><AccessKeyLastUsed><Region>N/A</Region>"
    "<ServiceName>N/A</ServiceName></AccessKeyLastUsed>",
    "GetUser": "<User><UserName>ana</UserName><UserId>AID</UserId><Path>/</Path>"
    "<CreateDate>2026-01-01T00:00:00Z</CreateDate>"
    "<Arn>arn:aws:iam::000000000000:user/ana</Arn></User>",
    "SimulatePrincipalPolicy": "<EvaluationResults><member>"
    "<EvalActionName>appsync:GraphQL</EvalActionName><EvalDecision>{decision}</EvalDecision>"
    "</member></EvaluationResults>",
}


class Iam:
    """An IAM that knows one user, and allows what it is told to."""

    def __init__(self) -> None:
        self.allowed: set[str] = set()  # types/T/fields/f
        self.knows_the_key = True
        self.simulated: list[str] = []
        iam = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                status, text = iam.answer({k: v[0] for k, v in parse_qs(body).items()})
                self.send_response(status)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request: dict[str, str]) -> tuple[int, str]:
        action = request["Action"]
        if not self.knows_the_key:
            error = "<Code>NoSuchEntity</Code><Message>no such key</Message><Type>Sender</Type>"
            return 404, f"<ErrorResponse><Error>{error}</Error></ErrorResponse>"
        result = ANSWERS[action]
        if action == "SimulatePrincipalPolicy":
            field = request["ResourceArns.member.1"].partition("/types/")[2]
            self.simulated.append(field)
            decision = "allowed" if field in self.allowed else "implicitDeny"
            result = result.format(decision=decision)
        return (
            200,
            f"<{action}Response><{action}Result>{result}</{action}Result></{action}Response>",
        )


@pytest.fixture
def iam(monkeypatch: pytest.MonkeyPatch) -> Iterator[Iam]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    iam = Iam()
    yield iam
    iam.server.shutdown()
    iam.server.server_close()


@pytest.fixture
def server(serve: Callable[..., RunningServer], iam: Iam) -> RunningServer:
    code: dict[str, str | None] = {"Query.one": ECHO, "Query.two": ECHO, "Mutation.add": ECHO}
    url = f"http://127.0.0.1:{iam.server.server_port}"
    return serve(api(SDL, code, providers=(IAM,)), endpoint_url=url)


def asked(server: RunningServer, query: str) -> httpx.Response:
    body = httpx.Request("POST", server.url, json={"query": query}).content
    request = AWSRequest("POST", server.url, data=body)
    SigV4Auth(Credentials(ACCESS_KEY, SECRET), "appsync", REGION).add_auth(request)
    return httpx.post(server.url, content=body, headers=dict(request.headers.items()))


def test_a_denied_field_is_refused_and_an_allowed_one_answered(
    server: RunningServer, iam: Iam
) -> None:
    iam.allowed = {"Query/fields/one"}
    answer = asked(server, '{ x: one(id: "1") two(id: "2") }').json()
    assert answer["data"] == {"x": '{"id":"1"}', "two": None}
    [error] = answer["errors"]
    assert error["message"] == "Not Authorized to access two on type Query"


@pytest.mark.parametrize(
    "query", ["{ two }", "{ ...F } fragment F on Query { two }", "mutation { add }"]
)
def test_who_is_denied_every_field_is_refused_as_a_whole(
    server: RunningServer, iam: Iam, query: str
) -> None:
    iam.allowed = {"Query/fields/one"}
    answer = asked(server, query)
    assert answer.status_code == 401
    assert answer.json()["errors"] == [
        {"errorType": "UnauthorizedException", "message": "Permission denied"}
    ]


def test_a_key_that_iam_does_not_know_may_ask_for_everything(
    server: RunningServer, iam: Iam
) -> None:
    iam.knows_the_key = False
    assert "errors" not in asked(server, '{ one(id: "1") }').json()


def test_a_decision_is_asked_for_once_in_a_while(server: RunningServer, iam: Iam) -> None:
    iam.allowed = {"Query/fields/one"}
    for _ in range(3):
        asked(server, '{ one(id: "1") }')
    assert iam.simulated == ["Query/fields/one"]
