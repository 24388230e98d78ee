"""Who is let in: keys, tokens, signatures, and the directives on types and fields."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.local.appsync.fakes import (
    ACCESS_KEY,
    API_KEYS,
    CLIENT_ID,
    COGNITO,
    IAM,
    REGION,
    SECRET,
    Endpoint,
    RunningServer,
    api,
    subscriber,
)

SDL = """
type Plain { text: String }
type Open @aws_api_key @aws_cognito_user_pools { text: String  own: String @aws_iam }
type Query {
  plain: Plain @aws_api_key @aws_cognito_user_pools
  open: Open @aws_api_key @aws_cognito_user_pools
  me: String
  key: String @aws_api_key
  analysts: String @aws_cognito_user_pools(cognito_groups: ["analysts", "admins"])
  iam: String @aws_iam
  who: AWSJSON @aws_api_key @aws_cognito_user_pools @aws_iam
}
type Mutation { publish(id: ID!): Open @aws_iam }
type Subscription { onPublish: Open @aws_subscribe(mutations: ["publish"]) }
"""
WHO = """
import { util } from '@aws-appsync/utils';
export function request(ctx) { return {}; }
export function response(ctx) { return { identity: ctx.identity, type: util.authType() }; }
"""
TEXT = """
export function request(ctx) { return { payload: { text: 't', own: 'o' } }; }
export function response(ctx) { return ctx.result; }
"""
CODE: dict[str, str | None] = {"Query.who": WHO, "Query.plain": TEXT, "Query.open": TEXT}


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer]) -> RunningServer:
    """Cognito is the primary mode; keys and IAM are additional."""
    return serve(api(SDL, CODE, providers=(COGNITO, API_KEYS, IAM)))


@pytest.fixture
def by_token(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint
) -> Callable[..., Any]:
    """Asks as a user of the pool, with other claims where wanted."""

    def run(query: str, **claims: Any) -> Any:
        token = endpoint.pool.token(**claims)
        return ask(server, query, headers={"authorization": token})

    return run


def signed(
    url: str,
    body: bytes,
    *,
    secret: str = SECRET,
    key: str = ACCESS_KEY,
    service: str = "appsync",
    method: str = "POST",
) -> dict[str, str]:
    request = AWSRequest(method, url, headers={"content-type": "application/json"}, data=body)
    SigV4Auth(Credentials(key, secret), service, REGION).add_auth(request)
    return dict(request.headers.items())


def unauthorized(field: str, type_: str = "Query") -> tuple[str, str]:
    return "Unauthorized", f"Not Authorized to access {field} on type {type_}"


def errors_of(answer: Any) -> list[tuple[str, str]]:
    return [(error["errorType"], error["message"]) for error in answer.get("errors", [])]


def test_a_token_makes_cognitos_identity(by_token: Callable[..., Any]) -> None:
    who = json.loads(by_token("{who}", sub="u1", groups=["analysts"])["data"]["who"])
    assert who["type"] == "User Pool Authorization"
    identity = who["identity"]
    assert (identity["sub"], identity["username"]) == ("u1", "u1@example.com")
    assert identity["groups"] == ["analysts"]
    assert set(identity) == {
        "sub", "issuer", "username", "claims", "sourceIp", "defaultAuthStrategy", "groups"
    }  # fmt: skip


def test_the_source_is_what_proxies_tell_and_who_connected(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint
) -> None:
    forwarded = {"x-forwarded-for": "198.51.100.7, 203.0.113.9"}
    headers = {"authorization": endpoint.pool.token()} | forwarded
    who = json.loads(ask(server, "{who}", headers=headers)["data"]["who"])
    assert who["identity"]["sourceIp"] == ["198.51.100.7", "203.0.113.9", "127.0.0.1"]


@pytest.mark.parametrize("prefix", ["", "Bearer "])
def test_a_token_may_have_a_bearer_prefix(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint, prefix: str
) -> None:
    headers = {"authorization": prefix + endpoint.pool.token()}
    assert ask(server, "{me}", headers=headers) == {"data": {"me": None}}


def test_an_access_token_names_its_client_otherwise(by_token: Callable[..., Any]) -> None:
    claims = {"token_use": "access", "aud": None, "client_id": CLIENT_ID, "username": "u"}
    assert by_token("{me}", **claims) == {"data": {"me": None}}


DENIED = "You are not authorized to make this call."


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ({"exp": int(time.time()) - 61}, "Token has expired."),
        ({"aud": "another-client"}, DENIED),
        ({"aud": f"{CLIENT_ID}-and-more"}, DENIED),
        ({"token_use": "refresh"}, DENIED),
        ({"iss": f"https://cognito-idp.{REGION}.amazonaws.com/us-east-1_Another"}, DENIED),
        ({"iss": "https://evil.example/us-east-1_Example01"}, DENIED),
    ],
    ids=["expired", "client", "client prefix", "use", "pool", "issuer"],
)
def test_a_token_that_is_not_good_is_refused(
    by_token: Callable[..., Any], claims: Any, message: str
) -> None:
    assert errors_of(by_token("{me}", **claims)) == [("UnauthorizedException", message)]


def test_a_token_expired_within_the_skew_is_accepted(by_token: Callable[..., Any]) -> None:
    assert by_token("{me}", exp=int(time.time()) - 50) == {"data": {"me": None}}


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def hmac_signed(headers: Any, claims: Any, secret: str) -> str:
    text = f"{part(headers | {'alg': 'HS256'})}.{part(claims)}"
    digest = hmac.digest(secret.encode(), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def forged(endpoint: Endpoint, kind: str) -> str:
    """A token that a careless verifier accepts."""
    good = endpoint.pool.token()
    claims = jwt.decode(good, options={"verify_signature": False})
    headers = {"kid": endpoint.pool.key_id}
    if kind == "none":
        return jwt.encode(claims, "", algorithm="none", headers=headers)
    if kind == "HS256 by the public key":
        return hmac_signed(headers, claims, json.dumps(endpoint.pool.jwks()["keys"][0]))
    head, body, signature = good.split(".")
    if kind == "another body":
        return f"{head}.{part(claims | {'sub': 'somebody else'})}.{signature}"
    return f"{head}.{body}.{signature[:-8]}AAAAAAAA"


@pytest.mark.parametrize(
    "kind", ["none", "HS256 by the public key", "another body", "another signature"]
)
def test_a_forged_token_is_refused(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint, kind: str
) -> None:
    answer = ask(server, "{me}", headers={"authorization": forged(endpoint, kind)})
    assert errors_of(answer) == [("UnauthorizedException", DENIED)]


def test_what_is_no_token_is_told_apart(
    ask: Callable[..., Any], serve: Callable[..., RunningServer], server: RunningServer
) -> None:
    answer = ask(server, "{me}", headers={"authorization": "not.a.token"})
    assert errors_of(answer) == [("UnauthorizedException", "Unable to parse JWT token.")]
    only_cognito = serve(api("type Query { me: String }", providers=(COGNITO,)))
    text = "Valid authorization header not provided."
    assert errors_of(ask(only_cognito, "{me}", headers={})) == [("UnauthorizedException", text)]


def test_keys_are_fetched_once_and_again_for_a_new_key_id(
    ask: Callable[..., Any],
    serve: Callable[..., RunningServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("local.appsync.auth.keys.REFETCH_SECONDS", 0.0)
    endpoint = Endpoint()
    definition = api("type Query { me: String }", providers=(COGNITO,))
    server = serve(definition, endpoint_url=endpoint.url)
    for key_id, fetches in (("key-1", 1), ("key-1", 1), ("key-2", 2), ("key-2", 2)):
        if key_id != endpoint.pool.key_id:
            endpoint.pool.rotate(key_id)
        headers = {"authorization": endpoint.pool.token()}
        assert ask(server, "{me}", headers=headers) == {"data": {"me": None}}
        assert len(endpoint.requests) == fetches
    endpoint.close()


def test_unknown_key_ids_do_not_make_a_flood_of_fetches(
    ask: Callable[..., Any], server: RunningServer, endpoint: Endpoint, by_token: Callable[..., Any]
) -> None:
    by_token("{me}")
    before = len(endpoint.requests)
    claims = {"iss": f"https://cognito-idp.{REGION}.amazonaws.com/us-east-1_Example01"}
    for number in range(20):
        headers = {"kid": f"unknown-{number}"}
        token = jwt.encode(claims, endpoint.pool.private_key, algorithm="RS256", headers=headers)
        answer = ask(server, "{me}", headers={"authorization": token})
        assert errors_of(answer) == [("UnauthorizedException", DENIED)]
    assert len(endpoint.requests) <= before + 1


def test_a_pool_that_cannot_be_asked_is_no_refusal(
    serve: Callable[..., RunningServer], endpoint: Endpoint, http: httpx.Client
) -> None:
    definition = api("type Query { me: String }", providers=(COGNITO,))
    server = serve(definition, endpoint_url="http://127.0.0.1:1")  # nobody listens there
    headers = {"authorization": endpoint.pool.token()}
    assert http.post(server.url, json={"query": "{me}"}, headers=headers).status_code == 503


@pytest.mark.parametrize(
    ("query", "data", "errors"),
    [
        ("{me}", {"me": None}, []),
        ("{key}", {"key": None}, [unauthorized("key")]),
        ("{iam}", {"iam": None}, [unauthorized("iam")]),
        ("{analysts}", {"analysts": None}, [unauthorized("analysts")]),
        ("{plain{text}}", {"plain": {"text": "t"}}, []),
        ("{open{text}}", {"open": {"text": "t"}}, []),
        ("{open{own text}}", {"open": {"own": None, "text": "t"}}, [unauthorized("own", "Open")]),
    ],
)
def test_directives_decide_for_a_user(
    by_token: Callable[..., Any], query: str, data: Any, errors: Any
) -> None:
    answer = by_token(query, groups=["others"])
    assert (answer["data"], errors_of(answer)) == (data, errors)


@pytest.mark.parametrize(
    ("query", "data", "errors"),
    [
        ("{me}", {"me": None}, [unauthorized("me")]),
        ("{key}", {"key": None}, []),
        ("{plain{text}}", {"plain": {"text": None}}, [unauthorized("text", "Plain")]),
        ("{open{text}}", {"open": {"text": "t"}}, []),
        ("{analysts}", {"analysts": None}, [unauthorized("analysts")]),
    ],
)
def test_directives_decide_for_a_key(
    ask: Callable[..., Any], server: RunningServer, query: str, data: Any, errors: Any
) -> None:
    answer = ask(server, query)
    assert (answer["data"], errors_of(answer)) == (data, errors)


def test_a_member_of_a_group_may_see_its_field(by_token: Callable[..., Any]) -> None:
    assert by_token("{analysts}", groups=["x", "admins"]) == {"data": {"analysts": None}}


def test_a_key_has_no_identity(ask: Callable[..., Any], server: RunningServer) -> None:
    who = json.loads(ask(server, "{who}")["data"]["who"])
    assert who == {"identity": None, "type": "API Key Authorization"}


def test_aws_auth_counts_only_where_cognito_is_alone(
    ask: Callable[..., Any], serve: Callable[..., RunningServer], endpoint: Endpoint
) -> None:
    sdl = 'type Query { staff: String @aws_auth(cognito_groups: ["staff"]) }'
    headers = {"authorization": endpoint.pool.token(groups=["guests"])}
    alone = serve(api(sdl, providers=(COGNITO,)))
    beside = serve(api(sdl, providers=(COGNITO, API_KEYS)))
    assert errors_of(ask(alone, "{staff}", headers=headers)) == [unauthorized("staff")]
    assert ask(beside, "{staff}", headers=headers) == {"data": {"staff": None}}


def test_default_action_deny_refuses_undirected_fields(
    ask: Callable[..., Any], serve: Callable[..., RunningServer], endpoint: Endpoint
) -> None:
    assert COGNITO.user_pool is not None
    deny = replace(COGNITO, user_pool=replace(COGNITO.user_pool, allows_undirected=False))
    sdl = "type Query { me: String  us: String @aws_cognito_user_pools }"
    server = serve(api(sdl, providers=(deny,)))
    headers = {"authorization": endpoint.pool.token()}
    answer = ask(server, "{me us}", headers=headers)
    assert errors_of(answer) == [unauthorized("me")]


def test_a_signature_makes_an_iam_identity(http: httpx.Client, server: RunningServer) -> None:
    body = b'{"query":"{who}"}'
    answer = http.post(server.url, content=body, headers=signed(server.url, body))
    who = json.loads(answer.json()["data"]["who"])
    assert who["type"] == "IAM Authorization"
    assert who["identity"]["accountId"] == "000000000000"


def refusal(http: httpx.Client, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    answer = http.post(url, content=body, headers=headers)
    return answer.status_code, answer.json()["errors"][0]["errorType"]


def test_a_signature_that_is_not_good_is_refused(http: httpx.Client, server: RunningServer) -> None:
    url, body = server.url, b'{"query":"{who}"}'
    wrong = 403, "InvalidSignatureException"
    unknown = 403, "UnrecognizedClientException"
    assert refusal(http, url, body, signed(url, body, secret="another")) == wrong
    assert refusal(http, url, b'{"query":"{iam}"}', signed(url, body)) == wrong
    assert refusal(http, url, body, signed(url, body, service="s3")) == wrong
    assert refusal(http, url, body, signed(url, body, key="AKIANOBODY")) == unknown
    incomplete = {"authorization": "AWS4-HMAC-SHA256 Credential=x"}
    assert refusal(http, url, body, incomplete) == (403, "IncompleteSignatureException")


@pytest.mark.parametrize("path", ["/exampleapi/graphql", "/graphql/exampleapi"])
def test_a_signature_is_over_the_path_that_was_asked(
    http: httpx.Client, server: RunningServer, path: str
) -> None:
    url = server.url.replace("/graphql", path)
    body = b'{"query":"{iam}"}'
    assert "data" in http.post(url, content=body, headers=signed(url, body)).json()
    mismatch = http.post(url, content=body, headers=signed(server.url, body))
    assert mismatch.json()["errors"][0]["errorType"] == "InvalidSignatureException"


def test_a_get_is_signed_with_its_parameters(http: httpx.Client, server: RunningServer) -> None:
    url = f"{server.url}?query=%7Biam%7D"
    assert "data" in http.get(url, headers=signed(url, b"", method="GET")).json()


@pytest.mark.parametrize(
    ("dialled", "signed_path"),
    [
        ("/graphql", "/graphql/connect"),
        ("/graphql/realtime", "/graphql/connect"),
        ("/exampleapi/graphql", "/exampleapi/graphql/connect"),
        ("/exampleapi/graphql/realtime", "/exampleapi/graphql/connect"),
        ("/exampleapi/graphql", "/graphql/connect"),
    ],
)
def test_a_connection_is_signed_for_the_endpoint_or_as_gql_signs_it(
    server: RunningServer, dialled: str, signed_path: str
) -> None:
    headers = signed(server.url.replace("/graphql", signed_path), b"{}")
    headers["host"] = f"127.0.0.1:{server.port}"
    with subscriber(server, headers, path=dialled) as client:
        assert client.is_quiet()


def test_a_stale_signature_is_refused(http: httpx.Client, server: RunningServer) -> None:
    body = b'{"query":"{who}"}'
    stale = (datetime.now(UTC) - timedelta(minutes=6)).strftime("%Y%m%dT%H%M%SZ")
    headers = signed(server.url, body) | {"X-Amz-Date": stale}
    assert refusal(http, server.url, body, headers) == (403, "InvalidSignatureException")


def test_a_credentials_file_is_read_again_when_it_changes(
    http: httpx.Client, serve: Callable[..., RunningServer], tmp_path: Path
) -> None:
    file = tmp_path / "credentials"
    server = serve(api(SDL, CODE, providers=(IAM,)), credentials=file)
    body = b'{"query":"{who}"}'
    headers = signed(server.url, body, key="000000000000", secret="s1%/")
    assert refusal(http, server.url, body, headers)[1] == "UnrecognizedClientException"
    keys = "aws_access_key_id = 000000000000\naws_secret_access_key = s1%/"
    file.write_text(f"[default]\n{keys}\n")
    assert http.post(server.url, content=body, headers=headers).status_code == 200


def test_a_subscription_is_signed_for_the_connection_and_for_each_start(
    server: RunningServer, endpoint: Endpoint
) -> None:
    host = f"127.0.0.1:{server.port}"
    connecting = signed(f"https://{host}/graphql/connect", b"{}") | {"host": host}
    with subscriber(server, connecting) as client:
        data = json.dumps({"query": "subscription { onPublish { text } }", "variables": {}})
        wrong = signed(f"https://{host}/graphql", b"another body") | {"host": host}
        payload = {"data": data, "extensions": {"authorization": wrong}}
        client.send(type="start", id="1", payload=payload)
        [error] = client.receive()["payload"]["errors"]
        assert error["errorType"] == "InvalidSignatureException"
        token = {"Authorization": endpoint.pool.token()}
        client.start("subscription { onPublish { text } }", headers=token)
        assert client.receive()["type"] == "start_ack"
