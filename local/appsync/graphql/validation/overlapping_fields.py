"""Fields that share a response key must be one field: the rule that others take quadratic time for.

Instead of comparing every pair, the fields of a key are compared with the first of them, which
suffices because "same shape" and "same name and arguments" are equivalences; the selection sets of
a key are merged and checked as one, and what has been checked once is not checked again. Fields of
different object types never meet in one answer, so only their shapes must agree.
https://spec.graphql.org/October2021/#sec-Field-Selection-Merging
https://tech.new-work.se/graphql-overlapping-fields-can-be-merged-fast-ea6e92e0a01
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    print_ast,
)
from graphql.language import ListValueNode, ObjectValueNode

from local.appsync.graphql.validation.report import Report


@dataclass(slots=True)
class _Field:
    node: FieldNode
    parent: Any  # the type it is selected of; None: not known
    type: GraphQLOutputType | None  # None: not known


_Sets = list[tuple[SelectionSetNode, Any]]  # selection sets, with the types they select of


@dataclass(slots=True)
class _Level:
    """Selection sets that an answer merges."""

    sets: _Sets
    is_strict: bool  # their fields meet in one answer; otherwise only shapes must agree
    path: tuple[str, ...]  # field names to where the first of them were merged
    merged: tuple[_Field, ...]  # the fields that were merged since, outermost first


class OverlappingFields:
    """The rule for the operations of one document, which must have no fragment cycle."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        report: Report,
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._report = report
        self._checked: set[tuple[bool, frozenset[int]]] = set()
        self._waiting: list[_Level] = []

    def check(self, operation: OperationDefinitionNode) -> None:
        """Report the fields of an operation that cannot be merged."""
        root = self._schema.get_root_type(operation.operation)
        self._waiting.append(_Level([(operation.selection_set, root)], True, (), ()))
        while self._waiting:
            self._check_level(self._waiting.pop())

    def _check_level(self, level: _Level) -> None:
        fields = self._collect(level.sets)
        key = (level.is_strict, frozenset(id(f.node) for group in fields.values() for f in group))
        if key in self._checked:
            return
        self._checked.add(key)
        for group in fields.values():
            if len(group) > 1:
                reason = _shape_conflict(group)
                if reason is None and level.is_strict:
                    reason = next(filter(None, map(_name_conflict, _meeting(group))), None)
                if reason is not None:
                    self._conflict(level, group, *reason)
                    continue
            self._descend(level, group)

    def _descend(self, level: _Level, group: list[_Field]) -> None:
        """A response key's sub-selections, merged: those that meet, and all for their shape."""
        meeting = list(_meeting(group)) if level.is_strict else []
        for fields in meeting:
            self._add(level, fields, True)
        if len(meeting) != 1:
            self._add(level, group, False)

    def _add(self, level: _Level, fields: list[_Field], is_strict: bool) -> None:
        sets: dict[int, tuple[SelectionSetNode, Any]] = {}
        for field in fields:
            if field.node.selection_set is not None:
                named = field.type and get_named_type(field.type)
                parent = named if is_composite_type(named) else None
                sets[id(field.node.selection_set)] = (field.node.selection_set, parent)
        if not sets:
            return
        path, merged = level.path, (*level.merged, fields[0])
        if len(sets) == 1:  # nothing is merged here: whatever conflicts, does so further down
            path, merged = (*path, *(field.node.name.value for field in merged)), ()
        self._waiting.append(_Level(list(sets.values()), is_strict, path, merged))

    def _collect(self, sets: _Sets) -> dict[str, list[_Field]]:
        """The fields of selection sets and the fragments in them, by response key."""
        fields: dict[str, list[_Field]] = {}
        visited: set[str] = set()
        waiting = sets[::-1]
        while waiting:
            selection_set, parent = waiting.pop()
            self._report.spend(len(selection_set.selections))
            inner: _Sets = []
            for node in selection_set.selections:
                if isinstance(node, FieldNode):
                    definition = parent and self._schema.get_field(parent, node.name.value)
                    key = (node.alias or node.name).value
                    field = _Field(node, parent, definition.type if definition else None)
                    fields.setdefault(key, []).append(field)
                elif isinstance(node, FragmentSpreadNode):
                    name = node.name.value
                    if name not in visited and name in self._fragments:
                        visited.add(name)
                        inner.append(self._of_fragment(self._fragments[name], parent))
                else:
                    inner.append(self._of_fragment(node, parent))
            waiting += inner[::-1]
        return fields

    def _of_fragment(self, node: Any, parent: Any) -> tuple[SelectionSetNode, Any]:
        if node.type_condition is None:
            return node.selection_set, parent
        type_ = self._schema.type_map.get(node.type_condition.name.value)
        return node.selection_set, type_ if is_composite_type(type_) else None

    def _conflict(self, level: _Level, group: list[_Field], text: str, other: _Field) -> None:
        text = f"{_key(group[0])}: {text}"
        for field in reversed(level.merged):
            text = f"{_key(field)}: ({text})"
        nodes = [field.node for field in (*level.merged, group[0], other)]
        self._report.add("FieldsConflict", text, nodes, level.path)


def _meeting(group: list[_Field]) -> Iterator[list[_Field]]:
    """The fields of a key that can meet in one answer: of one object type, or of abstract ones."""
    by_type: dict[int, list[_Field]] = {}
    anywhere: list[_Field] = []
    for field in group:
        if isinstance(field.parent, GraphQLObjectType):
            by_type.setdefault(id(field.parent), []).append(field)
        else:
            anywhere.append(field)
    if not by_type:
        yield anywhere
    for fields in by_type.values():
        yield [*anywhere, *fields]


def _name_conflict(fields: list[_Field]) -> tuple[str, _Field] | None:
    """Why fields that meet are not one field, and the one that differs from the first."""
    first = fields[0].node
    arguments = None
    for field in fields[1:]:
        if field.node.name.value != first.name.value:
            text = f"{first.name.value} and {field.node.name.value} are different fields"
            return text, field
        if first.arguments or field.node.arguments:
            arguments = arguments or _arguments(first)
            if _arguments(field.node) != arguments:
                return "they have differing arguments", field
    return None


def _shape_conflict(fields: list[_Field]) -> tuple[str, _Field] | None:
    """Why answers could not hold fields under one key, and the one that differs from the first."""
    known = [field for field in fields if field.type is not None]
    for field in known[1:]:
        if field.type is not known[0].type:
            text = _type_conflict(known[0].type, field.type)
            if text is not None:
                return text, field
    return None


def _type_conflict(one: Any, other: Any) -> str | None:
    while True:
        if isinstance(one, GraphQLNonNull) is not isinstance(other, GraphQLNonNull):
            return "fields have different nullability shapes"
        if isinstance(one, GraphQLList) is not isinstance(other, GraphQLList):
            return "fields have different list shapes"
        if not isinstance(one, GraphQLNonNull | GraphQLList):
            break
        one, other = one.of_type, other.of_type
    if one is not other and (is_leaf_type(one) or is_leaf_type(other)):
        return f"they return differing types {one.name} and {other.name}"
    return None


def _arguments(node: FieldNode) -> frozenset[tuple[str, str]]:
    return frozenset((given.name.value, _value(given.value)) for given in node.arguments or ())


def _value(node: ValueNode) -> str:
    """A literal as text in which the order of an object's fields does not matter."""
    if isinstance(node, ObjectValueNode):
        fields = sorted(f"{field.name.value}:{_value(field.value)}" for field in node.fields)
        return f"{{{','.join(fields)}}}"
    if isinstance(node, ListValueNode):
        return f"[{','.join(_value(item) for item in node.values)}]"
    return print_ast(node)


def _key(field: _Field) -> str:
    return (field.node.alias or field.node.name).value
