"""What is wrong with a whole request: status, errorType and shape of AppSync's own errors."""

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
