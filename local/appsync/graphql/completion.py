"""Result coercion: a resolved value becomes what the selection asks for, nulls rise as they must.

One walk serves a resolver's result and the event of a subscription: subclasses say how a field of
an object gets its value and how a leaf is written.
https://spec.graphql.org/October2021/#CompleteValue()
"""

from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
)

from local.appsync.errors import FieldError
from local.appsync.graphql.selection import SelectedField

FAILED = object()  # a null that was reported already and may still have to rise


class Place:
    """Where a value goes, and by which way a null rises from it."""

    __slots__ = ("container", "field", "key", "nullable", "parent")

    def __init__(
        self, container: Any, key: str | int, parent: "Place | None", field: SelectedField | None
    ) -> None:
        self.container = container
        self.key = key
        self.parent = parent
        self.field = field
        self.nullable = True

    def path(self) -> list[str | int]:
        """Response keys and list indexes from the root."""
        path: list[str | int] = []
        place: Place | None = self
        while place is not None and place.parent is not None:
            path.append(place.key)
            place = place.parent
        return path[::-1]

    def fail(self) -> None:
        """Put null at the nearest place that takes it."""
        place = self
        while not place.nullable and place.parent is not None:
            place = place.parent
        place.container[place.key] = None


class Completion:
    """One walk over a value; errors gather in the order in which they are met."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self.errors: list[dict[str, Any]] = []
        self.concrete_types: dict[int, str] = {}  # of objects in abstract places, by their id

    def field(self, field: SelectedField, source: Any, place: Place) -> Any:
        """A field's completed value, or FAILED; here it is read from the parent's value."""
        return self.complete(field.type, field, default_value(field, source), place)

    def leaf(self, type_: GraphQLScalarType | GraphQLEnumType, value: Any) -> Any:
        """A leaf as the answer carries it."""
        return type_.coerce_output_value(value)

    def complete(
        self, type_: GraphQLOutputType, field: SelectedField, value: Any, place: Place
    ) -> Any:
        """The value as its type has it; FAILED when null must rise above this place."""
        if not isinstance(type_, GraphQLNonNull):
            completed = self._nullable(type_, field, value, place)
            return None if completed is FAILED else completed
        place.nullable = False
        completed = self._nullable(type_.of_type, field, value, place)
        if completed is None:
            within = field.parent.name
            text = f"Cannot return null for non-nullable type: '{type_.of_type}' within parent"
            self._report(f"{text} '{within}' ({_slashes(place)})", place)
            return FAILED
        return completed

    def object(
        self, type_: GraphQLObjectType, selection: list[SelectedField], source: Any, place: Place
    ) -> Any:
        """The selected fields of an object; FAILED when a null rises through it."""
        completed: dict[str, Any] = {}
        for field in selection:
            if field.name == "__typename":
                completed[field.key] = type_.name
                continue
            value = self.field(field, source, Place(completed, field.key, place, field))
            if value is FAILED:
                return FAILED
            completed[field.key] = value
        return completed

    def add_error(self, field: SelectedField, place: Place, error: FieldError) -> None:
        """Report what a resolver or the authorization said of a field."""
        self.errors.append(
            {
                "path": place.path(),
                "data": pruned(field, error.data),
                "errorType": error.error_type,
                "errorInfo": error.info,
                "locations": field.locations,
                "message": error.message,
            }
        )

    def _nullable(
        self, type_: GraphQLOutputType, field: SelectedField, value: Any, place: Place
    ) -> Any:
        if value is None:
            return None
        if isinstance(type_, GraphQLScalarType | GraphQLEnumType):
            return self._leaf(type_, value, place)
        if isinstance(type_, GraphQLList):
            return self._list(type_, field, value, place)
        if not isinstance(value, dict):
            return self._mismatch("OBJECT", value, place)
        concrete = self._concrete(type_, value)
        if concrete is None:
            name = value.get("__typename")
            text = f"Can't resolve '{_slashes(place)}'. No type of '{type_}' is named '{name}'."
            return self._report(text, place)
        completed = self.object(concrete, field.selection(concrete), value, place)
        if concrete is not type_:
            self.concrete_types[id(completed)] = concrete.name
        return completed

    def _list(
        self,
        type_: GraphQLList[GraphQLOutputType],
        field: SelectedField,
        value: Any,
        place: Place,
    ) -> Any:
        if not isinstance(value, list):
            return self._mismatch("LIST", value, place)
        completed: list[Any] = [None] * len(value)
        for index, item in enumerate(value):
            at = Place(completed, index, place, field)
            item = self.complete(type_.of_type, field, item, at)
            if item is FAILED:
                return FAILED
            completed[index] = item
        return completed

    def _leaf(self, type_: GraphQLScalarType | GraphQLEnumType, value: Any, place: Place) -> Any:
        try:
            return self.leaf(type_, value)
        except GraphQLError as error:
            reason = error.message
            if not reason.startswith("Unable"):
                reason = f"Unable to serialize `{value}` as a valid {type_.name}."
            text = f"Can't serialize value ({_slashes(place)}) : {reason}"
            return self._report(text, place)

    def _concrete(self, type_: GraphQLOutputType, value: dict[str, Any]) -> Any:
        if isinstance(type_, GraphQLObjectType):
            return type_
        named = self.schema.type_map.get(value.get("__typename", ""))
        assert isinstance(type_, GraphQLAbstractType)
        if isinstance(named, GraphQLObjectType) and self.schema.is_sub_type(type_, named):
            return named
        return None

    def _mismatch(self, expected: str, value: Any, place: Place) -> Any:
        got = (
            "OBJECT" if isinstance(value, dict) else "LIST" if isinstance(value, list) else "SCALAR"
        )
        text = f"type mismatch error, expected type {expected}, got {got}"
        return self._report(f"Can't resolve value ({_slashes(place)}) : {text}", place)

    def _report(self, message: str, place: Place) -> Any:
        self.errors.append({"path": place.path(), "locations": None, "message": message})
        return FAILED


def default_value(field: SelectedField, source: Any) -> Any:
    """What a field without resolver has: its parent's value of that name."""
    return source.get(field.name) if isinstance(source, dict) else None


def pruned(field: SelectedField, data: Any) -> Any:
    """An error's data, with only what the field's selection asks for, under its own names."""
    if isinstance(data, list):
        return [pruned(field, item) for item in data]
    if not isinstance(data, dict) or not field.nodes[0].selection_set:
        return data
    children = field.concrete_selection
    return {child.name: pruned(child, data[child.name]) for child in children if child.name in data}


def _slashes(place: Place) -> str:
    """A path as the engine's errors write it: /syncOrders/items[32]/orderDate."""
    text = ""
    for key in place.path():
        text += f"[{key}]" if isinstance(key, int) else f"/{key}"
    return text
