"""The heads of operations and fragments: root type, variable definitions, type condition.

https://spec.graphql.org/October2021/#sec-Validation.Operations
"""

from graphql import (
    FragmentDefinitionNode,
    GraphQLInputType,
    GraphQLSchema,
    NamedTypeNode,
    OperationDefinitionNode,
    TypeNode,
    VariableDefinitionNode,
    is_composite_type,
    is_input_type,
    type_from_ast,
)

from local.appsync.graphql.literals import problem_with_literal, render
from local.appsync.graphql.validation.walk import Walk


def walk_operation(walk: Walk, node: OperationDefinitionNode) -> None:
    """Check an operation; the walk then knows its spreads and the variables it uses."""
    kind = node.operation.value
    root = walk.schema.get_root_type(node.operation)
    if root is None:
        walk.report.add("UnknownType", f"Schema is not configured for {_PLURALS[kind]}.", node)
    seen: set[str] = set()
    for definition in node.variable_definitions or ():
        name = definition.variable.name.value
        if name in seen:
            text = f"There can be only one variable named '{name}'"
            walk.report.add("DuplicateVariableName", text, definition)
        seen.add(name)
        _check_variable(walk, definition)
    walk.directives(node, kind.upper(), "OperationDefinition")
    walk.selection_set(node.selection_set, root)


def walk_fragment(walk: Walk, node: FragmentDefinitionNode) -> None:
    """Check a fragment; the walk then knows its spreads and the variables it uses."""
    name = node.type_condition.name.value
    walk.path.append(node.name.value)
    condition = walk.schema.type_map.get(name)
    if condition is None:
        walk.add("UnknownType", f"Unknown type {name}", node.type_condition)
    elif not is_composite_type(condition):
        text = "Fragment type condition is invalid, must be on Object/Interface/Union"
        walk.add("FragmentTypeConditionInvalid", text, node.type_condition)
    walk.directives(node, "FRAGMENT_DEFINITION", "FragmentDefinition")
    walk.selection_set(node.selection_set, condition if is_composite_type(condition) else None)
    walk.path.pop()


def input_type(schema: GraphQLSchema, node: TypeNode) -> GraphQLInputType | None:
    """The type that a variable definition names; None if it names none that variables may have."""
    type_ = type_from_ast(schema, node)
    return type_ if is_input_type(type_) else None


_PLURALS = {"query": "queries", "mutation": "mutations", "subscription": "subscriptions"}


def _check_variable(walk: Walk, node: VariableDefinitionNode) -> None:
    name = _innermost(node.type)
    type_ = input_type(walk.schema, node.type)
    if name not in walk.schema.type_map:
        walk.add("UnknownType", f"Unknown type {name}", node.type)
    elif type_ is None:
        walk.add("NonInputTypeOnVariable", "Wrong type for a variable", node)
    default = node.default_value
    if default is not None and type_ is not None:
        walk.check_unique_fields(default)
        problem = problem_with_literal(type_, default, "")
        if problem is not None:
            text = f"Bad default value {render(default)} for type {type_}"
            walk.add("BadValueForDefaultArg", text, node)
    walk.directives(node, "VARIABLE_DEFINITION", "VariableDefinition")


def _innermost(node: TypeNode) -> str:
    while not isinstance(node, NamedTypeNode):
        node = node.type  # type: ignore[attr-defined]  # a list or a non-null, as the parser made it
    return node.name.value
