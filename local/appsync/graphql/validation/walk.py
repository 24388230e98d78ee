"""One definition, walked once: its fields and fragments against the schema.

On the way the fragments that are spread are gathered, for the rules about whole documents.
https://spec.graphql.org/October2021/#sec-Validation.Fields
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    do_types_overlap,
    get_named_type,
    is_composite_type,
    is_leaf_type,
)
from graphql.language import Node

from local.appsync.graphql.validation.arguments import Arguments
from local.appsync.graphql.validation.report import Report

_META_LISTS = frozenset(("fields", "interfaces", "possibleTypes", "inputFields"))


@dataclass(slots=True)
class Spread:
    """A place where a fragment is spread."""

    name: str
    depth: int  # objects and lists around it
    nesting: int  # selection sets around it
    meta_depth: int  # lists of the meta types around it


class Walk(Arguments):
    """What one operation or fragment holds."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        report: Report,
        introspection: bool,
    ) -> None:
        super().__init__(schema, report)
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
            self.arguments(node, definition.args if definition is not None else None, "field")
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


def _lists(type_: Any) -> int:
    """How many lists a field's type has within each other."""
    count = 0
    while isinstance(type_, GraphQLNonNull | GraphQLList):
        count += isinstance(type_, GraphQLList)
        type_ = type_.of_type
    return count
