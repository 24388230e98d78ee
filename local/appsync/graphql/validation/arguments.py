"""Arguments and directives, wherever they stand: known, given once, of their types.

On the way the places where variables stand are gathered, for the rules about whole operations.
https://spec.graphql.org/October2021/#sec-Validation.Arguments
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    ArgumentNode,
    DirectiveNode,
    FieldNode,
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_required_argument,
)
from graphql.language import Node

from local.appsync.graphql.literals import problem_with_literal, render
from local.appsync.graphql.validation.report import Report


@dataclass(slots=True)
class Usage:
    """A place where a variable stands."""

    node: VariableNode
    type: GraphQLInputType | None  # None: not known
    has_default: bool  # the place has a default of its own
    path: tuple[str, ...]


class Arguments:
    """The arguments and directives of one definition."""

    def __init__(self, schema: GraphQLSchema, report: Report) -> None:
        self.schema = schema
        self.report = report
        self.path: list[str] = []
        self.usages: list[Usage] = []

    def add(self, kind: str, text: str, node: Node) -> None:
        """Report a violation where the walk stands."""
        self.report.add(kind, text, node, self.path)

    def directives(self, node: Any, place: str, container: str) -> None:
        """Check the directives of a node: known, in place, once each."""
        seen: set[str] = set()
        for directive in node.directives or ():
            name = directive.name.value
            definition = self.schema.get_directive(name)
            if definition is None:
                self.add("UnknownDirective", f"Unknown directive {name}", directive)
                self.arguments(directive, None, "directive")
                continue
            if all(location.name != place for location in definition.locations):
                self.add("MisplacedDirective", f"Directive {name} not allowed here", directive)
            if name in seen and not definition.is_repeatable:
                text = (
                    "Non repeatable directives must be uniquely named within a location. "
                    f"The directive '{name}' used on a '{container}' is not unique."
                )
                self.add("DuplicateDirectiveName", text, directive)
            seen.add(name)
            self.arguments(directive, definition.args, "directive")

    def check_unique_fields(self, value: ValueNode) -> None:
        """Report input objects that give a field twice."""
        self._values(value, None, False)

    def arguments(
        self,
        node: FieldNode | DirectiveNode,
        definitions: Mapping[str, GraphQLArgument] | None,
        of: str,
    ) -> None:
        """Check the arguments of a field or a directive; of an unknown one only their values."""
        given: set[str] = set()
        for argument in node.arguments or ():
            name = argument.name.value
            definition = definitions.get(name) if definitions is not None else None
            if name in given:
                text = f"There can be only one argument named '{name}'"
                self.add("DuplicateArgumentNames", text, argument)
            elif definition is None and definitions is not None:
                kind = "UnknownArgument" if of == "field" else "UnknownDirective"
                self.add(kind, f"Unknown {of} argument {name}", argument)
            given.add(name)
            self._argument(argument, definition)
        for name, definition in (definitions or {}).items():
            if name not in given and is_required_argument(definition):
                kind = "MissingFieldArgument" if of == "field" else "MissingDirectiveArgument"
                self.add(kind, f"Missing {of} argument {name}", node)

    def _argument(self, node: ArgumentNode, definition: GraphQLArgument | None) -> None:
        type_ = definition.type if definition is not None else None
        self._values(node.value, type_, _has_default(definition))
        if type_ is None:
            return
        problem = problem_with_literal(type_, node.value, node.name.value)
        if problem is not None:
            text = f"argument '{problem.path}' with value '{render(problem.node)}' {problem.text}"
            self.add("WrongType", text, node)

    def _values(self, node: ValueNode, type_: Any, has_default: bool) -> None:
        """Note the variables in a value, and object fields that are given twice."""
        if isinstance(node, VariableNode):
            self.usages.append(Usage(node, type_, has_default, tuple(self.path)))
        elif isinstance(node, ListValueNode):
            nullable = get_nullable_type(type_)
            inner = nullable.of_type if isinstance(nullable, GraphQLList) else nullable
            for item in node.values:
                self._values(item, inner, False)
        elif isinstance(node, ObjectValueNode):
            named = get_named_type(type_)
            fields = named.fields if isinstance(named, GraphQLInputObjectType) else {}
            seen: set[str] = set()
            for given in node.fields:
                name = given.name.value
                if name in seen:
                    text = f"There can be only one field named '{name}'"
                    self.add("UniqueObjectFieldName", text, given)
                seen.add(name)
                defined: GraphQLInputField | None = fields.get(name)
                self._values(given.value, defined and defined.type, _has_default(defined))


def _has_default(input_: GraphQLArgument | GraphQLInputField | None) -> bool:
    """Whether a place for a value has a default, of the SDL or of graphql-core's meta fields."""
    if input_ is None:
        return False
    return input_.default is not None or input_.default_value is not Undefined
