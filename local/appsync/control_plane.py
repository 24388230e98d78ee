"""Reads APIs from an AppSync control plane through the ordinary boto3 calls.

GetIntrospectionSchema with directives is the only call that gives the SDL with `@aws_subscribe`
in one piece; resolvers are listed type by type.
https://docs.aws.amazon.com/appsync/latest/APIReference/API_Operations.html
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from local.appsync.definition import (
    ApiDefinition,
    AuthMode,
    AuthProvider,
    DataSource,
    FunctionDefinition,
    LambdaAuthorizer,
    OpenIdConnect,
    ResolverDefinition,
    UnreadableApi,
    UserPool,
)
from local.appsync.errors import DefinitionError
from local.appsync.graphql.schema import object_type_names

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient


NEVER = 2**53  # epoch seconds: the expiry of a key that has none
_NOT_THERE = (404, 501)  # of an operation that a control plane does not know


class ControlPlane(Protocol):
    """Where API definitions come from: the network, or a test's list."""

    def read(self) -> Sequence[ApiDefinition | UnreadableApi]:
        """Every API to serve, as it is now; raises when the control plane cannot be asked."""
        ...


class BotoControlPlane:
    """The control plane behind an endpoint; called from a thread, for boto3 blocks."""

    def __init__(self, endpoint_url: str, api_id: str | None) -> None:
        config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
        session = boto3.Session()
        self._client: AppSyncClient = session.client(
            "appsync",
            region_name=session.region_name or "us-east-1",
            endpoint_url=endpoint_url,
            config=config,
        )
        self._api_id = api_id
        self._region = self._client.meta.region_name

    def read(self) -> Sequence[ApiDefinition | UnreadableApi]:
        """Every API, or the one asked for if it exists."""
        apis = _pages(self._client.list_graphql_apis, "graphqlApis")
        wanted = [api for api in apis if self._api_id in (None, api["apiId"])]
        return [self._read(api) for api in wanted]

    def _read(self, api: dict[str, Any]) -> ApiDefinition | UnreadableApi:
        """An API's definition; what is wrong with one API leaves the others alone."""
        try:
            return self._definition(api)
        except EndpointConnectionError:
            raise  # no API can be read
        except DefinitionError as error:
            return UnreadableApi(api["apiId"], str(error))
        except (ClientError, BotoCoreError) as error:
            return UnreadableApi(
                api["apiId"], f"The control plane does not tell all of it: {error}"
            )
        except (KeyError, TypeError, ValueError) as error:
            reason = f"The control plane tells what cannot be understood: {error!r}"
            return UnreadableApi(api["apiId"], reason)

    def _definition(self, api: dict[str, Any]) -> ApiDefinition:
        api_id = api["apiId"]
        sdl = self._sdl(api_id)
        keys = _pages(self._client.list_api_keys, "apiKeys", apiId=api_id)
        sources = _pages(self._client.list_data_sources, "dataSources", apiId=api_id)
        functions = _pages(self._client.list_functions, "functions", apiId=api_id)
        return ApiDefinition(
            api_id=api_id,
            arn=api.get("arn") or f"arn:aws:appsync:{self._region}:000000000000:apis/{api_id}",
            providers=_providers(api),
            sdl=sdl,
            resolvers=tuple(self._resolvers(api_id, sdl or "")),
            functions=tuple(_function(function) for function in functions),
            data_sources=tuple(_data_source(source) for source in sources),
            keys=tuple((key["id"], int(key.get("expires") or NEVER)) for key in keys),
            environment=self._environment(api_id),
            introspection=api.get("introspectionConfig") != "DISABLED",
            depth_limit=api.get("queryDepthLimit") or 0,
            resolver_limit=api.get("resolverCountLimit") or 0,
        )

    def _sdl(self, api_id: str) -> str | None:
        try:
            answer = self._client.get_introspection_schema(
                apiId=api_id, format="SDL", includeDirectives=True
            )
        except (
            self._client.exceptions.NotFoundException,
            self._client.exceptions.GraphQLSchemaException,
        ):
            return None
        return answer["schema"].read().decode() or None

    def _resolvers(self, api_id: str, sdl: str) -> Iterator[ResolverDefinition]:
        for type_name in object_type_names(sdl):
            listed = _pages(
                self._client.list_resolvers, "resolvers", apiId=api_id, typeName=type_name
            )
            yield from (_resolver(resolver) for resolver in listed)

    def _environment(self, api_id: str) -> tuple[tuple[str, str], ...]:
        try:
            answer = self._client.get_graphql_api_environment_variables(apiId=api_id)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in _NOT_THERE:
                return ()
            raise
        return tuple(sorted((answer.get("environmentVariables") or {}).items()))


def _pages(call: Callable[..., Any], key: str, **arguments: Any) -> Iterator[dict[str, Any]]:
    """Each listed thing, page after page."""
    token: dict[str, str] = {}
    while True:
        page = call(**arguments, **token)
        yield from page.get(key) or ()
        if not page.get("nextToken"):
            return
        token = {"nextToken": page["nextToken"]}


def _providers(api: dict[str, Any]) -> tuple[AuthProvider, ...]:
    additional = api.get("additionalAuthenticationProviders") or []
    return tuple(_provider(settings) for settings in [api, *additional])


def _provider(settings: dict[str, Any]) -> AuthProvider:
    mode = AuthMode(settings.get("authenticationType") or "API_KEY")
    return AuthProvider(
        mode,
        user_pool=_user_pool(settings.get("userPoolConfig") or {}, mode),
        open_id=_open_id(settings.get("openIDConnectConfig") or {}, mode),
        authorizer=_authorizer(settings.get("lambdaAuthorizerConfig") or {}, mode),
    )


def _user_pool(pool: dict[str, Any], mode: AuthMode) -> UserPool | None:
    if mode is not AuthMode.AMAZON_COGNITO_USER_POOLS or not pool:
        return None
    return UserPool(
        id=pool["userPoolId"],
        region=pool.get("awsRegion") or pool["userPoolId"].partition("_")[0],
        client_id_regex=pool.get("appIdClientRegex"),
        allows_undirected=pool.get("defaultAction", "ALLOW") != "DENY",
    )


def _open_id(given: dict[str, Any], mode: AuthMode) -> OpenIdConnect | None:
    if mode is not AuthMode.OPENID_CONNECT or not given:
        return None
    return OpenIdConnect(
        issuer=given["issuer"],
        client_id_regex=given.get("clientId"),
        issued_ms=int(given.get("iatTTL") or 0),
        authenticated_ms=int(given.get("authTTL") or 0),
    )


def _authorizer(given: dict[str, Any], mode: AuthMode) -> LambdaAuthorizer | None:
    if mode is not AuthMode.AWS_LAMBDA or not given:
        return None
    return LambdaAuthorizer(
        function_arn=given["authorizerUri"],
        token_regex=given.get("identityValidationExpression"),
        ttl_seconds=int(given.get("authorizerResultTtlInSeconds") or 0),
    )


def _data_source(source: dict[str, Any]) -> DataSource:
    arn = (source.get("lambdaConfig") or {}).get("lambdaFunctionArn")
    return DataSource(name=source["name"], type=source["type"], function_arn=arn)


def _resolver(resolver: dict[str, Any]) -> ResolverDefinition:
    return ResolverDefinition(
        type_name=resolver["typeName"],
        field_name=resolver["fieldName"],
        data_source=resolver.get("dataSourceName") or None,
        kind=resolver.get("kind") or "UNIT",
        code=resolver.get("code") or None,
        has_templates=_has_templates(resolver),
        max_batch_size=int(resolver.get("maxBatchSize") or 0),
        functions=tuple((resolver.get("pipelineConfig") or {}).get("functions") or ()),
    )


def _function(function: dict[str, Any]) -> FunctionDefinition:
    return FunctionDefinition(
        id=function["functionId"],
        name=function["name"],
        data_source=function.get("dataSourceName") or None,
        code=function.get("code") or None,
        has_templates=_has_templates(function),
        max_batch_size=int(function.get("maxBatchSize") or 0),
    )


def _has_templates(given: dict[str, Any]) -> bool:
    return bool(given.get("requestMappingTemplate") or given.get("responseMappingTemplate"))
