"""Reading definitions over boto3, from a control plane that answers as AppSync documents it."""

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from local.appsync.control_plane import NEVER, BotoControlPlane
from local.appsync.definition import (
    ApiDefinition,
    AuthMode,
    AuthProvider,
    DataSource,
    FunctionDefinition,
    ResolverDefinition,
    UnreadableApi,
    UserPool,
)

ARN = "arn:aws:appsync:us-east-1:000000000000:apis/a1"
API = {
    "apiId": "a1",
    "arn": ARN,
    "name": "example",
    "authenticationType": "AMAZON_COGNITO_USER_POOLS",
    "userPoolConfig": {
        "userPoolId": "us-east-1_Pool",
        "awsRegion": "us-east-1",
        "appIdClientRegex": "c1",
        "defaultAction": "DENY",
    },
    "additionalAuthenticationProviders": [
        {"authenticationType": "AWS_IAM"},
        {"authenticationType": "API_KEY"},
    ],
    "introspectionConfig": "DISABLED",
    "queryDepthLimit": 5,
}
SDL = '"""type Ghost"""\ntype Query { a: String  b: String }\ntype Thing { id: ID }\n'
ANSWERS: dict[str, Any] = {
    "/v1/apis": {"graphqlApis": [API, {**API, "apiId": "a2"}]},
    "/v1/apis/a1/schema?format=SDL&includeDirectives=true": SDL,
    "/v1/apis/a1/apikeys": {"apiKeys": [{"id": "da2-x", "expires": 1_800_000_000}]},
    "/v1/apis/a1/datasources": {
        "dataSources": [
            {"name": "none", "type": "NONE"},
            {"name": "fn", "type": "AWS_LAMBDA", "lambdaConfig": {"lambdaFunctionArn": "arn:f"}},
        ]
    },
    "/v1/apis/a1/types/Query/resolvers": {
        "resolvers": [
            {"typeName": "Query", "fieldName": "a", "dataSourceName": "fn", "kind": "UNIT"}
        ],
        "nextToken": "more",
    },
    "/v1/apis/a1/types/Query/resolvers?nextToken=more": {
        "resolvers": [
            {
                "typeName": "Query",
                "fieldName": "b",
                "dataSourceName": "none",
                "code": "code",
                "runtime": {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"},
                "kind": "PIPELINE",
                "pipelineConfig": {"functions": ["f1"]},
            }
        ]
    },
    "/v1/apis/a1/types/Thing/resolvers": {"resolvers": []},
    "/v1/apis/a1/functions": {
        "functions": [
            {"functionId": "f1", "name": "first", "dataSourceName": "fn", "maxBatchSize": 5}
        ]
    },
    "/v1/apis/a1/environmentVariables": {"environmentVariables": {"STAGE": "test"}},
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        answer = ANSWERS.get(self.path, {"message": "not found"})
        status = 200 if self.path in ANSWERS else 404
        body = io.BytesIO()
        body.write(answer.encode() if isinstance(answer, str) else json.dumps(answer).encode())
        self.send_response(status)
        if status == 404:
            self.send_header("x-amzn-ErrorType", "NotFoundException")
        self.send_header("content-length", str(len(body.getvalue())))
        self.end_headers()
        self.wfile.write(body.getvalue())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def only_api(url: str) -> ApiDefinition:
    [api] = BotoControlPlane(url, "a1").read()
    assert isinstance(api, ApiDefinition)
    return api


def test_an_api_is_read_whole(url: str) -> None:
    api = only_api(url)
    assert (api.arn, api.sdl, api.region, api.account_id) == (
        ARN,
        SDL,
        "us-east-1",
        "000000000000",
    )
    assert api.providers == (
        AuthProvider(
            AuthMode.AMAZON_COGNITO_USER_POOLS,
            UserPool("us-east-1_Pool", "us-east-1", "c1", allows_undirected=False),
        ),
        AuthProvider(AuthMode.AWS_IAM),
        AuthProvider(AuthMode.API_KEY),
    )
    assert api.resolvers == (
        ResolverDefinition("Query", "a", "fn"),
        ResolverDefinition("Query", "b", "none", "PIPELINE", "code", functions=("f1",)),
    )
    assert api.functions == (FunctionDefinition("f1", "first", "fn", max_batch_size=5),)
    assert api.data_sources == (
        DataSource("none", "NONE"),
        DataSource("fn", "AWS_LAMBDA", "arn:f"),
    )
    assert api.keys == (("da2-x", 1_800_000_000),)
    assert api.environment == (("STAGE", "test"),)
    assert (api.introspection, api.depth_limit, api.resolver_limit) == (False, 5, 0)


def test_without_an_id_every_api_is_read_even_one_without_schema(url: str) -> None:
    ANSWERS["/v1/apis/a2/apikeys"] = {"apiKeys": []}
    ANSWERS["/v1/apis/a2/datasources"] = {"dataSources": []}
    ANSWERS["/v1/apis/a2/functions"] = {"functions": []}
    apis = BotoControlPlane(url, None).read()
    found = [(api.api_id, api.sdl) for api in apis if isinstance(api, ApiDefinition)]
    assert found == [("a1", SDL), ("a2", None)]


def test_keys_are_not_shown_by_a_definition(url: str) -> None:
    api = only_api(url)
    assert "da2-x" not in repr(api)


def test_what_a_control_plane_leaves_out_has_its_default(url: str) -> None:
    ANSWERS["/v1/apis/a3/apikeys"] = {"apiKeys": [{"id": "da2-y"}]}
    ANSWERS["/v1/apis/a3/datasources"] = {}
    ANSWERS["/v1/apis/a3/functions"] = {"functions": None}
    with listed({"apiId": "a3", "additionalAuthenticationProviders": None}):
        [api] = BotoControlPlane(url, None).read()
    assert isinstance(api, ApiDefinition)
    assert (api.region, api.account_id) == ("us-east-1", "000000000000")
    assert api.providers == (AuthProvider(AuthMode.API_KEY),)
    assert api.keys == (("da2-y", NEVER),)
    assert (api.introspection, api.depth_limit, api.resolver_limit) == (True, 0, 0)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"apiId": "unlisted"}, "ListFunctions"),
        ({"apiId": "a1", "authenticationType": "SMOKE_SIGNALS"}, "SMOKE_SIGNALS"),
        ({"apiId": "a1", "userPoolConfig": {"awsRegion": "us-east-1"}}, "userPoolId"),
    ],
)
def test_an_api_that_cannot_be_read_leaves_the_others_alone(
    url: str, broken: dict[str, Any], reason: str
) -> None:
    base = {"authenticationType": "AMAZON_COGNITO_USER_POOLS", "arn": ARN}
    with listed(base | broken, API):
        unreadable, readable = BotoControlPlane(url, None).read()
    assert isinstance(unreadable, UnreadableApi)
    assert reason in unreadable.reason
    assert isinstance(readable, ApiDefinition)


@contextmanager
def listed(*apis: dict[str, Any]) -> Iterator[None]:
    """The control plane lists these APIs for a while."""
    before = ANSWERS["/v1/apis"]
    ANSWERS["/v1/apis"] = {"graphqlApis": apis}
    yield
    ANSWERS["/v1/apis"] = before
