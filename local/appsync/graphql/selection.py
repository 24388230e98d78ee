"""Field collection: what an operation selects of an object type, merged over its fragments.

A selected field is made once per cached operation and kept with its sub-selections, so a request
walks a ready tree; only `@skip` and `@include` with variables make a tree per request.
https://spec.graphql.org/October2021/#CollectFields()
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphql import (
    BooleanValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    TypeNameMetaFieldDef,
    VariableNode,
    get_named_type,
    is_abstract_type,
    print_ast,
)

from local.appsync.auth.caller import Caller
from local.appsync.auth.directives import AccessRule
from local.appsync.errors import FieldError
from local.appsync.graphql.coercion import Variables, coerce_arguments

if TYPE_CHECKING:
    from local.appsync.resolvers.call import Resolver

MAX_PATH_CHARACTERS = 1_000_000  # long aliases, nested, would be repeated for every leaf
_Nodes = tuple[FieldNode, ...]


class Fields:
    """What a schema's fields carry besides their type: who may see them, what resolves them."""

    def __init__(
        self,
        schema: GraphQLSchema,
        rules: Mapping[tuple[str, str], AccessRule],
        resolvers: "Mapping[tuple[str, str], Resolver]",
    ) -> None:
        self.schema = schema
        self.rules = rules
        self.resolvers = resolvers


class Selector:
    """Collects fields for one operation and, where directives need them, its variables."""

    def __init__(
        self, fields: Fields, fragments: dict[str, FragmentDefinitionNode], variables: Variables
    ) -> None:
        self.fields = fields
        self._fragments = fragments
        self._variables = variables
        self._collected: dict[tuple[str, int, tuple[int, ...]], list[SelectedField]] = {}

    def collect(
        self, type_: GraphQLObjectType, sets: list[SelectionSetNode], depth: int
    ) -> "list[SelectedField]":
        """The fields selected of a type, by response key in document order.

        Made once for the same sets, depth and type: under nested interfaces the possible types
        would otherwise multiply from level to level.
        """
        place = (type_.name, depth, tuple(id(selection_set) for selection_set in sets))
        found = self._collected.get(place)
        if found is None:
            found = self._collected[place] = self._collect(type_, sets, depth)
        return found

    def _collect(
        self, type_: GraphQLObjectType, sets: list[SelectionSetNode], depth: int
    ) -> "list[SelectedField]":
        grouped: dict[str, list[FieldNode]] = {}
        visited: set[str] = set()
        for selection_set in sets:
            for node in self._applicable(type_, selection_set, visited):
                key = node.alias.value if node.alias else node.name.value
                grouped.setdefault(key, []).append(node)
        return [
            SelectedField(self, type_, key, tuple(nodes), depth) for key, nodes in grouped.items()
        ]

    def _applicable(
        self, type_: GraphQLObjectType, selection_set: SelectionSetNode, visited: set[str]
    ) -> Iterator[FieldNode]:
        for node in selection_set.selections:
            if not self._is_included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
                continue
            fragment: Any = node
            if isinstance(node, FragmentSpreadNode):
                if node.name.value in visited:
                    continue
                visited.add(node.name.value)
                fragment = self._fragments[node.name.value]
            if self._applies(fragment, type_):
                yield from self._applicable(type_, fragment.selection_set, visited)

    def _applies(
        self, fragment: InlineFragmentNode | FragmentDefinitionNode, type_: GraphQLObjectType
    ) -> bool:
        if fragment.type_condition is None or fragment.type_condition.name.value == type_.name:
            return True
        condition = self.fields.schema.type_map[fragment.type_condition.name.value]
        return is_abstract_type(condition) and self.fields.schema.is_sub_type(condition, type_)

    def _is_included(self, node: Any) -> bool:
        for directive in node.directives or ():
            if directive.name.value in ("skip", "include"):
                condition = directive.arguments[0].value
                if isinstance(condition, VariableNode):
                    value = self._variables.get(condition.name.value)
                else:
                    value = isinstance(condition, BooleanValueNode) and condition.value
                if bool(value) is (directive.name.value == "skip"):
                    return False
        return True


class SelectedField:
    """One field of a selection: its definition, its place in the document, its sub-fields."""

    def __init__(
        self, selector: Selector, parent: GraphQLObjectType, key: str, nodes: _Nodes, depth: int
    ) -> None:
        self.key = key
        self.nodes = nodes
        self.name = nodes[0].name.value
        self.parent = parent
        self.depth = depth
        self.definition = _definition(selector.fields.schema, parent, self.name)
        self.type: GraphQLOutputType = self.definition.type
        coordinate = (parent.name, self.name)
        self._rule = selector.fields.rules.get(coordinate)
        self.resolver = selector.fields.resolvers.get(coordinate)
        self._selector = selector
        self._selections: dict[str, list[SelectedField]] = {}

    def selection(self, type_: GraphQLObjectType) -> "list[SelectedField]":
        """The sub-fields selected of the object type that the field's value has."""
        found = self._selections.get(type_.name)
        if found is None:
            sets = [node.selection_set for node in self.nodes if node.selection_set]
            found = self._selector.collect(type_, sets, self.depth + 1)
            self._selections[type_.name] = found
        return found

    def arguments(self, variables: Variables) -> dict[str, Any]:
        """The field's arguments, coerced."""
        if not self.definition.args:
            return {}
        return coerce_arguments(self.definition, self.nodes[0], variables)

    def is_visible_to(self, caller: Caller) -> bool:
        """Whether the caller may see it: by directive, and by who let the caller in."""
        if caller.denied_fields and f"{self.parent.name}.{self.name}" in caller.denied_fields:
            return False
        return self._rule is None or self._rule.allows(caller)

    def concrete_type(self, name: str) -> GraphQLObjectType:
        """The object type of that name."""
        type_ = self._selector.fields.schema.type_map[name]
        assert isinstance(type_, GraphQLObjectType)
        return type_

    @cached_property
    def locations(self) -> list[dict[str, Any]]:
        """Where the field stands in the document, as errors tell it."""
        return [location(self.nodes[0])]

    def possible_selections(self) -> "list[list[SelectedField]]":
        """The sub-fields for each type that the value may have."""
        named = get_named_type(self.type)
        if isinstance(named, GraphQLObjectType):
            return [self.selection(named)]
        if not is_abstract_type(named):
            return []
        types = self._selector.fields.schema.get_possible_types(named)
        return [self.selection(type_) for type_ in types]

    @cached_property
    def concrete_selection(self) -> "list[SelectedField]":
        """The sub-fields that hold for whatever type the value has: an interface's own ones."""
        possible = self.possible_selections()
        own = getattr(get_named_type(self.type), "fields", {})
        return [child for child in possible[0] if child.name in own] if possible else []

    def all_below(self) -> "Iterator[SelectedField]":
        """The field and whatever it may select below, for any type of a value, each once."""
        waiting, seen = [self], {id(self)}
        while waiting:
            field = waiting.pop()
            yield field
            for selection in field.possible_selections():
                new = [child for child in selection if id(child) not in seen]
                seen.update(map(id, new))
                waiting += reversed(new)

    @cached_property
    def selection_set_list(self) -> list[str]:
        """`ctx.info.selectionSetList`: slash paths of aliases, fragments merged.

        Raises:
            FieldError: they are longer than the whole document may be.
        """
        paths: list[str] = []
        size = 0
        waiting = [(child, "") for child in reversed(self.concrete_selection)]
        while waiting:
            field, prefix = waiting.pop()
            paths.append(prefix + field.key)
            size += len(paths[-1])
            if size > MAX_PATH_CHARACTERS:
                text = f"info.selectionSetList is over {MAX_PATH_CHARACTERS:,} characters."
                raise FieldError(f"{text} Select less, or use shorter aliases.", "BadRequest")
            inner = f"{paths[-1]}/"
            waiting += [(child, inner) for child in reversed(field.concrete_selection)]
        return paths

    @cached_property
    def selection_set_graphql(self) -> str:
        """`ctx.info.selectionSetGraphQL`: the text between the field's braces, with them."""
        selection_set = self.nodes[0].selection_set
        return print_ast(selection_set) if selection_set else ""


def location(node: Any) -> dict[str, Any]:
    """A node's place in the document, in the service's shape."""
    token = node.loc.start_token
    return {"line": token.line, "column": token.column, "sourceName": None}


def _definition(schema: GraphQLSchema, parent: GraphQLObjectType, name: str) -> GraphQLField:
    if name == "__typename":
        return TypeNameMetaFieldDef
    definition = schema.get_field(parent, name)
    assert definition is not None, name  # the document was validated
    return definition
