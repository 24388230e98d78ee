"""The caller that a provider vouches for, with `ctx.identity` in the provider's shape.

https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html#aws-appsync-resolver-context-reference-identity-js
"""

from dataclasses import dataclass, field
from typing import Any

from local.appsync.definition import AuthMode
from local.aws_http.sigv4 import SignedRequest

AUTH_TYPES = {
    AuthMode.API_KEY: "API Key Authorization",
    AuthMode.AWS_IAM: "IAM Authorization",
    AuthMode.AMAZON_COGNITO_USER_POOLS: "User Pool Authorization",
    AuthMode.OPENID_CONNECT: "Open ID Connect Authorization",
    AuthMode.AWS_LAMBDA: "Lambda Authorization",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials(SignedRequest):
    """What a caller presents."""

    source_ip: str

    @property
    def source_ips(self) -> list[str]:
        """`ctx.identity.sourceIp`: what `x-forwarded-for` tells, then who connected."""
        told = (ip.strip() for ip in self.headers.get("x-forwarded-for", "").split(","))
        return [*filter(None, told), self.source_ip]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, by which way of authorization."""

    mode: AuthMode
    identity: dict[str, Any] | None = field(default=None, repr=False)  # None: an API key
    groups: frozenset[str] = frozenset()
    denied_fields: frozenset[str] = frozenset()  # "Type.field", by an authorizer or by IAM
    access_key: str | None = field(default=None, repr=False)  # only of AWS_IAM

    @property
    def auth_type(self) -> str:
        """What `util.authType()` answers."""
        return AUTH_TYPES[self.mode]
