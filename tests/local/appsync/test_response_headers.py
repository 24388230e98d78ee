"""Headers that resolver code adds to the answer."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.local.appsync.fakes import API_KEY, RunningServer, api

SDL = "type Query { one: String  two: String  refused(name: String, value: AWSJSON): String }"


def adding(statements: str) -> str:
    return (
        "import { util } from '@aws-appsync/utils';\n"
        "export function request(ctx) { return {}; }\n"
        f"export function response(ctx) {{ {statements} return 'value'; }}"
    )


CODE: dict[str, str | None] = {
    "Query.one": adding(
        "util.http.addResponseHeaders({ 'X-One': 'a', 'Set-Cookie': 'b=c' });"
        "util.http.addResponseHeader('x-one', 1);"
    ),
    "Query.two": adding("util.http.addResponseHeader('X-Two', 'z');"),
    "Query.refused": adding("util.http.addResponseHeader(ctx.args.name, ctx.args.value);"),
}


@pytest.fixture(scope="module")
def asked(serve: Callable[..., RunningServer]) -> Callable[..., httpx.Response]:
    server = serve(api(SDL, CODE))

    def post(query: str, **variables: Any) -> httpx.Response:
        body = {"query": query, "variables": variables}
        return httpx.post(server.url, json=body, headers={"x-api-key": API_KEY})

    return post


def test_headers_of_all_resolvers_are_sent_the_last_of_a_name(
    asked: Callable[..., httpx.Response],
) -> None:
    headers = asked("{ one two }").headers
    assert (headers["x-one"], headers["x-two"], headers["set-cookie"]) == ("1", "z", "b=c")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Type", '"text/html"'),
        ("connection", '"close"'),
        ("Access-Control-Allow-Origin", '"x"'),
        ("x-amzn-requestid", '"x"'),
        ("", '"x"'),
        ("x y", '"x"'),
        ("x-null", "null"),
        ("x-split", '"a\\r\\nset-cookie: forged"'),
        ("x-large", f'"{"x" * 5000}"'),
    ],
)
def test_a_refused_header_is_skipped_and_said(
    asked: Callable[..., httpx.Response], name: str, value: str
) -> None:
    query = "query($n: String, $v: AWSJSON) { refused(name: $n, value: $v) two }"
    answer = asked(query, n=name, v=value)
    assert answer.json()["data"] == {"refused": "value", "two": "value"}
    [error] = answer.json()["errors"]
    assert (error["errorType"], error["path"]) == ("ResponseHeaderError", ["refused"])
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    assert "set-cookie" not in answer.headers
    assert answer.headers["x-two"] == "z"
