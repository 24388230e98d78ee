"""A GraphQL API as its control plane defines it: plain values, compared to see a change.

Field names follow the AppSync API reference (GraphqlApi, Resolver, DataSource, ApiKey).
https://docs.aws.amazon.com/appsync/latest/APIReference/API_Types.html
"""

from dataclasses import dataclass, field
from enum import Enum


class AuthMode(Enum):
    """The ways of authorization, by AppSync's names."""

    API_KEY = "API_KEY"
    AWS_IAM = "AWS_IAM"
    AMAZON_COGNITO_USER_POOLS = "AMAZON_COGNITO_USER_POOLS"
    OPENID_CONNECT = "OPENID_CONNECT"
    AWS_LAMBDA = "AWS_LAMBDA"


@dataclass(frozen=True)
class UserPool:
    """A Cognito user pool whose tokens an API accepts."""

    id: str
    region: str
    client_id_regex: str | None = None  # None: every client of the pool
    allows_undirected: bool = True  # defaultAction ALLOW


@dataclass(frozen=True)
class OpenIdConnect:
    """An issuer whose tokens an API accepts."""

    issuer: str
    client_id_regex: str | None = None  # None: every client of the issuer
    issued_ms: int = 0  # iatTTL: how long after `iat` a token is taken; 0: any time
    authenticated_ms: int = 0  # authTTL: how long after `auth_time`; 0: any time


@dataclass(frozen=True)
class LambdaAuthorizer:
    """A function that an API asks about tokens."""

    function_arn: str
    token_regex: str | None = None  # identityValidationExpression
    ttl_seconds: int = 0  # authorizerResultTtlInSeconds; 0: ask each time


@dataclass(frozen=True)
class AuthProvider:
    """One accepted way of authorization; the first of an API is its primary one."""

    mode: AuthMode
    user_pool: UserPool | None = None  # only for AMAZON_COGNITO_USER_POOLS
    open_id: OpenIdConnect | None = None  # only for OPENID_CONNECT
    authorizer: LambdaAuthorizer | None = None  # only for AWS_LAMBDA


@dataclass(frozen=True)
class DataSource:
    """Where a resolver's request goes."""

    name: str
    type: str
    function_arn: str | None = None  # only for AWS_LAMBDA


@dataclass(frozen=True)
class FunctionDefinition:
    """One step that pipelines share."""

    id: str
    name: str
    data_source: str | None
    code: str | None = None  # None: direct Lambda
    has_templates: bool = False
    max_batch_size: int = 0  # 0: no batches


@dataclass(frozen=True)
class ResolverDefinition:
    """What answers one field."""

    type_name: str
    field_name: str
    data_source: str | None
    kind: str = "UNIT"
    code: str | None = None  # None: direct Lambda
    has_templates: bool = False
    max_batch_size: int = 0  # 0: no batches
    functions: tuple[str, ...] = ()  # ids, in order; only of a PIPELINE


@dataclass(frozen=True)
class UnreadableApi:
    """An API that exists, but whose definition the control plane does not give."""

    api_id: str
    reason: str


@dataclass(frozen=True)
class ApiDefinition:
    """One GraphQL API, whole."""

    api_id: str
    arn: str
    providers: tuple[AuthProvider, ...]
    sdl: str | None  # None: no schema yet
    resolvers: tuple[ResolverDefinition, ...] = ()
    functions: tuple[FunctionDefinition, ...] = ()
    data_sources: tuple[DataSource, ...] = ()
    keys: tuple[tuple[str, int], ...] = field(default=(), repr=False)  # key, expiry (epoch s)
    environment: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    introspection: bool = True
    depth_limit: int = 0  # 0: none
    resolver_limit: int = 0  # 0: AppSync's 10,000

    @property
    def region(self) -> str:
        """The region in the ARN, which signatures must name."""
        return self.arn.split(":")[3]

    @property
    def account_id(self) -> str:
        """The account in the ARN."""
        return self.arn.split(":")[4]
