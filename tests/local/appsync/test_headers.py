"""Headers of answers: those that clients and browsers read."""

from collections.abc import Callable

import httpx
import pytest

from tests.local.appsync.example_api import CODE, SDL
from tests.local.appsync.fakes import API_KEY, API_KEYS, IAM, RunningServer, api


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    return serve(api(SDL, CODE, providers=(API_KEYS, IAM)))


def test_an_answer_has_appsyncs_headers(http: httpx.Client, server: RunningServer) -> None:
    answer = http.post(server.url, json={"query": "{me}"}, headers={"x-api-key": API_KEY})
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    assert len(answer.headers["x-amzn-requestid"]) == 36
    assert int(answer.headers["x-amzn-appsync-tokensconsumed"]) >= 1
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_refusal_names_its_type_where_browsers_can_read_it(
    http: httpx.Client, server: RunningServer
) -> None:
    answer = http.post(server.url, json={"query": "{me}"}, headers={"origin": "http://localhost"})
    assert answer.headers["x-amzn-errortype"] == "UnauthorizedException"
    assert "x-amzn-ErrorType" in answer.headers["access-control-expose-headers"]


def test_a_preflight_is_allowed_without_credentials(
    http: httpx.Client, server: RunningServer
) -> None:
    asked = "content-type,x-api-key,x-amz-user-agent"
    answer = http.options(server.url, headers={"access-control-request-headers": asked})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["access-control-allow-headers"] == asked
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["access-control-max-age"] == "172800"
