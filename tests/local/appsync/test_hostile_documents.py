"""Documents made to cost: refused, or answered, within a bounded amount of work."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.local.appsync.example_api import CODE, SDL
from tests.local.appsync.fakes import API_KEY, API_KEYS, IAM, RunningServer, api


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    return serve(api(SDL, CODE, providers=(API_KEYS, IAM)))


def test_a_deeply_nested_document_is_refused(http: httpx.Client, server: RunningServer) -> None:
    query = "{a" * 7_000 + "}" * 7_000
    answer = http.post(server.url, json={"query": query}, headers={"x-api-key": API_KEY})
    assert answer.status_code == 400


def test_a_document_on_which_validation_gives_up_is_not_valid(
    ask: Callable[..., Any], server: RunningServer
) -> None:
    conflicts = " ".join(f'a:getPost(id:"{i}"){{id}}' for i in range(1_000))
    answer = ask(server, f"{{{conflicts}}}")
    assert answer["data"] is None
    assert answer["errors"]
