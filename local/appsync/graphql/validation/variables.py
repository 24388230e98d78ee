"""Variables of an operation, wherever its fragments use them: defined, used, of a type that fits.

https://spec.graphql.org/October2021/#sec-Validation.Variables
"""

from graphql import (
    GraphQLInputType,
    GraphQLNonNull,
    GraphQLSchema,
    NullValueNode,
    OperationDefinitionNode,
    VariableDefinitionNode,
)
from graphql.utilities import is_type_sub_type_of

from local.appsync.graphql.validation.arguments import Usage
from local.appsync.graphql.validation.definitions import input_type
from local.appsync.graphql.validation.fragments import Spreads
from local.appsync.graphql.validation.report import Report
from local.appsync.graphql.validation.walk import Walk

_Defined = dict[str, tuple[VariableDefinitionNode, GraphQLInputType | None]]


def check_variables(
    schema: GraphQLSchema,
    node: OperationDefinitionNode,
    operation: Walk,
    spreads: Spreads,
    report: Report,
) -> None:
    """Report what is wrong with an operation's variables."""
    defined: _Defined = {
        definition.variable.name.value: (definition, input_type(schema, definition.type))
        for definition in node.variable_definitions or ()
    }
    used: set[str] = set()
    for walk in spreads.reachable(operation):
        report.spend(len(walk.usages))
        for usage in walk.usages:
            name = usage.node.name.value
            used.add(name)
            if name not in defined:
                text = f"Undefined variable {name}"
                report.add("UndefinedVariable", text, usage.node, usage.path)
            else:
                _check_position(schema, usage, defined, report)
    for name, (definition, _) in defined.items():
        if name not in used:
            report.add("UnusedVariable", f"Unused variable {name}", definition)


def _check_position(schema: GraphQLSchema, usage: Usage, defined: _Defined, report: Report) -> None:
    """https://spec.graphql.org/October2021/#IsVariableUsageAllowed()"""
    definition, type_ = defined[usage.node.name.value]
    if type_ is None or usage.type is None:
        return
    expected: GraphQLInputType = usage.type
    if isinstance(expected, GraphQLNonNull) and not isinstance(type_, GraphQLNonNull):
        default = definition.default_value
        if usage.has_default or (default and not isinstance(default, NullValueNode)):
            expected = expected.of_type
    if not is_type_sub_type_of(schema, type_, expected):
        text = f"Variable type '{type_}' doesn't match expected type '{usage.type}'"
        report.add("VariableTypeMismatch", text, usage.node, usage.path)
