"""Who answers which request: the API its own paths, the site what else is asked for."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from local.appsync.apis import Apis
from local.web.application import WebApplication
from local.web.site import Site


class NoApis:
    """Nothing is asked of it here but how it is."""

    problem = None
    states: dict[str, str] = {}  # noqa: RUF012  # nobody changes it
    requests = 0
    read_at = 0.0

    class counts:  # as the attribute of Apis is called
        connections = subscriptions = deliveries = 0


@pytest.fixture
def application(tmp_path: Path) -> WebApplication:
    (tmp_path / "index.html").write_text("<!doctype html>")
    apis: Apis = NoApis()  # type: ignore[assignment]  # all of it that is used
    return WebApplication(apis, Site(tmp_path, tmp_path / "outputs.json"))


def ask(application: WebApplication, method: str, path: str) -> tuple[int, bytes, dict[str, str]]:
    """The status, the body and the headers of the answer."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "scheme": "http",
        "headers": [],
        "query_string": b"",
    }
    asyncio.run(application(scope, receive, send))
    start, body = sent
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], body["body"], headers


def test_a_get_of_any_other_path_is_of_the_site(application: WebApplication) -> None:
    assert ask(application, "GET", "/queries/1")[:2] == (200, b"<!doctype html>")


def test_a_head_has_the_headers_and_no_body(application: WebApplication) -> None:
    status, body, headers = ask(application, "HEAD", "/")
    assert (status, body, headers["content-length"]) == (200, b"", "15")


def test_the_health_is_the_apis(application: WebApplication) -> None:
    assert b'"status":"ok"' in ask(application, "GET", "/health")[1]


def test_a_post_elsewhere_is_refused_as_ever(application: WebApplication) -> None:
    status, body, _ = ask(application, "POST", "/reports")
    assert (status, b"GraphQL is at /graphql" in body) == (404, True)


def test_a_preflight_of_the_api_is_the_apis(application: WebApplication) -> None:
    status, _, headers = ask(application, "OPTIONS", "/graphql")
    assert (status, headers["access-control-allow-origin"]) == (200, "*")
