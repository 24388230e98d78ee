"""What is wrong with a whole request: status, errorType and shape of AppSync's own errors."""

import json
import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.local.appsync.example_api import CODE, SDL
from tests.local.appsync.fakes import API_KEY, API_KEYS, EXPIRED_KEY, IAM, RunningServer, api


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    return serve(api(SDL, CODE, providers=(API_KEYS, IAM)))


def shape(message: str, error_type: str) -> dict[str, Any]:
    return {"errors": [{"errorType": error_type, "message": message}]}


ME = {"data": {"me": "someone"}}
MALFORMED = "MalformedHttpRequestException"
UNAUTHORIZED = shape("You are not authorized to make this call.", "UnauthorizedException")


@pytest.mark.parametrize(
    ("headers", "body", "status", "expected"),
    [
        ({"x-api-key": "da2-wrong"}, '{"query":"{me}"}', 401, UNAUTHORIZED),
        ({"x-api-key": EXPIRED_KEY}, '{"query":"{me}"}', 401, UNAUTHORIZED),
        ({}, '{"query":"{me}"}', 401, UNAUTHORIZED),
        (None, "", 400, shape("Request body is empty.", MALFORMED)),
        (None, "meow", 400, shape("Unable to parse GraphQL query.", MALFORMED)),
        (None, "[]", 400, shape("Unable to parse GraphQL query.", MALFORMED)),
        (None, "{}", 400, shape("Unable to parse GraphQL query.", MALFORMED)),
        (None, '{"query":"{ me"}', 400, shape("Unable to parse GraphQL query.", MALFORMED)),
        (None, '{"query":"{ }"}', 400, shape("Unable to parse GraphQL query.", MALFORMED)),
        (
            None,
            '{"query":"query A{me} query B{on}"}',
            400,
            shape("Missing operation name.", "BadRequestException"),
        ),
        (
            None,
            '{"query":"{%s}"}' % (" me" * 15_001),
            400,
            shape("Maximum char length exceeded.", "BadRequestException"),
        ),
        (
            None,
            '{"query":"query A{me} query B{on}","operationName":"A"}',
            200,
            {"data": {"me": "someone"}},
        ),
        (
            None,
            '{"query":"{me}","extensions":{"clientLibrary":{}}}',
            200,
            {"data": {"me": "someone"}},
        ),
    ],
)
def test_a_request_is_answered_as_appsync_answers_it(
    http: httpx.Client, server: RunningServer, headers: Any, body: str, status: int, expected: Any
) -> None:
    given = {"x-api-key": API_KEY} if headers is None else headers
    answer = http.post(server.url, content=body, headers=given)
    assert (answer.status_code, answer.json()) == (status, expected)


def test_the_content_type_of_a_request_does_not_matter(
    http: httpx.Client, server: RunningServer
) -> None:
    headers = {"x-api-key": API_KEY, "content-type": "application/graphql"}
    assert http.post(server.url, content='{"query":"{me}"}', headers=headers).status_code == 200


def test_a_body_over_the_limit_is_refused(http: httpx.Client, server: RunningServer) -> None:
    answer = http.post(server.url, content=b" " * 5_300_000, headers={"x-api-key": API_KEY})
    assert answer.status_code == 413


DEEP = '{"query":"{me}","variables":' + '{"a":' * 250 + "1" + "}" * 251
LONG = "{me #" + "x" * 400_000 + "\n}"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"query=%7Bme%7D", "Unable to parse GraphQL query."),
        (b"{me}", "Unable to parse GraphQL query."),
        (b'[{"query":"{me}"},{"query":"{on}"}]', "Unable to parse GraphQL query."),
        (b'{"query":"{me}"}{"query":"{me}"}', "Unable to parse GraphQL query."),
        (b'{"query":"{me \xff}"}', "Unable to parse GraphQL query."),
        (b'{"query":"{me}","variables":{"a":"\\ud800"}}', "Unable to parse GraphQL query."),
        (b'{"query":"{me}","variables":{"a":NaN}}', "Unable to parse GraphQL query."),
        (b'{"query":"{me}","variables":{"a":Infinity}}', "Unable to parse GraphQL query."),
        (b'{"query":"{paint(json:\\"\\\\ud800\\")}"}', "Unable to parse GraphQL query."),
        (b'{"query":7}', "Unable to parse GraphQL query."),
        (b'{"query":null}', "Unable to parse GraphQL query."),
        (b'{"extensions":{"persistedQuery":{"version":1}}}', "Unable to parse GraphQL query."),
        (b'{"query":" \\n "}', "Invalid request, `query` can't be empty."),
        (b'{"query":"# nothing"}', "Unable to parse GraphQL query."),
        (b'{"query":"fragment F on Query{me}"}', "Unable to parse GraphQL query."),
        (b'{"query":"type A{b:Int}"}', "Unable to parse GraphQL query."),
        (b'{"query":"{me}","variables":"{}"}', "`variables` must be an object"),
        (b'{"query":"{me}","variables":[1]}', "`variables` must be an object"),
        (b'{"query":"{me}","operationName":7}', "`operationName` must be a string"),
        (b'{"query":"{me}","operationName":{"a":1}}', "`operationName` must be a string"),
        (b'{"query":"{me}","operationName":"Q"}', "Missing operation name."),
        (b"[" * 100_000, "Unable to parse GraphQL query."),
        (DEEP.encode(), "over 200 levels deep"),
        (b'{"query":"{me}","variables":{"a":[%s1]}}' % (b"1," * 50_000), "over 50,000 values"),
        (b'{"query":"{me}","variables":{"a":[%s{}]}}' % (b'{"a":1},' * 25_000), "over 50,000"),
        (json.dumps({"query": LONG}).encode(), "Maximum char length exceeded."),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else None,
)
def test_what_is_no_graphql_request_is_a_bad_one(
    http: httpx.Client, server: RunningServer, body: bytes, told: str
) -> None:
    answer = http.post(server.url, content=body, headers={"x-api-key": API_KEY})
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert told in error["message"]
    assert answer.headers["x-amzn-errortype"] == error["errorType"]


@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf{"query":"{me}"}',
        b'{"query":"{on}","query":"{me}"}',
        b'{"query":"{me}","variables":null,"operationName":null}',
        b'{"query":"{me}","operationName":""}',
        b'{"query":"{me}","extensions":{"persistedQuery":7},"unknown":[1]}',
        b'{"query":"{me}","variables":{"unknown":99999999999999999999999999}}',
        b'{"query":"\xef\xbb\xbf{me}"}',
        b'{"query":"{me}","variables":{"a":"%s"}}' % (b"[1," * 1_000_000),
        b'{"query":"{me}","variables":{"a":[%s1]}}' % (b"1," * 49_000),
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "x/y", ""])
def test_what_is_harmless_is_answered(
    http: httpx.Client, server: RunningServer, body: bytes, content_type: str
) -> None:
    headers = {"x-api-key": API_KEY, "content-type": content_type}
    assert http.post(server.url, content=body, headers=headers).json() == ME


def test_a_query_may_come_by_get(http: httpx.Client, server: RunningServer) -> None:
    query = "query A($i:ID!){getPost(id:$i){id}} query B{me}"
    parameters = {"query": query, "variables": '{"i":"7"}', "operationName": "A"}
    answer = http.get(server.url, params=parameters, headers={"x-api-key": API_KEY})
    assert answer.json() == {"data": {"getPost": {"id": "7"}}}


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"query": 'mutation{addPost(id:"1"){id}}'}, 405),
        ({}, 400),
        ({"query": "{me}", "variables": "7"}, 400),
        ({"query": "{me}", "variables": "{"}, 400),
        ({"query": "{nope"}, 400),
    ],
)
def test_a_get_that_is_no_query_is_refused(
    http: httpx.Client, server: RunningServer, parameters: dict[str, str], status: int
) -> None:
    answer = http.get(server.url, params=parameters, headers={"x-api-key": API_KEY})
    assert (answer.status_code, list(answer.json())) == (status, ["errors"])


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "error_type"),
    [
        ("PUT", "/graphql", {}, 405, "MethodNotAllowedException"),
        ("DELETE", "/graphql", {}, 405, "MethodNotAllowedException"),
        ("POST", "/", {}, 404, "NotFoundException"),
        ("POST", "/graphql/realtime", {}, 404, "NotFoundException"),
        ("POST", "/a/b/graphql", {}, 404, "NotFoundException"),
        ("POST", "/nobody/graphql", {}, 404, "ResourceNotFoundException"),
        ("POST", "/graphql", {"content-encoding": "gzip"}, 415, "UnsupportedMediaTypeException"),
        ("POST", "/graphql", {"x-api-key": "no"}, 401, "UnauthorizedException"),
    ],
)
def test_every_refusal_can_be_read_by_a_browser(
    http: httpx.Client,
    server: RunningServer,
    method: str,
    path: str,
    headers: dict[str, str],
    status: int,
    error_type: str,
) -> None:
    url = server.url.replace("/graphql", path)
    given = {"x-api-key": API_KEY} | headers
    answer = http.request(method, url, content=b'{"query":"{me}"}', headers=given)
    assert (answer.status_code, answer.json()["errors"][0]["errorType"]) == (status, error_type)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-amzn-errortype"] == error_type
    assert "x-amzn-ErrorType" in answer.headers["access-control-expose-headers"]


def raw(server: RunningServer, *parts: bytes) -> bytes:
    """What comes back for bytes on a fresh connection until the server closes it."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        for part in parts:
            connection.sendall(part)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


HEAD = b"POST /graphql HTTP/1.1\r\nhost: localhost\r\nx-api-key: %s\r\n" % API_KEY.encode()


def test_a_chunked_body_is_answered(server: RunningServer) -> None:
    head = HEAD + b"connection: close\r\ntransfer-encoding: chunked\r\n\r\n"
    answer = raw(server, head, b'8\r\n{"query"\r\n', b'8\r\n:"{me}"}\r\n', b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b'{"data":{"me":"someone"}}')


def test_a_body_that_says_it_is_too_large_is_not_waited_for(server: RunningServer) -> None:
    answer = raw(server, HEAD + b"content-length: 99999999\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_chunked_body_that_grows_too_large_is_not_read_on(server: RunningServer) -> None:
    head = HEAD + b"transfer-encoding: chunked\r\n\r\n"
    chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    answer = raw(server, head, *[chunk] * 5, b"1\r\n \r\n")
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_body_that_does_not_come_is_given_up(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.appsync.http_body.BODY_SECONDS", 0.05)
    answer = raw(server, HEAD + b"content-length: 10\r\n\r\n{")
    assert answer.startswith(b"HTTP/1.1 408")


def test_a_client_that_leaves_amid_its_body_is_forgotten(
    server: RunningServer, ask: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    before = server.apis.requests
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(HEAD + b"content-length: 10\r\n\r\n{")
    assert ask(server, "{me}") == ME
    assert server.apis.requests == before + 1
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
