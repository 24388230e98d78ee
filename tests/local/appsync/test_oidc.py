"""OpenID Connect: tokens of an issuer found by discovery, with RSA and elliptic keys."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from local.appsync.auth.oidc import IssuerTokens
from local.appsync.definition import AuthMode, AuthProvider, OpenIdConnect
from local.appsync.errors import DefinitionError
from tests.local.appsync.fakes import API_KEY, API_KEYS, Endpoint, RunningServer, api, subscriber

SDL = """
type Query { identity: AWSJSON @aws_oidc  open: String @aws_api_key @aws_oidc }
type Mutation { add(id: ID): String @aws_oidc }
type Subscription { onAdd: String @aws_subscribe(mutations: ["add"]) @aws_oidc }
"""
IDENTITY = """
import { util } from '@aws-appsync/utils';
export function request(ctx) { return { payload: { ...ctx.identity, type: util.authType() } }; }
export function response(ctx) { return ctx.result; }
"""
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def published() -> list[dict[str, Any]]:
    rsa_key = json.loads(RSAAlgorithm.to_jwk(RSA_KEY.public_key()))
    ec_key = json.loads(ECAlgorithm.to_jwk(EC_KEY.public_key()))
    secret = {"kty": "oct", "k": "c2VjcmV0", "kid": "shared", "alg": "HS256"}
    return [rsa_key | {"kid": "rsa"}, ec_key | {"kid": "ec"}, secret]


@pytest.fixture(scope="module")
def issuer(endpoint: Endpoint) -> str:
    url = f"{endpoint.url}/issuer"
    endpoint.documents["/issuer/.well-known/openid-configuration"] = {
        "issuer": url,
        "jwks_uri": f"{endpoint.url}/issuer/keys",
    }
    endpoint.documents["/issuer/keys"] = {"keys": published()}
    return url


@pytest.fixture(scope="module")
def server(serve: Callable[..., RunningServer], issuer: str) -> RunningServer:
    provider = OpenIdConnect(issuer, "client-.*", issued_ms=600_000, authenticated_ms=600_000)
    mode = AuthProvider(AuthMode.OPENID_CONNECT, open_id=provider)
    return serve(api(SDL, {"Query.identity": IDENTITY}, providers=(API_KEYS, mode)))


@pytest.fixture
def token(issuer: str) -> Callable[..., str]:
    """Makes tokens; a claim or header of None is left out."""

    def make(
        key: Any = RSA_KEY, algorithm: str = "RS256", headers: Any = None, **claims: Any
    ) -> str:
        now = int(time.time())
        body = {"iss": issuer, "sub": "u1", "aud": "client-1", "iat": now, "exp": now + 600}
        body = {k: v for k, v in (body | {"auth_time": now} | claims).items() if v is not None}
        given = {"kid": "rsa"} | (headers or {})
        return jwt.encode(body, key, algorithm=algorithm, headers=given)

    return make


def asked(server: RunningServer, token: str) -> httpx.Response:
    headers = {"authorization": token}
    return httpx.post(server.url, json={"query": "{ identity }"}, headers=headers)


def test_a_token_is_a_caller_with_its_claims(
    server: RunningServer, token: Callable[..., str], issuer: str
) -> None:
    identity = json.loads(asked(server, f"Bearer {token(role='r')}").json()["data"]["identity"])
    assert (identity["sub"], identity["issuer"]) == ("u1", issuer)
    assert identity["claims"]["role"] == "r"
    assert identity["type"] == "Open ID Connect Authorization"


@pytest.mark.parametrize(
    "made",
    [
        {"key": EC_KEY, "algorithm": "ES256", "headers": {"kid": "ec"}},
        {"algorithm": "RS512"},
        {"aud": ["other", "client-2"]},
        {"aud": "other", "azp": "client-9"},
        {"headers": {"jku": "http://attacker.example/keys", "x5u": "http://attacker.example"}},
    ],
)
def test_what_an_issuer_may_sign_is_taken(
    server: RunningServer, token: Callable[..., str], made: Any
) -> None:
    assert "errors" not in asked(server, token(**made)).json()


LONG_AGO = int(time.time()) - 1200
TOMORROW = int(time.time()) + 24 * 3600  # whenever in a long run the test's turn comes


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ({"key": STRANGER}, "not authorized"),
        ({"headers": {"kid": "unknown"}}, "not authorized"),
        ({"headers": {"kid": "ec"}}, "not authorized"),
        ({"key": "x" * 32, "algorithm": "HS256", "headers": {"kid": "shared"}}, "not authorized"),
        ({"key": "x" * 32, "algorithm": "HS256", "headers": {"kid": "rsa"}}, "not authorized"),
        ({"key": None, "algorithm": "none"}, "not authorized"),
        ({"headers": {"crit": ["exp"]}}, "parse JWT"),
        ({"aud": "other"}, "not authorized"),
        ({"iss": "https://else.example"}, "not authorized"),
        ({"sub": None}, "not authorized"),
        ({"exp": None}, "not authorized"),
        ({"exp": LONG_AGO}, "expired"),
        ({"nbf": TOMORROW}, "not authorized"),
        ({"iat": TOMORROW}, "not authorized"),
        ({"iat": LONG_AGO}, "expired"),
        ({"auth_time": LONG_AGO}, "expired"),
        ({"auth_time": None}, "not authorized"),
        ({"padding": "x" * 20_000}, "parse JWT"),
    ],
)
def test_any_other_token_is_refused(
    server: RunningServer, token: Callable[..., str], made: Any, message: str
) -> None:
    answer = asked(server, token(**made))
    assert answer.status_code == 401
    assert message in answer.json()["errors"][0]["message"]


def test_a_text_that_is_no_token_is_named(server: RunningServer) -> None:
    answer = asked(server, "rubbish").json()
    assert answer["errors"][0]["message"] == "Unable to parse JWT token."


def test_a_connection_and_a_start_are_authorized_too(
    server: RunningServer, token: Callable[..., str]
) -> None:
    with subscriber(server, {"authorization": token()}) as client:
        client.subscribe("subscription { onAdd }")
        client.start("subscription { onAdd }", id="2", headers={"authorization": "rubbish"})
        assert client.receive()["payload"]["errors"][0]["errorType"] == "UnauthorizedException"
        client.start("subscription { onAdd }", id="3", headers={"x-api-key": API_KEY})
        assert client.receive()["payload"]["errors"][0]["errorType"] == "Unauthorized"


def test_where_it_is_the_only_mode_the_issuer_is_not_compared(
    serve: Callable[..., RunningServer], issuer: str, token: Callable[..., str]
) -> None:
    mode = AuthProvider(AuthMode.OPENID_CONNECT, open_id=OpenIdConnect(issuer))
    server = serve(api(SDL, {"Query.identity": IDENTITY}, providers=(mode,)))
    assert "errors" not in asked(server, token(iss="https://else.example")).json()
    assert asked(server, token(key=STRANGER)).status_code == 401


def test_an_issuer_that_does_not_answer_is_said(
    serve: Callable[..., RunningServer], token: Callable[..., str]
) -> None:
    nobody = OpenIdConnect("http://127.0.0.1:1/issuer")
    mode = AuthProvider(AuthMode.OPENID_CONNECT, open_id=nobody)
    answer = asked(serve(api(SDL, {}, providers=(mode,))), token())
    assert answer.status_code == 503
    assert "http://127.0.0.1:1/issuer" in answer.json()["errors"][0]["message"]


def test_an_issuer_must_be_a_url() -> None:
    with pytest.raises(DefinitionError, match="'issuer'"):
        IssuerTokens(OpenIdConnect("issuer"), is_only_mode=False)
