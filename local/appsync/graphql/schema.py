"""AppSync's SDL as a schema: its scalars and directives are known without being defined.

https://docs.aws.amazon.com/appsync/latest/devguide/designing-your-schema.html
"""

import re
from functools import lru_cache
from typing import cast

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    build_ast_schema,
    parse,
    validate_schema,
)
from graphql.language import DirectiveDefinitionNode

from local.appsync.errors import DefinitionError
from local.appsync.graphql.scalars import AWS_SCALARS
from local.appsync.graphql.schema_rules import (
    check_definitions,
    check_limits,
    check_subscriptions,
)

_DIRECTIVES = """
directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION
directive @aws_auth(cognito_groups: [String!]!) on FIELD_DEFINITION
directive @aws_api_key on OBJECT | FIELD_DEFINITION
directive @aws_iam on OBJECT | FIELD_DEFINITION
directive @aws_oidc on OBJECT | FIELD_DEFINITION
directive @aws_lambda on OBJECT | FIELD_DEFINITION
directive @aws_cognito_user_pools(cognito_groups: [String!]) on OBJECT | FIELD_DEFINITION
directive @canonical on OBJECT | FIELD_DEFINITION
directive @hidden on OBJECT | FIELD_DEFINITION
directive @renamed(to: String!) on OBJECT | FIELD_DEFINITION
"""
_OURS = parse("\n".join(f"scalar {name}" for name in AWS_SCALARS) + _DIRECTIVES).definitions

# Interfaces that a comma separates, as in GraphQL before 2018, which AppSync still takes.
_INTERFACES = re.compile(r"\bimplements\s+\w+(?:\s*[,&]\s*\w+)*\s*,\s*\w+(?:\s*[,&]\s*\w+)*")


@lru_cache(maxsize=32)
def parse_sdl(sdl: str) -> DocumentNode:
    """The SDL as a document.

    Raises:
        DefinitionError: it is not GraphQL; the message says where.
    """
    try:
        return parse(sdl)
    except GraphQLError as error:
        if (newer := _INTERFACES.sub(lambda match: match[0].replace(",", "&"), sdl)) != sdl:
            return parse_sdl(newer)
        raise DefinitionError(f"The schema cannot be read: {error}") from error


def object_type_names(sdl: str) -> list[str]:
    """The object types that the SDL defines or extends, each once: what can have resolvers."""
    if not sdl.strip():
        return []
    nodes = (ObjectTypeDefinitionNode, ObjectTypeExtensionNode)
    definitions = parse_sdl(sdl).definitions
    return list(dict.fromkeys(d.name.value for d in definitions if isinstance(d, nodes)))


def build_schema(sdl: str) -> GraphQLSchema:
    """The schema of an API.

    Raises:
        DefinitionError: the SDL is no valid schema; the message says why.
    """
    check_limits(sdl)
    theirs = [node for node in parse_sdl(sdl).definitions if not _is_ours(node)]
    check_definitions(theirs)
    try:
        document = DocumentNode(definitions=(*_OURS, *theirs))
        schema = build_ast_schema(document, assume_valid_sdl=True)
    except (GraphQLError, TypeError) as error:
        raise DefinitionError(f"The schema cannot be built: {error}") from error
    if schema.query_type is None:
        raise DefinitionError("There is no top level schema object defined; add a type Query.")
    if problems := validate_schema(schema):
        raise DefinitionError(f"The schema is not valid: {problems[0].message}")
    check_subscriptions(schema)
    _give_scalars_their_rules(schema)
    return schema


def _is_ours(node: object) -> bool:
    """A definition that repeats a scalar or a directive of AppSync's own."""
    if isinstance(node, ScalarTypeDefinitionNode):
        return node.name.value in AWS_SCALARS
    ours = {d.name.value for d in _OURS if isinstance(d, DirectiveDefinitionNode)}
    return isinstance(node, DirectiveDefinitionNode) and node.name.value in ours


def _give_scalars_their_rules(schema: GraphQLSchema) -> None:
    for name, scalar in AWS_SCALARS.items():
        built = cast(GraphQLScalarType, schema.type_map[name])
        built.coerce_input_value = scalar.coerce_input_value
        built.coerce_output_value = scalar.coerce_output_value
