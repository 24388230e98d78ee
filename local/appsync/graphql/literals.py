"""Literals of a document against their types, and as graphql-java prints them in errors.

Mirrors the checks of graphql-java's `ValidationUtil`, because the wordings are part of the wire.
"""

from dataclasses import dataclass, replace

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    is_required_input_field,
    value_from_ast_untyped,
)

_LITERALS: dict[str, tuple[type[ValueNode], ...]] = {
    "Int": (IntValueNode,),
    "Float": (IntValueNode, FloatValueNode),
    "String": (StringValueNode,),
    "Boolean": (BooleanValueNode,),
    "ID": (StringValueNode, IntValueNode),
    "AWSTimestamp": (IntValueNode,),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A literal that its type refuses."""

    path: str  # argument, then .field and [index]
    node: ValueNode
    text: str


def problem_with_literal(type_: GraphQLInputType, node: ValueNode, path: str) -> Problem | None:
    """The first thing wrong with a literal; None when its type takes it. Variables always pass."""
    if isinstance(node, VariableNode):
        return None
    if isinstance(type_, GraphQLNonNull):
        if isinstance(node, NullValueNode):
            return Problem(path, node, "must not be null")
        return problem_with_literal(type_.of_type, node, path)
    if isinstance(node, NullValueNode):
        return None
    if isinstance(type_, GraphQLList):
        return _list_problem(type_, node, path)
    if isinstance(type_, GraphQLInputObjectType):
        return _object_problem(type_, node, path)
    if not _is_leaf(type_, node):
        return Problem(path, node, f"is not a valid '{type_}'")
    return None


def render(node: ValueNode) -> str:
    """A literal as graphql-java's `toString` has it."""
    match node:
        case StringValueNode():
            return f"StringValue{{value='{node.value}'}}"
        case EnumValueNode():
            return f"EnumValue{{name='{node.value}'}}"
        case IntValueNode():
            return f"IntValue{{value={node.value}}}"
        case FloatValueNode():
            return f"FloatValue{{value={node.value}}}"
        case BooleanValueNode():
            return f"BooleanValue{{value={str(node.value).lower()}}}"
        case ListValueNode():
            return f"ArrayValue{{values=[{', '.join(render(item) for item in node.values)}]}}"
        case ObjectValueNode():
            fields = (
                f"ObjectField{{name='{field.name.value}', value={render(field.value)}}}"
                for field in node.fields
            )
            return f"ObjectValue{{objectFields=[{', '.join(fields)}]}}"
        case VariableNode():
            return f"VariableReference{{name='{node.name.value}'}}"
    return "NullValue{}"


def _list_problem(
    type_: GraphQLList[GraphQLInputType], node: ValueNode, path: str
) -> Problem | None:
    if not isinstance(node, ListValueNode):
        return problem_with_literal(type_.of_type, node, path)
    for index, item in enumerate(node.values):
        if problem := problem_with_literal(type_.of_type, item, ""):
            return replace(problem, path=f"{path}[{index}]{problem.path}")
    return None


def _object_problem(type_: GraphQLInputObjectType, node: ValueNode, path: str) -> Problem | None:
    if not isinstance(node, ObjectValueNode):
        return Problem(path, node, "must be an object type")
    given = {field.name.value: field.value for field in node.fields}
    missing = [
        name
        for name, field in type_.fields.items()
        if is_required_input_field(field) and name not in given
    ]
    if missing:
        return Problem(path, node, f"is missing required fields '[{', '.join(missing)}]'")
    for name, value in given.items():
        if name not in type_.fields:
            return Problem(path, node, f"contains a field not in '{type_.name}': '{name}'")
        if problem := problem_with_literal(type_.fields[name].type, value, f"{path}.{name}"):
            return problem
    return None


def _is_leaf(type_: GraphQLInputType, node: ValueNode) -> bool:
    if isinstance(type_, GraphQLEnumType):
        return isinstance(node, EnumValueNode) and node.value in type_.values
    if not isinstance(type_, GraphQLScalarType):
        return False
    if not isinstance(node, _LITERALS.get(type_.name, (StringValueNode,))):
        return False
    try:
        type_.coerce_input_value(value_from_ast_untyped(node))
    except GraphQLError:
        return False
    return True
