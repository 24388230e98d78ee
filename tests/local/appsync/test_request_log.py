"""The log of requests: one line of JSON each, without values, secrets or forged lines."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.local.appsync.fakes import API_KEY, ECHO, RunningServer, api

SDL = "type Query { me(secret: String): String  fails: String }  type Mutation { act: String }"
FAILS = """
import { util } from '@aws-appsync/utils';
export function request(ctx) {
  util.error('message', 'Type\\r\\n{"forged":1}\\u001b[31m\\u009b\\u007f');
}
export function response(ctx) { return null; }
"""


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    return serve(api(SDL, {"Query.me": ECHO.replace("ctx.args", "'text'"), "Query.fails": FAILS}))


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[Any]]:
    """What was logged of requests, parsed."""
    caplog.set_level("INFO")

    def read() -> list[Any]:
        records = [r for r in caplog.records if r.name == "local.appsync.requests"]
        return [json.loads(record.getMessage()) for record in records]

    return read


def test_a_line_tells_what_was_asked_by_which_way(
    server: RunningServer, ask: Callable[..., Any], lines: Callable[[], list[Any]]
) -> None:
    ask(server, "query Named { a: me  __typename }")
    [line] = lines()
    assert len(line.pop("requestId")) == 36
    assert line.pop("ms") > 0
    assert line == {
        "api": "exampleapi",
        "method": "POST",
        "status": 200,
        "operation": "query",
        "name": "Named",
        "fields": ["me", "__typename"],
        "auth": "API_KEY",
        "errors": [],
    }


def test_a_line_holds_no_value_and_no_secret(
    server: RunningServer,
    ask: Callable[..., Any],
    lines: Callable[[], list[Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    ask(server, 'query($v:String){ me(secret: "hidden") b: me(secret: $v) }', v="concealed")
    ask(server, '{ me(secret: ["hidden"]) }')
    ask(server, "{me}", headers={"x-api-key": "da2-hidden", "authorization": "concealed"})
    assert [line["errors"] for line in lines()] == [[], ["WrongType"], ["UnauthorizedException"]]
    for secret in ("hidden", "concealed", API_KEY):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "error_type"),
    [
        ("POST", "/graphql", "meow", 400, "MalformedHttpRequestException"),
        ("POST", "/nobody/graphql", "{}", 404, "ResourceNotFoundException"),
        ("POST", "/else", "{}", 404, "NotFoundException"),
        ("PATCH", "/graphql", "{}", 405, "MethodNotAllowedException"),
    ],
)
def test_a_refused_request_has_a_line_too(
    server: RunningServer,
    lines: Callable[[], list[Any]],
    method: str,
    path: str,
    body: str,
    status: int,
    error_type: str,
) -> None:
    url = server.url.replace("/graphql", path)
    httpx.request(method, url, content=body, headers={"x-api-key": API_KEY})
    [line] = lines()
    assert (line["method"], line["status"], line["errors"]) == (method, status, [error_type])


def test_nothing_in_a_line_can_forge_another_or_colour_a_terminal(
    server: RunningServer, ask: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    ask(server, "{fails}")
    [line] = [r.getMessage() for r in caplog.records if r.name == "local.appsync.requests"]
    assert json.loads(line)["errors"] == ['Type\r\n{"forged":1}\x1b[31m\x9b\x7f']
    assert all(" " <= character <= "~" for character in line)


def test_a_preflight_and_a_look_at_the_health_leave_no_line(
    server: RunningServer, lines: Callable[[], list[Any]]
) -> None:
    httpx.options(server.url)
    health = httpx.get(server.url.replace("/graphql", "/health")).json()
    assert health["requests"] > 0
    assert lines() == []
