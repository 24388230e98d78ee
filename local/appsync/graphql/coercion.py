"""Input coercion: variables as JSON brought them and literals of a document, by declared type.

Refusals have the service's words: they name the outer variable and the innermost failing type.
https://spec.graphql.org/October2021/#sec-Input-Values
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    value_from_ast_untyped,
)

from local.appsync.errors import DocumentError, FieldError

Variables = Mapping[str, Any]
MISSING = object()  # no value and no default: not the same as null

_JAVA_NAMES = {
    str: "String",
    bool: "Boolean",
    int: "Integer",
    float: "Double",
    list: "ArrayList",
    dict: "LinkedHashMap",
}


@dataclass(frozen=True, slots=True)
class VariableDefinition:
    """A variable that an operation declares."""

    name: str
    type: GraphQLInputType
    default: Any  # coerced, or MISSING
    location: dict[str, Any]


class InvalidValue(Exception):
    """A value that its type refuses."""


class UndefinedInputField(InvalidValue):
    """An input object has a field that its type does not define."""


class NullForNonNull(InvalidValue):
    """null, or nothing, where the type takes no null."""


def coerce_variables(definitions: list[VariableDefinition], given: Any) -> dict[str, Any]:
    """The declared variables that have a value, each coerced.

    Raises:
        DocumentError: a value is not of its variable's type.
    """
    values = given if isinstance(given, dict) else {}
    coerced = {}
    for definition in definitions:
        value = values.get(definition.name, MISSING)
        if value is MISSING and definition.default is not MISSING:
            coerced[definition.name] = definition.default
        elif value is not MISSING or isinstance(definition.type, GraphQLNonNull):
            coerced[definition.name] = _variable(definition, None if value is MISSING else value)
    return coerced


def coerce_arguments(field: GraphQLField, node: FieldNode, variables: Variables) -> dict[str, Any]:
    """A field's arguments by name; one that was left out and has no default is absent.

    Raises:
        FieldError: a variable left a required argument without a value.
    """
    literals = {argument.name.value: argument.value for argument in node.arguments or ()}
    coerced = {}
    for name, argument in field.args.items():
        try:
            value = _supplied(literals.get(name), argument, variables)
        except InvalidValue as error:
            text = f"Argument '{name}' {_what_is_wrong(error)}"
            raise FieldError(text, "BadRequestException") from error
        if value is not MISSING:
            coerced[name] = value
    return coerced


def coerce_value(type_: GraphQLInputType, value: Any) -> Any:
    """A value from JSON, as its type has it."""
    if isinstance(type_, GraphQLNonNull):
        return _not_null(type_, coerce_value(type_.of_type, value))
    if value is None:
        return None
    if isinstance(type_, GraphQLList):
        items = value if isinstance(value, list) else [value]
        return [coerce_value(type_.of_type, item) for item in items]
    if isinstance(type_, GraphQLInputObjectType):
        return _input_object(type_, value)
    return _leaf(type_, value)


def coerce_literal(type_: GraphQLInputType, node: ValueNode, variables: Variables) -> Any:
    """A literal of a document; variables in it are already coerced. MISSING if one has no value."""
    if isinstance(node, VariableNode):
        value = variables.get(node.name.value, MISSING)
        return _not_null(type_, value) if isinstance(type_, GraphQLNonNull) else value
    if isinstance(type_, GraphQLNonNull):
        return coerce_literal(type_.of_type, node, variables)
    if isinstance(node, NullValueNode):
        return None
    if isinstance(type_, GraphQLList):
        nodes = node.values if isinstance(node, ListValueNode) else (node,)
        items = [coerce_literal(type_.of_type, item, variables) for item in nodes]
        return [None if item is MISSING else item for item in items]
    if isinstance(type_, GraphQLInputObjectType):
        return _literal_object(type_, node, variables)
    return _leaf(type_, value_from_ast_untyped(node))


def default_of(input_: GraphQLArgument | GraphQLInputField) -> Any:
    """The default that the SDL declares, coerced; MISSING without one."""
    if input_.default is None or input_.default.literal is None:
        return MISSING
    return coerce_literal(input_.type, input_.default.literal, {})


def _variable(definition: VariableDefinition, value: Any) -> Any:
    try:
        return coerce_value(definition.type, value)
    except InvalidValue as error:
        located: list[dict[str, Any]] | None = [definition.location]
        if isinstance(error, UndefinedInputField):
            located, message = None, str(error)
        else:
            message = f"Variable '{definition.name}' {_what_is_wrong(error)}"
        entry = {"path": None, "locations": located, "message": message}
        raise DocumentError([entry]) from error


def _not_null(type_: GraphQLNonNull[Any], value: Any) -> Any:
    """The value as it came; "null" as AWSJSON is null too."""
    if value is None:
        raise NullForNonNull(f"has coerced Null value for NonNull type '{type_}'")
    return value


def _what_is_wrong(error: InvalidValue) -> str:
    """What follows the name of the variable or argument."""
    return str(error) if isinstance(error, NullForNonNull) else f"has an invalid value. {error}"


def _supplied(
    node: ValueNode | None, input_: GraphQLArgument | GraphQLInputField, variables: Variables
) -> Any:
    """What a document gives for an argument or input field, or else the default."""
    value = MISSING if node is None else coerce_literal(input_.type, node, variables)
    if value is MISSING:
        value = default_of(input_)
    if isinstance(input_.type, GraphQLNonNull):
        return _not_null(input_.type, None if value is MISSING else value)
    return value


def _input_object(type_: GraphQLInputObjectType, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidValue(
            f"Expected type 'Map' but was '{_java_name(value)}'. "
            "Variables for input objects must be an instance of type 'Map'."
        )
    for name in value:
        if name not in type_.fields:
            raise UndefinedInputField(
                f"The variables input contains a field name '{name}' "
                f"that is not defined for input object type '{type_.name}' "
            )
    coerced = {}
    for name, field in type_.fields.items():
        given = value.get(name, MISSING)
        if given is not MISSING:
            coerced[name] = coerce_value(field.type, given)
        elif (default := _supplied(None, field, {})) is not MISSING:
            coerced[name] = default
    return coerced


def _literal_object(
    type_: GraphQLInputObjectType, node: ValueNode, variables: Variables
) -> dict[str, Any]:
    given = node.fields if isinstance(node, ObjectValueNode) else ()
    literals = {field.name.value: field.value for field in given}
    coerced = {}
    for name, field in type_.fields.items():
        value = _supplied(literals.get(name), field, variables)
        if value is not MISSING:
            coerced[name] = value
    return coerced


def _leaf(type_: GraphQLInputType, value: Any) -> Any:
    if isinstance(type_, GraphQLEnumType):
        if not isinstance(value, str) or value not in type_.values:
            raise InvalidValue(
                f"Invalid input for Enum '{type_.name}'. No value found for name '{value}'"
            )
        return value
    assert isinstance(type_, GraphQLScalarType)
    try:
        return type_.coerce_input_value(value)
    except GraphQLError as error:
        if type_.name.startswith("AWS"):
            raise InvalidValue(error.message) from error
        text = f"Expected type '{type_.name}' but was '{_java_name(value)}'."
        raise InvalidValue(text) from error


def _java_name(value: Any) -> str:
    return _JAVA_NAMES.get(type(value), type(value).__name__)
