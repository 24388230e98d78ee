"""Cognito user pool tokens: id and access tokens of one pool, for the clients that the API names.

https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
"""

import re

from local.appsync.auth.caller import Caller
from local.appsync.auth.keys import PublishedKeys
from local.appsync.auth.tokens import Claims, verified_claims
from local.appsync.definition import AuthMode, UserPool
from local.appsync.errors import Unauthorized
from local.aws_http.http_client import HttpClient

ALGORITHMS = frozenset({"RS256"})


class UserPoolTokens:
    """Verifies the tokens of one pool."""

    def __init__(self, http: HttpClient, pool: UserPool) -> None:
        self._http = http
        self._pool = pool
        self._keys = PublishedKeys(f"user pool {pool.id}", self._fetch)
        self.issuer = f"https://cognito-idp.{pool.region}.amazonaws.com/{pool.id}"

    async def verify(self, token: str, source_ips: list[str]) -> Caller:
        """The caller whom a token names.

        Raises:
            RequestError: 401; the token is not this pool's, not for this client, or expired.
        """
        claims = await verified_claims(token, self._keys, ALGORITHMS, self.issuer)
        self._check_client(claims)
        return self._caller(claims, source_ips)

    async def _fetch(self) -> bytes:
        path = f"/{self._pool.id}/.well-known/jwks.json"
        return (await self._http.request("GET", path)).body

    def _check_client(self, claims: Claims) -> None:
        use = claims.get("token_use")
        if use not in ("id", "access"):
            raise Unauthorized
        client = claims.get("aud" if use == "id" else "client_id")
        pattern = self._pool.client_id_regex
        if pattern and not (isinstance(client, str) and re.fullmatch(pattern, client)):
            raise Unauthorized

    def _caller(self, claims: Claims, source_ips: list[str]) -> Caller:
        groups = claims.get("cognito:groups")
        groups = [str(group) for group in groups] if isinstance(groups, list) else None
        identity = {
            "sub": claims["sub"],
            "issuer": claims["iss"],
            "username": claims.get("cognito:username") or claims.get("username") or claims["sub"],
            "claims": claims,
            "sourceIp": source_ips,
            "defaultAuthStrategy": "ALLOW" if self._pool.allows_undirected else "DENY",
            "groups": groups,
        }
        return Caller(AuthMode.AMAZON_COGNITO_USER_POOLS, identity, frozenset(groups or ()))
