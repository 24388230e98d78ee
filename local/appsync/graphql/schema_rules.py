"""What AppSync refuses when a schema is created, where serving it all the same would mislead.

Refused: what has no effect there (scalars and directives of one's own), what it keeps for itself
(names that start with AWS), what could never be published. Accepted although AWS does not take it:
descriptions and `extend type`, which change nothing.
https://docs.aws.amazon.com/appsync/latest/devguide/designing-your-schema.html
"""

from collections.abc import Iterable
from typing import Any

from graphql import (
    DirectiveNode,
    GraphQLNonNull,
    GraphQLSchema,
    ListValueNode,
    ScalarTypeDefinitionNode,
    StringValueNode,
    TypeDefinitionNode,
)
from graphql.language import DirectiveDefinitionNode, Node

from local.appsync.errors import DefinitionError

MAX_SCHEMA_BYTES = 1024 * 1024


def check_limits(sdl: str) -> None:
    """A schema document has at most 1 MB."""
    size = len(sdl.encode())
    if size > MAX_SCHEMA_BYTES:
        raise DefinitionError(f"The schema has {size:,} bytes; AppSync takes {MAX_SCHEMA_BYTES:,}.")


def check_definitions(nodes: Iterable[Node]) -> None:
    """Every definition is one that AppSync takes, under a name of its own."""
    seen: set[str] = set()
    for node in nodes:
        if isinstance(node, DirectiveDefinitionNode):
            name = node.name.value
            text = "Directive definitions are not supported"
            raise DefinitionError(f"{text}, but the schema defines @{name}; remove it.")
        if not isinstance(node, TypeDefinitionNode):
            continue
        name = node.name.value
        if isinstance(node, ScalarTypeDefinitionNode):
            text = f"Custom scalars are not supported, but the schema defines '{name}'"
            raise DefinitionError(f"{text}; use one of AppSync's own.")
        if name.startswith("AWS"):
            text = f"Type '{name}' starts with AWS, which AppSync keeps for itself"
            raise DefinitionError(f"{text}; rename it.")
        if name in seen:
            raise DefinitionError(f"Type '{name}' is defined more than once; merge them.")
        seen.add(name)
        _check_members(node, name)


def check_subscriptions(schema: GraphQLSchema) -> None:
    """`@aws_subscribe` names mutations, of the type that the subscription has."""
    fields = schema.subscription_type.fields if schema.subscription_type else {}
    mutations = schema.mutation_type.fields if schema.mutation_type else {}
    for name, field in fields.items():
        for mutation in _subscribed(field.ast_node):
            if mutation not in mutations:
                text = f"Subscription.{name} subscribes to '{mutation}', which is no mutation"
                raise DefinitionError(f"{text}; name one that there is.")
            given, wanted = _nullable(mutations[mutation].type), _nullable(field.type)
            if given is not wanted and str(given) != str(wanted):
                text = f"Subscription.{name} has the type {wanted}, but Mutation.{mutation} {given}"
                raise DefinitionError(f"{text}; a subscription gets what its mutation gives.")


def string_list(directive: DirectiveNode, argument: str) -> tuple[str, ...] | None:
    """A directive's argument of strings; None where it is left out."""
    for given in directive.arguments or ():
        if given.name.value == argument:
            values = given.value.values if isinstance(given.value, ListValueNode) else [given.value]
            return tuple(value.value for value in values if isinstance(value, StringValueNode))
    return None


def _subscribed(node: Any) -> list[str]:
    directives = (node.directives or ()) if node else ()
    found = [string_list(d, "mutations") for d in directives if d.name.value == "aws_subscribe"]
    return [mutation for mutations in found for mutation in mutations or ()]


def _nullable(type_: Any) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def _check_members(node: Any, type_name: str) -> None:
    """A type has each field or value once: of two, one would be lost."""
    members = [*(getattr(node, "fields", None) or ()), *(getattr(node, "values", None) or ())]
    seen: set[str] = set()
    for member in members:
        name = member.name.value
        if name in seen:
            raise DefinitionError(f"{type_name}.{name} is defined more than once; keep one.")
        seen.add(name)
