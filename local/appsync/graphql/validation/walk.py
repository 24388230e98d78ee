"""One definition, walked once: fields, fragments, arguments and directives against the schema.

On the way it gathers what the rules about whole documents need: the fragments that are spread and
the places where variables stand.
https://spec.graphql.org/October2021/#sec-Validation.Fields
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    ArgumentNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableNode,
    do_types_overlap,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_leaf_type,
    is_required_argument,
)
from graphql.language import Node

from local.appsync.graphql.literals import problem_with_literal, render
from local.appsync.graphql.validation.report import Report

_META_LISTS = frozenset(("fields", "interfaces", "possibleTypes", "inputFields"))


@dataclass(slots=True)
class Usage:
    """A place where a variable stands."""

    node: VariableNode
    type: GraphQLInputType | None  # None: not known
    has_default: bool  # the place has a default of its own
    path: tuple[str, ...]


@dataclass(slots=True)
class Spread:
    """A place where a fragment is spread."""

    name: str
    depth: int  # objects and lists around it
    nesting: int  # selection sets around it
    meta_depth: int  # lists of the meta types around it


class Walk:
    """What one operation or fragment holds."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        report: Report,
        introspection: bool,
    ) -> None:
        self.schema = schema
        self.report = report
        self.path: list[str] = []
        self.usages: list[Usage] = []
        self.spreads: list[Spread] = []
        self.fields = 0
        # The deepest of each, without what the spread fragments add.
        self.depth = 0  # objects and lists of the answer within each other
        self.nesting = 0  # selection sets within each other
        self.meta_depth = 0  # lists of the meta types within each other
        self._fragments = fragments
        self._introspection = introspection
        self._level = 0
        self._around = 0
        self._meta_lists = 0

    def add(self, kind: str, text: str, node: Node) -> None:
        """Report a violation where the walk stands."""
        self.report.add(kind, text, node, self.path)

    def selection_set(self, node: SelectionSetNode, parent: Any) -> None:
        """Check every selection of a type; None if the type is not known."""
        self._level += 1
        self.nesting = max(self.nesting, self._level)
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                self.path.append(selection.name.value)
                self._field(selection, parent)
                self.path.pop()
            elif isinstance(selection, FragmentSpreadNode):
                self._spread(selection, parent)
            else:
                assert isinstance(selection, InlineFragmentNode)
                self._inline(selection, parent)
        self._level -= 1

    def directives(self, node: Any, place: str, container: str) -> None:
        """Check the directives of a node: known, in place, once each."""
        seen: set[str] = set()
        for directive in node.directives or ():
            name = directive.name.value
            definition = self.schema.get_directive(name)
            if definition is None:
                self.add("UnknownDirective", f"Unknown directive {name}", directive)
                self._arguments(directive, None, "directive")
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
            self._arguments(directive, definition.args, "directive")

    def check_unique_fields(self, value: ValueNode) -> None:
        """Report input objects that give a field twice."""
        self._values(value, None, False)

    def _field(self, node: FieldNode, parent: Any) -> None:
        self.fields += 1
        name = node.name.value
        definition = None if parent is None else self.schema.get_field(parent, name)
        if parent is not None and (definition is None or self._is_hidden(parent)):
            text = f"Field '{name}' in type '{parent.name}' is undefined"
            self.add("FieldUndefined", text, node)
            definition = None
        if node.directives:
            self.directives(node, "FIELD", "Field")
        if node.arguments or (definition is not None and definition.args):
            self._arguments(node, definition.args if definition is not None else None, "field")
        if definition is not None:
            self._check_leaf(node, definition)
        if node.selection_set is not None:
            levels = 1 + (_lists(definition.type) if definition is not None else 0)
            self._around += levels
            self.depth = max(self.depth, self._around)
            of_meta_list = name in _META_LISTS and parent is not None and parent.name == "__Type"
            self._meta_lists += of_meta_list
            self.meta_depth = max(self.meta_depth, self._meta_lists)
            named = definition and get_named_type(definition.type)
            self.selection_set(node.selection_set, named if is_composite_type(named) else None)
            self._meta_lists -= of_meta_list
            self._around -= levels

    def _is_hidden(self, parent: Any) -> bool:
        """With introspection disabled the meta types have no fields."""
        return not self._introspection and parent.name in ("__Schema", "__Type")

    def _check_leaf(self, node: FieldNode, definition: GraphQLField) -> None:
        type_: Any = definition.type
        is_leaf = is_leaf_type(get_named_type(type_))
        if is_leaf is (node.selection_set is None):
            return
        # The service asks a wrapped type for its name, which has none.
        name = getattr(type_, "name", "null")
        of = f"type {name} of field {node.name.value}"
        if is_leaf:
            self.add("SubSelectionNotAllowed", f"Sub selection not allowed on leaf {of}", node)
        else:
            self.add("SubSelectionRequired", f"Sub selection required for {of}", node)

    def _spread(self, node: FragmentSpreadNode, parent: Any) -> None:
        name = node.name.value
        self.directives(node, "FRAGMENT_SPREAD", "FragmentSpread")
        fragment = self._fragments.get(name)
        if fragment is None:
            self.add("UndefinedFragment", f"Undefined fragment {name}", node)
            return
        self.spreads.append(Spread(name, self._around, self._level, self._meta_lists))
        condition = self.schema.type_map.get(fragment.type_condition.name.value)
        self._check_overlap(node, condition, parent, f"Fragment {name}")

    def _inline(self, node: InlineFragmentNode, parent: Any) -> None:
        condition = parent
        if node.type_condition is not None:
            name = node.type_condition.name.value
            condition = self.schema.type_map.get(name)
            if condition is None:
                self.add("UnknownType", f"Unknown type {name}", node.type_condition)
            elif not is_composite_type(condition):
                text = (
                    "Inline fragment type condition is invalid, must be on Object/Interface/Union"
                )
                self.add("InlineFragmentTypeConditionInvalid", text, node)
                condition = None
            else:
                self._check_overlap(node, condition, parent, "Fragment")
        self.directives(node, "INLINE_FRAGMENT", "InlineFragment")
        self.selection_set(node.selection_set, condition)

    def _check_overlap(self, node: Node, condition: Any, parent: Any, who: str) -> None:
        if condition is parent or not (is_composite_type(condition) and is_composite_type(parent)):
            return
        if not do_types_overlap(self.schema, condition, parent):
            text = (
                f"{who} cannot be spread here as objects of type {parent.name} "
                f"can never be of type {condition.name}"
            )
            self.add("InvalidFragmentType", text, node)

    def _arguments(
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


def _lists(type_: Any) -> int:
    """How many lists a field's type has within each other."""
    count = 0
    while isinstance(type_, GraphQLNonNull | GraphQLList):
        count += isinstance(type_, GraphQLList)
        type_ = type_.of_type
    return count


def _has_default(input_: GraphQLArgument | GraphQLInputField | None) -> bool:
    """Whether a place for a value has a default, of the SDL or of graphql-core's meta fields."""
    if input_ is None:
        return False
    return input_.default is not None or input_.default_value is not Undefined
