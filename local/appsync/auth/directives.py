"""Who may see which field: the auth directives on types and fields as rules.

A field's directives replace its type's; without any, the API's primary mode is required. Every
traversed type counts, so a rule is looked up for each field by its parent type.
https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#using-additional-authorization-modes
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import DirectiveNode, GraphQLObjectType, GraphQLSchema

from local.appsync.auth.caller import Caller
from local.appsync.definition import AuthMode, AuthProvider
from local.appsync.graphql.schema_rules import string_list

_MODES = {
    "aws_api_key": AuthMode.API_KEY,
    "aws_iam": AuthMode.AWS_IAM,
    "aws_oidc": AuthMode.OPENID_CONNECT,
    "aws_lambda": AuthMode.AWS_LAMBDA,
    "aws_cognito_user_pools": AuthMode.AMAZON_COGNITO_USER_POOLS,
}
_COGNITO = AuthMode.AMAZON_COGNITO_USER_POOLS


@dataclass(frozen=True, slots=True)
class AccessRule:
    """The modes that may see a field; None instead of groups means everyone of that mode."""

    modes: Mapping[AuthMode, frozenset[str] | None]

    def allows(self, caller: Caller) -> bool:
        """Whether the caller may see the field."""
        if caller.mode not in self.modes:
            return False
        groups = self.modes[caller.mode]
        return groups is None or not groups.isdisjoint(caller.groups)


def access_rules(
    schema: GraphQLSchema, providers: tuple[AuthProvider, ...]
) -> dict[tuple[str, str], AccessRule]:
    """The rule of each field that not every caller of the API may see."""
    fallback = _undirected(providers)
    rules = {}
    for type_ in schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType) or type_.name.startswith("__"):
            continue
        of_type = _directed(_directives(type_), providers)
        for name, field in type_.fields.items():
            of_field = _directed(_directives(field), providers)
            if (rule := of_field or of_type or fallback) is not None:
                rules[type_.name, name] = rule
    return rules


def _directives(element: object) -> list[DirectiveNode]:
    nodes = [getattr(element, "ast_node", None), *getattr(element, "extension_ast_nodes", ())]
    return [directive for node in nodes if node for directive in node.directives or ()]


def _directed(
    directives: list[DirectiveNode], providers: tuple[AuthProvider, ...]
) -> AccessRule | None:
    """The rule that directives make together; None when none of them is about access."""
    modes: dict[AuthMode, frozenset[str] | None] = {}
    only_cognito = all(provider.mode is _COGNITO for provider in providers)
    for directive in directives:
        name = directive.name.value
        mode = _MODES.get(name) or (_COGNITO if name == "aws_auth" and only_cognito else None)
        if mode is not None:
            groups = string_list(directive, "cognito_groups")
            modes[mode] = None if groups is None else frozenset(groups)
    return AccessRule(modes) if modes else None


def _undirected(providers: tuple[AuthProvider, ...]) -> AccessRule | None:
    """The rule of a field without directives; None when every caller may see it."""
    primary = providers[0]
    if primary.user_pool is not None and not primary.user_pool.allows_undirected:
        return AccessRule({})
    if all(provider.mode is primary.mode for provider in providers):
        return None
    return AccessRule({primary.mode: None})
