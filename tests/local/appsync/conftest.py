"""The data plane under test: one endpoint and one server per module that asks for them."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from local.appsync.definition import ApiDefinition
from tests.local.appsync.fakes import API_KEY, Endpoint, FixedControlPlane, RunningServer


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    yield endpoint
    endpoint.close()


@pytest.fixture(scope="module")
def serve(endpoint: Endpoint) -> Iterator[Callable[..., RunningServer]]:
    """Starts a server for definitions, or for a control plane; all stop at the end."""
    running: list[RunningServer] = []

    def start(*served: ApiDefinition | FixedControlPlane, **more: Any) -> RunningServer:
        planes = [plane for plane in served if isinstance(plane, FixedControlPlane)]
        definitions = [served for served in served if isinstance(served, ApiDefinition)]
        plane = planes[0] if planes else FixedControlPlane(*definitions)
        running.append(RunningServer(plane, more.pop("endpoint_url", endpoint.url), **more))
        return running[-1]

    yield start
    for server in running:
        server.begin_to_stop()  # all at once, then wait for each
    for server in running:
        server.stop()


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.fixture(scope="module")
def ask(http: httpx.Client) -> Callable[..., Any]:
    """Posts an operation with the API key, or with other headers; the answer's JSON."""

    def post(
        server: RunningServer,
        query: str,
        *,
        headers: Any = None,
        operation: str | None = None,
        **variables: Any,
    ) -> Any:
        body = {"query": query, "variables": variables, "operationName": operation}
        given = {"x-api-key": API_KEY} if headers is None else headers
        return http.post(server.url, json=body, headers=given).json()

    return post
