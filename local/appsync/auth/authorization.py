"""From credentials to a caller: which of an API's providers is asked, and what a refusal says.

A SigV4 header goes to IAM, an `x-api-key` to the keys, a JWT to the provider that it names as
issuer, and what is left to the Lambda authorizer.
https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
"""

import dataclasses
import hmac
import time
from dataclasses import dataclass

from local.appsync.auth.caller import Caller, Credentials
from local.appsync.auth.cognito import UserPoolTokens
from local.appsync.auth.lambda_authorizer import FunctionAuthorizer
from local.appsync.auth.oidc import IssuerTokens
from local.appsync.auth.providers import check_providers
from local.appsync.auth.tokens import bare_token, unverified_issuer
from local.appsync.definition import ApiDefinition, AuthMode
from local.appsync.errors import RequestError, Unauthorized
from local.appsync.resolvers.lambda_function import LambdaFunction, LambdaService
from local.aws_http.http_client import HttpClient
from local.aws_http.iam import IamPolicies
from local.aws_http.sigv4 import ALGORITHM, KnownCredentials, SignatureRefused, verify

FIELD_ACTION = "appsync:GraphQL"  # what IAM must allow on a field

_OF_TOKENS = {AuthMode.AMAZON_COGNITO_USER_POOLS, AuthMode.OPENID_CONNECT}


@dataclass(frozen=True)
class Authorities:
    """What vouches for callers outside an API's own definition."""

    http: HttpClient  # where user pools publish their keys, and functions are invoked
    known: KnownCredentials
    policies: IamPolicies


class Authorization:
    """The providers of one API."""

    def __init__(self, definition: ApiDefinition, authorities: Authorities) -> None:
        """Raises DefinitionError for providers that AppSync would not take together."""
        check_providers(definition)
        self._definition = definition
        self._known = authorities.known
        self._policies = authorities.policies
        self._modes = {provider.mode for provider in definition.providers}
        self._tokens = _token_providers(definition, authorities.http)
        self._function = _function_authorizer(definition, authorities.http)

    async def authenticate(self, credentials: Credentials) -> Caller:
        """Who calls.

        Raises:
            RequestError: 401 or 403; no provider accepts the credentials.
        """
        header = credentials.headers.get("authorization", "").strip()
        if header.startswith(ALGORITHM) and AuthMode.AWS_IAM in self._modes:
            return self._iam(credentials)
        if "x-api-key" in credentials.headers and AuthMode.API_KEY in self._modes:
            return self._api_key(credentials.headers["x-api-key"])
        token = bare_token(header)
        provider = self._provider(unverified_issuer(token)) if self._tokens else None
        if provider is not None:
            return await provider.verify(token, credentials.source_ips)
        if self._function is not None:
            return await self._function.authenticate(credentials)
        raise self._refusal(token)

    async def permitted(self, caller: Caller, type_name: str, fields: set[str]) -> Caller:
        """The caller, who is denied those of the requested root fields that IAM denies.

        Raises:
            RequestError: 401; IAM denies all of them.
        """
        if caller.mode is not AuthMode.AWS_IAM or caller.access_key is None:
            return caller
        asked = {field for field in fields if not field.startswith("__")}
        denied = {
            f"{type_name}.{field}"
            for field in asked
            if not await self._policies.allows(
                caller.access_key, f"{self._definition.arn}/types/{type_name}/fields/{field}"
            )
        }
        if asked and len(denied) == len(asked):
            raise Unauthorized("Permission denied")
        return dataclasses.replace(caller, denied_fields=frozenset(denied)) if denied else caller

    def _provider(self, issuer: str | None) -> UserPoolTokens | IssuerTokens | None:
        """Who verifies a token of this issuer; None: no JWT, or nobody's."""
        if issuer is None:
            return None
        if self._modes == {AuthMode.OPENID_CONNECT} and len(self._tokens) == 1:
            return self._tokens[0]  # where it is the only mode, its issuer is not compared
        return next((each for each in self._tokens if each.issuer == issuer), None)

    def _refusal(self, token: str) -> Unauthorized:
        if self._modes <= _OF_TOKENS and not token:
            return Unauthorized("Valid authorization header not provided.")
        if self._tokens and token and unverified_issuer(token) is None:
            return Unauthorized("Unable to parse JWT token.")
        return Unauthorized()

    def _api_key(self, given: str) -> Caller:
        for key, expires in self._definition.keys:
            if hmac.compare_digest(key.encode(), given.encode()) and expires > time.time():
                return Caller(AuthMode.API_KEY)
        raise Unauthorized

    def _iam(self, credentials: Credentials) -> Caller:
        definition = self._definition
        try:
            access_key = verify(credentials, self._known, "appsync", definition.region)
        except SignatureRefused as error:
            raise RequestError(403, error.error_type, error.message) from error
        identity = {
            "accountId": definition.account_id,
            "cognitoIdentityPoolId": None,
            "cognitoIdentityId": None,
            "sourceIp": credentials.source_ips,
            "username": access_key,
            "userArn": f"arn:aws:iam::{definition.account_id}:user/{access_key}",
            "cognitoIdentityAuthType": None,
            "cognitoIdentityAuthProvider": None,
        }
        return Caller(AuthMode.AWS_IAM, identity, access_key=access_key)


def _token_providers(
    definition: ApiDefinition, http: HttpClient
) -> list[UserPoolTokens | IssuerTokens]:
    is_only_mode = all(each.mode is AuthMode.OPENID_CONNECT for each in definition.providers)
    found: list[UserPoolTokens | IssuerTokens] = []
    for provider in definition.providers:
        if provider.user_pool is not None:
            found.append(UserPoolTokens(http, provider.user_pool))
        if provider.open_id is not None:
            found.append(IssuerTokens(provider.open_id, is_only_mode))
    return found


def _function_authorizer(definition: ApiDefinition, http: HttpClient) -> FunctionAuthorizer | None:
    for provider in definition.providers:
        if provider.authorizer is not None:
            service = LambdaService(http, definition.region)
            function = LambdaFunction(service, provider.authorizer.function_arn)
            return FunctionAuthorizer(definition, provider.authorizer, function)
    return None
