"""From credentials to a caller: which of an API's providers is asked, and what a refusal says.

A SigV4 header goes to IAM, an `x-api-key` to the keys, a JWT to the pool that it names as issuer.
https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
"""

import hmac
import time
from dataclasses import dataclass

from local.appsync.auth.caller import Caller, Credentials
from local.appsync.auth.cognito import UserPoolTokens, issuer_of
from local.appsync.auth.sigv4 import ALGORITHM, KnownCredentials, verify
from local.appsync.definition import ApiDefinition, AuthMode
from local.appsync.errors import DefinitionError, Unauthorized
from local.appsync.http_client import HttpClient

_SERVED = {AuthMode.API_KEY, AuthMode.AWS_IAM, AuthMode.AMAZON_COGNITO_USER_POOLS}


@dataclass(frozen=True)
class Authorities:
    """What vouches for callers outside an API's own definition."""

    http: HttpClient  # where user pools publish their keys
    known: KnownCredentials


class Authorization:
    """The providers of one API."""

    def __init__(self, definition: ApiDefinition, authorities: Authorities) -> None:
        self._modes = {provider.mode for provider in definition.providers}
        if unserved := self._modes - _SERVED:
            names = ", ".join(sorted(mode.value for mode in unserved))
            raise DefinitionError(f"API {definition.api_id} uses {names}, which is not served.")
        self._definition = definition
        self._known = authorities.known
        self._pools = [
            UserPoolTokens(authorities.http, provider.user_pool)
            for provider in definition.providers
            if provider.user_pool
        ]

    async def authenticate(self, credentials: Credentials) -> Caller:
        """Who calls.

        Raises:
            RequestError: 401 or 403; no provider accepts the credentials.
        """
        token = credentials.headers.get("authorization", "").strip()
        if token.startswith(ALGORITHM) and AuthMode.AWS_IAM in self._modes:
            return self._iam(credentials)
        if "x-api-key" in credentials.headers and AuthMode.API_KEY in self._modes:
            return self._api_key(credentials.headers["x-api-key"])
        if self._pools:
            return await self._user_pool(token, credentials.source_ip)
        raise Unauthorized

    def _api_key(self, given: str) -> Caller:
        for key, expires in self._definition.keys:
            if hmac.compare_digest(key.encode(), given.encode()) and expires > time.time():
                return Caller(AuthMode.API_KEY)
        raise Unauthorized

    async def _user_pool(self, token: str, source_ip: str) -> Caller:
        if not token:
            if self._modes == {AuthMode.AMAZON_COGNITO_USER_POOLS}:
                raise Unauthorized("Valid authorization header not provided.")
            raise Unauthorized
        token = token.removeprefix("Bearer ").strip()
        issuer = issuer_of(token)
        for pool in self._pools:
            if pool.issuer == issuer:
                return await pool.verify(token, source_ip)
        raise Unauthorized

    def _iam(self, credentials: Credentials) -> Caller:
        definition = self._definition
        access_key = verify(credentials, self._known, definition.region)
        identity = {
            "accountId": definition.account_id,
            "cognitoIdentityPoolId": None,
            "cognitoIdentityId": None,
            "sourceIp": [credentials.source_ip],
            "username": access_key,
            "userArn": f"arn:aws:iam::{definition.account_id}:user/{access_key}",
            "cognitoIdentityAuthType": None,
            "cognitoIdentityAuthProvider": None,
        }
        return Caller(AuthMode.AWS_IAM, identity)
